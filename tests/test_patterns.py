"""A set of patterns finds what its patterns find one by one."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policynlp.annotation.features import count_amounts, load_marks
from policynlp.annotation.patterns import PatternSet, find_needs
from policynlp.codebook import load_codebook


def match_all(patterns, texts):
    """Give for every text the numbers of the patterns that the set finds in it, each with where it first does."""
    found = [{} for _ in texts]
    for row, number, place in zip(*PatternSet(patterns).match(texts), strict=True):
        found[row][number] = place
    return found


def search_all(patterns, texts):
    """Give the same as the patterns find it one by one."""
    return [{i: m.start() for i, pattern in enumerate(patterns) if (m := re.search(pattern, text))} for text in texts]


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
    # Two choices of literals that are so far apart.
    "(?:设立|组建).{0,3}(?:万元|的|建成)",
    "设立?.{2,4}(?:解结|万元)的?",
    "(?:^|[，。])(?:为|设).{1,5}(?:组建|年的)",
    "立[^，]{0,4}(?:万元|解结)",
    "设立.?组建.?到20",
    "(?:设|组)立?(?:20|到20).{0,2}年",
    # Literals behind something else.
    ".{1,3}组建|[^，]{2}(?:万元|解结)$",
    "^.{0,4}(?:到20|设立)",
    "^(?:为|的)?设立.{0,5}(?:万元|建成)",
    r"(?<=的)(?:设立|组建)|(?:了|\d)元",
    # What may come several times, or not at all.
    "(?:设立|组建)+.{0,2}万元",
    "(?:设立|组建){2}.{0,2}",
    "(?:设|立){1,2}?建",
    "(?:年的)??了(?:解|结)?",
    "(设|组)(?:为(?:了|元)|立的?)+",
    r"(设|组).\1",
    "设(?:立|(?=组))",
    "(?>设立?)立",
    "(?:立|组)*+建",
    "(?i:设立)|(?s:组.建)",
    "(?s)设.{0,3}立|组建",
    "(?m)^设立|的$",
]


@given(st.lists(LETTERS, max_size=6))
def test_a_set_finds_what_each_pattern_finds(texts):
    assert match_all(PATTERNS, texts) == search_all(PATTERNS, texts)


@settings(max_examples=300)
@given(st.lists(st.text(st.sampled_from("设立组建到20年了解结万元的，。\n"), max_size=40), max_size=4))
def test_lines_do_not_matter(texts):
    assert match_all(PATTERNS, texts) == search_all(PATTERNS, texts)


PIECES = st.sampled_from(["设", "立", "组建", "[设组]", "[^，]", ".", "(?:设立|组|建万)", "(?:设.?立|万元)", "(?:立|)", r"\d"])
TIMES = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "??"])
ELEMENTS = st.sampled_from(["(?!设)", "(?<=建)"]) | st.tuples(PIECES, TIMES).map("".join)
SEQUENCES = st.lists(ELEMENTS)
EXPRESSIONS = st.lists(
    st.tuples(st.sampled_from(["", "", "^"]), SEQUENCES.map("".join), st.sampled_from(["", "", "$"])).map("".join), min_size=1, max_size=3
).map("|".join)


@settings(max_examples=500)
@given(EXPRESSIONS, st.lists(st.text(st.sampled_from("设立组建万元，2\n"), max_size=12), max_size=4))
def test_any_expression_is_found(pattern, texts):
    assume(not re.search(pattern, ""))
    assert match_all([pattern, "设立"], texts) == search_all([pattern, "设立"], texts)


@pytest.mark.parametrize(
    ("pattern", "left", "right", "whole"),
    [
        ("设立|组建", {"设立", "组建"}, set(), True),
        ("推(?:广|介)", {"推广", "推介"}, set(), True),
        (r"到20\d\d年", {"到20"}, set(), False),
        ("设立.{0,9}公司", {"设立"}, {"公司"}, True),
        ("设立[^，]{0,9}公司", {"设立"}, {"公司"}, False),
        ("打造成?.{0,9}(?:高地|中心)", {"打造", "打造成"}, {"高地", "中心"}, True),
        ("设立.{0,9}(?:站|院)", {"设立"}, set(), False),
    ],
)
def test_literals_that_a_match_must_hold(pattern, left, right, whole):
    [need] = find_needs(pattern)
    assert (need.left, need.right, need.whole) == (left, right, whole)


@pytest.mark.parametrize("pattern", [".{3}", "(?:了)?", "了|.", "(?i)go"])
def test_expressions_without_literals(pattern):
    assert not find_needs(pattern)


def test_no_pattern_of_the_codebook_needs_a_search_of_every_statement():
    assert not load_marks().patterns.always.size


def test_cues_of_real_statements(benxi):
    marks = load_marks()
    rules = load_codebook().rules
    patterns = [p for rows in rules["cues"].values() for p in rows.values()]
    texts = [s.text for s in benxi.statements]
    rows, numbers, _ = marks.patterns.match(texts)
    found = [pair for pair in zip(rows.tolist(), numbers.tolist(), strict=True) if pair[1] < len(patterns)]
    assert found == [(row, i) for row, text in enumerate(texts) for i, p in enumerate(patterns) if re.search(p, text)]


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_text_is_taken(text):
    load_marks().patterns.match([text.replace("\n", " "), "\ud800设立"])


@given(st.lists(st.text(st.sampled_from("1２.．，,年\n"), max_size=12), max_size=5))
def test_numbers_and_commas_are_counted(texts):
    counted = count_amounts(texts)
    assert counted["numbers"].tolist() == [len(re.findall(r"\d[\d.．]*", text)) for text in texts]
    assert counted["commas"].tolist() == [text.count("，") + text.count(",") for text in texts]
