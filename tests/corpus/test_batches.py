"""Batches lose nothing, keep the order and stay small."""

from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.corpus.batches import CHARACTERS, MOST, cut_batches


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([0, 10, 2_000, 60_000, CHARACTERS, 5 * CHARACTERS]), max_size=400))
def test_batches_rejoin_and_only_a_large_thing_is_over_the_limit(sizes):
    batches = list(cut_batches(sizes, lambda size: size))
    assert [size for batch in batches for size in batch] == sizes
    assert all(batch and len(batch) <= MOST and (len(batch) == 1 or sum(batch) <= CHARACTERS) for batch in batches)


def test_things_are_fetched_only_as_they_are_asked_for():
    fetched = []
    batches = cut_batches((fetched.append(i) or i for i in range(1000)), lambda _: CHARACTERS)
    assert next(batches) == [0]
    assert fetched == [0, 1]
