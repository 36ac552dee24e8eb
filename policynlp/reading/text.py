"""Plain text and Markdown (.txt, .md): nothing is cut or normalised."""

from __future__ import annotations

from dataclasses import replace

from policynlp.errors import ReportError
from policynlp.reading.content import Content, replace_surrogates
from policynlp.reading.encodings import decode
from policynlp.reading.limits import Limits

__all__ = ["read_text"]


def read_text(data: bytes, name: str, limits: Limits) -> Content:
    """Read a text file in UTF-8, UTF-16, GB18030 (GBK) or Big5, with or without byte-order mark.

    Raises:
        ReportError: it is no text.
    """
    content = decode(data, limits)
    if content is None:
        raise ReportError(
            name,
            "this is no text file (tried UTF-8, UTF-16, GB18030 and Big5)",
            "save the report as plain text, for example from Word with «Save as»",
        )
    return replace(content, text=replace_surrogates(content.text))
