"""Network figures: hand-known graphs, networkx, numpy; the same digits however a graph was built."""

import time

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.network.communities import find_communities, leiden, louvain
from policynlp.network.measures import centralisation, describe_network, describe_nodes
from policynlp.network.paths import betweenness, distances
from policynlp.network.themes import find_themes


def graph_of(edges):
    """Make a co-occurrence graph of (name, name, count)."""
    graph = nx.Graph(reports=1, windows=100, unit="statement", enumerations="keep")
    for a, b, count in edges:
        for name in (a, b):
            graph.add_node(name, kind="ORG", count=10, mentions=10, statements=())
        graph.add_edge(a, b, count=count, weight=float(count), part_of=False)
    return graph


def figures(graph):
    return describe_network(graph).set_index("measure")["value"]


STAR = graph_of([("hub", f"leaf{i}", 1) for i in range(5)])
RING = graph_of([(f"n{i}", f"n{(i + 1) % 6}", 1) for i in range(6)])


def test_a_star_is_wholly_centralised_and_a_ring_not_at_all():
    for kind in ("degree", "betweenness", "closeness"):
        assert figures(STAR)[f"{kind}_centralisation"] == pytest.approx(1.0)
        assert figures(RING)[f"{kind}_centralisation"] == pytest.approx(0.0)


def test_figures_of_a_ring():
    found = figures(RING)
    assert found["density"] == pytest.approx(6 / 15)
    assert found["path_length"] == pytest.approx((1 + 1 + 2 + 2 + 3) / 5)
    assert found["diameter"] == 3
    assert found["clustering"] == found["transitivity"] == 0


def test_constraint_against_burts_formula():
    graph = graph_of([("a", "b", 2), ("a", "c", 1), ("b", "c", 3), ("c", "d", 1)])
    weights = nx.to_numpy_array(graph, nodelist="abcd", weight="weight")
    share = weights / weights.sum(1, keepdims=True)
    tied = weights > 0
    expected = [sum((share[i, j] + share[i] @ share[:, j]) ** 2 for j in range(4) if tied[i, j]) for i in range(4)]
    found = describe_nodes(graph).set_index("name")["constraint"]
    assert [found[name] for name in "abcd"] == pytest.approx(expected)


def test_node_table_against_numpy(benxi):
    graph = policynlp.build_graph(benxi)
    table = describe_nodes(graph).set_index("name")
    names = sorted(max(nx.connected_components(graph.edge_subgraph([e for e in graph.edges if graph.edges[e]["count"]])), key=len))
    weights = nx.to_numpy_array(graph, nodelist=names, weight="weight")
    values, vectors = np.linalg.eigh(weights)
    assert np.allclose(np.abs(vectors[:, values.argmax()]), table.loc[names, "eigenvector"], atol=1e-6)
    assert table["pagerank"].sum() == pytest.approx(1.0)
    assert (table["strength"].diff().dropna() <= 0).all()
    assert set(table.index) == set(graph)


def test_modularity_is_that_of_networkx(benxi):
    graph = policynlp.build_graph(benxi)
    plain = nx.Graph((a, b, {"weight": d["weight"]}) for a, b, d in graph.edges(data=True) if d["weight"])
    plain.add_nodes_from(graph)
    numbers = find_communities(graph)
    groups = [{n for n in numbers if numbers[n] == k} for k in set(numbers.values())]
    assert figures(graph)["modularity"] == pytest.approx(nx.community.modularity(plain, groups, weight="weight"))


@pytest.mark.parametrize("edges", [[], [("a", "b", 1)], [("a", "b", 1), ("c", "d", 1)]])
def test_small_graphs(edges):
    graph = graph_of(edges)
    assert len(describe_nodes(graph)) == len(graph)
    assert figures(graph)["nodes"] == len(graph)
    assert len(find_themes(graph)) == 0


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_figures_do_not_depend_on_how_the_graph_was_built(data):
    names = "甲乙丙丁戊己庚"
    edges = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names), st.integers(1, 5)), min_size=1, max_size=14))
    edges = list({frozenset(e[:2]): e for e in edges if e[0] != e[1]}.values())
    other = data.draw(st.permutations(edges))
    assert describe_network(graph_of(edges)).equals(describe_network(graph_of(other)))
    assert describe_nodes(graph_of(edges)).equals(describe_nodes(graph_of(other)))


