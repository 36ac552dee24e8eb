"""What several commands share: options, how reports are read for them, how failures are told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from policynlp.errors import PolicyNLPError
from policynlp.schema import Analysis

__all__ = [
    "FAILED",
    "Columns",
    "Files",
    "Lang",
    "Language",
    "Manifest",
    "OwnCodebook",
    "OwnModels",
    "analyze_paths",
    "fail",
    "read_columns",
    "report_errors",
    "say",
]

FAILED = 1  # exit code when a file could not be analysed; 2 is a wrong command line


class Language(StrEnum):
    """Language of figures, page and messages."""

    zh = "zh"
    en = "en"


Files = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Reports: files, folders, zips, sheets. 报告文件或文件夹。")]
Manifest = Annotated[Path | None, typer.Option(help="Table that says what each file is: zone, year, … 元数据清单。")]
Columns = Annotated[list[str] | None, typer.Option("--column", metavar="FIELD=HEADING", help="Column of sheets, as text=正文. 表格的列。")]
OwnCodebook = Annotated[Path | None, typer.Option("--codebook", help="Your own codebook: .toml, .xlsx or .csv. 自己的编码手册。")]
OwnModels = Annotated[Path | None, typer.Option("--models", help="Folder with models of your own. 自己的模型文件夹。")]
Lang = Annotated[Language, typer.Option(help="Language of page, figures and messages. 语言。")]


def read_columns(pairs: Sequence[str] | None) -> dict[str, str]:
    """Read FIELD=HEADING as the command line gives it."""
    from policynlp.reading.sheets import check_columns

    columns = dict(pair.partition("=")[::2] for pair in pairs or ())
    try:
        check_columns(columns)
    except ValueError as error:
        raise typer.BadParameter(f"--column: {error}") from error
    return columns


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


def fail(*errors: PolicyNLPError) -> NoReturn:
    """Print what is wrong, and leave with a code that says so."""
    for error in errors:
        Console(stderr=True).print(str(error), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(FAILED)


def say(text: str) -> None:
    """Print a line as it is."""
    Console().print(text, markup=False, highlight=False, soft_wrap=True)
