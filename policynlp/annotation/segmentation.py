"""Words and tags: codebook terms fix token edges, jieba's algorithm cuts what is between them.

The one door to jieba: rjieba is the same algorithm and dictionary in Rust; a test holds their cuts equal on real text.
"""

from __future__ import annotations

import re
from functools import cache

import rjieba  # noqa: TID251  the door
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from policynlp.codebook import Codebook, load_codebook

__all__ = ["Segmenter", "load_segmenter"]

SURROGATE = re.compile("[\ud800-\udfff]")
TERM_TAG = "nz"
BRAND_TAG = "ns"


class Segmenter:
    """Cuts and tags text. Its state is its own: the codebook's terms never enter jieba's global dictionary.

    Args:
        codebook: its terms and brands are never cut, and nothing is joined across their edges.
    """

    def __init__(self, codebook: Codebook) -> None:
        self.terms = sorted(t for t in {*codebook.terms, *codebook.brands} if len(t) > 1)
        self.brands = codebook.brands
        self.engine = rjieba.Jieba()
        self.matcher = AhoCorasick(self.terms, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)

    def segment(self, text: str) -> tuple[list[str], list[str]]:
        """Cut a text into words with part-of-speech tags.

        The words rejoin to the text, white space and all. Tags are those of jieba's dictionary; a word it does not
        hold has the tag x, a codebook term nz, a city brand ns.

        Returns:
            The words and their tags, equally many.

        Example:
            >>> load_segmenter().segment("设立种子基金")
            (['设立', '种子基金'], ['v', 'nz'])
        """
        words: list[str] = []
        tags: list[str] = []
        clean = SURROGATE.sub("\ufffd", text)  # the Rust side takes no lone surrogates
        position = 0
        for index, start, end in self.matcher.find_matches_as_indexes(clean):
            if start > position:
                self.fill(text, clean, position, start, words, tags)
            words.append(text[start:end])
            tags.append(BRAND_TAG if self.terms[index] in self.brands else TERM_TAG)
            position = end
        if position < len(text):
            self.fill(text, clean, position, len(text), words, tags)
        return words, tags

    def fill(self, text: str, clean: str, start: int, end: int, words: list[str], tags: list[str]) -> None:
        """Cut what stands between two terms."""
        for word, tag in self.engine.tag(clean[start:end]):
            words.append(text[start : start + len(word)])
            tags.append(tag)
            start += len(word)


@cache
def load_segmenter() -> Segmenter:
    """Load the segmenter of the shipped codebook, once a process."""
    return Segmenter(load_codebook())
