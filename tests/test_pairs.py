"""Pairs are found as a dictionary finds them, in a plain table and in a hashed one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.annotation import pairs
from policynlp.annotation.pairs import PairTable, hash_keys

NAMES = st.text("高新区产业", min_size=1, max_size=3)


@pytest.mark.parametrize("cells", [0, pairs.LARGEST_DENSE])
def test_rows_are_those_of_a_dictionary(cells, monkeypatch):
    monkeypatch.setattr(pairs, "LARGEST_DENSE", cells)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(NAMES, NAMES), min_size=1, unique=True), st.lists(st.tuples(NAMES, NAMES)))
    def check(known, others):
        rows = {pair: number for number, pair in enumerate(known)}
        table = PairTable(rows)
        asked = [*known, *others]
        left = np.array([table.left.get(pair[0], -1) for pair in asked])
        right = np.array([table.right.get(pair[1], -1) for pair in asked])
        assert table.find(left, right).tolist() == [rows.get(pair, -1) for pair in asked]

    check()


def test_keys_that_want_one_slot_all_find_one(monkeypatch):
    monkeypatch.setattr(pairs, "slots_of", lambda keys: keys * 0 + pairs.SLOTS - 1)
    held = hash_keys(np.arange(40))
    assert sorted(held[held >= 0].tolist()) == list(range(40))


def test_more_pairs_than_slots_are_refused():
    with pytest.raises(ValueError, match="too many"):
        hash_keys(np.arange(pairs.SLOTS))
