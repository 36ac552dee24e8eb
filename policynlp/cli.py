"""The command line: parses arguments and calls the public API."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from policynlp.cli_agents import app as agents_app
from policynlp.cli_agents import opinion_asker
from policynlp.cli_codebook import app as codebook_app
from policynlp.cli_coding import app as coding_app
from policynlp.errors import PolicyNLPError
from policynlp.schema import Analysis
from policynlp.version import __version__

if TYPE_CHECKING:
    from policynlp.evaluation.scores import Scores

__all__ = ["app", "main"]

FAILED = 1  # exit code when a file could not be analysed; 2 is a wrong command line
app = typer.Typer(
    name="policynlp",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Statements, entities and knowledge graphs from Chinese policy reports. 中国政策报告的语句分类、实体抽取与知识图谱。",
)

app.add_typer(codebook_app, name="codebook")
app.add_typer(coding_app)  # sample, agree, explain
app.add_typer(agents_app)  # mcp


class Language(StrEnum):
    """Language of figures, page and messages."""

    zh = "zh"
    en = "en"


class Model(StrEnum):
    """The models that are trained from labels."""

    statements = "statements"
    entities = "entities"


Files = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Reports: files, folders, zips, sheets. 报告文件或文件夹。")]
Manifest = Annotated[Path | None, typer.Option(help="Table that says what each file is: zone, year, … 元数据清单。")]
Columns = Annotated[list[str] | None, typer.Option("--column", metavar="FIELD=HEADING", help="Column of sheets, as text=正文. 表格的列。")]
OwnCodebook = Annotated[Path | None, typer.Option("--codebook", help="Your own codebook: .toml, .xlsx or .csv. 自己的编码手册。")]
OwnModels = Annotated[Path | None, typer.Option("--models", help="Folder with models of your own. 自己的模型文件夹。")]
Opinion = Annotated[
    str | None, typer.Option("--second-opinion", metavar="URL", help="Ask this chat endpoint about uncertain statements. 询问大模型。")
]
Lang = Annotated[Language, typer.Option(help="Language of page, figures and messages. 语言。")]


def main() -> None:
    """Run the command line with UTF-8 streams, whatever the system's code page is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


def show_version(value: bool) -> None:
    if value:
        typer.echo(f"policynlp {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version. 版本号。")] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command("analyze", epilog="Example: policynlp analyze report.txt -o out")
def analyze_files(
    files: Files,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the results. 输出文件夹。")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print one JSON object a report to stdout; write nothing. 逐行打印 JSON。")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes. 进程数。")] = 1,
    manifest: Manifest = None,
    column: Columns = None,
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    opinion_of: Opinion = None,
    model: Annotated[str, typer.Option(help="Of --second-opinion: the model's name there. 模型名称。")] = "default",
    key_env: Annotated[str, typer.Option(help="Of --second-opinion: the variable that holds its key. 存放密钥的环境变量。")] = "",
    lang: Lang = Language.zh,
) -> None:
    """Analyse reports: classed statements, entities, graph, figures, tables and one page each."""
    if (out is None) == (not jsonl):
        raise typer.BadParameter("give either --out FOLDER or --jsonl")
    ask = opinion_asker(opinion_of, model, key_env, lang) if opinion_of is not None and out is not None else None
    if opinion_of is not None and ask is None:
        raise typer.BadParameter("--second-opinion writes a table: give --out FOLDER")
    run(files, out, workers=workers, manifest=manifest, columns=column, codebook=codebook, models=models, lang=lang.value, ask=ask)


@app.command(epilog="Example: policynlp graph reports/*.txt -o graph")
def graph(
    files: Files,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results. 输出文件夹。")],
    workers: Annotated[int, typer.Option(min=1, help="Processes. 进程数。")] = 1,
    manifest: Manifest = None,
    column: Columns = None,
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    lang: Lang = Language.zh,
) -> None:
    """Put several reports into one graph: one page, figures, graph files and network tables."""
    from policynlp.presentation.bundle import write_joint_bundle
    from policynlp.presentation.messages import message

    errors: list[PolicyNLPError] = []
    analyses = analyze_paths(files, errors, workers=workers, manifest=manifest, columns=column, codebook=codebook, models=models)
    try:
        if analyses:
            write_joint_bundle(analyses, out, lang=lang.value)
            written = message("cli", "written", lang, path=out, page=str(out / "page.html"))
            Console().print(written, markup=False, highlight=False, soft_wrap=True)
    except PolicyNLPError as error:
        errors.append(error)
    report_errors(errors, Console(stderr=True), lang)


