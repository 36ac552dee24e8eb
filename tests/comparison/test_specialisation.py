"""Location quotients against a hand-worked table, and their intervals on halves of one report."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import policynlp
from policynlp.comparison.groups import Group, group_analyses
from policynlp.comparison.specialisation import SMOOTHING, compare_specialisation

KINDS = ("INDUSTRY", "ORG", "PLATFORM", "TARGET")


def groups_of(texts):
    return group_analyses([policynlp.analyze(policynlp.make_report(t, path=f"{name}.txt")) for name, t in texts.items()], by="report")


@pytest.fixture(scope="module")
def cities(city_paths, benxi):
    return [benxi, *(policynlp.analyze(path) for path in city_paths[:6])]


def part_of(analysis, name, numbers):
    """A group of some statements of a report."""
    statements = [s for s in analysis.statements if s.role not in ("title", "boilerplate")]
    kept = dataclasses.replace(analysis, statements=tuple(statements[i] for i in sorted(numbers)), _index={})
    return Group(name, ((name, kept),))


def lines(**times):
    return "\n".join(f"第{'一二三四五六七八九'[i]}步发展{name}。" for name, n in times.items() for i in range(n))


def test_location_quotients_by_hand():
    groups = groups_of({"a": lines(数字经济=6, 海洋经济=2), "b": lines(数字经济=3, 海洋经济=3, 氢能产业=6)})
    table = compare_specialisation(groups, min_count=5).set_index(["name", "group"])
    # a: 6 and 2 of 8; b: 3, 3 and 6 of 12; together 9, 5 and 6 of 20.
    assert table.loc[("数字经济", "a"), ["count", "total", "share", "overall"]].tolist() == [6, 8, 0.75, 0.45]
    assert table["lq"].round(6).to_dict() == {
        ("数字经济", "a"): round(0.75 / 0.45, 6),
        ("数字经济", "b"): round(0.25 / 0.45, 6),
        ("氢能产业", "a"): 0,
        ("氢能产业", "b"): round(0.5 / 0.3, 6),
        ("海洋经济", "a"): 1,
        ("海洋经济", "b"): 1,
    }
    # Smoothed with 5 mentions spread as 0.45 : 0.25 : 0.3.
    assert SMOOTHING == 5
    assert table.loc[("数字经济", "a"), "log2_lq"] == pytest.approx(np.log2((6 + 2.25) / 13 / 0.45))
    assert table.loc[("氢能产业", "a"), "log2_lq"] == pytest.approx(np.log2(1.5 / 13 / 0.3))
    assert table.loc[("海洋经济", "a"), "log2_lq"] == pytest.approx(0)


def test_what_is_seldom_named_is_left_out_but_counts_in_the_whole():
    groups = groups_of({"a": lines(数字经济=5, 海洋经济=1), "b": lines(数字经济=2)})
    table = compare_specialisation(groups, min_count=5)
    assert table[["name", "group", "count", "total"]].values.tolist() == [["数字经济", "a", 5, 6], ["数字经济", "b", 2, 2]]


def test_quotients_average_to_one(cities):
    table = compare_specialisation(group_analyses(cities), min_count=1, draws=10)
    means = (table["lq"] * table["overall"]).groupby(table["group"]).sum()
    assert means.to_numpy() == pytest.approx(1)
    assert ((table["low"] <= table["lq"] + 1e-9) & (table["lq"] <= table["high"] + 1e-9)).mean() > 0.9
    assert (table["low"] < table["high"]).all()
    assert np.isfinite(table["log2_lq"]).all()
    assert (np.sign(table["log2_lq"].round(6)) == np.sign((table["lq"] - 1).round(6))).all()


def test_order_of_reports_changes_nothing(cities):
    table = compare_specialisation(group_analyses(cities))
    pd.testing.assert_frame_equal(table, compare_specialisation(group_analyses(cities[::-1])[::-1]))


def test_the_seed_is_used(cities):
    one, again, other = (compare_specialisation(group_analyses(cities), draws=50, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one["high"].equals(other["high"])
    assert one["lq"].equals(other["lq"])


def test_a_report_is_not_specialised_against_itself(cities):
    (group,) = group_analyses(cities[1:2])
    table = compare_specialisation([group, Group("同", group.reports)], min_count=2)
    assert not table.empty
    assert set(table["lq"]) == {1}
    assert set(table["log2_lq"]) == set(table["sure"]) == {0}


def test_halves_of_reports_are_hardly_ever_specialised(cities):
    """Random halves of the same reports: the intervals of 95 % leave out 1 in about 5 % of rows."""
    random = np.random.default_rng(11)
    rows = []
    for _ in range(30):
        sides = ([], [])
        for analysis in cities[1:]:
            size = sum(s.role not in ("title", "boilerplate") for s in analysis.statements)
            order = random.permutation(size)
            for side, numbers in zip(sides, (order[: size // 2], order[size // 2 :]), strict=True):
                side += part_of(analysis, analysis.report.id, numbers).reports
        pair = [Group("a", tuple(sides[0])), Group("b", tuple(sides[1]))]
        rows.append(compare_specialisation(pair, min_count=8, draws=300, kinds=KINDS))
    sure = (pd.concat(rows)["sure"] != 0).mean()
    assert len(pd.concat(rows)) > 500
    assert 0.01 < sure < 0.09


def test_what_only_one_zone_speaks_of_is_sure():
    every = ("医药", "航空", "氢能", "光伏")
    many = {name: "\n".join(f"第{i}步发展{name}产业。" for i in range(1, 15)) for name in every}
    table = compare_specialisation(groups_of(many))
    assert set(table["sure"]) == {1, -1}
    assert (table["sure"] == np.where(table["lq"] > 1, 1, -1)).all()


def test_other_types_can_be_compared(cities):
    groups = group_analyses(cities)
    targets = {name for a in cities for e in a.entities if e.kind == "TARGET" for name in e.names}
    assert set(compare_specialisation(groups, kinds=["TARGET"], draws=1)["name"]) <= targets
    wider = compare_specialisation(groups, kinds=["INDUSTRY", "TARGET"], draws=1)
    narrow = compare_specialisation(groups, draws=1)
    assert set(narrow["name"]) < set(wider["name"])
    assert wider["total"].max() > narrow["total"].max()


def test_options_are_checked_and_empty_groups_do_no_harm(benxi):
    groups = group_analyses([benxi])
    with pytest.raises(ValueError, match="min_count is 0"):
        compare_specialisation(groups, min_count=0)
    with pytest.raises(ValueError, match="confidence is 2"):
        compare_specialisation(groups, confidence=2)
    with pytest.raises(ValueError, match="draws is 0"):
        compare_specialisation(groups, draws=0)
    assert compare_specialisation([]).empty
    assert compare_specialisation(groups, kinds=[]).empty
    empty = compare_specialisation([*groups, Group("空", ())], min_count=1).query("group == '空'")
    assert set(empty["lq"]) == set(empty["sure"]) == set(empty["log2_lq"]) == {0}
