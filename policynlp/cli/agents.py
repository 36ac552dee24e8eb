"""The command line of language models: serve tools to one, or ask one about uncertain statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from policynlp.schema import Analysis

__all__ = ["app", "opinion_asker"]

app = typer.Typer(rich_markup_mode=None)


@app.command("mcp", epilog="Example: policynlp mcp --root reports")
def serve_mcp(
    root: Annotated[Path, typer.Option(help="Folder with reports; nothing outside it is read, nothing is written. 报告文件夹。")],
) -> None:
    """Serve language models over stdio (Model Context Protocol): list_files, analyze, query, compare, with evidence."""
    try:
        from policynlp.agents.server import make_server
    except ImportError as error:
        raise typer.BadParameter(f"this needs more packages: pip install 'policynlp[mcp]' ({error})") from error
    try:
        server = make_server(root)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    server.run()


def opinion_asker(url: str, model: str, key_env: str, lang: str) -> Callable[[Analysis, Path], None]:
    """Give what asks an endpoint about the uncertain statements of an analysis and puts its answers beside the results."""
    from urllib.parse import urlsplit

    from policynlp.agents.endpoint import chat_url, read_key
    from policynlp.agents.second_opinion import second_opinion, uncertain_statements
    from policynlp.presentation.messages import message
    from policynlp.presentation.tables import write_frame_csvs

    try:
        host = urlsplit(chat_url(url)).netloc
        read_key(key_env)
    except ValueError as error:
        raise typer.BadParameter(f"--second-opinion: {error}") from error

    def ask(analysis: Analysis, folder: Path) -> None:
        console = Console(stderr=True)
        sent = message("second_opinion", "sent", lang, count=len(uncertain_statements(analysis)), host=host)
        console.print(sent, markup=False, highlight=False, soft_wrap=True)
        table = second_opinion(analysis, url=url, model=model, key_env=key_env)
        write_frame_csvs({"second_opinions": table}, folder)
        told = Counter(table["agrees"].tolist())
        line = message("second_opinion", "told", lang, agree=told[True], unlike=told[False], none=told[None])
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    return ask
