"""Pairs of names looked up in bulk: which row of a model belongs to «this word behind that one»."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from policynlp.annotation.vocabulary import Integers

__all__ = ["PairTable"]

LARGEST_DENSE = 4_000_000  # cells
SIEVE = 1 << 19  # cells


class PairTable:
    """The pairs that a model knows, each with its row.

    Args:
        rows: (left name, right name) -> row.
    """

    def __init__(self, rows: Mapping[tuple[str, str], int]) -> None:
        self.left = {name: code for code, name in enumerate(dict.fromkeys(pair[0] for pair in rows))}
        self.right = {name: code for code, name in enumerate(dict.fromkeys(pair[1] for pair in rows))}
        keys = np.array([self.left[a] * len(self.right) + self.right[b] for a, b in rows], np.int64)
        order = np.argsort(keys, kind="stable")
        self.keys = keys[order]
        self.rows = np.array(list(rows.values()), np.int64)[order]
        self.dense: npt.NDArray[np.int32] | None = None
        if len(self.left) * len(self.right) <= LARGEST_DENSE:  # a table is faster than a search
            self.dense = np.full(len(self.left) * len(self.right), -1, np.int32)
            self.dense[self.keys] = self.rows
        self.sieve = np.zeros(SIEVE, np.bool_)
        self.sieve[self.keys % SIEVE] = True

    def find(self, left: Integers, right: Integers) -> Integers:
        """Give the rows of pairs of codes of `left` and `right`; -1 where a code is -1 or the pair is not known."""
        found = np.full(len(left), -1, np.int64)
        if not len(self.keys):
            return found
        asked = np.flatnonzero((left >= 0) & (right >= 0))
        keys = left.take(asked) * len(self.right) + right.take(asked)
        if self.dense is not None:
            found[asked] = self.dense.take(keys)
            return found
        likely = np.flatnonzero(self.sieve.take(keys % SIEVE))  # most pairs are unknown, and told so sooner than by a search
        asked, keys = asked.take(likely), keys.take(likely)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys.take(places) == keys
        found[asked[known]] = self.rows.take(places[known])
        return found
