"""Samples: drawn as asked for, the same each time, never furniture."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.coding.coded import plain
from policynlp.coding.samples import ORDERS, draw_sample
from policynlp.errors import ReportError


def drawable(analysis):
    return [s for s in analysis.statements if s.role not in ("title", "boilerplate")]


@pytest.mark.parametrize("by", ORDERS)
def test_each_statement_at_most_once_and_as_many_as_asked_for(benxi, by):
    for size in (1, 20, 10_000):
        sample = draw_sample(benxi, size=size, by=by)
        places = [(c.unit.start, c.unit.end) for c in sample.coded]
        assert len(places) == len(set(places)) == min(size, len(drawable(benxi)))
        assert set(places) <= {(s.start, s.end) for s in drawable(benxi)}
        for coded in sample.coded:
            assert plain(benxi.report.text)[coded.unit.start : coded.unit.end] == coded.unit.text


def test_the_seed_decides_and_nothing_else(benxi):
    same = [draw_sample(benxi, size=12, seed=3) for _ in range(2)]
    assert same[0] == same[1]
    assert same[0].coded != draw_sample(benxi, size=12, seed=4).coded
    assert list(same[0].coded) == sorted(same[0].coded, key=lambda c: benxi.statements.index(by_place(benxi)[c.unit.start]))


def by_place(analysis):
    return {s.start: s for s in analysis.statements}


def test_classes_are_drawn_alike_as_far_as_there_are_so_many(benxi):
    there = Counter(s.kind for s in drawable(benxi))
    drawn = Counter(c.kind for c in draw_sample(benxi, size=28, by="class").coded)
    assert sum(drawn.values()) == 28
    for kind, number in drawn.items():
        assert number == there[kind] or number >= 28 // len(there)


def test_the_most_uncertain_come_first(benxi):
    scores = [by_place(benxi)[c.unit.start].score for c in draw_sample(benxi, size=15, by="uncertain").coded]
    assert scores == sorted(scores)
    assert scores[-1] <= sorted(s.score for s in drawable(benxi))[14]


def test_labels_are_those_of_the_analysis_or_blank(benxi):
    for coded in draw_sample(benxi).coded:
        statement = by_place(benxi)[coded.unit.start]
        assert (coded.kind, coded.instruments, coded.status) == (statement.kind, statement.instruments, statement.status)
    assert not any(c.kind or c.entities for c in draw_sample(benxi, blind=True).coded)


def test_the_context_is_that_of_the_report(benxi):
    for coded in draw_sample(benxi, size=1000).coded:
        number = benxi.statements.index(by_place(benxi)[coded.unit.start])
        if number and coded.unit.before:
            assert plain(benxi.statements[number - 1].text)[-20:] in coded.unit.before
        assert coded.unit.section == plain(" > ".join(benxi.statements[number].section))[:400]


def test_what_cannot_be_drawn_is_said(benxi):
    with pytest.raises(ValueError, match="it must be one of random, class, uncertain"):
        draw_sample(benxi, by="luck")
    with pytest.raises(ValueError, match="at least 1"):
        draw_sample(benxi, size=0)
    with pytest.raises(ReportError, match="no statement to draw"):
        draw_sample([])
    other = replace(benxi, report=replace(benxi.report, sha256="0" * 64))
    with pytest.raises(ReportError, match="different texts"):
        draw_sample([benxi, other])
    assert draw_sample([benxi, benxi]).coded == draw_sample(benxi).coded


def test_very_long_statements_are_left_out():
    analysis = policynlp.analyze("设立基金" * 2000 + "。\n完善考核制度。")
    assert [c.unit.text for c in draw_sample(analysis).coded] == ["完善考核制度。"]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("设立\r\n\x00\ufeff\u2028\x85\ud800 \t。"), max_size=20))
def test_texts_are_made_plain_one_character_by_one(text):
    made = plain(text)
    assert len(made) == len(text)
    assert plain(made) == made
    assert made.encode("utf-8").decode("utf-8-sig") == made
    assert len(made.splitlines()) == len(made.split("\n")) - (made.endswith("\n") or not made)
