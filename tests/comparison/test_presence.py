"""Presence against hand-worked tables and scipy, and what chance alone makes of two halves of one report."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import policynlp
from policynlp.comparison.groups import Group, group_analyses
from policynlp.comparison.presence import LOCAL, chance_of_none, compare_presence, find_missing, make_presence_matrix

TEXTS = {
    "a": "设立种子基金。\n扩大种子基金。\n发展数字经济。",
    "b": "发展数字经济。\n加快改革。\n提高水平。",
    "c": "发展数字经济和海洋经济。\n发展海洋经济。",
}


def groups_of(texts, by="report"):
    return group_analyses([policynlp.analyze(policynlp.make_report(t, path=f"{name}.txt")) for name, t in texts.items()], by=by)


@pytest.fixture(scope="module")
def cities(city_paths, benxi):
    return [benxi, *(policynlp.analyze(path) for path in city_paths[:5])]


def part_of(analysis, name, numbers):
    """A group of some statements of a report."""
    statements = [s for s in analysis.statements if s.role not in ("title", "boilerplate")]
    kept = dataclasses.replace(analysis, statements=tuple(statements[i] for i in sorted(numbers)), _index={})
    return Group(name, ((name, kept),))


# Who has what


def test_presence_by_hand():
    table = compare_presence(groups_of(TEXTS))
    assert table[["group", "name", "shared", "groups", "count", "statements"]].values.tolist() == [
        ["a", "种子基金", "unique", 1, 2, ("a#s0001", "a#s0002")],
        ["a", "数字经济", "all", 3, 1, ("a#s0003",)],
        ["b", "数字经济", "all", 3, 1, ("b#s0001",)],
        ["c", "海洋经济", "unique", 1, 2, ("c#s0001", "c#s0002")],
        ["c", "数字经济", "all", 3, 1, ("c#s0001",)],
    ]
    first = table.iloc[0]
    assert first["expected"] == pytest.approx(2 * 3 / 8)
    assert first["rate"] == pytest.approx(200 / 3)
    # Both of 2 statements of 8 among the 3 of a: 3 pairs of 28.
    assert first["p"] == pytest.approx(3 / 28)


def test_missing_by_hand():
    table = find_missing(groups_of(TEXTS | {"d": "扩大种子基金。"}))
    assert table[["group", "name", "groups", "elsewhere"]].values.tolist() == [
        ["b", "种子基金", 2, 3],
        ["c", "种子基金", 2, 3],
        ["d", "数字经济", 3, 3],
    ]
    # 3 of 9 statements hold it, none of them among b's 3: 20 of 84 ways.
    assert table.loc[0, "p"] == pytest.approx(20 / 84)
    assert table.loc[0, "expected"] == pytest.approx(1)
    assert len(find_missing(groups_of(TEXTS), min_groups=1)) == 4
    assert set(find_missing(groups_of(TEXTS), min_groups=1, focus="b")["name"]) == {"种子基金", "海洋经济"}


@given(st.integers(1, 200), st.data())
def test_the_chance_of_none_is_that_of_the_hypergeometric_distribution(everything, data):
    holding, size = data.draw(st.integers(0, everything)), data.draw(st.integers(0, everything))
    found = float(chance_of_none(*(np.array(float(n)) for n in (everything, holding, size))))
    assert found == pytest.approx(stats.hypergeom.pmf(0, everything, holding, size), abs=1e-9)


def test_p_is_that_of_fishers_one_sided_test(cities):
    groups = group_analyses(cities)
    sizes = {group.name: len(group.statements) for group in groups}
    table = compare_presence(groups)
    total = table[table["zone"] == ""].groupby("name")["count"].sum()
    for row in table[table["zone"] == ""].iloc[::97].itertuples():
        elsewhere, others = total[row.name] - row.count, sum(sizes.values()) - sizes[row.group]
        square = [[row.count, sizes[row.group] - row.count], [elsewhere, others - elsewhere]]
        assert row.p == pytest.approx(stats.fisher_exact(square, alternative="greater").pvalue)
        assert row.expected == pytest.approx(total[row.name] * sizes[row.group] / sum(sizes.values()))


def test_every_row_has_its_evidence(cities):
    held = {}
    for analysis in cities:
        for entity in analysis.entities:
            held.setdefault(f"{analysis.report.id}#{entity.statement}", set()).update(entity.names)
    table = compare_presence(group_analyses(cities))
    assert len(table) > 1000
    for row in table.itertuples():
        assert len(row.statements) == row.count > 0
        assert all(row.name in held[identifier] for identifier in row.statements)


def test_present_and_missing_make_up_the_whole(cities):
    groups = group_analyses(cities)
    present, missing = compare_presence(groups), find_missing(groups, min_groups=1)
    national = present[present["zone"] == ""]
    assert len(national) + len(missing) == national["name"].nunique() * len(groups)
    assert not set(zip(national["group"], national["name"], strict=True)) & set(zip(missing["group"], missing["name"], strict=True))


# The same thing in two zones (A5)


def test_class_level_names_and_national_programmes_are_shared_and_a_zones_own_are_not():
    text = "青岭高新区工作总结\n设立高层次人才创业基金。\n贯彻落实“十四五”规划。\n推进“三大工程”建设。\n建设“云谷”孵化器。"
    groups = groups_of({"one": text, "two": text.replace("青岭", "白石")}, by="zone")
    assert [group.name for group in groups] == ["白石高新区", "青岭高新区"]
    table = compare_presence(groups)
    shared = table.drop_duplicates(["name", "zone"]).set_index("name")[["zone", "shared"]]
    assert shared.loc["“十四五”规划"].tolist() == ["", "all"]
    own = table[table["zone"] != ""]
    assert not own.empty
    assert (own["zone"] == own["group"]).all()
    assert set(own["shared"]) == {"unique"}
    assert own["p"].isna().all()
    assert own["p_bh"].isna().all()
    assert find_missing(groups, min_groups=1).empty


def test_a_zones_own_things_are_compared_over_its_years():
    text = "青岭高新区{}年工作总结\n一、工作\n{}加快改革。\n提高水平。"
    texts = {"青岭2021": text.format(2021, "推进“三大工程”建设。\n"), "青岭2022": text.format(2022, "")}
    groups = groups_of(texts, by="year")
    assert [group.name for group in groups] == ["2021", "2022"]
    missing = find_missing(groups, min_groups=1)
    own = missing[missing["zone"] == "青岭高新区"]
    assert set(own["group"]) == {"2022"}
    assert own["p"].between(0, 1).all()


def test_words_of_place_make_a_name_local():
    for name in ("市人大", "省委经济工作会议", "全省科技大会", "我市人才计划", "县级融合行动", "区委全会", "本市行动"):
        assert LOCAL.match(name), name
    for name in ("党的二十大", "乡村振兴战略", "市场准入行动", "区域协调发展战略", "区块链行动", "我国总体战略", "全国人大", "县域行动"):
        assert not LOCAL.match(name), name


def test_a_name_that_is_proper_once_is_the_zones_own_throughout(benxi):
    table = compare_presence(group_analyses([benxi]))
    assert not table["name"].duplicated().any()
    seed = table.set_index("name").loc["药都种子基金"]
    assert (seed["zone"], seed["count"]) == ("本溪高新区", 3)


# How sure


def test_order_of_reports_changes_nothing(cities):
    one, other = group_analyses(cities), group_analyses(cities[::-1])[::-1]
    pd.testing.assert_frame_equal(compare_presence(one), compare_presence(other))
    pd.testing.assert_frame_equal(find_missing(one), find_missing(other))
    matrix = make_presence_matrix(compare_presence(one))
    pd.testing.assert_frame_equal(matrix, make_presence_matrix(compare_presence(other)))


def test_a_report_lacks_nothing_that_it_has_itself(benxi):
    (group,) = group_analyses([benxi])
    pair = [group, Group("同", group.reports)]
    table = compare_presence(pair)
    assert set(table["shared"]) == {"all"}
    assert (table["p"] > 0.4).all()
    assert (table["p_bh"] > 0.4).all()
    assert find_missing(pair, min_groups=1).empty


def test_halves_of_a_report_have_hardly_anything_for_sure_that_the_other_lacks(cities):
    random = np.random.default_rng(5)
    sure = 0
    for analysis in cities[:2]:
        size = sum(s.role not in ("title", "boilerplate") for s in analysis.statements)
        for _ in range(30):
            order = random.permutation(size)
            pair = [part_of(analysis, "a", order[: size // 2]), part_of(analysis, "b", order[size // 2 :])]
            present, missing = compare_presence(pair), find_missing(pair, min_groups=1)
            assert (present["shared"] == "unique").mean() > 0.3  # although both come from one report
            sure += (present["p_bh"] <= 0.05).any() or (missing["p_bh"] <= 0.05).any()
    assert sure <= 7  # of 60 at 5 %: 3 expected


def test_what_a_short_report_says_once_is_never_sure_and_what_it_says_often_is(cities):
    groups = group_analyses(cities)
    table = compare_presence(groups, focus="本溪高新区")
    assert set(table["group"]) == {"本溪高新区"}
    unique = table[(table["shared"] == "unique") & (table["zone"] == "")].set_index("name")
    assert (unique.loc[unique["count"] == 1, "p_bh"] > 0.5).all()
    assert unique.loc["科技中介机构", "p_bh"] < 0.01


def test_correction_counts_what_the_group_lacks(cities):
    groups = group_analyses(cities)
    table = compare_presence(groups, focus="本溪高新区")
    names = set(compare_presence(groups).query("zone == ''")["name"])
    tested = table[table["zone"] == ""]
    padded = np.concatenate([tested["p"], np.ones(len(names) - len(tested))])
    assert tested["p_bh"].to_numpy() == pytest.approx(stats.false_discovery_control(padded)[: len(tested)])
    everyone = compare_presence(groups).query("group == '本溪高新区' and zone == ''")
    assert everyone["p"].to_numpy() == pytest.approx(tested["p"].to_numpy())


# Matrix, options, edges


def test_matrix_by_hand():
    matrix = make_presence_matrix(compare_presence(groups_of(TEXTS)))
    assert list(matrix.columns) == ["a", "b", "c"]
    assert {name: row for (name, _), row in zip(matrix.index, matrix.values.tolist(), strict=True)} == {
        "数字经济": [1, 1, 1],
        "海洋经济": [0, 0, 2],
        "种子基金": [2, 0, 0],
    }
    assert matrix.index[0] == ("数字经济", "")


def test_kinds_choose(cities):
    groups = group_analyses(cities)
    table = compare_presence(groups, kinds=["FUND"])
    assert set(table["kind"]) == {"FUND"}
    assert set(find_missing(groups, kinds=["FUND"], min_groups=1)["name"]) <= set(table["name"])


def test_options_are_checked_and_empty_groups_do_no_harm():
    groups = groups_of(TEXTS)
    for function in (compare_presence, find_missing):
        with pytest.raises(ValueError, match="focus is '青岭'"):
            function(groups, focus="青岭")
        assert function([]).empty
    with pytest.raises(ValueError, match="min_groups is 0"):
        find_missing(groups, min_groups=0)
    with_empty = compare_presence([*groups, Group("空", ())])
    assert set(with_empty["shared"]) == {"all", "unique"}  # a group of no statements could not have it
    assert compare_presence(groups[:1])["p"].isna().all()
    assert make_presence_matrix(compare_presence([])).empty
