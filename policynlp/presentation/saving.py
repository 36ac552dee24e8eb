"""Saves figures so that they look the same on every machine, the same bytes each time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from policynlp.atomic import replace_file
from policynlp.presentation.fonts import chinese_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["save_figure", "save_figure_to"]

# What a writer would stamp on a file: None leaves it out. The version of matplotlib stands in none of the files.
STAMPS: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save_figure(figure: Figure, path: str | Path, *, dpi: int = 300) -> None:
    """Write a figure as PNG, SVG or PDF, by the suffix; the same figure gives the same bytes.

    Chinese shows without a Chinese font on the reader's machine: in SVG the text is outlines, in PDF the glyphs used are
    embedded as TrueType, so that text can be searched and edited.

    Args:
        figure: as the `draw_` functions give it, or any other matplotlib figure.
        path: ends in .png, .svg or .pdf; folders are made, an older file is replaced as a whole.
        dpi: dots an inch of a PNG; journals ask for 300.

    Raises:
        StoreError: the place cannot be written; the older file stays.
        ValueError: the suffix is none of the three, or `dpi` is below 1.

    Example:
        >>> import policynlp, tempfile
        >>> figure = policynlp.draw_wordcloud(policynlp.analyze("设立种子基金，发展数字经济。"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_figure(figure, f"{folder}/词云.svg")
        ...     Path(folder, "词云.svg").read_text("utf-8").startswith("<?xml")
        True
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in STAMPS:
        raise ValueError(f"{target.name}: figures are written as .png, .svg or .pdf")
    if dpi < 1:
        raise ValueError(f"dpi is {dpi}; it must be 1 or more")
    with replace_file(target) as temporary, temporary.open("wb") as file:
        save_figure_to(figure, file, suffix, dpi=dpi)


def save_figure_to(figure: Figure, file: BinaryIO, suffix: str, *, dpi: int = 300) -> None:
    """Write a figure into an open file, as `save_figure` does; `suffix` is .png, .svg or .pdf."""
    with chinese_text():
        figure.savefig(file, dpi=dpi, format=suffix[1:], metadata=STAMPS[suffix], facecolor="white")
