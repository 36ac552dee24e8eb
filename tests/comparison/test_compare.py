"""A comparison as a whole: every table, whatever the order of reports, and nothing where there is no difference."""

import dataclasses
import tomllib

import numpy as np
import pandas as pd
import pytest

import policynlp
from policynlp.comparison.comparison import compare
from policynlp.comparison.likeness import explain_likeness
from policynlp.comparison.methods import parameters
from policynlp.comparison.presence import compare_presence
from policynlp.resources import corpora_path, data_path

ORDER = [
    *("sample", "profiles", "differences", "presence", "missing", "specialisation", "keywords"),
    *("likeness_words", "likeness_entities", "likeness_graph", "reasons", "reuse", "reuse_shares", "changes", "promises", "indicators"),
]
EVIDENCE = ("statements", "statements_a", "statements_b", "statements_before", "statement", "promised_statement", "reported_statement")


def analyses_of(texts):
    return [policynlp.analyze(policynlp.make_report(text, path=f"{name}.txt")) for name, text in texts.items()]


@pytest.fixture(scope="module")
def shipped():
    return policynlp.analyze_many(sorted(corpora_path("reports").glob("*.txt")))


@pytest.fixture(scope="module")
def compared(shipped):
    return compare(shipped)


def ids_in(value):
    return value if isinstance(value, tuple) else (value,) if value else ()


def test_the_shipped_reports_fill_every_table_in_the_order_of_papers(compared):
    assert list(compared.names()) == ORDER
    assert [name for name in ORDER if compared.table(name).empty] == []
    assert len(compared.groups) == 5


def test_the_order_of_the_reports_changes_nothing(shipped, compared):
    shuffled = [shipped[i] for i in np.random.default_rng(7).permutation(len(shipped))]
    other = compare(iter(shuffled))
    for name in ORDER:
        pd.testing.assert_frame_equal(compared.table(name), other.table(name))
    assert compared.methods() == other.methods()


def test_a_report_does_not_differ_from_itself(benxi):
    itself = compare([benxi, benxi], by="report")
    assert [group.name for group in itself.groups] == ["benxi-2014", "benxi-2014~2"]
    differences = itself.table("differences")
    assert (differences["difference"] == 0).all()
    assert (differences["p"] == 1).all()
    assert set(itself.table("presence")["shared"]) == {"all"}
    assert itself.table("missing").empty
    assert itself.table("keywords").empty
    assert (itself.table("specialisation")["lq"] == 1).all()
    for name in ("likeness_words", "likeness_entities", "likeness_graph"):
        assert itself.table(name)["likeness"].tolist() == pytest.approx([1]), name
    assert itself.table("likeness_graph")["qap"].tolist() == pytest.approx([1])
    assert itself.table("changes").empty
    assert itself.table("reuse_shares")["borrowed"].tolist() == [0, 0]


def test_evidence_leads_to_statements(compared):
    seen = 0
    for name in ORDER:
        table = compared.table(name)
        for column in set(EVIDENCE) & set(table.columns) if name != "sample" else ():
            for identifier in {i for value in table[column] for i in ids_in(value)}:
                assert compared.statement(identifier).text
                seen += 1
    assert seen > 1000
    with pytest.raises(KeyError):
        compared.statement("nowhere#s0001")


def test_entities_stand_in_their_evidence(compared):
    table = compared.table("presence")
    one = table[table["name"] == "高新技术企业"].iloc[0]
    assert all("高新技术企业" in compared.statement(identifier).text for identifier in one["statements"])
    assert set(compared.concordance("高新技术企业", of="entities")["statement"]) >= set(one["statements"])


def test_the_sample_counts_by_hand():
    text = "丹麓高新区2022年工作总结\n来源：丹麓高新区管委会\n设立种子基金。发展数字经济。"
    row = compare(analyses_of({"a": text})).table("sample").iloc[0]
    assert row[["zone", "year", "source", "characters", "characters_clean", "statements"]].tolist() == [
        *("丹麓高新区", 2022, "丹麓高新区管委会", len(text), len("设立种子基金。发展数字经济。"), 2)
    ]


