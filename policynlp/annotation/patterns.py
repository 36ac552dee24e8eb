"""Many regular expressions on many texts: one search for the words that a match must hold, then only the few that can match."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from policynlp.annotation.needs import FAR, Literals, find_needs

__all__ = ["Lists", "Matches", "PatternSet", "characters_of"]

Integers = npt.NDArray[np.int64]
Characters = npt.NDArray[np.uint32]


def characters_of(text: str) -> Characters:
    """Give the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


class Matches(NamedTuple):
    """Where expressions match: numbers of texts, numbers of expressions, and where in the text each first does; sorted by the first two."""

    rows: Integers
    numbers: Integers
    places: Integers


class PatternSet:
    r"""Regular expressions, by number.

    Of each one the literals are worked out that every match holds, and how far they are apart. An expression that asks for
    nothing else needs no search of its own.

    Args:
        patterns: the expressions; none may match an empty text.

    Example:
        >>> rows, numbers, places = PatternSet(["设立|组建", r"到20\d\d年"]).match(["到2025年组建公司。", "到200年"])
        >>> rows.tolist(), numbers.tolist(), places.tolist()
        ([0, 0], [0, 1], [6, 0])
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self.needs = [find_needs(pattern) for pattern in patterns]
        self.always = np.array([number for number, needs in enumerate(self.needs) if not needs], np.int64)
        self.whole = np.array([bool(needs) and all(need.whole for need in needs) for needs in self.needs], bool)
        self.searches = [
            compiled.match if needs and all(need.opened for need in needs) else compiled.search
            for compiled, needs in zip(map(re.compile, patterns), self.needs, strict=True)
        ]
        every = list(chain.from_iterable(self.needs))
        literals = sorted(frozenset().union(*(need.left | need.right for need in every)))
        self.trie = Trie(literals)
        self.lengths = np.array([len(literal) for literal in literals], np.int64)
        self.lefts = users_of(literals, [need.left for need in every])
        self.rights = users_of(literals, [need.right for need in every])
        self.owners = np.repeat(np.arange(len(patterns)), [len(needs) for needs in self.needs])
        self.before = np.array([need.before for need in every], np.int64)
        self.limits = np.array([need.before if need.opened else FAR for need in every], np.int64)
        self.gaps = np.array([(need.least, need.most) for need in every], np.int64).reshape(-1, 2)
        self.paired = np.array([bool(need.right) for need in every], bool)

    def match(self, texts: Sequence[str]) -> Matches:
        """Find for every text the expressions that match somewhere in it."""
        joined = "\n".join(texts)
        rows, numbers, places = self.find_candidates(characters_of(joined), texts)
        # Where texts have several lines, the gaps of a match must not reach over their ends, which only a search sees.
        exact = joined.count("\n") < len(texts)
        searched = np.flatnonzero(~self.whole.take(numbers)) if exact else np.arange(len(numbers))
        kept = np.ones(len(numbers), bool)
        candidates = zip(*(part.take(searched).tolist() for part in (rows, numbers, places)), strict=True)
        for candidate, (row, number, place) in zip(searched.tolist(), candidates, strict=True):
            if match := self.searches[number](texts[row], place):
                places[candidate] = match.start()
            else:
                kept[candidate] = False
        return Matches(rows[kept], numbers[kept], places[kept])

    def find_candidates(self, joined: Characters, texts: Sequence[str]) -> tuple[Integers, Integers, Integers]:
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
        return rows, numbers, keys[first] & (1 << 32) - 1

    def meet_needs(self, joined: Characters, starts: Integers) -> tuple[Integers, Integers, Integers]:
        """Give the numbers of the needs that are met, the numbers of the texts, and where in the text the left literals begin."""
        literals, begins = self.trie.find(joined)
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


class Trie:
    """Literals by how they begin, so that all of them are found at all places of a text at once, one character further at a time."""

    def __init__(self, literals: Sequence[str]) -> None:
        letters = {letter: number for number, letter in enumerate(sorted(set("".join(literals))), 1)}
        inner = sorted({literal[:size] for literal in literals for size in range(1, len(literal))})
        states = {start: number for number, start in enumerate([*inner, *sorted(set(literals).difference(inner))], 1)}
        self.depth = max(map(len, literals), default=0)
        self.letters = np.zeros(sys.maxunicode + 1, np.min_scalar_type(len(letters)))
        self.letters[[ord(letter) for letter in letters]] = list(letters.values())
        self.first = np.zeros(len(letters) + 1, np.int64)
        self.following = np.zeros((len(inner) + 1, len(letters) + 1), np.min_scalar_type(len(states)))  # 0: no literal goes on so
        self.ended = np.full(len(states) + 1, -1)
        for start, state in states.items():
            row = self.following[states[start[:-1]]] if len(start) > 1 else self.first
            row[letters[start[-1]]] = state
        self.ended[[states[literal] for literal in literals]] = np.arange(len(literals))

    def find(self, text: Characters) -> tuple[Integers, Integers]:
        """Give the numbers of the literals that the text holds, each as often as it does, and where they begin."""
        letters = np.zeros(len(text) + self.depth, np.int64)
        letters[: len(text)] = self.letters.take(text)
        states = self.first.take(letters)
        begins = np.flatnonzero(states != 0)
        states = states.take(begins)
        literals = places = [np.zeros(0, np.int64)]
        inner, width = self.following.shape
        for size in range(1, self.depth + 1):
            ended = self.ended.take(states)
            done = np.flatnonzero(ended >= 0)
            literals = [*literals, ended.take(done)]
            places = [*places, begins.take(done)]
            further = np.flatnonzero(states < inner)
            begins = begins.take(further)
            states = self.following.take(states.take(further) * width + letters.take(begins + size)).astype(np.int64)
            further = np.flatnonzero(states != 0)
            begins, states = begins.take(further), states.take(further)
        return np.concatenate(literals), np.concatenate(places)


class Lists:
    """Lists of numbers, laid end to end."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.counts = np.array([len(numbers) for numbers in lists], np.int64)
        self.first = np.cumsum(self.counts) - self.counts
        self.numbers = np.array(list(chain.from_iterable(lists)), np.int64)

    def of(self, which: Integers) -> tuple[Integers, Integers]:
        """Give the numbers in some of the lists, and for each number by which of `which` it was asked for."""
        counts = self.counts.take(which)
        asked = np.repeat(np.arange(len(which)), counts)
        place = np.arange(len(asked)) + np.repeat(self.first.take(which) - np.cumsum(counts) + counts, counts)
        return self.numbers.take(place), asked


def users_of(literals: Sequence[str], sets: Sequence[Literals]) -> Lists:
    """For each literal list the numbers of the sets that hold it."""
    users: dict[str, list[int]] = {literal: [] for literal in literals}
    for number, found in enumerate(sets):
        for literal in found:
            users[literal].append(number)
    return Lists(list(users.values()))
