"""The marks of figures: a shape for each entity type, so that a figure printed in grey still tells types apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import text_width
from policynlp.presentation.sheets import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COMMUNITY_COLOURS", "KEY_LINE", "REST_COLOUR", "Entry", "draw_key", "draw_marks", "key_rows", "mark_outline"]

Entry = tuple[str, str, str]  # type, colour, text
Points = npt.NDArray[np.float64]

# Eight colours that the colour-blind tell apart; neighbours in the list lie far apart in lightness too (CIE L* in brackets).
COMMUNITY_COLOURS = ("#1b4f8f", "#e6a01a", "#1f7a5c", "#7fc4ea", "#7b2352", "#e0764f", "#8a86c9", "#a9c25d")  # 34 71 46 76 29 61 59 75
REST_COLOUR = "#b4b8bd"
KEY_FONT = 8.5
KEY_LINE = 0.225  # inches


def polygon(corners: int, turn: float, inner: float = 1.0) -> Points:
    """Give a regular polygon, or with `inner` below 1 a star whose notches lie at that share of its radius."""
    steps = corners if inner == 1.0 else 2 * corners
    angles = math.tau * (np.arange(steps) / steps + turn)
    radii = np.where(np.arange(steps) % 2, inner, 1.0) if steps > corners else np.ones(steps)
    return np.asarray(np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None])


CROSS = np.array([(1, 3), (1, 1), (3, 1), (3, -1), (1, -1), (1, -3), (-1, -3), (-1, -1), (-3, -1), (-3, 1), (-1, 1), (-1, 3)], float)
SHAPES: dict[str, Points] = {
    "FUND": polygon(4, 0),
    "PLATFORM": polygon(4, 1 / 8),
    "INDUSTRY": polygon(40, 0),
    "ORG": polygon(3, 1 / 4),
    "PLACE": polygon(3, -1 / 4),
    "PROGRAM": polygon(5, 1 / 4, 0.5),
    "TARGET": CROSS,
}


@cache
def mark_outline(kind: str) -> Points:
    """Give the outline of a type's mark: as large as the circle of radius 1, its box centred on 0, 0; a circle for unknown types."""
    points = SHAPES.get(kind, SHAPES["INDUSTRY"])
    x, y = points.T
    area = abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
    scaled = points * math.sqrt(math.pi / area)
    return np.asarray(scaled - (scaled.max(0) + scaled.min(0)) / 2)


def draw_marks(axes: Axes, marks: Sequence[tuple[float, float, float, str, str]], *, zorder: float = 2) -> None:
    """Draw marks at x, y, of the area of a circle with that radius, of that type and colour; one unit of the axes is an inch."""
    from matplotlib.collections import PolyCollection

    outlines = [mark_outline(kind) * size + (x, y) for x, y, size, kind, _ in marks]
    colours = [colour for *_, colour in marks]
    axes.add_collection(
        PolyCollection(outlines, facecolors=colours, edgecolors="white", linewidths=0.7, joinstyle="round", zorder=zorder), autolim=False
    )


def key_rows(entries: Sequence[Entry], width: float) -> list[list[tuple[float, Entry]]]:
    """Break the entries of a key into rows of that width; each entry with where it begins in its row, in inches."""
    rows: list[list[tuple[float, Entry]]] = []
    x = width
    for entry in entries:
        wide = 0.44 + text_width(entry[2]) * KEY_FONT / 72
        if x + wide > width + 0.2:
            rows.append([])
            x = 0.0
        rows[-1].append((x, entry))
        x += wide
    return rows


def draw_key(axes: Axes, rows: Sequence[Sequence[tuple[float, Entry]]], *, left: float, top: float) -> None:
    """Draw a key: for each entry a mark of that type and colour, then the text."""
    for number, row in enumerate(rows):
        y = top - (number + 0.5) * KEY_LINE
        for x, (kind, colour, text) in row:
            draw_marks(axes, [(left + x + 0.08, y, 0.062, kind, colour)], zorder=5)
            axes.text(left + x + 0.21, y, harmless(text), fontsize=KEY_FONT, va="center_baseline", color=INK)
