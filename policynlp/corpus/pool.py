"""Runs a function over many items in processes that survive each other and never outlive the driver."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from typing import TypeVar

from policynlp.corpus.worker import start_worker

__all__ = ["Died", "run_all", "run_in_order"]

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 3  # items a worker that wait or are done, so that nobody idles while the first is still being worked on
TRIES = 2  # how often a pool may break before the items in line are tried one by one


class Died(Exception):  # noqa: N818 - an outcome of an item, not a mistake
    """The process that worked on an item died each time, alone on it too."""


@contextmanager
def open_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes; they are gone when the block ends, or when this process does.

    The block's end does not wait for running tasks: what was not fetched is lost.
    """
    context = multiprocessing.get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker, initargs=(reader,))
    try:
        yield pool
    finally:
        writer.close()
        pool.shutdown(wait=True, cancel_futures=True)
        reader.close()


def run_all(function: Callable[[Item], Result], items: Iterable[Item], *, workers: int) -> Iterator[tuple[Item, Result | Died]]:
    """Do as `run_in_order`, but in this process where there is one worker or one item: not worth another process."""
    source = iter(items)
    first = list(islice(source, 2 if workers > 1 else 0))
    if len(first) < 2:
        yield from ((item, function(item)) for item in chain(first, source))
    else:
        yield from run_in_order(function, chain(first, source), workers=workers)


def run_in_order(function: Callable[[Item], Result], items: Iterable[Item], *, workers: int) -> Iterator[tuple[Item, Result | Died]]:
    """Give each item with its result, in the order of the items, which are fetched only as they are needed.

    A worker that dies costs its items a second try. An item on which processes die even when it runs alone gives `Died`.

    Args:
        function: of a module that can be imported; an error in it ends the run.
        items: may be endless; about three a worker are held.
        workers: processes.
    """
    waiting: deque[Item] = deque()
    source = iter(items)
    breaks = 0
    while True:
        if breaks >= TRIES:
            yield from run_one_by_one(function, waiting)
            breaks = 0
        try:
            with open_pool(workers) as pool:
                futures: deque[Future[Result]] = deque(pool.submit(function, item) for item in waiting)
                while True:
                    for item in islice(source, workers * AHEAD - len(waiting)):
                        waiting.append(item)
                        futures.append(pool.submit(function, item))
                    if not waiting:
                        return
                    result = futures[0].result()
                    yield waiting.popleft(), result
                    futures.popleft()
                    breaks = 0
        except BrokenProcessPool:
            breaks += 1


def run_one_by_one(function: Callable[[Item], Result], waiting: deque[Item]) -> Iterator[tuple[Item, Result | Died]]:
    """Work off what waits in one process, up to the item on which it dies."""
    try:
        with open_pool(1) as pool:
            while waiting:
                result = pool.submit(function, waiting[0]).result()
                yield waiting.popleft(), result
    except BrokenProcessPool:
        yield waiting.popleft(), Died()


def run_alone(function: Callable[[Item], Result], item: Item) -> Result | Died:
    try:
        with open_pool(1) as pool:
            return pool.submit(function, item).result()
    except BrokenProcessPool:
        return Died()
