"""The concordance: every place once, and the text around it as it stands."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.comparison.concordance import find_concordance
from policynlp.comparison.groups import Group, group_analyses


def groups_of(texts, by="report"):
    return group_analyses([policynlp.analyze(policynlp.make_report(t, path=f"{name}.txt")) for name, t in texts.items()], by=by)


@pytest.fixture(scope="module")
def cities(city_paths, benxi):
    return [benxi, *(policynlp.analyze(path) for path in city_paths[:4])]


@pytest.mark.parametrize("of", ["text", "words", "entities"])
def test_rows_slice_back_to_the_text(cities, of):
    texts = {analysis.report.id: analysis.report.text for analysis in cities}
    statements = {f"{a.report.id}#{s.id}": s for a in cities for s in a.statements}
    table = find_concordance(group_analyses(cities), "科技型中小企业" if of == "entities" else "科技", of=of, width=9)
    assert len(table) > 3
    for row in table.itertuples():
        text, statement = texts[row.report], statements[row.statement]
        assert text[row.start : row.end] == row.match
        assert text[: row.start].endswith(row.left)
        assert text[row.end :].startswith(row.right)
        assert statement.start <= row.start < row.end <= statement.end
        assert row.kind == statement.kind
        assert max(len(row.left), len(row.right)) <= 9


def test_text_finds_all_that_a_plain_search_finds(cities):
    table = find_concordance(group_analyses(cities), "医药")
    found = {(row.report, row.start) for row in table.itertuples()}
    assert len(found) == len(table)
    for analysis in cities:
        for statement in analysis.statements:
            if statement.role not in ("title", "boilerplate"):
                for match in re.finditer("医药", statement.text):
                    assert (analysis.report.id, statement.start + match.start()) in found


def test_words_are_whole_words():
    groups = groups_of({"a": "发展生物医药。做强医药产业。"})
    assert len(find_concordance(groups, "医药")) == 2
    assert find_concordance(groups, "医药", of="words").empty
    assert find_concordance(groups, "生物医药", of="words")["start"].tolist() == [2]


def test_the_own_zone_is_no_word(benxi):
    groups = groups_of({"a": "青岭高新区工作总结\n青岭高新区发展氢能产业。建设高新区。"}, by="zone")
    assert groups[0].name == "青岭高新区"
    assert find_concordance(groups, "青岭高新区", of="words").empty
    assert len(find_concordance(groups, "青岭高新区")) == 1  # the title is left out


def test_an_entity_is_found_under_all_its_names(benxi):
    table = find_concordance(group_analyses([benxi]), "药都种子基金", of="entities")
    assert set(table["match"]) == {"药都种子基金", "种子基金"}
    assert len(table) == 3


def test_context_ends_with_the_line():
    groups = groups_of({"a": "一、工作\r\n设立种子基金。\n加快发展。"})
    (row,) = find_concordance(groups, "种子基金").itertuples()
    assert (row.left, row.right) == ("设立", "。")
    (row,) = find_concordance(groups, "种子基金", width=0).itertuples()
    assert (row.left, row.right) == ("", "")


def test_a_second_copy_is_shown_once(benxi):
    assert benxi.report.text.count("科技型中小企业担保基金") == 2
    assert len(find_concordance(group_analyses([benxi]), "科技型中小企业担保基金")) == 1


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=4))
def test_any_letters_can_be_looked_for(term):
    groups = groups_of({"a": f"设立({term})种子基金，支持C++(.*)软件。"})
    for row in find_concordance(groups, term).itertuples():
        assert row.match == term
    assert len(find_concordance(groups, "C++(.*)")) == 1


def test_order_of_reports_changes_nothing(cities):
    one, other = (find_concordance(groups, "发展") for groups in (group_analyses(cities), group_analyses(cities[::-1])[::-1]))
    assert len(one) > 300
    pd.testing.assert_frame_equal(one, other)


def test_options_are_checked(benxi):
    groups = group_analyses([benxi])
    for term, options, problem in (
        ("", {}, "term is empty"),
        ("药", {"of": "regex"}, "of is 'regex'"),
        ("药", {"width": -1}, "width is -1"),
    ):
        with pytest.raises(ValueError, match=problem):
            find_concordance(groups, term, **options)
    assert find_concordance([], "药").empty
    assert find_concordance([Group("空", ())], "药").empty
    assert list(find_concordance(groups, "无此语")) == list(find_concordance(groups, "药"))
