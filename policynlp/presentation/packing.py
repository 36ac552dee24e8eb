"""Packs the separate parts of a picture onto a page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["fill_rows", "fit_shapes"]

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def fill_rows(sizes: Sequence[tuple[float, float]], aspect: float, *, gap: float) -> list[tuple[float, float]]:
    """Pack boxes in rows, in the order given; give the lower left corner of each.

    Example:
        >>> fill_rows([(2, 1), (1, 1), (1, 1)], 1.4, gap=0.5)
        [(0.0, 0.0), (0.0, 1.5), (1.5, 1.5)]
    """
    total = sum(width * height for width, height in sizes)
    row_width = max([math.sqrt(total * 1.3 * aspect), *(width for width, _ in sizes)])
    corners: list[tuple[float, float]] = []
    x = y = row = 0.0
    for width, height in sizes:
        if x and x + width > row_width:
            x, y, row = 0.0, y + row + gap, 0.0
        corners.append((x, y))
        x += width + gap
        row = max(row, height)
    return corners


def fit_shapes(shapes: Sequence[Mask], aspect: float) -> list[tuple[int, int]]:
    """Fit shapes of cells together so that the whole stays small and near to `aspect`; give each its lowest column and row.

    Each shape goes, in the order given, where it makes the whole grow least, and there as near to the middle as it can; so
    small parts fill the bays of large ones.

    Args:
        shapes: the cells that each takes, [column, row].
        aspect: the width to aim at, as a multiple of the height.

    Source:
        Freivalds, K., Dogrusoz, U., & Kikusts, P. (2002). Disconnected graph layout and the polyomino packing approach. In Graph
        Drawing 2001 (pp. 378-391). Springer.

    Example:
        >>> bay = np.array([[1, 1, 1], [1, 0, 1], [1, 0, 1]], bool)
        >>> fit_shapes([bay, np.array([[1], [1]], bool)], 1.0)
        [(0, 0), (1, 1)]
    """
    places: list[tuple[int, int]] = []
    taken = np.zeros((0, 0), bool)
    for shape in shapes:
        reach = np.array(shape.shape)
        canvas = np.pad(taken, [(reach[0], reach[0]), (reach[1], reach[1])])
        room = np.array(canvas.shape) - reach + 1
        blocked = np.zeros(room, bool)
        for x, y in np.argwhere(shape):
            blocked |= canvas[x : x + room[0], y : y + room[1]]
        free = np.argwhere(~blocked)
        low = np.minimum(free, reach)
        high = np.maximum(free + reach, reach + taken.shape)
        extent = high - low
        grown = np.maximum(extent[:, 0] / aspect, extent[:, 1])
        off = np.abs((free + reach / 2) - (low + high) / 2)
        best = np.lexsort((free[:, 1], free[:, 0], (off / (aspect, 1.0)).sum(1), grown.round(6)))[0]
        corner, start, end = free[best], low[best], high[best]
        canvas[tuple(slice(a, a + n) for a, n in zip(corner, reach, strict=True))] |= shape
        taken = canvas[start[0] : end[0], start[1] : end[1]]
        shift = reach - start
        places = [(x + int(shift[0]), y + int(shift[1])) for x, y in places] + [(int(corner[0] - start[0]), int(corner[1] - start[1]))]
    return places
