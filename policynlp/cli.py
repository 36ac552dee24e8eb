"""The command line: parses arguments and calls the public API."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, track
from rich.table import Table

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


class Language(StrEnum):
    """Language of figures, page and messages."""

    zh = "zh"
    en = "en"


class Model(StrEnum):
    """The models that are trained from labels."""

    statements = "statements"
    entities = "entities"


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Report files (.txt). 报告文件。")]
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
    lang: Lang = Language.zh,
) -> None:
    """Analyse reports: classed statements, entities, graph, figures, tables and one page each."""
    if (out is None) == (not jsonl):
        raise typer.BadParameter("give either --out FOLDER or --jsonl")
    run(files, out, jsonl=jsonl, workers=workers, lang=lang.value)


@app.command(epilog="Example: policynlp graph reports/*.txt -o graph")
def graph(
    files: Files,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results. 输出文件夹。")],
    workers: Annotated[int, typer.Option(min=1, help="Processes. 进程数。")] = 1,
    lang: Lang = Language.zh,
) -> None:
    """Put several reports into one graph: one page, figures, graph files and network tables."""
    from policynlp.corpus.local import analyze_many
    from policynlp.presentation.bundle import write_joint_bundle
    from policynlp.presentation.messages import message

    errors: list[PolicyNLPError] = []
    analyses = analyze_many(files, workers=workers, on_error=errors.append)
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
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Reports: files, folders, zips, sheets. 报告文件或文件夹。")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results. 输出文件夹。")],
    by: Annotated[str, typer.Option(help="zone, year, region, source, issuer, genre or report. 分组依据。")] = "zone",
    upper: Annotated[list[Path] | None, typer.Option(help="Upper-level documents, such as a national plan. 上级文件。")] = None,
    focus: Annotated[str | None, typer.Option(help="The group to set against the others. 重点比较的组。")] = None,
    lang: Lang = Language.zh,
) -> None:
    """Compare zones, years or other groups of reports: one page, figures, tables, and the methods for a paper."""
    compare_paths(paths, out, by=by, upper=upper or (), focus=focus, lang=lang.value)


@app.command(epilog="Example: policynlp demo -o policynlp-demo")
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results. 输出文件夹。")] = Path("policynlp-demo"),
    compare: Annotated[bool, typer.Option("--compare", help="Compare it with the invented reports of four zones. 比较多份报告。")] = False,
    lang: Lang = Language.zh,
) -> None:
    """Analyse the report that comes with the package: Benxi High-tech Zone, 2014."""
    from policynlp.resources import corpora_path

    if compare:
        compare_paths([corpora_path("reports")], out, by="zone", upper=(), focus=None, lang=lang.value)
        return
    run([corpora_path("reports", "benxi-2014.txt")], out, jsonl=False, workers=1, lang=lang.value)


@app.command(epilog="Example: policynlp train corpora/annotated -o models")
def train(
    corpus: Annotated[Path, typer.Argument(help="Folder with texts/ and labels/. 标注语料文件夹。")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the models. 模型文件夹。")],
    texts: Annotated[
        list[Path] | None, typer.Option(help="Folders of unlabelled .txt reports: learn the word classes anew. 未标注文本。")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Also train and measure other taggers, for the card. 同时训练并比较其他标注模型。")
    ] = False,
    only: Annotated[Model | None, typer.Option(help="Train one model alone. 只训练一个模型。")] = None,
) -> None:
    """Train the models from an annotated corpus, with cross-validation by report for their cards."""
    console = Console(stderr=True)
    try:
        from policynlp.training.models import train as train_models
        from policynlp.training.words import train_word_classes
    except ImportError as error:
        raise typer.BadParameter(f"training needs more packages: pip install 'policynlp[train]' ({error})") from error
    try:
        if texts:
            console.print(f"words: {train_word_classes([*texts, corpus / 'texts'], out / 'words')}", highlight=False)
        for name, figures in train_models(corpus, out, only=only, compare=compare, progress=console.print).items():
            console.print(f"{name}: {figures}", markup=False, highlight=False)
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


@app.command(epilog="Example: policynlp agree corpora/annotated/labels corpora/annotated/second")
def agree(
    first: Annotated[Path, typer.Argument(help="Folder of one coder's labels (*.jsonl). 编码者甲。")],
    second: Annotated[Path, typer.Argument(help="Folder of the other coder's labels. 编码者乙。")],
) -> None:
    """Compare two coders' labels of the same statements: agreement, Cohen's kappa, span F1."""
    from policynlp.evaluation.agreement import measure_agreement

    try:
        rows = measure_agreement(first, second)
    except PolicyNLPError as error:
        Console(stderr=True).print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(FAILED) from error
    table = Table(title=escape(f"{first.name} – {second.name}"))
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in rows.items():
        table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    Console().print(table)


def run(files: Sequence[Path], out: Path | None, *, jsonl: bool, workers: int, lang: str) -> None:
    """Analyse the files, write or print each, sum up, and leave with a code that says whether all went well."""
    from policynlp.corpus.local import iterate_analyses
    from policynlp.presentation.messages import message
    from policynlp.presentation.records import to_json, to_record

    console = Console(stderr=True)
    errors: list[PolicyNLPError] = []
    rows: list[tuple[Analysis, str]] = []
    folders = output_folders(files, out) if out is not None else []
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(message("cli", "reading", lang), total=len(files))
        for number, (name, result) in enumerate(iterate_analyses(files, workers=workers)):
            progress.update(task, description=f"{message('cli', 'reading', lang)} {Path(name).name}")
            if isinstance(result, PolicyNLPError):
                errors.append(result)
            elif jsonl:
                write_line(sys.stdout, to_json(to_record(result, name)))
            else:
                from policynlp.presentation.bundle import write_bundle  # loads what draws

                try:
                    write_bundle(result, folders[number], file=name, lang=lang)
                    rows.append((result, str(folders[number])))
                except PolicyNLPError as error:
                    errors.append(error)
            progress.advance(task)
    if rows:
        summarise(rows, Console(), lang)
    report_errors(errors, console, lang)


def compare_paths(paths: Sequence[Path], out: Path, *, by: str, upper: Sequence[Path], focus: str | None, lang: str) -> None:
    """Analyse and compare all reports that can be read, and write the comparison."""
    from policynlp.comparison.comparison import compare as compare_analyses
    from policynlp.presentation.comparison_bundle import write_comparison
    from policynlp.presentation.messages import message

    errors: list[PolicyNLPError] = []
    analyses, above = analyze_paths(paths, errors), analyze_paths(upper, errors)
    if analyses:
        try:
            comparison = compare_analyses(analyses, by=by, upper=above, focus=focus)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        try:
            write_comparison(comparison, out, lang=lang)
            written = message("cli", "written", lang, path=out, page=str(out / "page.html"))
            Console().print(written, markup=False, highlight=False, soft_wrap=True)
        except PolicyNLPError as error:
            errors.append(error)
    report_errors(errors, Console(stderr=True), lang)


def analyze_paths(paths: Sequence[Path], errors: list[PolicyNLPError]) -> list[Analysis]:
    """Analyse every report of files, folders, zips and sheets; what cannot be read is added to the errors."""
    from policynlp.annotation.pipeline import make_analysis
    from policynlp.reading import read_reports

    found = [report for path in paths for report in read_reports(path)]
    errors += [report for report in found if isinstance(report, PolicyNLPError)]
    reports = [report for report in found if not isinstance(report, PolicyNLPError)]
    return [make_analysis(report) for report in track(reports, "policynlp", console=Console(stderr=True), disable=not sys.stderr.isatty())]


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


def output_folders(files: Sequence[Path], out: Path) -> list[Path]:
    """Give each file its folder: `out` itself for one file, else one named for the file, numbered where names meet."""
    if len(files) == 1:
        return [out]
    used: set[str] = set()
    folders = []
    for file in files:
        stem = file.stem.strip(". ") or "report"
        name = next(n for n in chain([stem], (f"{stem}-{k}" for k in count(2))) if n.casefold() not in used)
        used.add(name.casefold())
        folders.append(out / name)
    return folders


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
