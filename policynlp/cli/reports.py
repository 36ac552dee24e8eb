"""Commands that analyse reports: analyze, graph, compare, demo."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policynlp.cli.agents import opinion_asker
from policynlp.cli.options import (
    Columns,
    Files,
    Lang,
    Language,
    Manifest,
    OwnCodebook,
    OwnModels,
    analyze_paths,
    read_columns,
    report_errors,
    say,
)
from policynlp.errors import PolicyNLPError
from policynlp.schema import Analysis

if TYPE_CHECKING:
    from policynlp.presentation.many import Written

__all__ = ["app"]

MOST_ROWS = 30  # of the summary
Result = TypeVar("Result")
app = typer.Typer(rich_markup_mode=None)
Opinion = Annotated[
    str | None, typer.Option("--second-opinion", metavar="URL", help="Ask this chat endpoint about uncertain statements. 询问大模型。")
]


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
    if out is None:
        print_lines(files, workers=workers, manifest=manifest, columns=column, codebook=codebook, models=models, lang=lang.value)
    elif ask is not None and workers > 1:
        raise typer.BadParameter("--second-opinion asks after each report: leave --workers at 1")
    else:
        write_folders(
            files, out, workers=workers, manifest=manifest, columns=column, codebook=codebook, models=models, lang=lang.value, then=ask
        )


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
            say(message("cli", "written", lang, path=out, page=str(out / "page.html")))
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
    write_folders([corpora_path("reports", "benxi-2014.txt")], out, codebook=codebook, models=models, lang=lang.value)


def print_lines(
    paths: Sequence[Path],
    *,
    workers: int,
    manifest: Path | None,
    columns: Sequence[str] | None,
    codebook: Path | None,
    models: Path | None,
    lang: str,
) -> None:
    """Analyse the reports and print each as a line of JSON."""
    from policynlp.corpus.local import iterate_analyses
    from policynlp.presentation.records import to_json, to_record

    errors: list[PolicyNLPError] = []
    try:
        results = iterate_analyses(
            paths, workers=workers, columns=read_columns(columns), manifest=manifest, codebook=codebook, models=models
        )
        for name, result in follow(results, paths, lang):
            if isinstance(result, PolicyNLPError):
                errors.append(result)
            else:
                write_line(sys.stdout, to_json(to_record(result, name)))
    except PolicyNLPError as error:  # of manifest, codebook or models
        errors.append(error)
    report_errors(errors, Console(stderr=True), lang)


def write_folders(
    paths: Sequence[Path],
    out: Path,
    *,
    workers: int = 1,
    manifest: Path | None = None,
    columns: Sequence[str] | None = None,
    codebook: Path | None = None,
    models: Path | None = None,
    lang: str,
    then: Callable[[Analysis, Path], None] | None = None,
) -> None:
    """Analyse the reports, write a folder each (of one report, `out` itself), and sum up; those that are done already stay."""
    from policynlp.presentation.many import write_bundles
    from policynlp.presentation.messages import message
    from policynlp.reading import read_reports

    errors: list[PolicyNLPError] = []
    rows: list[Written] = []  # the first ones
    done: Counter[bool] = Counter()
    try:
        reports = read_reports(paths, columns=read_columns(columns), manifest=manifest)
        first = list(islice(reports, 2))
        place = (lambda _: out) if len(first) == 1 else (lambda report: out / report.id)
        results = write_bundles(chain(first, reports), place, workers=workers, codebook=codebook, models=models, lang=lang, then=then)
        for _, result in follow(results, paths, lang):
            if isinstance(result, PolicyNLPError):
                errors.append(result)
            else:
                done[result.fresh] += 1
                rows += [result] if len(rows) < MOST_ROWS else []
    except PolicyNLPError as error:  # of manifest, codebook or models
        errors.append(error)
    if rows:
        summarise(rows, Console(), lang)
        if done.total() > 1 or done[False]:
            say(message("cli", "done", lang, count=done.total(), kept=done[False], path=out))
    report_errors(errors, Console(stderr=True), lang)


def follow(results: Iterable[tuple[str, Result]], paths: Sequence[Path], lang: str) -> Iterator[tuple[str, Result]]:
    """Show on a terminal how far the work has come, how fast it goes and, where each file is one report, how long it will take."""
    from policynlp.corpus.progress import show_progress
    from policynlp.presentation.messages import message

    total = count_reports(paths) if sys.stderr.isatty() else None  # nobody else sees it, and it costs a walk
    with show_progress(total) as progress:
        task = progress.add_task(message("cli", "reading", lang), total=total)
        for name, result in results:
            progress.update(task, advance=1, description=f"{message('cli', 'reading', lang)} {Path(name).name}")
            yield name, result


def count_reports(paths: Sequence[Path]) -> int | None:
    """Count the files; None where one may hold any number of reports."""
    from policynlp.corpus.documents import Files
    from policynlp.reading.formats import COLLECTIONS, SHEET_ENDINGS

    several = {*SHEET_ENDINGS, *(f".{kind}" for kind in COLLECTIONS)}
    total = 0
    for file in Files(tuple(paths)):
        if Path(file).suffix.lower() in several:
            return None
        total += 1
    return total


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
            say(message("cli", "written", lang, path=out, page=str(out / "page.html")))
        except PolicyNLPError as error:
            errors.append(error)
    report_errors(errors, Console(stderr=True), lang)


def write_line(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def summarise(rows: Sequence[Written], console: Console, lang: str) -> None:
    """Print a table of what was found."""
    from policynlp.codebook import load_codebook, shipped_codebook
    from policynlp.presentation.messages import message

    shipped, used = shipped_codebook().classes, {kind for row in rows for kind in row.classes}
    classes = {kind: label for kind, label in load_codebook().classes.items() if kind in shipped or kind in used}
    table = Table(title=message("cli", "summary", lang))
    table.add_column(message("cli", "report", lang), overflow="fold")
    columns = [message("cli", "statements", lang), *(label.name(lang) for label in classes.values())]
    for name in (*columns, message("cli", "uncertain", lang), message("cli", "entities", lang)):
        table.add_column(name, justify="right")
    for row in rows:
        counts = [row.statements, *(row.classes.get(kind, 0) for kind in classes), row.uncertain, row.entities]
        table.add_row(escape(row.name), *map(str, counts))
    console.print(table)
    for row in rows[:3]:
        page = str(row.folder / "page.html")
        console.print(message("cli", "written", lang, path=row.folder, page=page), markup=False, highlight=False, soft_wrap=True)
