"""The command line: parses arguments and calls the public API; a module for each family of commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from policynlp.cli import agents, coding, models, own_codebook, papers, reports, stores
from policynlp.version import __version__

__all__ = ["app", "main"]

app = typer.Typer(
    name="policynlp",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Statements, entities and knowledge graphs from Chinese policy reports. 中国政策报告的语句分类、实体抽取与知识图谱。",
)
for family in (reports, stores, coding, papers, models, agents):
    app.add_typer(family.app)
app.add_typer(own_codebook.app, name="codebook")


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
