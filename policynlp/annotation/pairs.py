"""Pairs of names looked up in bulk: which row of a model belongs to «this word behind that one»."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from policynlp.annotation.vocabulary import Integers

__all__ = ["PairTable"]

LARGEST_DENSE = 4_000_000  # cells
BITS = 19
SLOTS = 1 << BITS  # many times the pairs of a model: most pairs that are asked for are unknown and find an empty slot
SCATTER = np.int64(-7046029254386353131)  # 2**64 by the golden ratio: neighbouring keys come to lie far apart


class PairTable:
    """The pairs that a model knows, each with its row: a plain table, or one hashed by linear probing where that would be too large.

    Args:
        rows: (left name, right name) -> row.
    """

    def __init__(self, rows: Mapping[tuple[str, str], int]) -> None:
        self.left = {name: code for code, name in enumerate(dict.fromkeys(pair[0] for pair in rows))}
        self.right = {name: code for code, name in enumerate(dict.fromkeys(pair[1] for pair in rows))}
        self.keys = np.array([self.left[a] * len(self.right) + self.right[b] for a, b in rows], np.int64)
        self.rows = np.array(list(rows.values()), np.int64)
        self.dense: npt.NDArray[np.int32] | None = None
        if len(self.left) * len(self.right) <= LARGEST_DENSE:
            self.dense = np.full(len(self.left) * len(self.right), -1, np.int32)
            self.dense[self.keys] = self.rows
        else:
            self.slots = hash_keys(self.keys)

    def find(self, left: Integers, right: Integers) -> Integers:
        """Give the rows of pairs of codes of `left` and `right`; -1 where a code is -1 or the pair is not known."""
        found = np.full(len(left), -1, np.int64)
        asked = np.flatnonzero((left >= 0) & (right >= 0))
        keys = left.take(asked) * len(self.right) + right.take(asked)
        if self.dense is not None:
            found[asked] = self.dense.take(keys)
            return found
        slots = slots_of(keys)
        while len(asked):
            held = self.slots.take(slots)
            taken = np.flatnonzero(held >= 0)
            asked, keys, slots, held = asked.take(taken), keys.take(taken), slots.take(taken), held.take(taken)
            same = self.keys.take(held) == keys
            found[asked[same]] = self.rows.take(held[same])
            asked, keys, slots = asked[~same], keys[~same], (slots[~same] + 1) & (SLOTS - 1)
        return found


def hash_keys(keys: Integers) -> npt.NDArray[np.int32]:
    """Give for each slot the number of the key in it, -1 where it is empty; a key whose slot is taken goes into the next empty one."""
    if 2 * len(keys) > SLOTS:
        raise ValueError(f"{len(keys)} pairs are too many for {SLOTS} slots")
    held = np.full(SLOTS, -1, np.int32)
    waiting, slots = np.arange(len(keys)), slots_of(keys)
    while len(waiting):
        empty = held.take(slots) < 0
        held[slots[empty]] = waiting[empty]
        left = held.take(slots) != waiting
        waiting, slots = waiting[left], (slots[left] + 1) & (SLOTS - 1)
    return held


def slots_of(keys: Integers) -> Integers:
    """Give the slot in which each key is looked for first (Fibonacci hashing)."""
    return (keys * SCATTER) >> (64 - BITS) & (SLOTS - 1)
