"""Shows analyses and graphs in a notebook, in frames that reach neither the notebook nor the network."""

from __future__ import annotations

import io

import networkx as nx

from policynlp.presentation.graph_figures import draw_graph
from policynlp.presentation.page import frame_html, page_html
from policynlp.presentation.saving import save_figure_to
from policynlp.schema import Analysis

__all__ = ["show_analysis", "show_graph"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SHEET = '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><style>{style}</style>{svg}'
STYLE = "html, body { margin: 0; height: 100%; background: #fff } svg { width: 100%; height: 100% }"


def show_analysis(analysis: Analysis) -> str:
    """Give the explorable page of one report as HTML for a notebook cell; `Analysis` shows itself by it."""
    return frame_html(page_html(analysis))


def show_graph(graph: nx.Graph[str]) -> str:
    """Give the picture of a co-occurrence graph as HTML for a notebook cell; what `build_graph` gives shows itself by it."""
    buffer = io.BytesIO()
    save_figure_to(draw_graph(graph), buffer, ".svg")
    svg = buffer.getvalue().decode()
    return frame_html(SHEET.format(policy=POLICY, style=STYLE, svg=svg[svg.index("<svg") :]), height=640)
