"""What tests ask of a figure: where its texts and marks are, and what it says."""

import io
from itertools import combinations, product

from matplotlib.collections import PolyCollection


def texts(figure):
    return [text for axes in figure.axes for text in axes.texts if text.get_text()]


def said(figure):
    return [text.get_text() for text in texts(figure)]


def text_boxes(figure):
    renderer = figure.canvas.get_renderer()
    return [text.get_window_extent(renderer) for text in texts(figure)]


def mark_boxes(figure):
    from matplotlib.transforms import Bbox

    collections = [c for axes in figure.axes for c in axes.collections if isinstance(c, PolyCollection)]
    return [Bbox.null().union([path.get_extents(c.get_transform())]) for c in collections for path in c.get_paths()]


def overlapping(boxes, others=None):
    """Count the pairs of boxes that overlap by more than the rim of an anti-aliased glyph."""
    pairs = combinations(boxes, 2) if others is None else product(boxes, others)
    return sum(min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5 for a, b in pairs)


def leaving(figure):
    """Count the texts that leave the sheet."""
    return sum(not (b.x0 >= 0 and b.y0 >= 0 and b.x1 <= figure.bbox.x1 and b.y1 <= figure.bbox.y1) for b in text_boxes(figure))


def pixels(figure, dpi=50):
    import numpy as np
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=dpi, format="png")
    return np.asarray(Image.open(buffer).convert("L"))
