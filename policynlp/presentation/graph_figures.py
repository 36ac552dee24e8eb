"""Draws the graph for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from policynlp.codebook import load_codebook
from policynlp.presentation.fonts import chinese_text
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import edge_weight, place_nodes, spread, text_width, visible_part
from policynlp.presentation.messages import check_language, message

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_graph"]

INCHES = (13.0, 9.2)
FONT = 9.0
MARGIN = 0.4  # inches around the drawing
HEADER = 0.9  # inches for title and legend above, and the note below
FOOTER = 0.15


def draw_graph(graph: nx.Graph[str], *, title: str = "", lang: str = "zh", limit: int = 60) -> Figure:
    """Draw a graph: colour by entity type, size by statements, width by shared statements, no label over another.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        title: whose graph it is, such as a zone; "" for no title.
        lang: language of title, legend and note, zh or en.
        limit: the most nodes to draw; the most connected are kept, and the note says how many there are in all.

    Returns:
        A matplotlib `Figure`, which belongs to no pyplot state; nothing is saved.

    Raises:
        ValueError: `lang` is unknown or `limit` below 1.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。"))
        >>> type(draw_graph(graph)).__name__
        'Figure'
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    check_language(lang)
    if limit < 1:
        raise ValueError(f"limit is {limit}; it must be 1 or more")
    picture = visible_part(graph, limit)
    positions, (width, height) = place_labels(picture) if len(picture) else ({}, INCHES)
    with chinese_text():
        figure = Figure(figsize=(width, height), dpi=100)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        # One unit is one inch, so that what does not overlap in the layout does not overlap in print.
        axes.set_xlim(0, width)
        axes.set_ylim(0, height)
        if title:
            heading = message("figure", "graph_title", lang, name=harmless(title))
            axes.text(MARGIN, height - MARGIN, heading, fontsize=17, va="top", color="#222222")
        if not positions:
            axes.text(width / 2, height / 2, message("figure", "graph_empty", lang), ha="center", fontsize=14, color="#666666")
            return figure
        draw_edges(axes, picture, positions)
        draw_nodes(axes, picture, positions)
        draw_legend(figure, picture, lang)
        note = message("figure", "graph_note", lang, shown=len(picture), nodes=len(graph))
        axes.text(MARGIN, MARGIN / 2, note, fontsize=8.5, color="#666666")
    return figure


def radius(count: int) -> float:
    """Give the radius of a node in inches: area grows with the number of statements."""
    return 0.055 * float(np.sqrt(count + 1))


def place_labels(picture: nx.Graph[str]) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """Place nodes so that neither they nor the labels under them overlap.

    Returns:
        The positions in inches, and the size of the page: `INCHES`, or larger where the graph needs more.
    """
    frame = np.array([2 * MARGIN, 2 * MARGIN + HEADER])
    room = np.array(INCHES) - frame
    placed = place_nodes(picture, float(room[0] / room[1]))
    names = list(picture)
    radii = np.array([radius(picture.nodes[n]["count"]) for n in names])
    glyph = FONT / 72
    wide = np.maximum([text_width(n) * glyph for n in names], 2 * radii) + 0.1
    sizes = np.column_stack([wide, 2 * radii + glyph + 0.14])
    centres = np.array([placed[n] for n in names]) * (room[1] - 1.0)
    moved = spread(centres, sizes)
    # The label hangs under its node: a node stands above the middle of its box.
    lower, upper = (moved - sizes / 2).min(0), (moved + sizes / 2).max(0)
    stretch = np.maximum(room / np.maximum(upper - lower, 1e-9), 1.0)
    moved = (moved - lower) * np.minimum(stretch, 1.6) + MARGIN
    extent = (upper - lower) * np.minimum(stretch, 1.6)
    page = np.maximum(np.array(INCHES), extent + frame)
    moved += np.maximum((page - extent - frame) / 2, 0) + np.array([0, FOOTER])
    points = moved + np.column_stack([np.zeros(len(names)), sizes[:, 1] / 2 - radii])
    return {n: (float(x), float(y)) for n, (x, y) in zip(names, points, strict=True)}, (float(page[0]), float(page[1]))


def draw_edges(axes: object, picture: nx.Graph[str], positions: dict[str, tuple[float, float]]) -> None:
    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection

    assert isinstance(axes, Axes)
    for part_of, style, colour in ((False, "solid", "#9aa5b1"), (True, (0, (3, 2)), "#d9730d")):
        edges = [(a, b, d) for a, b, d in picture.edges(data=True) if d["part_of"] is part_of]
        if edges:
            axes.add_collection(
                LineCollection(
                    [[positions[a], positions[b]] for a, b, _ in edges],
                    linewidths=[0.5 + 0.9 * edge_weight(d) for _, _, d in edges],
                    linestyles=[style],
                    colors=colour,
                    alpha=0.5 if not part_of else 0.75,
                    zorder=1,
                )
            )


def draw_nodes(axes: object, picture: nx.Graph[str], positions: dict[str, tuple[float, float]]) -> None:
    from matplotlib import patheffects
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    types = load_codebook().types
    halo = [patheffects.withStroke(linewidth=2.4, foreground="white")]
    for name, data in picture.nodes(data=True):
        x, y = positions[name]
        size = (2 * radius(data["count"]) * 72) ** 2
        axes.scatter([x], [y], s=size, c=[types[data["kind"]].label.colour], edgecolors="white", linewidths=0.8, zorder=2)
        axes.text(
            x,
            y - radius(data["count"]) - 0.03,
            harmless(name),
            fontsize=FONT,
            ha="center",
            va="top",
            color="#1c1c1c",
            zorder=3,
            path_effects=halo,
        )


def draw_legend(figure: Figure, picture: nx.Graph[str], lang: str) -> None:
    from matplotlib.lines import Line2D

    present = {data["kind"] for _, data in picture.nodes(data=True)}
    types = [t for code, t in load_codebook().types.items() if code in present]
    handles = [Line2D([], [], marker="o", linestyle="", markersize=9, color=t.label.colour, label=t.label.name(lang)) for t in types]
    figure.legend(
        handles=handles, loc="upper right", bbox_to_anchor=(0.985, 0.975), ncols=len(handles), frameon=False, fontsize=10, handletextpad=0.2
    )
