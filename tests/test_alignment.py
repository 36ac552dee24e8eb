"""Goals, measures and institutions side by side."""

import pytest

import policynlp
from policynlp.network.alignment import align_goals


def test_counts_and_evidence(benxi):
    table = align_goals(benxi)
    for row in table.itertuples():
        for layer, kind in (("goal", "GOAL"), ("measure", "MEASURE"), ("institution", "INSTITUTION")):
            ids = getattr(row, f"{layer}_statements")
            assert len(ids) == getattr(row, f"{layer}s")
            assert {benxi.statement(i.rpartition("#")[2]).kind for i in ids} <= {kind}
        assert row.measures == row.S + row.E + row.D + row.X
    codes = [column for column in table.columns if "-" in column]
    assert (table[codes].sum(axis=1) == table["measures"]).all()


def test_gaps():
    text = "培育壮大数字经济。\n设立种子基金。\n健全种子基金管理制度。\n培育壮大海洋经济。设立海洋经济发展基金。"
    gaps = align_goals(policynlp.analyze(text)).set_index("name")["gap"]
    assert gaps["数字经济"] == "goal without measure or institution"


def test_reports_add_up_in_any_order():
    reports = [
        policynlp.analyze(policynlp.make_report(t, path=f"{i}.txt")) for i, t in enumerate(["培育壮大数字经济。", "设立数字经济发展基金。"])
    ]
    one, other = align_goals(reports), align_goals(reports[::-1])
    assert one.drop(columns=[c for c in one if c.endswith("statements")]).equals(
        other.drop(columns=[c for c in other if c.endswith("statements")])
    )


def test_unknown_type():
    with pytest.raises(ValueError, match="WISH"):
        align_goals(policynlp.analyze("设立种子基金。"), kinds=["WISH"])


def test_nothing_to_align():
    assert align_goals(policynlp.analyze("今天天气晴朗。")).empty