def test_two_cliques_are_two_communities():
    cliques = [(a, b, 3) for group in ("abcd", "wxyz") for i, a in enumerate(group) for b in group[i + 1 :]]
    numbers = find_communities(graph_of([*cliques, ("a", "w", 1)]))
    assert {numbers[n] for n in "abcd"} == {1}
    assert {numbers[n] for n in "wxyz"} == {2}
    with pytest.raises(ValueError, match="resolution"):
        find_communities(STAR, resolution=0)


def test_themes_by_hand():
    """Two triangles tied by one edge: e = n² / (10 · 10)."""
    triangles = [(a, b, 5) for group in ("abc", "xyz") for i, a in enumerate(group) for b in group[i + 1 :]]
    table = find_themes(graph_of([*triangles, ("a", "x", 2)]), communities=dict.fromkeys("abc", 1) | dict.fromkeys("xyz", 2))
    assert table["density"].tolist() == pytest.approx([100 * 3 * 0.25 / 3] * 2)
    assert table["centrality"].tolist() == pytest.approx([10 * 0.04] * 2)
    assert table["label"].tolist() == ["a、b、c", "x、y、z"]
    assert set(table["quadrant"]) == {"motor"}


def test_centralisation_of_too_few():
    assert centralisation({"a": 1.0, "b": 0.0}, "degree") == 0


def invented_graph(nodes, edges, seed):
    """A graph of several parts, whose first nodes have the most edges."""
    plain = nx.gnm_random_graph(nodes, edges // 2, seed=seed)
    plain.add_edges_from(nx.barabasi_albert_graph(nodes // 2, max(edges // nodes, 1), seed=seed).edges)
    rng = np.random.default_rng(seed)
    return graph_of((f"名{a:05}", f"名{b:05}", int(rng.integers(1, 4))) for a, b in plain.edges)


@pytest.mark.parametrize(("nodes", "edges"), [(1, 0), (2, 1), (30, 10), (30, 60), (200, 400), (1500, 1600)])
def test_paths_are_those_of_networkx(nodes, edges):
    plain = nx.gnm_random_graph(nodes, edges, seed=5)
    found = distances(plain)
    ways = dict(nx.all_pairs_shortest_path_length(plain))
    assert found.reached.tolist() == [len(ways[n]) for n in plain]
    assert found.total.tolist() == [sum(ways[n].values()) for n in plain]
    assert found.longest.tolist() == [max(ways[n].values()) for n in plain]
    assert found.closeness().tolist() == pytest.approx(list(nx.closeness_centrality(plain).values()))
    if nodes <= 200:
        assert betweenness(plain).tolist() == pytest.approx(list(nx.betweenness_centrality(plain).values()), rel=1e-9)


def test_an_estimate_of_betweenness_begins_at_the_chosen_nodes():
    plain = nx.gnm_random_graph(150, 400, seed=2)
    sources = [3, 70, 149, 8]
    exact = nx.betweenness_centrality_subset(plain, sources, list(plain))  # counts each path once, not normalised
    wanted = [value * 2 * 150 / 4 / (149 * 148) for value in exact.values()]
    assert betweenness(plain, sources).tolist() == pytest.approx(wanted)
    estimate, whole = betweenness(plain, range(0, 150, 2)), betweenness(plain)
    assert np.corrcoef(estimate, whole)[0, 1] > 0.95


@pytest.mark.slow
def test_a_graph_of_3000_names_is_measured_in_seconds():
    graph = invented_graph(3000, 15_000, 1)
    start = time.perf_counter()
    table, measures = describe_nodes(graph), figures(graph)
    assert time.perf_counter() - start < 30
    assert table["betweenness"].idxmax() < 50
    assert 2 < measures["path_length"] < measures["diameter"] < 15


@pytest.mark.parametrize("seed", [0, 7])
def test_leiden_finds_the_same_each_time_and_no_less_than_louvain(seed):
    pytest.importorskip("graspologic_native", reason="the extra `fast` is not installed")
    graph = invented_graph(400, 1200, 3)
    numbers = find_communities(graph, seed=seed)
    turned = nx.Graph()
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from((b, a, d) for a, b, d in reversed(list(graph.edges(data=True))))
    assert find_communities(turned, seed=seed) == numbers
    edges = sorted((*sorted((a, b)), d["weight"]) for a, b, d in graph.edges(data=True))
    groups = [leiden(edges, 1.0, seed), louvain(edges, 1.0, seed)]
    quality = [nx.community.modularity(graph, map(set, found), weight="weight") for found in groups]
    assert quality[0] > quality[1] - 0.02
    for group in leiden(edges, 1.0, seed):
        assert nx.is_connected(graph.subgraph(group))  # what Louvain does not promise
