"""What goes through the stages together: enough that steps on whole batches pay, and little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

__all__ = ["cut_batches"]

CHARACTERS = 130_000  # eight long reports: with more the arrays no longer fit the processor's cache
MOST = 128  # of the smallest things
Thing = TypeVar("Thing")


def cut_batches(things: Iterable[Thing], characters: Callable[[Thing], int]) -> Iterator[list[Thing]]:
    """Cut things into batches, each fetched only when it is asked for; a large thing goes alone.

    Args:
        things: reports, or what they will be read from.
        characters: how long one is.
    """
    batch: list[Thing] = []
    total = 0
    for thing in things:
        size = characters(thing)
        if batch and (total + size > CHARACTERS or len(batch) == MOST):
            yield batch
            batch, total = [], 0
        batch.append(thing)
        total += size
    if batch:
        yield batch
