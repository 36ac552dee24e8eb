"""Many regular expressions on many texts: one search for the words that a match must hold, then only the few that can match."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from policynlp.annotation.needs import FAR, Literals, find_needs

__all__ = ["PatternSet", "clean_text"]

Integers = npt.NDArray[np.int64]

SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Replace lone surrogates, which the libraries in Rust do not take; the length stays."""
    return SURROGATE.sub("\ufffd", text)


class PatternSet:
    r"""Regular expressions, by number.

    Of each one the literals are worked out that every match holds, and how far they are apart. An expression that asks for
    nothing else needs no search of its own.

    Args:
        patterns: the expressions; none may match an empty text.

    Example:
        >>> PatternSet(["设立|组建", r"到20\d\d年"]).match(["到2025年组建公司。", "到200年"])
        [{0: 6, 1: 0}, {}]
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self.needs = [find_needs(pattern) for pattern in patterns]
        self.always = np.array([number for number, needs in enumerate(self.needs) if not needs], np.int64)
        self.whole = [bool(needs) and all(need.whole for need in needs) for needs in self.needs]
        self.searches = [
            compiled.match if needs and all(need.opened for need in needs) else compiled.search
            for compiled, needs in zip(map(re.compile, patterns), self.needs, strict=True)
        ]
        every = list(chain.from_iterable(self.needs))
        literals = sorted(frozenset().union(*(need.left | need.right for need in every)))
        self.matcher = AhoCorasick(literals, matchkind=MatchKind.Standard, implementation=Implementation.DFA)
        self.lengths = np.array([len(literal) for literal in literals], np.int64)
        self.lefts = Users(literals, [need.left for need in every])
        self.rights = Users(literals, [need.right for need in every])
        self.owners = np.repeat(np.arange(len(patterns)), [len(needs) for needs in self.needs])
        self.before = np.array([need.before for need in every], np.int64)
        self.limits = np.array([need.before if need.opened else FAR for need in every], np.int64)
        self.gaps = np.array([(need.least, need.most) for need in every], np.int64).reshape(-1, 2)
        self.paired = np.array([bool(need.right) for need in every], bool)

    def match(self, texts: Sequence[str]) -> list[dict[int, int]]:
        """Give for every text the expressions that match somewhere in it, in order of their numbers, each with where it first does."""
        joined = clean_text("\n".join(texts))
        # Where texts have several lines, the gaps of a match must not reach over their ends, which only a search sees.
        exact = joined.count("\n") < len(texts)
        searches = [None if exact and whole else search for whole, search in zip(self.whole, self.searches, strict=True)]
        found: list[dict[int, int]] = [{} for _ in texts]
        for row, number, place in zip(*self.find_candidates(joined, texts), strict=True):
            search = searches[number]
            if search is None:
                found[row][number] = place
            elif match := search(texts[row], place):
                found[row][number] = match.start()
        return found

    def find_candidates(self, joined: str, texts: Sequence[str]) -> tuple[list[int], list[int], list[int]]:
        """Give number of text, number of expression and first place of all that may match, in this order."""
        needs, rows, places = self.meet_needs(joined, np.cumsum([0, *(len(text) + 1 for text in texts)]))
        size = len(self.needs)
        keys = (rows * size + self.owners[needs]) << 32 | np.maximum(places - self.before[needs], 0)
        if len(self.always):
            keys = np.append(keys, np.add.outer(np.arange(len(texts)) * size, self.always) << 32)
        keys.sort()
        pairs = keys >> 32
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        rows, numbers = np.divmod(pairs[first], size)
        return rows.tolist(), numbers.tolist(), (keys[first] & (1 << 32) - 1).tolist()

    def meet_needs(self, joined: str, starts: Integers) -> tuple[Integers, Integers, Integers]:
        """Give the numbers of the needs that are met, the numbers of the texts, and where in the text the left literals begin."""
        hits = self.matcher.find_matches_as_indexes(joined, overlapping=True)
        literals, begins = (np.fromiter(map(itemgetter(i), hits), np.int64, len(hits)) for i in range(2))
        needs, left = self.lefts.of(literals)
        rows = np.searchsorted(starts, begins[left], side="right") - 1
        places = begins[left] - starts[rows]
        met = places <= self.limits[needs]
        paired = np.flatnonzero(self.paired[needs])
        least, most = self.gaps[needs[paired]].T
        after = begins[left[paired]] + self.lengths[literals[left[paired]]]
        # The right literals of all needs in one row, each need behind the one before, so that one search serves them all.
        users, right = self.rights.of(literals)
        width = len(joined) + 1
        blocks = needs[paired] * width
        others = np.append(np.sort(users * width + begins[right]), np.iinfo(np.int64).max)
        nearest = others[np.searchsorted(others, blocks + after + least)] - blocks
        met[paired] &= nearest <= np.minimum(after + most, starts[rows[paired] + 1] - 1)
        return needs[met], rows[met], places[met]


class Users:
    """For each literal the numbers of the sets that hold it."""

    def __init__(self, literals: Sequence[str], sets: Sequence[Literals]) -> None:
        users: dict[str, list[int]] = {literal: [] for literal in literals}
        for number, found in enumerate(sets):
            for literal in found:
                users[literal].append(number)
        self.counts = np.array([len(numbers) for numbers in users.values()], np.int64)
        self.first = np.cumsum(self.counts) - self.counts
        self.numbers = np.array(list(chain.from_iterable(users.values())), np.int64)

    def of(self, literals: Integers) -> tuple[Integers, Integers]:
        """Give the users of some literals, by number, and for each user which of the literals it uses."""
        counts = self.counts[literals]
        which = np.repeat(np.arange(len(literals)), counts)
        place = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.numbers[self.first[literals[which]] + place], which
