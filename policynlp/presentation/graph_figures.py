"""Draws the graph for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from policynlp.codebook import load_codebook
from policynlp.presentation.fonts import chinese_text
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import edge_weight, place_nodes, spread, visible_part
from policynlp.presentation.messages import check_language, message

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_graph"]

INCHES = (13.0, 9.2)
FONT = 9.0
MARGIN = 0.35  # of an inch, around the drawing


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
    with chinese_text():
        figure = Figure(figsize=INCHES, dpi=100)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        if title:
            figure.text(0.03, 0.965, message("figure", "graph_title", lang, name=harmless(title)), fontsize=17, va="top", color="#222222")
        if not len(picture):
            figure.text(0.5, 0.5, message("figure", "graph_empty", lang), ha="center", fontsize=14, color="#666666")
            return figure
        positions = label_positions(picture)
        draw_edges(axes, picture, positions)
        draw_nodes(axes, picture, positions)
        xs, ys = zip(*positions.values(), strict=True)
        axes.set_xlim(min(xs) - 0.9, max(xs) + 0.9)
        axes.set_ylim(min(ys) - 1.0, max(ys) + 1.0)
        draw_legend(figure, picture, lang)
        note = message("figure", "graph_note", lang, shown=len(picture), nodes=len(graph))
        figure.text(0.03, 0.022, note, fontsize=8.5, color="#666666")
    return figure


def radius(count: int) -> float:
    """Give the radius of a node in inches: area grows with the number of statements."""
    return 0.055 * float(np.sqrt(count + 1))


def label_positions(picture: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Place nodes in inches so that neither they nor the labels under them overlap."""
    width, height = INCHES[0] - 2 * MARGIN - 1.2, INCHES[1] - 2 * MARGIN - 1.6
    placed = place_nodes(picture, width / height)
    names = list(picture)
    centres = np.array([[placed[n][0] * height, placed[n][1] * height] for n in names])
    glyph = FONT / 72
    sizes = np.array(
        [
            [max(text_width(n) * glyph, 2 * radius(picture.nodes[n]["count"])) + 0.08, 2 * radius(picture.nodes[n]["count"]) + glyph + 0.12]
            for n in names
        ]
    )
    moved = spread(centres, sizes)
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, moved, strict=True)}


def text_width(name: str) -> float:
    """Give the width of a label in ems: Chinese characters are square, others about half."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.56 for c in name)


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
