"""The visible lines of a web page's elements: a line a block, a line a table row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policynlp.reading.content import clean_line, join_cells, load_library

__all__ = ["BLOCKS", "UNSEEN", "block_lines", "is_menu"]

UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "select", "button", "textarea", "svg", "iframe", "object"})
MENUS = frozenset({"nav", "footer", "aside"})
# fmt: off
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol",
    "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
MENU_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary"})
PAGE_EDGES = frozenset({"header", "footer"})  # as LibreOffice names them in `title`
LONG_CELL = 200  # a row with a longer cell lays out the page and is no row of a table


def block_lines(root: Any, *, without: Any = None, before: bool = False, menus: bool = False) -> Iterator[str]:
    r"""Give the lines of text below an element, in order, none of them empty.

    Args:
        root: an lxml element.
        without: an element below it that is passed over.
        before: end where `without` begins.
        menus: give the lines of menus and footers too.

    Example:
        >>> from lxml import etree
        >>> page = etree.HTML("<p>一、目标<br>翻番。</p><table><tr><td>指标</td><td>12</td></tr></table>")
        >>> list(block_lines(page))
        ['一、目标', '翻番。', '指标\t12']
    """
    pieces: list[str] = []
    walk = load_library("html", "lxml.etree").iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start" and element is without:
            if before:
                break
            walk.skip_subtree()
        elif event == "start" and (tag in UNSEEN or (not menus and is_menu(element))):
            walk.skip_subtree()
        elif event == "start":
            row = table_row(element) if tag == "tr" else ""
            if tag in BLOCKS:
                yield from flush(pieces)
            if row:
                walk.skip_subtree()
                yield row
            else:
                pieces.append(element.text or "")
        else:
            if tag in BLOCKS or element is without:
                yield from flush(pieces)
            if element is not root:
                pieces.append(element.tail or "")
    yield from flush(pieces)


def is_menu(element: Any) -> bool:
    """Tell whether an element says itself that it belongs to the page and not to its subject."""
    return element.tag in MENUS or element.get("role") in MENU_ROLES or (element.tag == "div" and element.get("title") in PAGE_EDGES)


def flush(pieces: list[str]) -> Iterator[str]:
    line = clean_line("".join(pieces))
    pieces.clear()
    if line:
        yield line


def table_row(element: Any) -> str:
    """Give a row as one line, or "" where it is no row of a data table but holds parts of the page."""
    cells = [cell for cell in element if cell.tag in ("td", "th")]
    # Rows inside rows, with or without a table, would be looked at twice on each level.
    if len(cells) < 2 or element.find(".//table") is not None or element.find(".//tr") is not None:
        return ""
    texts = [" ".join(block_lines(cell)) for cell in cells]
    filled = [text for text in texts if text]
    if len(filled) < 2 or max(map(len, filled)) > LONG_CELL:
        return ""
    return join_cells(texts)
