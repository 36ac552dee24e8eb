"""Filters: agreement with scipy, networkx and the authors' figures; what always stays; order."""

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.integrate import quad
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.stats import hypergeom

from policynlp.network import backbone
from policynlp.network.backbone import disparity_backbone, keep_edges, noise_corrected_backbone, readable_graph, spanning_tree

FILTERS = [keep_edges, disparity_backbone, noise_corrected_backbone, spanning_tree, readable_graph]
NAMES = "产业基金平台园区银行"


def graph_of(edges, part_of=(), alone=()):
    """A graph as `build_graph` gives it: edges (name, name, count), names in as many windows as their edges need."""
    graph = nx.Graph(reports=1, windows=1000, unit="statement", enumerations="keep")
    for a, b, count in edges:
        graph.add_edge(a, b, count=count, weight=float(count), part_of=(a, b) in part_of)
    graph.add_nodes_from(alone)
    for name in graph:
        graph.nodes[name]["count"] = sum(data["count"] for _, _, data in graph.edges(name, data=True)) or 1
    return graph


def les_miserables():
    return graph_of([(a, b, data["weight"]) for a, b, data in nx.les_miserables_graph().edges(data=True)])


@st.composite
def graphs(draw):
    """Small graphs in which some edges are `part_of`, some of these without a shared window."""
    pairs = draw(st.lists(st.sampled_from(list(itertools.combinations(NAMES, 2))), min_size=1, unique=True))
    tied = set(draw(st.lists(st.sampled_from(pairs), unique=True)))
    counts = [draw(st.integers(0 if pair in tied else 1, 30)) for pair in pairs]
    return graph_of([(*pair, count) for pair, count in zip(pairs, counts, strict=True)], part_of=tied, alone=NAMES[:3])


def content(graph):
    return list(graph.nodes(data=True)), [(min(a, b), max(a, b), data) for a, b, data in graph.edges(data=True)]


@pytest.mark.parametrize("filtered", FILTERS)
@given(graph=graphs())
def test_what_every_filter_does(filtered, graph):
    before = content(graph.copy())
    part = filtered(graph)
    assert content(graph) == before
    assert {frozenset(edge) for edge in part.edges} <= {frozenset(edge) for edge in graph.edges}
    for a, b, data in graph.edges(data=True):
        assert part.has_edge(a, b) or not data["part_of"]
        if part.has_edge(a, b):
            assert data.items() <= part.edges[a, b].items()
    assert all(degree for _, degree in part.degree)
    assert all(data == graph.nodes[name] for name, data in part.nodes(data=True))
    assert list(part) == sorted(part)
    assert content(part)[1] == sorted(content(part)[1], key=lambda edge: edge[:2])
    assert graph.graph.items() <= part.graph.items()
    assert (part.graph["all_nodes"], part.graph["all_edges"]) == (len(graph), graph.number_of_edges())


