"""Invented samples for the tests of coding files: hostile texts, every label, spans anywhere."""

import string

from hypothesis import strategies as st

from policynlp.coding.coded import Sample, Unit, plain
from policynlp.coding.scheme import load_scheme, make_coded
from policynlp.evaluation.gold import GoldEntity

SCHEME = load_scheme()
PIECES = ["设立", "基金", "平台", "，", "。", "=1+1", "+86", "-", "@SUM(A1)", "<b>", "&amp;", "]]>", '"', "'", "|", "\t", "\n", "𬭎", "🏭"]
PIECES += [":", "[2]", "{x}", "_x0041_", "_x000D_", " ", "　", "\ufffd", "A", "null", "1", "\u200b"]


@st.composite
def texts(draw, most=12):
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=most)))
    return plain(text) if text.strip() else "设立"


def some(layer):
    return st.sampled_from(sorted(SCHEME.layers[layer]))


@st.composite
def spans(draw, unit):
    found = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(unit.text) - 1))
        end = draw(st.integers(start + 1, len(unit.text)))
        found.append(GoldEntity(unit.start + start, unit.start + end, draw(some("entity"))))
    return found


@st.composite
def codings(draw, unit):
    if not draw(st.integers(0, 4)):
        return make_coded(unit, {}, draw(spans(unit)), draw(texts(3)))
    labels = {"class": [draw(some("class"))], "status": [draw(some("status"))]}
    if draw(st.booleans()):
        labels["subtype"] = [draw(some("subtype"))]
    if draw(st.booleans()):
        labels["instrument"] = [draw(some("instrument"))]
        labels["further"] = draw(st.lists(some("instrument"), max_size=3, unique=True))
    return make_coded(unit, labels, draw(spans(unit)), draw(texts(3)))


@st.composite
def samples(draw):
    coded, whole = [], {}
    for number in range(draw(st.integers(1, 3))):
        sha = draw(st.text(string.hexdigits.lower()[:16], min_size=15, max_size=15)) + str(number)
        text = ""
        for _ in range(draw(st.integers(1, 4))):
            text += draw(st.sampled_from(["", "标题\n", "\n\n", " "]))
            piece = draw(texts())
            unit = Unit(f"reports/报告 {number}.txt", sha, len(text), len(text) + len(piece), piece, "标题", "前", "=后")
            coded.append(draw(codings(unit)))
            text += piece
        whole[sha] = text
    return Sample(tuple(coded), whole, {"seed": "=1"})
