"""Puts labels beside points so that none covers another label or a point."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["Box", "place_beside"]

Box = tuple[float, float, float, float]  # left, bottom, right, top
TURNS = (0, 180, 90, 270, 30, 150, 330, 210, 60, 120, 300, 240)  # degrees, the best first: right, left, above, below
STEP = 0.12  # inches further out, when no direction has room
FARTHEST = 40  # steps


def place_beside(points: Sequence[tuple[float, float, float]], sizes: Sequence[tuple[float, float]], frame: Box) -> list[Box | None]:
    """Place one label beside each point, the earlier points first.

    Args:
        points: x, y and radius of each point, in inches.
        sizes: width and height of each label.
        frame: where labels may be.

    Returns:
        The box of each label; None where the frame has no room for it.

    Example:
        >>> boxes = place_beside([(1, 1, 0.1), (1.2, 1, 0.1)], [(1, 0.2), (1, 0.2)], (0, 0, 4, 2))
        >>> [round(box[0], 2) for box in boxes]
        [0.5, 1.34]
    """
    marks = [(x - r, y - r, x + r, y + r) for x, y, r in points]
    placed: list[Box | None] = []
    for (x, y, r), (width, height) in zip(points, sizes, strict=True):
        taken = [*marks, *(box for box in placed if box)]
        tries = (beside(x, y, r + 0.04 + STEP * step, width, height, turn) for step in range(FARTHEST) for turn in TURNS)
        placed.append(next((box for box in tries if inside(box, frame) and not any(overlap(box, other) for other in taken)), None))
    return placed


def beside(x: float, y: float, distance: float, width: float, height: float, turn: int) -> Box:
    """Give the box whose edge is that far from x, y in that direction."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    middle_x = x + distance * cos + width / 2 * (round(cos, 6) > 0) - width / 2 * (round(cos, 6) < 0)
    middle_y = y + distance * sin + height / 2 * round(sin, 6)
    return (middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2)


def inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] - 1e-9 and box[1] >= frame[1] - 1e-9 and box[2] <= frame[2] + 1e-9 and box[3] <= frame[3] + 1e-9


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
