"""Writes one self-contained page to explore: the graph, the text coloured by class, tables, and the sentences behind each."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from pathlib import Path

from policynlp.atomic import replace_file
from policynlp.presentation.html_files import embed_font, escape_json, fill_template, source_hash
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.page_data import page_data
from policynlp.presentation.sheets import check_limit
from policynlp.resources import data_path
from policynlp.schema import Analysis

__all__ = ["frame_html", "page_html", "write_page"]

# In this order: each part uses what stands before it.
SCRIPTS = (
    "base.js",
    "data.js",
    "filter.js",
    "labels.js",
    "picture.js",
    "svg_picture.js",
    "evidence.js",
    "controls.js",
    "graph.js",
    "report.js",
    "tables.js",
    "overview.js",
    "exports.js",
    "main.js",
)


def write_page(analyses: Analysis | Iterable[Analysis], path: str | Path, *, lang: str = "zh", limit: int = 250) -> None:
    """Write the page of one report or several: one HTML file that needs no network, no server and no font on the reader's machine.

    It holds the text of every report up to 3.2 MB of statements; beyond that the texts behind the strongest edges stay, and
    the page says how many were left out.

    Args:
        analyses: one analysis or several.
        path: the file to write; it appears whole or not at all.
        lang: the language the page opens in, zh or en; a button switches.
        limit: how many nodes the graph shows first, the strongest; a control shows more, the tables hold all.

    Raises:
        StoreError: the file cannot be written.
        ValueError: `lang` is unknown, `limit` is below 1, or there is no analysis.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp(), "page.html")
        >>> write_page(policynlp.analyze("设立种子基金。"), target)
        >>> "种子基金" in target.read_text("utf-8")
        True
    """
    text = page_html(analyses, lang=lang, limit=limit)
    with replace_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")


def page_html(analyses: Analysis | Iterable[Analysis], *, lang: str = "zh", limit: int = 250) -> str:
    """Give the page that `write_page` writes, as text.

    Raises:
        ValueError: `lang` is unknown, `limit` is below 1, or there is no analysis.

    Example:
        >>> import policynlp
        >>> page_html(policynlp.analyze("设立种子基金。")).startswith("<!DOCTYPE html>")
        True
    """
    check_language(lang)
    check_limit(limit)
    several = [analyses] if isinstance(analyses, Analysis) else list(analyses)
    if not several:
        raise ValueError("there is no analysis to show; give at least one")
    data = page_data(several, lang, limit)
    payload = escape_json(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    library = source("library", "graph_library.js")
    script = '"use strict";\n(() => {\n' + "".join(source(name) for name in SCRIPTS) + "})();\n"
    style = source("page.css") + embed_font(payload + script)
    values = {
        "lang": "zh-CN" if lang == "zh" else lang,
        "title": html.escape(message("page", "title", lang, name=data["title"][lang])),
        "style_hash": source_hash(style),
        "library_hash": source_hash(library),
        "script_hash": source_hash(script),
        "style": style,
        "library": library,
        "script": script,
        "data": payload,
    }
    return fill_template("page.html", values)


def source(*parts: str) -> str:
    return data_path("page", *parts).read_text("utf-8")


def frame_html(page: str, *, height: int = 720) -> str:
    """Wrap a whole HTML page in a sandboxed frame, for a notebook: its scripts run, but reach neither the notebook nor the network.

    Args:
        page: a whole page, as `page_html` gives it.
        height: of the frame in pixels.

    Example:
        >>> frame_html("<p>基金</p>", height=100)[:33]
        '<iframe sandbox="allow-scripts al'
    """
    settings = 'sandbox="allow-scripts allow-downloads" title="policynlp" loading="lazy" referrerpolicy="no-referrer"'
    return f'<iframe {settings} style="width:100%;height:{height}px;border:0" srcdoc="{html.escape(page)}"></iframe>'
