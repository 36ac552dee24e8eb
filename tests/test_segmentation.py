"""Words rejoin to the text; codebook terms are never cut; rjieba cuts as jieba does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policynlp.annotation.segmentation import load_segmenter
from policynlp.codebook import load_codebook


@given(st.text(max_size=200))
def test_words_rejoin_to_any_text(text):
    words, tags = load_segmenter().segment(text)
    assert "".join(words) == text
    assert len(words) == len(tags)


@pytest.mark.parametrize("term", sorted(t for t in load_codebook().terms if len(t) > 1)[::7])
def test_terms_stay_whole(term):
    words, _ = load_segmenter().segment(f"支持{term}发展。")
    # A longer term may swallow a shorter one, never the other way round.
    assert any(term in word for word in words)


def reference_cut(text):
    """Cut as jieba does between the terms: both engines get the same pieces."""
    jieba = pytest.importorskip("jieba")
    jieba.setLogLevel(60)
    return list(jieba.cut(text))


def engine_cut(text):
    return [word for word, _ in load_segmenter().engine.tag(text)]


def test_the_engine_cuts_as_jieba_on_the_report(benxi_path):
    text = benxi_path.read_text("utf-8")
    lines = [line for line in text.splitlines() if line]
    assert [engine_cut(line) for line in lines] == [reference_cut(line) for line in lines]


@pytest.mark.slow
def test_the_engine_cuts_as_jieba_on_city_reports(city_paths):
    """The few lines that differ hold numbers or Latin letters, which the two tokenise by other patterns."""
    lines = [line for path in city_paths[:12] for line in path.read_text("utf-8").splitlines() if line]
    sentences = [s for line in lines for s in re.split("(?<=[。；])", line) if s]
    differing = [s for s in sentences if engine_cut(s) != reference_cut(s)]
    assert len(differing) <= 0.02 * len(sentences)
    assert all(re.search(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]", s) for s in differing)