@app.command(epilog="Example: policynlp compare reports --by zone --focus 本溪高新区 -o comparison")
def compare(
    paths: Files,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results. 输出文件夹。")],
    by: Annotated[str, typer.Option(help="zone, year, region, source, issuer, genre, report, or a manifest's column. 分组依据。")] = "zone",
    upper: Annotated[list[Path] | None, typer.Option(help="Upper-level documents, such as a national plan. 上级文件。")] = None,
    focus: Annotated[str | None, typer.Option(help="The group to set against the others. 重点比较的组。")] = None,
    manifest: Manifest = None,
    column: Columns = None,
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    lang: Lang = Language.zh,
) -> None:
    """Compare zones, years or other groups of reports: one page, figures, tables, and the methods for a paper."""
    errors: list[PolicyNLPError] = []
    analyses = analyze_paths(paths, errors, manifest=manifest, columns=column, codebook=codebook, models=models)
    above = analyze_paths(upper or (), errors, codebook=codebook, models=models)
    compare_reports(analyses, out, errors, by=by, upper=above, focus=focus, lang=lang.value)


@app.command(epilog="Example: policynlp demo -o policynlp-demo")
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results. 输出文件夹。")] = Path("policynlp-demo"),
    compare: Annotated[bool, typer.Option("--compare", help="Compare it with the invented reports of four zones. 比较多份报告。")] = False,
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    lang: Lang = Language.zh,
) -> None:
    """Analyse the report that comes with the package: Benxi High-tech Zone, 2014."""
    from policynlp.resources import corpora_path

    if compare:
        errors: list[PolicyNLPError] = []
        analyses = analyze_paths([corpora_path("reports")], errors, codebook=codebook, models=models)
        compare_reports(analyses, out, errors, by="zone", lang=lang.value)
        return
    run([corpora_path("reports", "benxi-2014.txt")], out, codebook=codebook, models=models, lang=lang.value)


@app.command(epilog="Example: policynlp train corpora/annotated -o models")
def train(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the models. 模型文件夹。")],
    corpus: Annotated[Path | None, typer.Argument(help="Folder with texts/ and labels/. 标注语料文件夹。")] = None,
    table: Annotated[
        Path | None, typer.Option(help="In place of a corpus: a table with the columns text, class, context. 标注表格。")
    ] = None,
    codebook: OwnCodebook = None,
    texts: Annotated[
        list[Path] | None, typer.Option(help="Folders of unlabelled .txt reports: learn the word classes anew. 未标注文本。")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Also train and measure other taggers, for the card. 同时训练并比较其他标注模型。")
    ] = False,
    only: Annotated[Model | None, typer.Option(help="Train one model alone. 只训练一个模型。")] = None,
    add: Annotated[
        list[Path] | None, typer.Option(help="Coders' files of corrected labels that join the corpus. 并入语料的人工校正文件。")
    ] = None,
) -> None:
    """Train the models from an annotated corpus, or a classifier of your own classes from a table; cross-validated for the cards."""
    if table is not None and corpus is None:
        train_own_classes(table, out, codebook)
        return
    if corpus is None or table is not None:
        raise typer.BadParameter("give either a corpus or --table FILE")
    console = Console(stderr=True)
    try:
        from policynlp.training.models import train as train_models
        from policynlp.training.words import train_word_classes
    except ImportError as error:
        raise typer.BadParameter(f"training needs more packages: pip install 'policynlp[train]' ({error})") from error
    try:
        if texts:
            console.print(f"words: {train_word_classes([*texts, corpus / 'texts'], out / 'words')}", highlight=False)
        for name, figures in train_models(corpus, out, only=only, compare=compare, add=add or (), progress=console.print).items():
            console.print(f"{name}: {figures}", markup=False, highlight=False)
    except PolicyNLPError as error:
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(FAILED) from error


