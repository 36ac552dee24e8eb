"""Counting: windows, layers, tiers, enumerations, and sums in any grouping."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.network.counts import Counts, count_together

TEXTS = [
    "支持龙头企业发展数字经济。建设重点实验室。",
    "龙头企业带动数字经济和海洋经济。",
    "建设海洋经济示范区，服务龙头企业。到2025年数字经济翻番。",
    "今天天气晴朗。",
]
ANALYSES = [policynlp.analyze(policynlp.make_report(text, path=f"r{i}.txt")) for i, text in enumerate(TEXTS)]


def figures(counts):
    return (
        counts.reports,
        counts.windows,
        {name: len(windows) for name, windows in counts.names.items()},
        {pair: sorted(counts.evidence(pair)) for pair in counts.pairs},
        dict(counts.mentions),
    )


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(len(ANALYSES))), st.integers(0, len(ANALYSES)), st.sampled_from(["statement", "paragraph", "section"]))
def test_counts_add_up_in_any_order_and_grouping(order, cut, unit):
    parts = [count_together([ANALYSES[i] for i in group], unit=unit) for group in (order[:cut], order[cut:])]
    assert figures(parts[0] + parts[1]) == figures(count_together(ANALYSES, unit=unit))


def test_adding_nothing_changes_nothing(benxi):
    counts = count_together(benxi)
    assert counts + Counts() == counts == Counts() + counts


def test_empty_windows_count(benxi):
    assert count_together(ANALYSES).windows == 6
    body = [s for s in benxi.statements if s.role not in ("title", "boilerplate")]
    assert count_together(benxi).windows == len(body)


def test_wider_windows_hold_what_narrower_ones_hold(benxi):
    narrow, wide, widest = (count_together(benxi, unit=unit).pairs.keys() for unit in ("statement", "paragraph", "section"))
    assert set(narrow) <= set(wide)
    assert len(widest) > len(narrow)


def test_evidence_of_a_paragraph_holds_either_name():
    analysis = policynlp.analyze("支持龙头企业做强。大家都高兴。发展数字经济。")
    counts = count_together(analysis, unit="paragraph")
    assert counts.evidence(("数字经济", "龙头企业")) == ("report#s0001", "report#s0003")


def test_layers_and_tiers(benxi):
    measures = policynlp.build_graph(benxi, layer="MEASURE")
    assert all(benxi.statement(key.rpartition("#")[2]).kind == "MEASURE" for _, d in measures.nodes(data=True) for key in d["statements"])
    core = count_together(benxi, tiers=[1])
    assert {kind for _, kind, _, _ in core.mentions} <= {"FUND", "PLATFORM", "INDUSTRY"}


def test_enumerations_are_shared_out():
    analysis = policynlp.analyze("培育数字经济、海洋经济、低空经济等产业，支持龙头企业发展。")
    weights = {
        mode: {frozenset(pair): d["weight"] for *pair, d in policynlp.build_graph(analysis, enumerations=mode).edges(data=True)}
        for mode in ("keep", "share", "drop")
    }
    pair = frozenset(["数字经济", "海洋经济"])
    assert weights["keep"][pair] == 1.0
    assert weights["share"][pair] == 0.5
    assert pair not in weights["drop"]
    assert weights["drop"][frozenset(["数字经济", "龙头企业"])] == 1.0


def test_reports_of_one_name_are_told_apart():
    same = [policynlp.analyze(policynlp.make_report(TEXTS[0], path="same.txt"))] * 2
    keys = {key for window in count_together(same).keys for key in window}
    assert {key.partition("#")[0] for key in keys} == {"same", "same~2"}


def test_wrong_options():
    with pytest.raises(ValueError, match="unit"):
        count_together(ANALYSES, unit="page")
    with pytest.raises(ValueError, match="enumerations"):
        policynlp.build_graph(ANALYSES, enumerations="halve")


def test_graphs_of_any_order_are_equal():
    graphs = [policynlp.build_graph(order) for order in itertools.permutations(ANALYSES[:3])]
    edges = [{(a, b): (d["count"], d["weight"]) for a, b, d in g.edges(data=True)} for g in graphs]
    assert all(e == edges[0] for e in edges)
