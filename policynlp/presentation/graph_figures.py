"""Draws the graph for print."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import networkx as nx
import numpy as np

from policynlp.codebook import load_codebook
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import Places, arrange, edge_weight, ordered_edges, shorten, strong_part, text_width, visible_part
from policynlp.presentation.markers import COMMUNITY_COLOURS, KEY_LINE, REST_COLOUR, Entry, draw_key, draw_marks, key_rows, mark_outline
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, QUIET, WIDTH, blank_sheet, check_limit, draw_title, white_ground

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_graph"]

INCHES = (WIDTH, 6.8)
TITLE = 0.38
FOOTER = 0.5
FONT = (8.5, 10.5)  # of the labels: the rarest name, the commonest
NODE = (0.062, 0.21)  # radius in inches of a node of one statement, and of the largest node at most
LINE = (0.75, 5.0)  # width in points of an edge of weight 1, and of the heaviest edge at most
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
EDGES_A_NODE = 2.5  # more lines than that hide each other
PACKAGE = "#b3540a"


def draw_graph(
    graph: nx.Graph[str], *, title: str = "", lang: str = "zh", limit: int = 60, colour_by: Literal["kind", "community"] = "kind"
) -> Figure:
    """Draw a graph: shape by entity type, colour by type or community, size by statements, width by weight.

    No label covers another. Of a large graph the strongest part is drawn, and the note under the picture says which.
    Areas of nodes and squares of line widths grow in proportion to what they stand for, with a key of sizes.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        title: whose graph it is, such as a zone; "" for no title.
        lang: language of title, key and note, zh or en.
        limit: the most nodes to draw. Edges are taken by weight, heaviest first, as long as their ends fit in; of the edges
            among these nodes the weakest are left out where there are more than two and a half a node, but a maximum spanning
            forest stays.
        colour_by: «kind», or «community» where each node has the attribute `community`.

    Returns:
        A matplotlib `Figure`, which belongs to no pyplot state; nothing is saved.

    Raises:
        ValueError: `lang` or `colour_by` is unknown, `limit` below 1, or a node has no `community`.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。"))
        >>> type(draw_graph(graph, title="测试区")).__name__
        'Figure'
    """
    check_language(lang)
    check_limit(limit)
    colours, groups = colour_nodes(graph, visible := visible_part(graph, limit), colour_by, lang)
    picture, floor = strong_part(visible, math.ceil(EDGES_A_NODE * len(visible)))
    scale = Scale.of(picture)
    key = [row for entries in groups for row in key_rows(entries, INCHES[0] - 2 * MARGIN)]
    places, (width, height) = place_labels(picture, scale, TITLE * bool(title) + KEY_LINE * len(key))
    with blank_sheet(width, height) as (figure, axes):
        top = height - MARGIN
        if title:
            draw_title(axes, message("figure", "graph_title", lang, name=title), height)
            top -= TITLE
        if not places:
            axes.text(width / 2, height / 2, message("figure", "graph_empty", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        draw_key(axes, key, left=MARGIN, top=top)
        draw_edges(axes, picture, places, scale)
        draw_marks(axes, [(*places[n], scale.radius(d["count"]), d["kind"], colours[n]) for n, d in picture.nodes(data=True)])
        draw_labels(axes, picture, places, scale)
        draw_scale(axes, scale, width - MARGIN, lang)
        for line, text in enumerate(reversed(notes(graph, visible, picture, floor, lang))):
            axes.text(MARGIN, MARGIN * 0.6 + 0.16 * line, text, fontsize=7.5, color=QUIET, va="bottom")
    return figure


@dataclass(frozen=True, slots=True)
class Scale:
    """How counts and weights become inches and points: alike in all figures, until the largest would be too large."""

    counts: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, picture: nx.Graph[str]) -> Scale:
        counts = sorted({data["count"] for _, data in picture.nodes(data=True)})
        return cls(tuple(counts), tuple(sorted({edge_weight(data) for _, _, data in picture.edges(data=True)})))

    def radius(self, count: float) -> float:
        """Give the radius of a node in inches."""
        return min(NODE[0], NODE[1] / math.sqrt(max(self.counts[-1], 1))) * math.sqrt(max(count, 1))

    def line(self, weight: float) -> float:
        """Give the width of an edge in points."""
        return min(LINE[0], LINE[1] / math.sqrt(self.weights[-1])) * math.sqrt(weight)

    def font(self, count: float) -> float:
        """Give the size of a label in points."""
        return FONT[0] + (FONT[1] - FONT[0]) * min(1.0, (self.radius(count) - NODE[0]) / (NODE[1] - NODE[0]) * 2) if count > 1 else FONT[0]


def colour_nodes(graph: nx.Graph[str], picture: nx.Graph[str], colour_by: str, lang: str) -> tuple[dict[str, str], list[list[Entry]]]:
    """Give each node of the picture its colour, and the entries of the key, in groups that each begin a row."""
    types = load_codebook().types
    present = {data["kind"] for _, data in picture.nodes(data=True)}
    marks = [(code, t.label.colour, t.label.name(lang)) for code, t in types.items() if code in present]
    if colour_by == "kind":
        return {name: types[data["kind"]].label.colour for name, data in picture.nodes(data=True)}, [marks]
    if colour_by != "community":
        raise ValueError(f"colour_by is {colour_by!r}; it must be kind or community")
    if missing := [name for name, data in graph.nodes(data=True) if "community" not in data]:
        raise ValueError(f"«{missing[0]}» has no community; set the node attribute `community` first")
    sizes = Counter(data["community"] for _, data in picture.nodes(data=True))
    ranked = sorted(sizes, key=lambda community: (-sizes[community], str(community)))
    palette = dict(zip((community for community in ranked if sizes[community] > 1), COMMUNITY_COLOURS, strict=False))
    entries = [("INDUSTRY", colour, describe_community(picture, community, lang)) for community, colour in palette.items()]
    if rest := len(ranked) - len(palette):
        entries.append(("INDUSTRY", REST_COLOUR, message("figure", "community_rest", lang, count=rest)))
    colours = {name: palette.get(data["community"], REST_COLOUR) for name, data in picture.nodes(data=True)}
    return colours, [entries, [(code, QUIET, text) for code, _, text in marks]]


def describe_community(picture: nx.Graph[str], community: object, lang: str) -> str:
    """Name a community by its commonest member, with the number of its members in the picture."""
    members = [name for name, data in picture.nodes(data=True) if data["community"] == community]
    first = min(members, key=lambda name: (-picture.nodes[name]["count"], -picture.degree(name), name))
    return message("figure", "community", lang, name=label_of(first), count=len(members))


def place_labels(picture: nx.Graph[str], scale: Scale, header: float) -> tuple[Places, tuple[float, float]]:
    """Place nodes so that neither they nor the labels under them overlap.

    Returns:
        The positions in inches, and the size of the page: `INCHES`, or larger where the graph needs more.
    """
    below, above = FOOTER + MARGIN, MARGIN + header + 0.25
    room = np.array([INCHES[0] - 2 * MARGIN, INCHES[1] - below - above])
    if not len(picture):
        return {}, INCHES
    sizes: dict[str, tuple[float, float]] = {}
    drops: dict[str, float] = {}
    for name, data in picture.nodes(data=True):
        extent = np.ptp(mark_outline(data["kind"]), axis=0) * scale.radius(data["count"])
        glyph = scale.font(data["count"]) / 72
        sizes[name] = (max(text_width(label_of(name)) * glyph, float(extent[0])) + 0.1, float(extent[1]) + 1.25 * glyph + 0.1)
        drops[name] = (sizes[name][1] - float(extent[1])) / 2 - 0.03
    centres, extent = arrange(picture, sizes, float(room[0] / room[1]))
    stretch = np.clip(room / extent, 1.0, 1.5)
    page = np.maximum(room, extent * stretch)
    # The label hangs under its node: a node stands above the middle of its box.
    shift = (page - extent * stretch) / 2 + (MARGIN, below)
    places = {n: (float(x * stretch[0] + shift[0]), float(y * stretch[1] + shift[1] + drops[n])) for n, (x, y) in centres.items()}
    return places, (float(page[0] + 2 * MARGIN), float(page[1] + below + above))


def label_of(name: str) -> str:
    return shorten(harmless(name))


def draw_edges(axes: Axes, picture: nx.Graph[str], places: Places, scale: Scale) -> None:
    """Draw the edges, weak ones first and fainter, and fainter still where there are many; packages dashed."""
    from matplotlib.collections import LineCollection

    crowd = min(1.0, 1.2 * len(picture) / max(picture.number_of_edges(), 1))
    heaviest = math.sqrt(scale.weights[-1])
    edges = sorted(ordered_edges(picture), key=lambda edge: edge_weight(edge[2]))
    for part_of, style, colour in ((False, "solid", "#4f5b67"), (True, (0, (4, 2)), PACKAGE)):
        drawn = [(a, b, edge_weight(data)) for a, b, data in edges if bool(data["part_of"]) is part_of]
        if not drawn:
            continue
        axes.add_collection(
            LineCollection(
                [[places[a], places[b]] for a, b, _ in drawn],
                linewidths=[scale.line(weight) for _, _, weight in drawn],
                linestyles=[style],
                colors=colour,
                alpha=[0.18 + 0.3 * crowd + 0.3 * math.sqrt(weight) / heaviest for _, _, weight in drawn],
                zorder=1,
            ),
            autolim=False,
        )


def draw_labels(axes: Axes, picture: nx.Graph[str], places: Places, scale: Scale) -> None:
    for name, data in picture.nodes(data=True):
        x, y = places[name]
        low = float(mark_outline(data["kind"])[:, 1].min()) * scale.radius(data["count"])
        axes.text(
            x,
            y + low - 0.03,
            label_of(name),
            fontsize=scale.font(data["count"]),
            ha="center",
            va="top",
            color=INK,
            zorder=3,
            bbox=white_ground(),
        )


def draw_scale(axes: Axes, scale: Scale, right: float, lang: str) -> None:
    """Draw the key of sizes in the lower right corner: nodes of round numbers of statements, edges of round weights."""
    from matplotlib.lines import Line2D

    y, size = MARGIN + 0.1, 7.5
    x = right
    for weight in reversed(round_steps(scale.weights)):
        x -= text_width(f"{weight:g}") * size / 72
        axes.text(x, y, f"{weight:g}", fontsize=size, va="center_baseline", color=QUIET)
        axes.add_line(Line2D([x - 0.36, x - 0.06], [y, y], linewidth=scale.line(weight), color="#4f5b67", alpha=0.7, solid_capstyle="butt"))
        x -= 0.48
    x = caption(axes, x, y, message("figure", "scale_edges", lang), size) - 0.3
    for count in reversed(round_steps(scale.counts)):
        x -= text_width(f"{count:g}") * size / 72
        axes.text(x, y, f"{count:g}", fontsize=size, va="center_baseline", color=QUIET)
        x -= scale.radius(count) + 0.05
        draw_marks(axes, [(x, y, scale.radius(count), "INDUSTRY", "#8b949e")])
        x -= scale.radius(count) + 0.12
    caption(axes, x, y, message("figure", "scale_nodes", lang), size)


def caption(axes: Axes, x: float, y: float, text: str, size: float) -> float:
    """Write a caption that ends at x; give where it begins."""
    axes.text(x, y, text, fontsize=size, ha="right", va="center_baseline", color=QUIET)
    return x - text_width(text) * size / 72


def round_steps(values: Sequence[float]) -> list[float]:
    """Choose the least, the largest and a middle round number that the values span."""
    inside = [float(step) for step in STEPS if values[0] <= step <= values[-1]] or [values[-1]]
    return sorted({inside[0], inside[len(inside) // 2], inside[-1]})


def notes(graph: nx.Graph[str], visible: nx.Graph[str], picture: nx.Graph[str], floor: float, lang: str) -> list[str]:
    """Say what the dashes mean, and what of the graph is drawn."""
    lines = []
    if any(data["part_of"] for _, _, data in picture.edges(data=True)):
        lines.append(message("figure", "graph_dashed", lang))
    numbers = {"nodes": len(graph), "edges": graph.number_of_edges(), "shown": len(picture), "lines": picture.number_of_edges()}
    lines.append(message("figure", "graph_whole" if len(visible) == len(graph) else "graph_part", lang, **numbers))
    if floor:
        lines[-1] += message("figure", "graph_floor", lang, floor=f"{floor:g}")
    return lines