def test_a_second_copy_is_not_clean_text(benxi):
    row = compare([benxi]).table("sample").iloc[0]
    assert row["characters"] == len(benxi.report.text)
    copy = benxi.report.duplicates[0]
    assert row["characters_clean"] < row["characters"] - (copy.copy_end - copy.copy_start)


def test_one_report_alone_has_nothing_to_be_compared_with(benxi):
    alone = compare([benxi])
    for name in ORDER:
        alone.table(name)
    for name in ("missing", "keywords", "likeness_words", "reasons", "reuse", "changes"):
        assert alone.table(name).empty, name


@pytest.mark.parametrize("texts", [{"a": "。", "b": "设立种子基金。"}, {"a": "。", "b": "…"}], ids=["one", "both"])
def test_reports_that_say_nothing_do_no_harm(texts):
    empty = compare(analyses_of(texts))
    for name in ORDER:
        empty.table(name)
    assert empty.methods("en")


def test_the_focus_comes_first_and_is_corrected_alone(shipped, compared):
    focused = compare(shipped, focus="本溪高新区")
    presence = focused.table("presence")
    mine = compare_presence(focused.groups, focus="本溪高新区")
    pd.testing.assert_frame_equal(presence.head(len(mine)), mine)
    for name, column in (("differences", "group_a"), ("presence", "group"), ("missing", "group")):
        table, plain = focused.table(name), compared.table(name)
        assert (table[column].iloc[0], len(table)) == ("本溪高新区", len(plain))
        others = plain[plain[column] != "本溪高新区"].reset_index(drop=True)
        pd.testing.assert_frame_equal(table[table[column] != "本溪高新区"].reset_index(drop=True), others)
    alone, among = (c.table("differences").query("group_a == '本溪高新区'")["p_holm"] for c in (focused, compared))
    assert (alone.to_numpy() <= among.to_numpy()).all()
    assert alone.min() < among.min()


def test_upper_level_documents_mark_entities_and_passages():
    shared = "对引进的高层次人才，在住房、子女就学、配偶就业等方面给予重点支持。"
    analyses = analyses_of({"a": f"发展数字经济。{shared}", "b": "发展数字经济。设立种子基金。"})
    (plan,) = analyses_of({"plan": f"发展数字经济。{shared}"})
    found = compare(analyses, upper=[plan])
    marked = found.table("presence").set_index(["group", "name"])["upper"]
    assert marked["b", "数字经济"] == ("plan#s0001",)
    assert marked["b", "种子基金"] == ()
    assert found.statement("plan#s0001").text == "发展数字经济。"
    assert found.table("reuse")["upper"].tolist() == [True]
    assert found.table("reuse_shares").set_index("group")["upper"].to_dict()["a"] > 0
    assert len(found.table("sample")) == 2
    assert "1 upper-level document(s): " in found.methods("en")
    assert "upper" not in compare(analyses).table("presence")


def test_the_order_of_upper_level_documents_changes_nothing():
    analyses, plans = analyses_of({"a": "发展数字经济。"}), analyses_of({"p": "发展数字经济。", "q": "设立种子基金。数字经济。"})
    one, other = (compare(analyses, upper=order) for order in (plans, plans[::-1]))
    pd.testing.assert_frame_equal(one.table("presence"), other.table("presence"))
    assert one.methods() == other.methods()


def test_reasons_are_those_of_the_nearest_group(compared):
    pairs, reasons = compared.table("likeness_entities"), compared.table("reasons")
    for group, rows in reasons.groupby("group_a"):
        beside = pairs[(pairs["group_a"] == group) | (pairs["group_b"] == group)]
        best = beside.loc[(beside["likeness"] / beside["expected"]).idxmax()]
        (other,) = set(rows["group_b"])
        assert {group, other} == {best["group_a"], best["group_b"]}
        expected = explain_likeness(compared.groups, group, other)
        pd.testing.assert_frame_equal(rows.drop(columns=["group_a", "group_b"]).reset_index(drop=True), expected)


