"""The words of many statements in one row: what the models read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from policynlp.annotation.segmentation import Segmenter
from policynlp.annotation.vocabulary import PAD, Codes, Column, Integers, Vocabulary

__all__ = ["REACH", "Tokens", "make_tokens", "tokenize"]

REACH = 2  # how far to either side the models look; so many pads part the statements
PADDING = PAD * REACH


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of statements, in order, with `REACH` pads before, between and behind the statements.

    Attributes:
        text: the texts of the statements, parted and framed by pads.
        ids: of the words and pads, in the vocabulary; the words rejoin to `text`.
        columns: (tokens, columns of the vocabulary), what the vocabulary knows of each.
        offsets: where each word begins in `text`; one more for the end.
        first, last: for each statement the index of its first word and of the one behind its last.
        vocabulary: what `ids` refer to.
    """

    text: str
    ids: Integers
    columns: Codes
    offsets: Integers
    first: Integers
    last: Integers
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.first)

    @property
    def starts(self) -> Integers:
        """Where each statement begins in `text`."""
        return self.offsets[self.first]


def tokenize(texts: Sequence[str], segmenter: Segmenter, vocabulary: Vocabulary) -> Tokens:
    """Cut the texts of statements into words; the edges of a statement are edges of words."""
    text = PADDING + PADDING.join(texts) + PADDING
    words = segmenter.cut(text)
    if words.count(PAD) != REACH * (len(texts) + 1):  # a pad grown together with white space beside it
        words = [word for part in texts for word in ([PAD] * REACH + segmenter.cut(part))] + [PAD] * REACH
    ids = vocabulary.ids(words, lambda new: segmenter.tag_words(new, [PAD, *texts]))
    return lay_out(text, ids, [len(part) for part in texts], vocabulary)


def make_tokens(statements: Sequence[Sequence[tuple[str, str]]], vocabulary: Vocabulary) -> Tokens:
    """Take the words and tags of statements as they are given."""
    pad = (PAD, "x")
    pairs = [pair for words in statements for pair in ([pad] * REACH + list(words))] + [pad] * REACH
    lengths = [sum(len(word) for word, _ in words) for words in statements]
    return lay_out("".join(word for word, _ in pairs), vocabulary.tagged_ids(pairs), lengths, vocabulary)


def lay_out(text: str, ids: Integers, lengths: Sequence[int], vocabulary: Vocabulary) -> Tokens:
    columns = np.asfortranarray(vocabulary.columns.take(ids, axis=0))  # they are read column by column
    offsets = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(columns[:, Column.LENGTH], out=offsets[1:])
    sizes = np.array(lengths, np.int64)
    begins = np.cumsum(sizes + REACH) - sizes
    first = np.searchsorted(offsets, begins)
    last = np.searchsorted(offsets, begins + sizes)
    return Tokens(text, ids, columns, offsets, first, last, vocabulary)
