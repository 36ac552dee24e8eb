"""Analyses many reports on one machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from policynlp.annotation.pipeline import make_analyses
from policynlp.corpus.pool import Died, run_in_order
from policynlp.errors import PolicyNLPError, ReportError
from policynlp.reading import read_report
from policynlp.schema import Analysis, Report

__all__ = ["analyze_many", "iterate_analyses"]

BATCH = 8  # reports that go through the stages together: faster than one by one, and still little memory


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
    batches = [names[i : i + BATCH] for i in range(0, len(names), BATCH)]
    if workers == 1 or len(batches) < 2:
        for batch in batches:
            yield from zip(batch, attempt(batch), strict=True)
        return
    for batch, results in run_in_order(attempt, batches, workers=min(workers, len(batches))):
        yield from zip(batch, attempt_alone(batch) if isinstance(results, Died) else results, strict=True)


def attempt_alone(names: Sequence[str]) -> list[Analysis | PolicyNLPError]:
    """Analyse files one by one in a process that each may kill."""
    outcomes = run_in_order(attempt, ([name] for name in names), workers=1)
    remedy = "leave it out, or analyse it alone with more memory"
    return [
        ReportError(name, "the process that analysed it died each time", remedy) if isinstance(found, Died) else found[0]
        for [name], found in outcomes
    ]


def attempt(names: Sequence[str]) -> list[Analysis | PolicyNLPError]:
    """Analyse a batch of files: each gives its analysis, or the error that kept it from one."""
    reports = [read(name) for name in names]
    readable = [report for report in reports if isinstance(report, Report)]
    analyses = iter(make_analyses(readable))
    return [next(analyses) if isinstance(report, Report) else report for report in reports]


def read(name: str) -> Report | PolicyNLPError:
    try:
        return read_report(name)
    except PolicyNLPError as error:
        return error