def train_own_classes(table: Path, out: Path, codebook: Path | None) -> None:
    """Train a classifier from a labelled table."""
    from policynlp.codebook import read_codebook

    console = Console(stderr=True)
    try:
        from policynlp.training.tables import train_table
    except ImportError as error:
        raise typer.BadParameter(f"training needs more packages: pip install 'policynlp[train]' ({error})") from error
    try:
        own = read_codebook(codebook) if codebook is not None else None
        console.print(f"statements: {train_table(table, out, codebook=own, progress=console.print)}", markup=False, highlight=False)
    except PolicyNLPError as error:
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(FAILED) from error


@app.command(epilog="Example: policynlp evaluate corpora/annotated/labels/benxi-2014.jsonl --texts corpora/annotated -o evaluation")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold statements, one JSON object a line. 标注文件。")],
    texts: Annotated[Path, typer.Option(help="Folder that the gold file's paths start from. 文本文件夹。")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder for evaluation.html and evaluation.json. 输出文件夹。")] = None,
    lang: Lang = Language.zh,
) -> None:
    """Score the analysis against gold: segmentation, classes, instruments, entities, with 95 % intervals and every error."""
    from policynlp.annotation.pipeline import analyze
    from policynlp.evaluation.gold import load_gold
    from policynlp.evaluation.scores import compare_file, score
    from policynlp.presentation.evaluation_page import write_evaluation
    from policynlp.presentation.messages import message

    console = Console()
    try:
        scores = score([c for file, rows in load_gold(gold).items() for c in compare_file(rows, analyze(texts / file))])
        print_scores(scores, gold.name, lang, console)
        if out is not None:
            write_evaluation(scores, out, name=gold.name, lang=lang)
            console.print(message("evaluation", "written", lang, folder=out), markup=False, highlight=False, soft_wrap=True)
    except PolicyNLPError as error:
        Console(stderr=True).print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(FAILED) from error


def print_scores(scores: Scores, name: str, lang: str, console: Console) -> None:
    """Print the figures, the types, the genres and the confusion of classes."""
    from policynlp.codebook import load_codebook
    from policynlp.presentation.messages import message

    def say(key: str, **values: object) -> str:
        return message("evaluation", key, lang, **values)

    table = Table(title=escape(f"{name} {say('figures', count=len(scores.comparisons))}"))
    for column in ("figure", "value", "interval"):
        table.add_column(say(column), justify="left" if column == "figure" else "right")
    for figure, (value, low, high) in scores.figures.items():
        table.add_row(say(figure), f"{value:.3f}", f"{low:.3f} – {high:.3f}")
    for kind, share in scores.types.items():
        table.add_row(f"{load_codebook().types[kind].label.name(lang)} F1", f"{share:.3f}", "")
    for genre, figures in scores.genres.items():
        value, low, high = figures["class_accuracy"]
        table.add_row(f"{say('class_accuracy')}: {genre}", f"{value:.3f}", f"{low:.3f} – {high:.3f}")
    console.print(table)
    labels = load_codebook().classes
    classes = [kind for kind in labels if any(kind in pair for pair in scores.confusion)]
    confusion = Table(say("gold_found"), *(labels[kind].name(lang) for kind in classes), title=say("confusion"))
    for kind in classes:
        confusion.add_row(labels[kind].name(lang), *(str(scores.confusion.get((kind, other), 0)) for other in classes))
    console.print(confusion)