@pytest.mark.parametrize("filtered", FILTERS)
@given(graph=graphs(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(filtered, graph, random):
    edges, nodes = list(graph.edges(data=True)), list(graph.nodes(data=True))
    random.shuffle(edges)
    random.shuffle(nodes)
    other = nx.Graph(**graph.graph)
    other.add_nodes_from(nodes)
    other.add_edges_from((b, a, data) for a, b, data in edges)
    assert content(filtered(graph)) == content(filtered(other))


@pytest.mark.parametrize("filtered", FILTERS)
def test_a_graph_without_edges(filtered):
    part = filtered(graph_of([], alone=["产业"]))
    assert (len(part), part.graph["all_nodes"], part.graph["all_edges"]) == (0, 1, 0)


def test_a_second_filter_remembers_the_first_size():
    graph = graph_of([("a", "b", 3), ("b", "c", 2), ("c", "d", 1)])
    assert keep_edges(keep_edges(graph, min_count=2), min_count=3).graph["all_edges"] == 3


def test_keep_edges_by_count_and_by_rank():
    graph = graph_of([("a", "b", 3), ("b", "c", 2), ("c", "d", 1), ("d", "e", 1), ("x", "y", 0)], part_of={("x", "y")})
    assert list(keep_edges(graph, min_count=2).edges) == [("a", "b"), ("b", "c"), ("x", "y")]
    assert list(keep_edges(graph, top=1).edges) == [("a", "b"), ("x", "y")]
    # c stands in 3 windows, e in 1: of the two pairs that meet once c-d outranks d-e.
    assert list(keep_edges(graph, top=3).edges) == [("a", "b"), ("b", "c"), ("c", "d"), ("x", "y")]
    assert list(keep_edges(graph, min_count=2, top=9).edges) == list(keep_edges(graph, min_count=2).edges)


def test_a_weighing_of_enumerations_ranks_and_min_count_counts():
    graph = graph_of([("a", "b", 3), ("c", "d", 2)])
    graph.edges["a", "b"]["weight"] = 0.5
    assert list(keep_edges(graph, top=1).edges) == [("c", "d")]
    assert list(keep_edges(graph, min_count=3).edges) == [("a", "b")]


@pytest.mark.parametrize("options", [{"min_count": 0}, {"top": 0}])
def test_keep_edges_refuses_less_than_one(options):
    with pytest.raises(ValueError, match="must be 1 or more"):
        keep_edges(graph_of([("a", "b", 1)]), **options)


@pytest.mark.parametrize("make", [les_miserables, lambda: graph_of([("a", "b", 7), ("a", "c", 1), ("a", "d", 2), ("b", "c", 1)])])
def test_the_p_value_is_serranos_integral(make):
    graph = make()
    strength = dict(graph.degree(weight="weight"))
    for a, b, data in disparity_backbone(graph, alpha=1).edges(data=True):
        chances = []
        for name in (a, b):
            k = graph.degree(name)
            if k > 1:
                chances.append(1 - (k - 1) * quad(lambda x, k=k: (1 - x) ** (k - 2), 0, data["weight"] / strength[name])[0])
        assert data["disparity"] == pytest.approx(min(chances), abs=1e-8)


def test_disparity_keeps_what_is_below_alpha():
    graph = les_miserables()
    scores = {frozenset(e[:2]): e[2] for e in disparity_backbone(graph, alpha=1).edges(data="disparity")}
    for alpha in (0.05, 0.3):
        kept = {frozenset(edge) for edge in disparity_backbone(graph, alpha=alpha).edges}
        assert kept == {pair for pair, p in scores.items() if p < alpha}
        assert 0 < len(kept) < len(scores)


def test_a_name_of_one_edge_leaves_the_verdict_to_the_other_end():
    star = graph_of([("hub", "big", 50), *(("hub", f"leaf{i}", 1) for i in range(9))])
    assert list(disparity_backbone(star).edges) == [("big", "hub")]
    assert disparity_backbone(graph_of([("a", "b", 99)])).number_of_edges() == 0
    graph = graph_of([("a", "b", 99), ("x", "y", 0)], part_of={("a", "b"), ("x", "y")})
    assert [p for *_, p in disparity_backbone(graph).edges(data="disparity")] == [1.0, 1.0]


@pytest.mark.parametrize("alpha", [-0.1, 1.1, math.nan])
def test_disparity_refuses_an_alpha_that_is_no_chance(alpha):
    with pytest.raises(ValueError, match="alpha"):
        disparity_backbone(graph_of([("a", "b", 1)]), alpha=alpha)


def noise_score_step_by_step(graph, a, b):
    """The score from the distributions that the paper names, the derivative of the lift taken in small steps."""
    strength = dict(graph.degree(weight="weight"))
    n, i, j = graph.edges[a, b]["weight"], strength[a], strength[b]
    total = sum(strength.values())
    mean, variance = (float(m) for m in hypergeom(total, i, j).stats("mv"))
    mean, variance = mean / total, variance / total**2
    size = mean * (1 - mean) / variance - 1  # alpha + beta of the Beta with these moments
    chance = (mean * size + n) / (size + total)

    def lift(more):
        ratio = (n + more) * (total + more) / ((i + more) * (j + more))
        return (ratio - 1) / (ratio + 1)

    slope = (lift(1e-4) - lift(-1e-4)) / 2e-4
    return lift(0) / (abs(slope) * math.sqrt(total * chance * (1 - chance)))


def test_the_noise_score_step_by_step():
    graph = les_miserables()
    part = noise_corrected_backbone(graph, delta=-math.inf)
    assert part.number_of_edges() == graph.number_of_edges()
    for a, b, score in part.edges(data="noise_score"):
        assert score == pytest.approx(noise_score_step_by_step(graph, a, b), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(("delta", "edges"), [(1.28, 209), (1.64, 195), (2.32, 177), (10, 100)])
def test_the_backbone_is_as_large_as_the_authors_script_makes_it(delta, edges):
    assert noise_corrected_backbone(les_miserables(), delta=delta).number_of_edges() == edges


@pytest.mark.parametrize(
    ("pair", "score"),
    [
        (("Cosette", "Valjean"), 45.4556),
        (("Javert", "Valjean"), 17.0947),
        (("Courfeyrac", "Enjolras"), 14.3082),
        (("Marius", "Valjean"), 4.9156),
        (("Enjolras", "Valjean"), -1.4589),
        (("Fauchelevent", "MotherInnocent"), 2857.7122),
    ],
)
def test_the_score_is_that_of_the_authors_script(pair, score):
    # Theirs takes another second parameter of the prior (see the comment in the module), which moves a score by a few thousandths.
    assert noise_corrected_backbone(les_miserables(), delta=-math.inf).edges[pair]["noise_score"] == pytest.approx(score, rel=4e-3)


def test_the_noise_score_tells_chance_from_more():
    # Every name meets every other as often as strengths let expect; one pair ten times as often.
    names = [f"n{i:02d}" for i in range(12)]
    edges = [(a, b, 40 if (a, b) == ("n00", "n01") else 4) for a, b in itertools.combinations(names, 2)]
    assert list(noise_corrected_backbone(graph_of(edges)).edges) == [("n00", "n01")]


@given(graphs(), st.floats(0, 5), st.floats(0, 5))
def test_a_stricter_delta_keeps_less(graph, one, two):
    loose, strict = (set(noise_corrected_backbone(graph, delta=delta).edges) for delta in sorted([one, two]))
    assert strict <= loose
    assert all(math.isfinite(score) for *_, score in noise_corrected_backbone(graph, delta=-math.inf).edges(data="noise_score"))


def test_the_noise_score_stays_finite_where_the_deviation_vanishes():
    # 1/9 - 1/10 = 1/80 - 1/720: the derivative of the lift is 0 at this edge.
    graph = graph_of([("a", "b", 9), ("a", "c", 1), ("b", "d", 71), ("e", "f", 279)])
    assert sum(dict(graph.degree(weight="weight")).values()) == 720
    score = noise_corrected_backbone(graph).edges["a", "b"]["noise_score"]
    assert 1e6 < score < math.inf


def test_the_noise_corrected_backbone_needs_counts():
    graph = graph_of([("a", "b", 1)])
    graph.edges["a", "b"]["share"] = 0.25
    with pytest.raises(ValueError, match="needs counts"):
        noise_corrected_backbone(graph, weight="share")


@pytest.mark.parametrize("filtered", [disparity_backbone, noise_corrected_backbone, spanning_tree])
def test_an_attribute_that_no_edge_has_is_named(filtered):
    with pytest.raises(ValueError, match="'jacard'"):
        filtered(les_miserables(), weight="jacard")


def test_edges_without_the_attribute_are_left_out():
    graph = graph_of([("a", "b", 3), ("b", "c", 3), ("a", "c", 3)])
    nx.set_edge_attributes(graph, {("a", "b"): 0.5, ("b", "c"): -0.2}, "npmi")
    assert list(spanning_tree(graph, "npmi").edges) == [("a", "b")]


@given(graphs())
def test_the_spanning_forest_agrees_with_networkx_and_scipy(graph):
    for _, _, data in graph.edges(data=True):
        data["part_of"] = False
    graph.remove_edges_from([edge[:2] for edge in graph.edges(data=True) if not edge[2]["count"]])
    tree = spanning_tree(graph)
    total = tree.size(weight="weight")
    assert not len(tree) or nx.is_forest(tree)
    assert tree.number_of_edges() == len(graph) - nx.number_connected_components(graph)
    assert total == nx.maximum_spanning_tree(graph, algorithm="prim").size(weight="weight")
    if tree.number_of_edges():
        matrix = sparse.triu(nx.to_scipy_sparse_array(graph)).tocsr()
        matrix.data = 100 - matrix.data
        assert total == pytest.approx(np.sum(100 - minimum_spanning_tree(matrix).data))


def test_a_small_graph_is_readable_as_it_is():
    graph = graph_of([(f"a{i}", f"b{i}", 1) for i in range(250)], alone=["alone"])
    assert readable_graph(graph).number_of_edges() == 250


def large_graph():
    """Six common names that meet by chance and often, 40 pairs of three windows, 300 of one."""
    common = [f"c{i}" for i in range(6)]
    edges = [(a, b, 5) for a, b in itertools.combinations(common, 2)]
    edges += [(name, f"{name}x{i}", 40) for name in common for i in range(10)]
    edges += [(f"m{i}", f"n{i}", 3) for i in range(40)]
    edges += [(f"p{i:03d}", f"q{i:03d}", 1) for i in range(300)]
    return graph_of([*edges, ("c0", "z", 0)], part_of={("c0", "z")})


def test_a_large_graph_is_cut_to_its_strongest_edges():
    graph = large_graph()
    part = readable_graph(graph)
    assert part.number_of_edges() == 250 + 1
    assert "noise_score" not in part.edges["c0", "c0x0"]
    met = {pair for pair, score in backbone.noise_scores(graph, "weight").items() if score > 1.64}
    chance = {tuple(sorted(edge)) for edge in graph.edges if graph.edges[edge]["count"]} - met
    assert chance == set(itertools.combinations([f"c{i}" for i in range(6)], 2))
    assert not chance & set(part.edges)
    assert all(f"n{i}" in part for i in range(40))
    assert sum(data["count"] == 1 for *_, data in part.edges(data=True)) == 250 - 60 - 40
