"""What the classifier sees of the words of statements: all of them, pairs, the first and the last, clause verbs and what they govern."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import PAD_ID, Column, Integers

__all__ = ["PAIRED", "SINGLE", "read_words"]

Flags = npt.NDArray[np.bool_]
# Families of features of one word, and the attribute of the word that they look at; `kind` is what its head noun decides.
SINGLE = {
    "w": "word",
    "class": "class",
    "first": "word",
    "first.class": "class",
    "last": "word",
    "opens": "word",
    "opens.class": "class",
    "clause": "word",
    "clause.class": "class",
    "object": "kind",
}
# Families of features of two words.
PAIRED = {
    "w2": ("word", "word"),
    "opens2": ("word", "word"),
    "object2": ("word", "kind"),  # the verb that opens the clause, and what it is about
    "object2.class": ("class", "kind"),
}


def read_words(tokens: Tokens) -> tuple[dict[str, tuple[Integers, Integers]], dict[str, tuple[Integers, Integers, Integers]]]:
    """Find the features of words: all of them, pairs, the first and last ones, and in each clause the verb and what it governs."""
    ids, first, last = tokens.ids, tokens.first, tokens.last
    columns = tokens.columns
    inside = ids != PAD_ID
    inner = np.flatnonzero(inside)
    owner = np.zeros(len(ids), np.int64)
    owner[inner] = np.repeat(np.arange(len(first)), last - first)
    mark = columns[:, Column.CLAUSE_MARK] > 0
    content = (columns[:, Column.FILLER] == 0) & ~mark

    joined = np.flatnonzero(inside[:-1] & inside[1:])
    filled = np.flatnonzero(last > first)
    ends = last_at(~mark, last[filled] - 1)
    ended = ends >= first[filled]
    opens = next_at(content, first[filled])
    opened = opens < last[filled]
    opener = opens[opened]
    second = next_at(content, opener + 1)
    two = second < last[filled][opened]

    begins = np.flatnonzero(inside[1:] & mark[:-1]) + 1
    verbs = next_at(content | mark, begins)
    verbs = verbs[~mark[verbs]]
    is_verb = np.zeros(len(ids), bool)
    is_verb[verbs] = True
    heads = np.flatnonzero(inside & (columns[:, Column.KIND] > 0) & (columns[:, Column.SHORT] == 0))
    governing = last_at(is_verb | mark, heads - 1)
    governed = is_verb[governing] & ~is_verb[heads]
    heads, governing = heads[governed], governing[governed]

    def at(places: Integers) -> tuple[Integers, Integers]:
        return owner[places], ids[places]

    starts, opening, clauses, words = at(first[filled]), at(opener), at(verbs), at(inner)
    single = {
        "w": words,
        "class": words,
        "first": starts,
        "first.class": starts,
        "last": at(ends[ended]),
        "opens": opening,
        "opens.class": opening,
        "clause": clauses,
        "clause.class": clauses,
        "object": at(heads),
    }
    governs = (owner[heads], ids[governing], ids[heads])
    paired = {
        "w2": (owner[joined], ids[joined], ids[joined + 1]),
        "opens2": (owner[opener[two]], ids[opener[two]], ids[second[two]]),
        "object2": governs,
        "object2.class": governs,
    }
    return single, paired


def next_at(flags: Flags, places: Integers) -> Integers:
    """For each of some places the next one from it on that is true; the last place where there is none."""
    true = np.append(np.flatnonzero(flags), len(flags) - 1)
    return true[np.searchsorted(true, places)]


def last_at(flags: Flags, places: Integers) -> Integers:
    """For each of some places the last one up to it that is true; -1 where there is none."""
    true = np.append(-1, np.flatnonzero(flags))
    return true[np.searchsorted(true, places, side="right") - 1]
