"""The making of self-contained HTML files: templates filled in one pass, data and sources made safe inside them."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping

from policynlp.presentation.fonts import font_path
from policynlp.resources import data_path

__all__ = ["embed_font", "escape_json", "fill_template", "source_hash"]


def fill_template(name: str, values: Mapping[str, str]) -> str:
    """Fill the `{{key}}` of a shipped template; a value that holds «{{» is never filled in turn.

    Args:
        name: of the file in `data/page`.
        values: key -> HTML, escaped where it comes from a report.
    """
    first, *pieces = data_path("page", name).read_text("utf-8").split("{{")
    filled = [first]
    for piece in pieces:
        key, _, rest = piece.partition("}}")
        filled += [values[key], rest]
    return "".join(filled)


def escape_json(text: str) -> str:
    """Make JSON harmless inside a script element: no tag, comment or line separator can start in it."""
    table: dict[str, str | int | None] = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    text = text.translate(str.maketrans(table))
    return "".join(c if not 0xD800 <= ord(c) <= 0xDFFF else f"\\u{ord(c):04x}" for c in text)


def source_hash(text: str) -> str:
    """Give the hash by which a content security policy allows a script or style."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def embed_font(text: str) -> str:
    """Give a font face «PolicySans» with the glyphs of a text, for readers without a Chinese font.

    Example:
        >>> embed_font("基金")[:43]
        '@font-face { font-family: "PolicySans"; src'
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, flavor="woff")
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={ord(c) for c in text})
    buffer = io.BytesIO()
    with TTFont(font_path(), recalcTimestamp=False, lazy=True) as font:
        cutter.subset(font)
        font.flavor = "woff"
        font.save(buffer)
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return f'@font-face {{ font-family: "PolicySans"; src: url(data:font/woff;base64,{encoded}) format("woff"); }}\n'
