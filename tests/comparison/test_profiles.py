"""Profiles: intervals and tests against scipy and published tables, and simulations of two halves of one report."""

import dataclasses
import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import policynlp
from policynlp.comparison.groups import Group, group_analyses
from policynlp.comparison.incidence import count_entities
from policynlp.comparison.intervals import (
    cohens_h,
    correct_holm,
    difference_interval,
    fisher_test,
    percentile_interval,
    resample_statements,
    wilson_interval,
)
from policynlp.comparison.profiles import LAYERS, compare_profiles, find_differences


def groups_of(texts):
    return group_analyses([policynlp.analyze(policynlp.make_report(t, path=f"{name}.txt")) for name, t in texts.items()], by="report")


@pytest.fixture(scope="module")
def cities(city_paths, benxi):
    return [benxi, *(policynlp.analyze(path) for path in city_paths[:3])]


def part_of(analysis, name, numbers):
    """A group of some statements of a report."""
    statements = [s for s in analysis.statements if s.role not in ("title", "boilerplate")]
    kept = dataclasses.replace(analysis, statements=tuple(statements[i] for i in sorted(numbers)), _index={})
    return Group(name, ((name, kept),))


def halves(analysis, seed, times):
    """Random halves of a report."""
    size = sum(s.role not in ("title", "boilerplate") for s in analysis.statements)
    random = np.random.default_rng(seed)
    for _ in range(times):
        order = random.permutation(size)
        yield [part_of(analysis, "a", order[: size // 2]), part_of(analysis, "b", order[size // 2 :])]


# Intervals


@given(st.integers(0, 300), st.integers(1, 300), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilsons_interval_is_scipys(count, more, confidence):
    low, high = wilson_interval(count, count + more, confidence=confidence)
    expected = stats.binomtest(count, count + more).proportion_ci(confidence, method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_wilsons_interval_of_nothing_says_nothing():
    low, high = wilson_interval([0], [0])
    assert (low.tolist(), high.tolist()) == ([0], [1])


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_intervals_of_differences_are_those_of_newcombes_table(table, low, high):
    assert [float(end) for end in difference_interval(*table)] == pytest.approx([low, high], abs=5e-5)


@settings(deadline=None)
@given(*[st.integers(0, 80)] * 4)
def test_fishers_test_is_scipys(a, b, c, d):
    found = fisher_test(a, a + b, c, c + d)
    assert float(found) == pytest.approx(stats.fisher_exact([[a, b], [c, d]]).pvalue, abs=1e-9)


def test_many_tables_are_tested_as_one_by_one():
    random = np.random.default_rng(3)
    counts, others = random.integers(0, 20, (4, 5)), random.integers(0, 30, (4, 5))
    found = fisher_test(counts, 20, others, 30)
    assert found.shape == (4, 5)
    assert found[2, 3] == fisher_test(counts[2, 3], 20, others[2, 3], 30)


def test_cohens_h_of_the_textbook():
    assert float(cohens_h(0.65, 0.45)) == pytest.approx(0.40, abs=0.005)
    assert float(cohens_h(0, 1)) == pytest.approx(-np.pi)
    assert float(cohens_h(0.3, 0.3)) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_by_its_definition(p):
    order = np.argsort(p, kind="stable")
    expected = [min(1, max((len(p) - k) * p[order[k]] for k in range(order.tolist().index(i) + 1))) for i in range(len(p))]
    assert correct_holm(p).tolist() == pytest.approx(expected)


def test_bootstrap_is_that_of_scipy(benxi):
    incidence = count_entities(group_analyses([benxi]))
    mentions = incidence.counts.sum(axis=1)
    (drawn,) = resample_statements(incidence, draws=4000, seed=1)
    expected = stats.bootstrap((mentions,), np.sum, n_resamples=4000, method="percentile", vectorized=True, random_state=2)
    low, high = percentile_interval(drawn.sum(axis=1)[:, None])
    assert float(low[0]) == pytest.approx(expected.confidence_interval.low, rel=0.04)
    assert float(high[0]) == pytest.approx(expected.confidence_interval.high, rel=0.04)
    assert drawn.sum(axis=1).mean() == pytest.approx(mentions.sum(), rel=0.02)


def test_bootstrap_keeps_the_reports():
    # Statements of one report are all alike, so that only drawing reports could change anything.
    groups = groups_of({"a": "设立种子基金。\n扩大种子基金。", "b": "加快发展。\n提高水平。"})
    (drawn,) = resample_statements(count_entities([Group("z", groups[0].reports + groups[1].reports)]), draws=50, seed=0)
    assert set(drawn.ravel().tolist()) == {2}


# Profiles


def test_counts_are_those_of_the_analysis(benxi):
    table = compare_profiles(group_analyses([benxi])).set_index(["layer", "label"])
    body = [s for s in benxi.statements if s.role not in ("title", "boilerplate")]
    assert table.loc["class", "count"].to_dict() == Counter(s.kind for s in body)
    assert table.loc["status", "count"].to_dict() == Counter(s.status for s in body)
    assert table.loc["instrument", "count"].to_dict() == Counter(s.instruments[0] for s in body if s.instruments)
    outer = [e for e in benxi.entities if not e.nested and not e.zone]
    holding = {(e.kind, e.statement) for e in outer}
    assert table.loc["type", "count"].to_dict() == Counter(kind for kind, _ in holding)
    names = {(e.kind, e.statement, name) for e in outer for name in e.names}
    assert table.loc["type", "mentions"].to_dict() == Counter(kind for kind, _, _ in names)
    assert set(table.loc["type", "total"]) == set(table.loc["class", "total"]) == {len(body)}
    assert (table["rate"] * len(body) / 100).to_numpy() == pytest.approx(table["mentions"].to_numpy(float))


def test_profiles_obey_their_laws(cities):
    table = compare_profiles(group_analyses(cities))
    assert set(table["layer"]) == set(LAYERS)
    for layer in ("class", "instrument", "status"):
        assert table[table["layer"] == layer].groupby("group")["share"].sum().to_numpy() == pytest.approx(1)
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    assert (table["low"] < table["high"]).all()
    assert ((table["rate_low"] <= table["rate"]) & (table["rate"] <= table["rate_high"])).all()
    assert (table["rate_low"] < table["rate_high"]).all()
    assert table[table["layer"] == "class"]["label"].drop_duplicates().tolist() == ["GOAL", "MEASURE", "INSTITUTION", "OTHER"]


def test_sixty_statements_carry_twelve_points_and_a_difference_seventeen():
    low, high = wilson_interval(24, 60)
    assert float(high - low) / 2 == pytest.approx(0.12, abs=0.005)
    low, high = difference_interval(24, 60, 24, 60)
    assert float(high - low) / 2 == pytest.approx(0.17, abs=0.005)


def test_rates_of_the_bootstrap_agree_with_wilson_where_a_statement_counts_once(cities):
    table = compare_profiles(group_analyses(cities[1:]), layers=["class"], draws=4000)
    assert table["rate_low"].to_numpy() == pytest.approx(100 * table["low"].to_numpy(), abs=1.2)
    assert table["rate_high"].to_numpy() == pytest.approx(100 * table["high"].to_numpy(), abs=1.2)


def test_order_of_reports_changes_nothing(cities):
    one, other = group_analyses(cities), group_analyses(cities[::-1])[::-1]
    pd.testing.assert_frame_equal(compare_profiles(one), compare_profiles(other))
    pd.testing.assert_frame_equal(find_differences(one), find_differences(other))
    pd.testing.assert_frame_equal(find_differences(one, against="each"), find_differences(other, against="each"))


def test_the_seed_is_used(cities):
    tables = [compare_profiles(group_analyses(cities[:1]), seed=seed) for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    assert not tables[0].equals(tables[2])
    pd.testing.assert_frame_equal(tables[0].drop(columns=["rate_low", "rate_high"]), tables[2].drop(columns=["rate_low", "rate_high"]))


# Differences


def test_a_report_does_not_differ_from_itself(benxi):
    (group,) = group_analyses([benxi])
    for against in ("each", "rest"):
        table = find_differences([group, Group("同", group.reports)], against=against)
        assert set(table["difference"]) == set(table["cohens_h"]) == {0}
        assert set(table["p"]) == set(table["p_holm"]) == {1}
        assert (table["low"] == -table["high"]).all()


def test_the_rest_is_all_others_as_one(cities):
    groups = group_analyses(cities)
    table = find_differences(groups, layers=["class", "type"], focus=groups[0].name)
    others = Group("龥", tuple(report for group in groups[1:] for report in group.reports))
    pair = find_differences([groups[0], others], against="each", layers=["class", "type"])
    pd.testing.assert_frame_equal(table.drop(columns="group_b"), pair.drop(columns="group_b"))
    assert set(table["group_b"]) == {"*"}


def test_a_row_by_hand():
    groups = groups_of({"a": "设立种子基金。\n扩大种子基金。\n加快发展。", "b": "加快发展。\n提高水平。"})
    row = find_differences(groups, against="each", layers=["type"]).iloc[0]
    assert row[["label", "count_a", "total_a", "count_b", "total_b"]].tolist() == ["FUND", 2, 3, 0, 2]
    assert row["difference"] == pytest.approx(2 / 3)
    assert row["p"] == pytest.approx(0.4)  # of the 10 ways to choose 2 of 5 statements, 3 lie in a, 1 in b: 3 + 1 are no likelier
    assert row["low"] < 0 < row["high"]


def test_correction_is_for_the_layer_and_the_focus(cities):
    groups = group_analyses(cities)
    table = find_differences(groups, against="each")
    assert len(table[table["layer"] == "class"]) == 4 * 6
    for _, rows in table.groupby("layer"):
        assert rows["p_holm"].to_numpy() == pytest.approx(correct_holm(rows["p"].to_numpy()))
    focus = find_differences(groups, against="each", focus=groups[1].name)
    assert set(focus["group_a"]) == {groups[1].name}
    assert len(focus[focus["layer"] == "class"]) == 4 * 3
    merged = focus.merge(table, left_on=["group_b", "group_a", "layer", "label"], right_on=["group_a", "group_b", "layer", "label"])
    assert not merged.empty
    assert merged["difference_x"].to_numpy() == pytest.approx(-merged["difference_y"].to_numpy())
    assert (merged["p_holm_x"] <= merged["p_holm_y"] + 1e-9).all()


def test_what_differs_is_found():
    funds = "\n".join(f"设立{name}基金。" for name in ("种子", "创投", "天使", "并购", "纾困", "母", "子"))
    firms = "\n".join(f"发展{name}产业。" for name in ("氢能", "生物医药", "新材料", "航空", "机器人", "光伏", "海洋"))
    table = find_differences(groups_of({"a": funds, "b": firms}), against="each", layers=["type"]).set_index("label")
    assert table.loc["FUND", "p_holm"] < 0.01
    assert table.loc["FUND", "low"] > 0.2
    assert table.loc["INDUSTRY", "high"] < -0.2


def test_two_halves_of_a_report_differ_no_more_than_the_intervals_say(cities):
    """Random halves of real reports: 95 % intervals hold 0 in about 95 % of cases, and hardly any test finds a difference."""
    for analysis, seed in itertools.product(cities[:2], (0, 1)):
        tables = [find_differences(pair, against="each", layers=["class", "status", "type"]) for pair in halves(analysis, seed, 60)]
        every = pd.concat([table[table["count_a"] + table["count_b"] >= 10] for table in tables])
        holds = ((every["low"] <= 0) & (every["high"] >= 0)).mean()
        assert len(every) > 250
        assert 0.91 < holds < 0.99
        assert (every["p"] <= 0.05).mean() < 0.06
        assert sum((table["p_holm"] <= 0.05).any() for table in tables) <= 15  # of 60, three layers at 5 % each: 9 at the most expected


def test_intervals_hold_the_true_share_as_often_as_they_say():
    random = np.random.default_rng(6)
    for size, share in itertools.product((20, 60, 300), (0.05, 0.2, 0.5)):
        low, high = wilson_interval(random.binomial(size, share, 4000), size)
        assert 0.91 < ((low <= share) & (share <= high)).mean() < 0.985


def test_bootstrapped_rates_hold_the_true_rate_about_as_often_as_they_say(cities):
    """Reports of 120 statements drawn from those of a real one: its own rate lies in the interval, a little less often than 95 %."""
    whole = cities[1]
    size = sum(s.role not in ("title", "boilerplate") for s in whole.statements)
    body = [s for s in whole.statements if s.role not in ("title", "boilerplate")]
    true = compare_profiles(group_analyses([whole]), layers=["type"], draws=1).set_index("label")["rate"]
    random, held = np.random.default_rng(9), []
    by_statement = {}
    for entity in whole.entities:
        by_statement.setdefault(entity.statement, []).append(entity)
    for _ in range(60):
        drawn = [body[i] for i in random.integers(0, size, 120)]
        statements = tuple(dataclasses.replace(s, id=f"x{i:03}") for i, s in enumerate(drawn))
        entities = tuple(dataclasses.replace(e, statement=f"x{i:03}") for i, s in enumerate(drawn) for e in by_statement.get(s.id, ()))
        sample = dataclasses.replace(whole, statements=statements, entities=entities, _index={})
        table = compare_profiles([Group("x", (("x", sample),))], layers=["type"], draws=200).set_index("label")
        held += [table.loc[k, "rate_low"] <= true[k] <= table.loc[k, "rate_high"] for k in table.index if true[k] > 5]
    assert len(held) >= 240
    assert 0.87 < np.mean(held) < 0.985


# Options and edges


def test_options_are_checked(benxi):
    groups = group_analyses([benxi])
    for function in (compare_profiles, find_differences):
        with pytest.raises(ValueError, match="layers has 'kind'"):
            function(groups, layers=["kind"])
        with pytest.raises(ValueError, match="confidence is 95"):
            function(groups, confidence=95)
    with pytest.raises(ValueError, match="draws is 0"):
        compare_profiles(groups, draws=0)
    with pytest.raises(ValueError, match="against is 'all'"):
        find_differences(groups, against="all")
    with pytest.raises(ValueError, match="focus is '青岭'"):
        find_differences(groups, focus="青岭")


def test_empty_groups_do_no_harm(benxi):
    groups = [*group_analyses([benxi]), Group("空", ())]
    table = compare_profiles(groups)
    empty = table[table["group"] == "空"]
    assert set(empty["share"]) == set(empty["low"]) == {0}
    assert set(empty["high"]) == {1}
    assert (find_differences(groups, against="each")["p"] == 1).all()
    assert compare_profiles([]).empty
    assert find_differences([]).empty
    assert compare_profiles(groups, layers=[]).empty
    assert find_differences(groups[:1], against="each").empty
