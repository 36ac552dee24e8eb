"""When the collector of cycles runs, and what becomes of freed memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

__all__ = ["keep_freed_memory", "paused_collection"]

LARGEST = 31 << 20  # bytes; glibc learns from blocks of up to 32 MB


@contextmanager
def paused_collection() -> Iterator[None]:
    """Keep the collector of cycles from walking over models and counts again and again, where nothing makes a cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def keep_freed_memory() -> None:
    """Let this process keep freed memory at hand for what comes next.

    glibc asks the system for large blocks anew each time and has them filled page by page, until it has seen a large one go. The
    block of this call is never written to, so it costs nothing; other C libraries take no notice.

    Source: mallopt(3), «dynamic mmap threshold».
    """
    np.empty(LARGEST, np.uint8)
