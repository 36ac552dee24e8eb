"""The font that travels with the package, so that Chinese shows on a machine without any Chinese font."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policynlp.resources import data_path

if TYPE_CHECKING:
    pass

__all__ = ["chinese_text", "font_path"]

FAMILY = "Noto Sans SC"


def font_path() -> Path:
    """Give the path of the shipped font: Noto Sans SC Regular with the characters of GBK (SIL Open Font License)."""
    return data_path("fonts", "NotoSansSC-GBK.ttf")


@cache
def register() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(font_path()))


@contextmanager
def chinese_text() -> Iterator[None]:
    """Draw and save figures with the shipped font; the user's own matplotlib settings stay as they are."""
    import matplotlib as mpl

    register()
    settings: Any = {
        "font.family": [FAMILY, "DejaVu Sans"],
        "axes.unicode_minus": False,
        "pdf.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": "policynlp",
    }
    with mpl.rc_context(settings):
        yield
