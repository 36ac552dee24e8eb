"""Analyses many reports on one machine."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import track

from policynlp.annotation.pipeline import analyze
from policynlp.errors import PolicyNLPError
from policynlp.schema import Analysis

__all__ = ["analyze_many", "iterate_analyses"]


def analyze_many(
    paths: Iterable[str | Path], *, workers: int = 1, on_error: Callable[[PolicyNLPError], None] | None = None
) -> list[Analysis]:
    """Analyse many report files, with a progress bar on a terminal; one bad file never stops the rest.

    Args:
        paths: files; a report's place in the result is that of its path.
        workers: processes; 1 runs in this one.
        on_error: called with the error of each file that cannot be analysed; by default a warning is given.

    Returns:
        The analyses of the files that could be read, in the order of the paths.

    Raises:
        ValueError: `workers` is below 1.

    Example:
        >>> from policynlp.resources import corpora_path
        >>> [a.report.zone for a in analyze_many([corpora_path("reports", "benxi-2014.txt")])]
        ['本溪高新区']
    """
    analyses = []
    names = list(paths)
    results = iterate_analyses(names, workers=workers)
    for _, result in track(results, "policynlp", total=len(names), console=Console(stderr=True), disable=not sys.stderr.isatty()):
        if isinstance(result, Analysis):
            analyses.append(result)
        elif on_error is not None:
            on_error(result)
        else:
            warn(result)
    return analyses


def warn(error: PolicyNLPError) -> None:
    import warnings

    warnings.warn(f"left out: {error}", stacklevel=3)


def iterate_analyses(paths: Iterable[str | Path], *, workers: int = 1) -> Iterator[tuple[str, Analysis | PolicyNLPError]]:
    """Give each path with its analysis or with the error that kept it from one, in order, as they are done.

    Raises:
        ValueError: `workers` is below 1.
    """
    if workers < 1:
        raise ValueError(f"workers is {workers}; it must be 1 or more")
    names = [str(path) for path in paths]
    if workers == 1 or len(names) < 2:
        yield from ((name, attempt(name)) for name in names)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(names)), mp_context=context) as pool:
        try:
            yield from zip(names, pool.map(attempt, names), strict=True)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def attempt(name: str) -> Analysis | PolicyNLPError:
    try:
        return analyze(Path(name))
    except PolicyNLPError as error:
        return error
