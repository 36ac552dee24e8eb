"""Years: entities born, kept and dropped; promises set against what later reports say was done."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.comparison.groups import Group, group_analyses
from policynlp.comparison.years import judge, match_promises, trace_entities
from policynlp.resources import corpora_path
from policynlp.schema import Indicator

REPORTS = {
    2021: (
        "一、2021年工作回顾\n设立种子基金。营业收入完成200亿元。\n二、2022年工作目标\n"
        "力争营业收入达到240亿元，增长15%左右，新增高新技术企业30家，研发投入强度达到3.5%。\n"
        "审批时限压缩到20天以内，单位产值能耗下降3%，到2023年孵化面积达到50万平方米，到2025年上市企业达到20家。"
    ),
    2022: (
        "一、2022年工作回顾\n设立天使基金。营业收入完成236亿元，增长14.5%。新增高新技术企业34家。研发投入强度提高0.3个百分点。\n"
        "审批时限压缩到18天以内，单位产值能耗下降2.6%。\n二、2023年工作目标\n力争营业收入达到260亿元。"
    ),
    2023: "一、2023年工作回顾\n设立种子基金。营业收入完成2600000万元。孵化面积达到52.5万平方米。",
}


def analyses_of(zone="丹麓高新区", reports=REPORTS):
    return [
        policynlp.analyze(policynlp.make_report(f"{zone}{year}年工作总结\n{text}", path=f"{year}.txt")) for year, text in reports.items()
    ]


@pytest.fixture(scope="module")
def invented():
    return [policynlp.analyze(path) for path in sorted(corpora_path("reports").glob("invented-*.txt"))]


def test_promises_are_matched_as_worked_out_by_hand():
    table = match_promises(group_analyses(analyses_of())).fillna({"reported": 0.0, "difference": 0.0})
    columns = ["name", "comparator", "promised", "unit", "deadline", "reported", "verdict", "difference"]
    assert table[columns].values.tolist() == [
        ["营业收入", "reach", 240.0, "亿元", 2022, 236.0, "missed", -4.0],
        ["营业收入", "grow", 15.0, "%", 2022, 14.5, "met", -0.5],  # 左右: 14.25 would do
        ["高新技术企业", "add", 30.0, "家", 2022, 34.0, "met", 4.0],
        ["研发投入强度", "reach", 3.5, "%", 2022, 0.3, "not comparable", 0.0],  # a level promised, a change reported
        ["审批时限", "reach", 20.0, "天", 2022, 18.0, "met", -2.0],
        ["单位产值能耗", "fall", 3.0, "%", 2022, 2.6, "missed", -0.4],
        ["孵化面积", "reach", 50.0, "万平方米", 2023, 52.5, "met", 2.5],  # promised two reports before
        ["上市企业", "reach", 20.0, "家", 2025, 0.0, "not due", 0.0],
        ["营业收入", "reach", 260.0, "亿元", 2023, 260.0, "met", 0.0],  # 2600000万元
    ]


def test_evidence_is_the_statement_that_says_it():
    analyses = analyses_of()
    statements = {f"{a.report.id}#{s.id}": s.text for a in analyses for s in a.statements}
    table = match_promises(group_analyses(analyses))
    for row in table.itertuples():
        assert f"{row.promised:g}" in statements[row.promised_statement]
        assert (row.reported_statement == "") == (row.verdict in ("not reported", "not due"))
        assert row.reported_statement == "" or row.reported_statement in statements
        assert row.promised_in < row.deadline


def test_entities_are_born_kept_and_dropped():
    table = trace_entities(group_analyses(analyses_of()))
    funds = table[table["kind"] == "FUND"]
    assert funds[["name", "year_before", "year", "change"]].values.tolist() == [
        ["天使基金", 2021, 2022, "born"],
        ["种子基金", 2021, 2022, "dropped"],
        ["天使基金", 2022, 2023, "dropped"],
        ["种子基金", 2022, 2023, "born"],
    ]
    assert all(bool(row.statements_before) == (row.change != "born") for row in table.itertuples())
    assert all(bool(row.statements) == (row.change != "dropped") for row in table.itertuples())


def test_the_order_of_reports_and_groups_changes_nothing(invented):
    groups = group_analyses(invented)
    promises, traces = match_promises(groups), trace_entities(groups)
    for order in (list(reversed(invented)), invented[5:] + invented[:5]):
        again = [Group(group.name, tuple(reversed(group.reports))) for group in reversed(group_analyses(order))]
        pd.testing.assert_frame_equal(match_promises(again), promises)
        pd.testing.assert_frame_equal(trace_entities(again), traces)


def test_the_invented_zones_keep_some_promises_and_break_others(invented):
    table = match_promises(group_analyses(invented)).set_index(["zone", "name", "comparator", "deadline"])
    assert table.loc[("晟浦高新区", "营业收入", "reach", 2022), ["promised", "reported", "verdict"]].tolist() == [830.0, 838.0, "met"]
    assert table.loc[("晟浦高新区", "软件业务收入", "exceed", 2022), ["promised", "reported", "verdict"]].tolist() == [
        180.0,
        174.0,
        "missed",
    ]
    assert table.loc[("芪岭高新区", "药品批文", "add", 2022), "difference"] == -3.0
    due = table[table.index.get_level_values("deadline") <= 2023]
    assert (due["verdict"].isin(["met", "missed"])).mean() > 0.6
    assert set(table[table.index.get_level_values("deadline") > 2023]["verdict"]) == {"not due"}


def test_a_zone_that_reports_what_it_promised_meets_every_promise():
    reports = {
        year: f"一、{year}年工作回顾\n营业收入完成{year}亿元。\n二、{year + 1}年工作目标\n力争营业收入达到{year + 1}亿元。"
        for year in (2020, 2021, 2022)
    }
    table = match_promises(group_analyses(analyses_of(reports=reports)))
    assert table[["deadline", "verdict"]].values.tolist() == [[2021, "met"], [2022, "met"], [2023, "not due"]]
    assert table["difference"].tolist()[:2] == [0.0, 0.0]


def test_without_reports_the_tables_are_empty():
    assert match_promises([]).empty
    assert trace_entities([]).empty
    assert list(match_promises([]).columns) == list(match_promises(group_analyses(analyses_of())).columns)


def test_reports_of_two_zones_in_one_group_are_refused():
    analyses = analyses_of("丹麓高新区") + analyses_of("青屿高新区")
    with pytest.raises(ValueError, match="group by zone"):
        match_promises(group_analyses(analyses, by="year"))
    with pytest.raises(ValueError, match="group by zone"):
        trace_entities(group_analyses(analyses, by="year"))


def test_a_tolerance_beyond_the_value_itself_is_refused():
    with pytest.raises(ValueError, match="tolerance is 5"):
        match_promises([], tolerance=5)


def indicator(value, comparator="reach", bound="", name="产值", high=None):
    return Indicator(name, "", value, "%", comparator, "planned", "s0001", 0, 0, high=high, bound=bound)


@pytest.mark.parametrize(
    ("promise", "reported", "bound", "verdict"),
    [
        (indicator(10), 10, "", "met"),
        (indicator(10), 9.9, "", "missed"),
        (indicator(10, bound="about"), 9.6, "", "met"),
        (indicator(10, bound="about"), 9.4, "", "missed"),
        (indicator(10, high=12), 11, "", "met"),
        (indicator(10), 9, "at_least", "not comparable"),
        (indicator(5, bound="at_most"), 4.8, "", "met"),
        (indicator(5, bound="at_most"), 5.2, "", "missed"),
        (indicator(5, bound="at_most"), 5.2, "at_most", "not comparable"),
        (indicator(3, comparator="rank"), 2, "", "met"),
        (indicator(3, name="城镇调查失业率"), 3.4, "", "missed"),
        (indicator(3, comparator="fall", name="单位产值能耗"), 3.4, "", "met"),
        (indicator(3, name="居民消费价格", comparator="grow", bound="about"), 0.4, "", "met"),
    ],
)
def test_a_value_is_judged_by_the_way_that_is_better(promise, reported, bound, verdict):
    assert judge(promise, promise.value, reported, bound, 0.05) == verdict


@settings(deadline=None, max_examples=50)
@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6))
def test_more_is_never_worse_than_less(one, other):
    low, high = sorted((one, other))
    order = {"missed": 0, "met": 1}
    for promise, (worse, better) in itertools.product([indicator(50.0), indicator(50.0, bound="about")], [(low, high)]):
        assert order[judge(promise, 50.0, worse, "", 0.05)] <= order[judge(promise, 50.0, better, "", 0.05)]