def run(
    paths: Sequence[Path],
    out: Path | None,
    *,
    workers: int = 1,
    manifest: Path | None = None,
    columns: Sequence[str] | None = None,
    codebook: Path | None = None,
    models: Path | None = None,
    lang: str,
    ask: Callable[[Analysis, Path], None] | None = None,
) -> None:
    """Analyse the reports, write each or without `out` print it, sum up, and leave with a code that says whether all went well."""
    from policynlp.corpus.local import iterate_analyses
    from policynlp.presentation.messages import message
    from policynlp.presentation.records import to_json, to_record

    console = Console(stderr=True)
    errors: list[PolicyNLPError] = []
    rows: list[tuple[Analysis, str]] = []
    try:
        results = iterate_analyses(
            paths, workers=workers, columns=read_columns(columns), manifest=manifest, codebook=codebook, models=models
        )
    except PolicyNLPError as error:  # of manifest, codebook or models
        report_errors([error], console, lang)
        return
    first = list(islice(results, 2))
    alone = len(first) == 1
    bar = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(message("cli", "reading", lang), total=None)
        for name, result in chain(first, results):
            progress.update(task, description=f"{message('cli', 'reading', lang)} {Path(name).name}")
            if isinstance(result, PolicyNLPError):
                errors.append(result)
            elif out is None:
                write_line(sys.stdout, to_json(to_record(result, name)))
            else:
                from policynlp.presentation.bundle import write_bundle  # loads what draws

                folder = out if alone else out / result.report.id
                try:
                    write_bundle(result, folder, file=name, lang=lang)
                    rows.append((result, str(folder)))
                    if ask is not None:
                        ask(result, folder)
                except PolicyNLPError as error:
                    errors.append(error)
            progress.advance(task)
    if rows:
        summarise(rows, Console(), lang)
    report_errors(errors, console, lang)


def read_columns(pairs: Sequence[str] | None) -> dict[str, str]:
    """Read FIELD=HEADING as the command line gives it."""
    from policynlp.reading.sheets import check_columns

    columns = dict(pair.partition("=")[::2] for pair in pairs or ())
    try:
        check_columns(columns)
    except ValueError as error:
        raise typer.BadParameter(f"--column: {error}") from error
    return columns


def compare_reports(
    analyses: Sequence[Analysis],
    out: Path,
    errors: list[PolicyNLPError],
    *,
    by: str,
    upper: Sequence[Analysis] = (),
    focus: str | None = None,
    lang: str,
) -> None:
    """Compare the reports that could be read, and write the comparison; `errors` are of the others."""
    from policynlp.comparison.comparison import compare as compare_analyses
    from policynlp.presentation.comparison_bundle import write_comparison
    from policynlp.presentation.messages import message

    if analyses:
        try:
            comparison = compare_analyses(analyses, by=by, upper=upper, focus=focus)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        try:
            write_comparison(comparison, out, lang=lang)
            written = message("cli", "written", lang, path=out, page=str(out / "page.html"))
            Console().print(written, markup=False, highlight=False, soft_wrap=True)
        except PolicyNLPError as error:
            errors.append(error)
    report_errors(errors, Console(stderr=True), lang)


def analyze_paths(
    paths: Sequence[Path],
    errors: list[PolicyNLPError],
    *,
    workers: int = 1,
    manifest: Path | None = None,
    columns: Sequence[str] | None = None,
    codebook: Path | None = None,
    models: Path | None = None,
) -> list[Analysis]:
    """Analyse every report of files, folders, zips and sheets; what cannot be read is added to the errors."""
    from policynlp.corpus.local import analyze_many

    named = read_columns(columns)
    try:
        return analyze_many(
            paths, workers=workers, columns=named, manifest=manifest, codebook=codebook, models=models, on_error=errors.append
        )
    except PolicyNLPError as error:  # of manifest, codebook or models
        errors.append(error)
        return []


