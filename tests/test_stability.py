"""The bootstrap: a recount window by window, the binomial it must follow, ranks, seeds."""

import itertools
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from policynlp.network.backbone import keep_edges
from policynlp.network.cooccurrence import build_graph
from policynlp.network.counts import Counts
from policynlp.network.stability import add_stability, ranks


def counts_of(windows, listed=()):
    """Counts of one report whose windows hold these names; in the windows of the numbers `listed` all names are one enumeration."""
    counts = Counts(reports=1, windows=len(windows))
    for number, names in enumerate(windows):
        if not names:
            continue
        window = len(counts.keys)
        counts.keys.append((f"r#{number}",))
        counts.kinds.append("GOAL")
        for name in sorted(names):
            counts.names[name].append(window)
            counts.mentions[name, "INDUSTRY", "", False] += 1
        for pair in itertools.combinations(sorted(names), 2):
            counts.pairs[pair].append(window)
            if number in listed:
                counts.listed[pair][window] = len(names) - 1
    return counts


WINDOWS = [["a", "b"], ["a", "b", "c"], [], ["a", "c", "d"], ["a", "b"], ["d", "e"], [], ["a"], ["b", "c", "d", "e"], ["a", "b"]]


@pytest.mark.parametrize("enumerations", ["keep", "share", "drop"])
@pytest.mark.parametrize("min_count", [1, 2])
def test_a_recount_of_the_drawn_windows_says_the_same(enumerations, min_count):
    draws, seed, listed = 40, 7, {1, 8}
    counts = counts_of(WINDOWS, listed)
    graph = build_graph(counts, min_count=min_count, enumerations=enumerations)
    judged = add_stability(graph, counts, draws=draws, seed=seed)
    # `Counts` numbers the windows that hold a name, and the empty ones come after them.
    filled = [i for i, names in enumerate(WINDOWS) if names] + [i for i, names in enumerate(WINDOWS) if not names]
    random = np.random.default_rng(seed)
    back, ranks = Counter(), {name: [] for name in graph}
    for _ in range(draws):
        taken = [filled[i] for i in random.integers(len(WINDOWS), size=len(WINDOWS))]
        again = counts_of([WINDOWS[i] for i in taken], {number for number, i in enumerate(taken) if i in listed})
        back.update(edge for edge in graph.edges if len(again.pairs[edge]) >= min_count)
        drawn = build_graph(again, enumerations=enumerations)
        strength = {name: sum(drawn.edges[name, n]["weight"] for n in graph[name] if drawn.has_edge(name, n)) for name in graph}
        for name, own in strength.items():
            better, equal = (sum(test) for test in zip(*((s > own + 1e-5, abs(s - own) < 1e-5) for s in strength.values()), strict=True))
            ranks[name].append((better + 1, better + equal))
    assert {edge: judged.edges[edge]["stability"] for edge in graph.edges} == {edge: back[edge] / draws for edge in graph.edges}
    for name, data in judged.nodes(data=True):
        best, worst = zip(*ranks[name], strict=True)
        assert data["rank_low"] == sorted(best)[0]  # the 2.5 % of 40 draws is the first, the 97.5 % the 39th
        assert data["rank_high"] == sorted(worst)[38]


@pytest.mark.parametrize(("shared", "min_count"), [(1, 1), (3, 1), (3, 3), (6, 3)])
def test_stability_follows_the_binomial(shared, min_count):
    windows = [["a", "b"]] * shared + [["x", "y"]] * min_count + [[]] * (60 - shared - min_count)
    counts = counts_of(windows)
    draws = 3000
    found = add_stability(build_graph(counts, min_count=min_count), counts, draws=draws).edges["a", "b"]["stability"]
    expected = binom.sf(min_count - 1, 60, shared / 60)
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / draws))


