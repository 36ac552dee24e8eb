"""The command line of a researcher's own codebook: init and check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policynlp.cli.options import Lang, Language, fail, say
from policynlp.errors import PolicyNLPError

if TYPE_CHECKING:
    from policynlp.annotation.own_matches import RuleMatches
    from policynlp.codebook import Own

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="A codebook of your own: entity types, terms, classes, cues, rules. 自己的编码手册。",
    epilog="Example: policynlp codebook init mine.toml",
)


@app.command(epilog="Example: policynlp codebook init mine.toml")
def init(
    file: Annotated[Path, typer.Argument(help="The .toml file to write. 要写的文件。")],
    lang: Lang = Language.zh,
) -> None:
    """Write a file that repeats the shipped codebook, for you to change."""
    from policynlp.codebook.template import write_template
    from policynlp.presentation.messages import message

    try:
        write_template(file)
    except PolicyNLPError as error:
        fail(error)
    say(message("codebook", "written", lang, path=file))


@app.command(epilog="Example: policynlp codebook check mine.toml --sample report.txt")
def check(
    file: Annotated[Path, typer.Argument(help="Your codebook: .toml, .csv or .xlsx. 编码手册。")],
    sample: Annotated[list[Path] | None, typer.Option(help="Reports to try it on. 试用的报告。")] = None,
    lang: Lang = Language.zh,
) -> None:
    """Find every fault with its line, and show what each rule matches in a sample."""
    from policynlp.annotation.own_matches import match_own_rules
    from policynlp.codebook.own import find_faults, read_codebook
    from policynlp.presentation.messages import message
    from policynlp.reading import read_report

    try:
        if faults := find_faults(file):
            fail(*faults)
        codebook = read_codebook(file)
        reports = [read_report(path) for path in sample or ()]
    except PolicyNLPError as error:
        fail(error)
    if codebook.own is not None:
        say(message("codebook", "sound", lang, path=file, sha256=codebook.own.sha256[:12]))
        summarise(codebook.own, lang)
    if reports:
        show_matches(match_own_rules(codebook, reports), lang)


def summarise(own: Own, lang: str) -> None:
    """Say how much a codebook adds."""
    from policynlp.presentation.messages import message

    counts = {name: len(getattr(own, name)) for name in ("types", "terms", "heads", "negatives", "classes", "instruments", "rules")}
    cues = sum(map(len, own.cues.values())) + len(own.instrument_cues)
    say(message("codebook", "adds", lang, **counts, cues=cues))
    for note in own.notes:
        say(f"  {note}")


def show_matches(rows: list[RuleMatches], lang: str) -> None:
    """Print what each rule matches."""
    from policynlp.presentation.messages import message

    table = Table(title=message("codebook", "matches", lang), show_lines=True)
    for column in ("layer", "rule", "gives", "count", "examples"):
        table.add_column(message("codebook", column, lang), justify="right" if column == "count" else "left", overflow="fold")
    for row in rows:
        layer = message("codebook", f"layer_{row.layer}", lang)
        table.add_row(layer, escape(row.rule), escape(row.kind), str(row.count), escape("\n".join(row.examples) or "—"))
    Console().print(table)
