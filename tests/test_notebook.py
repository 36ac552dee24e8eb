"""Notebooks: analyses and graphs show in a sandboxed frame; a graph stays what networkx makes of it."""

import copy
import html
import pickle
import re
import subprocess
import sys

import networkx as nx
import pytest

import policynlp
from policynlp.network.cooccurrence import CooccurrenceGraph

HOSTILE = "支持“</script><script>alert(1)</script>\"'”平台和“<img src=x onerror=alert(1)>”平台发展数字经济。"
FRAME = re.compile(r'<iframe sandbox="allow-scripts allow-downloads" [^<>]*? srcdoc="([^"<>]*)"></iframe>')


@pytest.fixture(scope="module")
def graph(benxi):
    return policynlp.build_graph(benxi)


@pytest.mark.parametrize("text", ["支持龙头企业发展数字经济。", "一句话。", HOSTILE])
def test_a_frame_is_sandboxed_and_holds_the_whole_page_escaped(text):
    analysis = policynlp.analyze(text)
    for shown in (analysis, policynlp.build_graph(analysis)):
        frame = FRAME.fullmatch(shown._repr_html_())
        assert frame
        page = html.unescape(frame[1])
        assert page.startswith("<!DOCTYPE html>")
        assert "Content-Security-Policy" in page
        assert "<img" not in page
        assert "alert(1)</script>" not in page
        assert shown._repr_html_() == shown._repr_html_()


def test_a_graph_is_as_networkx_has_it(graph):
    assert isinstance(graph, nx.Graph)
    plain = nx.Graph(graph)
    assert type(plain) is nx.Graph
    joined = nx.Graph(graph.edge_subgraph(graph.edges))
    for other in (graph.copy(), copy.deepcopy(graph), pickle.loads(pickle.dumps(graph)), graph.subgraph(list(graph))):  # noqa: S301
        assert isinstance(other, CooccurrenceGraph)
        assert nx.utils.graphs_equal(nx.Graph(other), plain)
        assert nx.utils.graphs_equal(nx.Graph(other.edge_subgraph(other.edges)), joined)
    assert type(graph.to_directed()) is nx.DiGraph
    assert nx.utils.graphs_equal(nx.Graph(nx.node_link_graph(nx.node_link_data(graph, edges="e"), edges="e")), plain)
    part = graph.subgraph(sorted(graph)[:30])
    assert FRAME.fullmatch(part._repr_html_())


def test_nothing_that_draws_is_loaded_before_a_notebook_asks():
    code = (
        "import sys, policynlp; g = policynlp.build_graph(policynlp.analyze('发展数字经济和氢能产业。'));"
        "print([m for m in ('matplotlib', 'policynlp.presentation') if m in sys.modules]);"
        "g._repr_html_(); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]
