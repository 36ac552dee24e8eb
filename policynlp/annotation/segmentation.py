"""Words and tags: codebook terms fix token edges, jieba's algorithm cuts what is between them.

The one door to jieba: rjieba is the same algorithm and dictionary in Rust; a test holds their cuts equal on real text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

import rjieba  # noqa: TID251  the door
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from policynlp.codebook import Codebook, shipped_codebook
from policynlp.reading.content import replace_surrogates

__all__ = ["Segmenter", "load_segmenter"]

TERM_TAG = "nz"
BRAND_TAG = "ns"
UNKNOWN_TAG = "x"


class Segmenter:
    """Cuts and tags text. Its state is its own: the codebook's terms never enter jieba's global dictionary.

    Args:
        codebook: its terms and brands are never cut, and nothing is joined across their edges; where terms of a researcher's own
            meet shipped ones, hers are kept whole.
    """

    def __init__(self, codebook: Codebook) -> None:
        shipped = codebook.base or codebook
        self.terms = sorted(t for t in {*shipped.terms, *shipped.brands} if len(t) > 1)
        self.tags = [BRAND_TAG if term in shipped.brands else TERM_TAG for term in self.terms]
        self.engine = rjieba.Jieba()
        self.matcher = AhoCorasick(self.terms, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)
        self.own: AhoCorasick | None = None
        if codebook.own is not None and codebook.own.terms:
            own = sorted(codebook.own.terms)
            self.own = AhoCorasick(own, matchkind=MatchKind.LeftmostLongest)  # she may have ten thousand: no table of all states
            self.shift = len(self.terms)  # her terms are numbered behind the shipped ones
            self.terms += own
            self.tags += [BRAND_TAG if codebook.own.terms[term] == "PLACE" else TERM_TAG for term in own]

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
        pairs = self.tag(text)
        return [word for word, _ in pairs], [tag for _, tag in pairs]

    def tag(self, text: str) -> list[tuple[str, str]]:
        """Give the same as pairs of word and tag."""
        clean = replace_surrogates(text)
        pairs: list[tuple[str, str]] = []
        for part, term in self.parts(clean):
            pairs += self.engine.tag(part) if term is None else [(part, self.tags[term])]
        return pairs if clean == text else list(zip(restore([word for word, _ in pairs], text), (tag for _, tag in pairs), strict=True))

    def cut(self, text: str) -> list[str]:
        """Give the words alone, in half the time."""
        clean = replace_surrogates(text)
        words: list[str] = []
        for part, term in self.parts(clean):
            words += self.engine.cut(part) if term is None else [part]
        return words if clean == text else restore(words, text)

    def tag_words(self, words: Sequence[str], texts: Sequence[str]) -> list[str]:
        """Give the tags of words that stand in some texts: each is tagged alone, or in its text if alone it would be cut."""

        def tag_of(word: str) -> str:
            alone = self.tag(word)
            if len(alone) == 1:
                return alone[0][1]
            return next((tag for text in texts if word in text for found, tag in self.tag(text) if found == word), UNKNOWN_TAG)

        return [tag_of(word) for word in words]

    def parts(self, text: str) -> Iterator[tuple[str, int | None]]:
        """Part a text into the codebook's terms, each with its number, and what stands between them."""
        return part(text, self.matcher) if self.own is None else self.parts_beside(text, self.own)

    def parts_beside(self, text: str, own: AhoCorasick) -> Iterator[tuple[str, int | None]]:
        """Part a text by her terms first, then what stands between them by the shipped ones."""
        for piece, term in part(text, own):
            if term is None:
                yield from part(piece, self.matcher)
            else:
                yield piece, term + self.shift


def part(text: str, matcher: AhoCorasick) -> Iterator[tuple[str, int | None]]:
    """Part a text into the words of a matcher, each with its number, and what stands between them."""
    position = 0
    for term, start, end in matcher.find_matches_as_indexes(text):
        if start > position:
            yield text[position:start], None
        yield text[start:end], term
        position = end
    if position < len(text):
        yield text[position:], None


def restore(words: list[str], text: str) -> list[str]:
    """Give the words as they stand in a text that had to be cleaned for the engine."""
    ends = accumulate(len(word) for word in words)
    return [text[end - len(word) : end] for word, end in zip(words, ends, strict=True)]


@cache
def load_segmenter() -> Segmenter:
    """Load the segmenter of the shipped codebook, once a process."""
    return Segmenter(shipped_codebook())
