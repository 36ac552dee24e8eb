"""Commands for collections too large for one run: store, query."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policynlp.cli.options import FAILED, Files, Lang, Language, fail, say
from policynlp.errors import PolicyNLPError

__all__ = ["app"]

app = typer.Typer(rich_markup_mode=None)
NEEDS = "a store needs more packages: pip install 'policynlp[store]'"
FAILURES = "select document, problem from errors order by document limit 20"  # those that are printed


class Engine(StrEnum):
    """Who analyses the reports."""

    local = "local"
    dask = "dask"


@app.command(epilog="Example: policynlp store reports --to collection --workers 2")
def store(
    files: Files,
    to: Annotated[str, typer.Option(help="The store: a folder or an fsspec URL. 结果库。")],
    workers: Annotated[int, typer.Option(min=1, help="Processes. 进程数。")] = 1,
    engine: Annotated[Engine, typer.Option(help="Who does the work. 计算引擎。")] = Engine.local,
    scheduler: Annotated[str | None, typer.Option(help="Address of the Dask scheduler. Dask 调度器地址。")] = None,
    lang: Lang = Language.zh,
) -> None:
    """Analyse reports into a store of Parquet tables; what is in it already is skipped, so that a broken run goes on."""
    from policynlp.presentation.messages import message

    if (engine is Engine.dask) != (scheduler is not None):
        raise typer.BadParameter("--engine dask and --scheduler ADDRESS go together")
    try:
        from policynlp.corpus.documents import Files as Documents
        from policynlp.corpus.store import open_store
    except ImportError as error:
        raise typer.BadParameter(f"{NEEDS} ({error})") from error
    try:
        documents = Documents(tuple(files))
        with open_store(to, create=True) as corpus:
            added = corpus.add(documents, root=documents.root, workers=workers, scheduler=scheduler)
            failures = corpus.run(FAILURES) if added.errors else []
    except PolicyNLPError as error:
        fail(error)
    say(message("cli", "stored", lang, documents=added.documents, skipped=added.skipped, errors=added.errors, store=to))
    for document, problem in failures:
        say(f"  {document}: {problem}")
    if added.errors:
        raise typer.Exit(FAILED)


@app.command(epilog="Example: policynlp query collection 'select zone, year, name, mentions from entities_by_zone_and_year'")
def query(
    place: Annotated[str, typer.Argument(metavar="STORE", help="A store: a folder or an fsspec URL. 结果库。")],
    sql: Annotated[str, typer.Argument(help="One SQL statement. 查询语句。")],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table. 输出 CSV。")] = False,
) -> None:
    """Ask a store with SQL (DuckDB): tables documents, statements, entities, relations, pairs, errors, and ready views."""
    from policynlp.presentation.harmless import harmless
    from policynlp.presentation.tables import disarm

    try:
        from policynlp.corpus.store import open_store
    except ImportError as error:
        raise typer.BadParameter(f"{NEEDS} ({error})") from error
    try:
        with open_store(place) as corpus:
            frame = corpus.query(sql)
    except PolicyNLPError as error:
        fail(error)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if csv:
        typer.echo(disarm(frame).to_csv(index=False), nl=False)
        return
    table = Table(*(escape(str(name)) for name in frame.columns))
    for row in frame.itertuples(index=False):
        table.add_row(*(escape(harmless(str(value))) for value in row))
    Console().print(table)
