"""Commands that analyse reports: analyze, graph, compare, demo."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
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

__all__ = ["app"]

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
    run([corpora_path("reports", "benxi-2014.txt")], out, codebook=codebook, models=models, lang=lang.value)


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


def summarise(rows: Sequence[tuple[Analysis, str]], console: Console, lang: str) -> None:
    """Print a table of what was found."""
    from policynlp.codebook import codebook_of
    from policynlp.presentation.messages import message

    codebook = codebook_of(analysis for analysis, _ in rows)
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