def test_a_leader_keeps_its_rank_and_equals_share_theirs():
    windows = [["hub", f"n{i}"] for i in range(8)] * 30
    counts = counts_of(windows)
    judged = add_stability(build_graph(counts), counts)
    assert (judged.nodes["hub"]["rank_low"], judged.nodes["hub"]["rank_high"]) == (1, 1)
    for i in range(8):
        assert judged.nodes[f"n{i}"]["rank_low"] <= 3
        assert judged.nodes[f"n{i}"]["rank_high"] >= 8
    assert all(type(data["rank_low"]) is int and type(data["rank_high"]) is int for _, data in judged.nodes(data=True))


def test_sums_of_fractions_in_another_order_are_equal():
    best, worst = ranks(np.array([0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.5]))
    assert (best.tolist(), worst.tolist()) == ([1, 1, 3], [2, 2, 3])


def test_names_that_always_meet_cannot_be_told_apart():
    counts = counts_of([["a", "b", "c"]] * 5)
    assert [(d["rank_low"], d["rank_high"]) for _, d in add_stability(build_graph(counts), counts).nodes(data=True)] == [(1, 3)] * 3


@settings(max_examples=25)
@given(st.lists(st.sets(st.sampled_from("产业基金平台园区"), max_size=4), max_size=12), st.integers(0, 5))
def test_ranges_and_determinism(windows, seed):
    counts = counts_of([sorted(names) for names in windows])
    graph = build_graph(counts)
    judged = add_stability(graph, counts, draws=20, seed=seed)
    assert all(0 <= data["stability"] <= 1 for *_, data in judged.edges(data=True))
    assert all(1 <= data["rank_low"] <= data["rank_high"] <= len(graph) for _, data in judged.nodes(data=True))
    assert nx.utils.graphs_equal(judged, add_stability(graph, counts, draws=20, seed=seed))
    assert list(judged.edges) == list(graph.edges)
    assert not any("stability" in data for *_, data in graph.edges(data=True))


def test_the_seed_is_used():
    counts = counts_of(WINDOWS)
    one, two = (add_stability(build_graph(counts), counts, seed=seed) for seed in (0, 1))
    assert list(one.edges(data="stability")) != list(two.edges(data="stability"))


def test_more_windows_never_make_an_edge_less_stable():
    counts = counts_of([["a", "b"]] * 4 + [["c", "d"]] + [["a", "b", "c", "d"]] * 2 + [[]] * 20)
    judged = add_stability(build_graph(counts), counts)
    assert judged.edges["a", "b"]["stability"] > judged.edges["c", "d"]["stability"] > judged.edges["a", "c"]["stability"]


def test_a_filtered_graph_is_judged_by_its_own_weakest_edge():
    counts = counts_of([["a", "b"]] * 4 + [["c", "d"]] * 2 + [["e", "f"]] + [[]] * 20)
    part = keep_edges(build_graph(counts), min_count=4)
    judged = add_stability(part, counts, draws=500)
    assert judged.edges["a", "b"]["stability"] == pytest.approx(binom.sf(3, 27, 4 / 27), abs=0.1)


def test_a_formula_alone_does_not_come_back_and_lowers_no_bar():
    counts = counts_of([["a", "b"]] * 3 + [["a"], ["c"]])
    counts.parts["a", "c"].append("r#3")
    judged = add_stability(build_graph(counts, min_count=3), counts, draws=500)
    assert judged.edges["a", "c"]["stability"] == 0
    assert judged.edges["a", "b"]["stability"] == pytest.approx(binom.sf(2, 5, 3 / 5), abs=0.1)


def test_draws_and_counts_are_checked():
    counts = counts_of(WINDOWS)
    graph = build_graph(counts)
    with pytest.raises(ValueError, match="draws is 0"):
        add_stability(graph, counts, draws=0)
    with pytest.raises(ValueError, match="not built from these counts"):
        add_stability(graph, counts_of(WINDOWS[:-1]))
    with pytest.raises(ValueError, match="not built from these counts"):
        add_stability(graph, counts_of([["b", "c"], *WINDOWS[1:]]))
