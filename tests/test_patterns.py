"""A set of patterns finds what its patterns find one by one."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.annotation.features import load_marks
from policynlp.annotation.patterns import PatternSet, required_literals
from policynlp.codebook import load_codebook

LETTERS = st.text("设立组建到20年了解结万元的，。", max_size=40)
PATTERNS = [
    "设立|组建",
    r"到20\d\d年",
    "(?<!为)了(?!解|结)",
    "^设立[^，。]{0,8}的",
    "(?:万|亿)元$",
    "[设组].{1,3}建?",
    "(?:年的){2,}",
    r"\d{2,}",
]


@given(st.lists(LETTERS, max_size=6))
def test_a_set_finds_what_each_pattern_finds(texts):
    found = PatternSet(PATTERNS).match(texts)
    assert found == [{i: m.start() for i, pattern in enumerate(PATTERNS) if (m := re.search(pattern, text))} for text in texts]


@pytest.mark.parametrize(
    ("pattern", "literals", "whole"),
    [
        ("设立|组建", {"设立", "组建"}, True),
        ("推(?:广|介)", {"推广", "推介"}, True),
        (r"到20\d\d年", {"到20"}, False),
        ("设立.{0,9}公司", {"设立"}, False),
        (".{3}", None, False),
        ("(?:了)?", None, False),
    ],
)
def test_literals_that_a_match_must_hold(pattern, literals, whole):
    from re import _parser

    found = required_literals(_parser.parse(pattern))
    assert found == (None if literals is None else frozenset(literals), whole) or (literals is None and found[0] is None)


def test_no_pattern_of_the_codebook_needs_a_search_of_every_statement():
    assert not load_marks().patterns.always


def test_cues_of_real_statements(benxi):
    marks = load_marks()
    rules = load_codebook().rules
    patterns = [p for rows in rules["cues"].values() for p in rows.values()]
    texts = [s.text for s in benxi.statements]
    for text, hits in zip(texts, marks.patterns.match(texts), strict=True):
        assert [h for h in hits if h < len(patterns)] == [i for i, p in enumerate(patterns) if re.search(p, text)]


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_text_is_taken(text):
    load_marks().patterns.match([text.replace("\n", " "), "\ud800设立"])
