"""Text from reports made harmless for the programs that show or read it."""

from __future__ import annotations

import re

__all__ = ["harmless"]

# XML 1.0, worksheets and font engines hold none of these.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def harmless(text: str) -> str:
    r"""Replace control characters and lone surrogates by U+FFFD.

    Example:
        >>> harmless("基金\x00平台")
        '基金�平台'
    """
    return FORBIDDEN.sub("\ufffd", text)
