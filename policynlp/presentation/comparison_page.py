"""Writes one self-contained page that compares groups of reports: what one has that the others lack, how sure it is, and the evidence."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING

from policynlp.atomic import replace_file
from policynlp.presentation.comparison_data import comparison_data
from policynlp.presentation.harmless import harmless
from policynlp.presentation.html_files import embed_font, escape_json, fill_template, source_hash
from policynlp.presentation.messages import check_language, message
from policynlp.resources import data_path

if TYPE_CHECKING:
    from policynlp.comparison.comparison import Comparison

__all__ = ["comparison_html", "write_comparison_page"]

# In this order: each part uses what stands before it.
SCRIPTS = (
    "base.js",
    "comparison_data.js",
    "comparison_evidence.js",
    "comparison_tables.js",
    "comparison_charts.js",
    "comparison_answer.js",
    "comparison_sections.js",
    "comparison_reuse.js",
    "comparison.js",
)


def write_comparison_page(comparison: Comparison, path: str | Path, *, lang: str = "zh") -> None:
    """Write the page of a comparison: one HTML file that needs no network, no server and no font on the reader's machine.

    It opens with what the focus has that the others lack and how sure that is; a list switches to any other group. Every number opens
    the statements behind it. Beyond 3.2 MB of statements those that are no evidence are left out, and the page says how many.

    Args:
        comparison: as `compare` gives it.
        path: the file to write; it appears whole or not at all.
        lang: the language the page opens in, zh or en; a button switches.

    Raises:
        StoreError: the file cannot be written.
        ValueError: `lang` is unknown.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> from policynlp.comparison.comparison import compare
        >>> texts = {"甲": "设立种子基金。发展数字经济。", "乙": "发展数字经济。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> target = pathlib.Path(tempfile.mkdtemp(), "page.html")
        >>> write_comparison_page(compare(analyses, by="report"), target)
        >>> "种子基金" in target.read_text("utf-8")
        True
    """
    text = comparison_html(comparison, lang=lang)
    with replace_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")


def comparison_html(comparison: Comparison, *, lang: str = "zh") -> str:
    """Give the page that `write_comparison_page` writes, as text.

    Raises:
        ValueError: `lang` is unknown.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> comparison_html(compare([policynlp.analyze("设立种子基金。")])).startswith("<!DOCTYPE html>")
        True
    """
    check_language(lang)
    data = comparison_data(comparison, lang)
    payload = escape_json(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    script = '"use strict";\n(() => {\n' + "".join(source(name) for name in SCRIPTS) + "})();\n"
    style = source("comparison.css") + embed_font(payload + script)
    values = {
        "lang": "zh-CN" if lang == "zh" else lang,
        "title": html.escape(harmless(message("comparison", "title", lang, focus=data["focus"]))),
        "style_hash": source_hash(style),
        "script_hash": source_hash(script),
        "style": style,
        "script": script,
        "data": payload,
    }
    return fill_template("comparison.html", values)


def source(name: str) -> str:
    return data_path("page", name).read_text("utf-8")