def report_errors(errors: Sequence[PolicyNLPError], console: Console, lang: str) -> None:
    """Print what failed, and leave with a code that says so; nothing failed: go on."""
    from policynlp.presentation.messages import message

    if errors:
        console.print(message("cli", "failed", lang, count=len(errors)), style="bold", markup=False)
        for failure in errors:
            console.print(f"  {failure}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(FAILED)


def write_line(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def summarise(rows: Sequence[tuple[Analysis, str]], console: Console, lang: str) -> None:
    """Print a table of what was found."""
    from policynlp.codebook import load_codebook
    from policynlp.presentation.messages import message

    codebook = load_codebook()
    table = Table(title=message("cli", "summary", lang))
    table.add_column(message("cli", "report", lang), overflow="fold")
    columns = [message("cli", "statements", lang), *(label.name(lang) for label in codebook.classes.values())]
    for name in (*columns, message("cli", "uncertain", lang), message("cli", "entities", lang)):
        table.add_column(name, justify="right")
    for analysis, _ in rows:
        body = [s for s in analysis.statements if s.role not in ("title", "boilerplate")]
        classes = Counter(s.kind for s in body)
        entities = sum(not e.nested for e in analysis.entities)
        name = " ".join(filter(None, [analysis.report.zone or analysis.report.id, str(analysis.report.year or "")]))
        table.add_row(
            escape(name), *map(str, [len(body), *(classes[c] for c in codebook.classes), sum(s.uncertain for s in body), entities])
        )
    console.print(table)
    for _, folder in rows[:3]:
        console.print(
            message("cli", "written", lang, path=folder, page=str(Path(folder, "page.html"))), markup=False, highlight=False, soft_wrap=True
        )


@app.command("replay", epilog="Example: policynlp replay out/provenance.json -o again")
def replay_results(
    provenance: Annotated[Path, typer.Argument(help="provenance.json, or the folder of results it stands in. 结果的来源记录。")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the new results; none: only compare. 新结果文件夹。")] = None,
    inputs: Annotated[Path | None, typer.Option(help="Folder to which the inputs have been moved. 输入文件现在的文件夹。")] = None,
    column: Columns = None,
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    lang: Lang = Language.zh,
) -> None:
    """Make results again from their provenance and say, file by file, what differs; leaves with 1 where anything does."""
    from policynlp.presentation.messages import message
    from policynlp.reproduction import replay

    console = Console()
    try:
        found = replay(provenance, out, inputs=inputs, columns=read_columns(column), codebook=codebook, models=models)
    except PolicyNLPError as error:
        report_errors([error], Console(stderr=True), lang)
        return
    lines = [message("replay", key, lang, file=file) for key in ("changed", "missing", "edited") for file in getattr(found, key)]
    lines += [message("replay", "software", lang, name=name, then=then, now=now) for name, (then, now) in found.software.items()]
    lines += [f"{message('replay', state, lang)}  {file}" for file, state in found.files.items() if state != "equal"]
    unlike = sum(state != "equal" for state in found.files.values())
    lines.append(message("replay", "unlike" if unlike else "same", lang, count=len(found.files), unlike=unlike))
    if out is not None:
        lines.append(message("replay", "written", lang, path=out))
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not found.same:
        raise typer.Exit(FAILED)


@app.command("score-sheet", epilog="Example: policynlp score-sheet reports/*.txt --sheet pmc -o pmc.xlsx")
def score_sheet(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Reports; none to copy a template. 报告文件或文件夹。")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The .xlsx to write, or .toml for a template to edit. 输出文件。")] = Path(
        "scores.xlsx"
    ),
    sheet: Annotated[str, typer.Option(help="pmc, strength (力度–目标–措施), or a .toml of your own. 评分表。")] = "pmc",
    manifest: Manifest = None,
    column: Columns = None,
    lang: Lang = Language.zh,
) -> None:
    """Prepare a policy scoring sheet: evidence from the text beside empty cells; a person scores, formulas add up."""
    from policynlp.atomic import replace_file
    from policynlp.corpus.local import analyze_many
    from policynlp.presentation.messages import message
    from policynlp.presentation.scoring_sheets import write_scoring_sheet
    from policynlp.presentation.scoring_templates import load_template, template_path

    errors: list[PolicyNLPError] = []
    if bool(files) == (out.suffix.lower() == ".toml"):
        raise typer.BadParameter("name reports and -o FILE.xlsx, or no report and -o FILE.toml to copy a template")
    try:
        load_template(sheet)  # what is wrong with it is told before the reports are read
        if not files:
            with replace_file(out) as temporary:
                temporary.write_bytes(template_path(sheet).read_bytes())
        elif analyses := analyze_many(files, manifest=manifest, columns=read_columns(column), on_error=errors.append):
            write_scoring_sheet(analyses, out, sheet=sheet, lang=lang.value)
        if not files or analyses:
            Console().print(message("scoring", "written", lang, path=out), markup=False, highlight=False, soft_wrap=True)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except PolicyNLPError as error:
        errors.append(error)
    report_errors(errors, Console(stderr=True), lang)