@pytest.mark.parametrize("by", ["year", "genre"])
def test_years_are_compared_within_zones_whatever_the_groups_are(shipped, compared, by):
    other = compare(shipped, by=by)
    for name in ("changes", "promises"):
        pd.testing.assert_frame_equal(other.table(name), compared.table(name))


def test_reports_can_be_grouped_by_the_columns_of_a_manifest():
    analyses = analyses_of({"a": "发展数字经济。", "b": "设立种子基金。", "c": "加快改革。"})
    east, west = (
        dataclasses.replace(a.report, extra=(("region_group", name),)) for a, name in zip(analyses, ("东部", "西部"), strict=False)
    )
    told = [dataclasses.replace(analyses[0], report=east), dataclasses.replace(analyses[1], report=west), analyses[2]]
    found = compare(told, by="region_group")
    assert [group.name for group in found.groups] == ["?", "东部", "西部"]
    assert "by region_group" in found.methods("en")


def test_callers_mistakes_are_explained(benxi):
    with pytest.raises(ValueError, match="there are no analyses"):
        compare([])
    with pytest.raises(ValueError, match="by is 'colour'; it must be one of report, zone"):
        compare([benxi], by="colour")
    with pytest.raises(ValueError, match="focus is 'x'; it must be one of 本溪高新区"):
        compare([benxi], focus="x")
    with pytest.raises(ValueError, match="benxi-2014 is a report and an upper-level document"):
        compare([benxi], upper=[benxi])
    with pytest.raises(ValueError, match="name is 'nothing'; it must be one of sample"):
        compare([benxi]).table("nothing")
    with pytest.raises(ValueError, match="lang is 'fr'"):
        compare([benxi]).methods("fr")


def test_a_comparison_shows_itself_in_a_line(compared):
    assert repr(compared).startswith("Comparison(by='zone', focus=None, groups=['晟浦高新区', '本溪高新区'")
    assert len(repr(compared)) < 200


def test_a_table_given_is_a_copy(benxi):
    found = compare([benxi])
    given = found.table("sample")
    given.loc[0, "zone"] = "changed"
    assert found.table("sample").loc[0, "zone"] == "本溪高新区"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_methods_state_every_parameter(compared, benxi, lang):
    text = compared.methods(lang)
    sample = compared.table("sample")
    for value in (*parameters().values(), f"{sample['statements'].sum():,}", f"{sample['characters'].sum():,}", "13", "5"):
        assert value in text
    made = benxi.provenance
    for value in (made.version, made.codebook[:12], *(sha256[:12] for _, sha256 in made.models)):
        assert value in text
    assert "{" not in text
    assert text.count("\n") == 6


def test_methods_speak_of_years_only_where_a_zone_has_several(compared, benxi):
    assert "neighbouring years" in compared.methods("en")
    assert "neighbouring years" not in compare([benxi]).methods("en")


def test_every_measure_has_its_sources(compared):
    parts = tomllib.loads(data_path("methods.toml").read_text("utf-8"))["part"]
    sources = tomllib.loads(data_path("references.toml").read_text("utf-8"))
    assert set(sources) <= set(parts)
    references = compared.references()
    assert references == sorted({source for part in sources.values() for source in part})
    for name in ("Monroe", "Balassa", "Holm", "Krackhardt", "Lin, J.", "Wilson", "Newcombe", "Schleimer"):
        assert any(source.startswith(name) for source in references), name


def test_what_is_promised_is_set_against_what_is_reported(compared):
    promises = compared.table("promises")
    assert {"met", "missed", "not reported", "not due"} <= set(promises["verdict"])
    one = promises[(promises["verdict"] == "met") & (promises["unit"] == "家")].iloc[0]
    assert one["reported"] >= one["promised"]
    assert one["promised_in"] < one["reported_in"]
