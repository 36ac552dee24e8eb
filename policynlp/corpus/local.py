"""Analyses many reports on one machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import track

from policynlp.annotation.pipeline import load_tools, make_analyses
from policynlp.codebook import Codebook, read_codebook
from policynlp.corpus.batches import cut_batches
from policynlp.corpus.pool import Died, run_all, run_in_order
from policynlp.errors import PolicyNLPError, ReportError
from policynlp.reading import read_reports
from policynlp.schema import Analysis, Report

__all__ = ["analyze_many", "deadly", "iterate_analyses"]

Attempt = Callable[[Sequence[Report | ReportError]], list[Analysis | PolicyNLPError]]


def analyze_many(
    paths: str | Path | Iterable[str | Path],
    *,
    workers: int = 1,
    columns: Mapping[str, str] | None = None,
    manifest: str | Path | None = None,
    codebook: Codebook | str | Path | None = None,
    models: str | Path | None = None,
    on_error: Callable[[PolicyNLPError], None] | None = None,
) -> list[Analysis]:
    """Analyse many reports, with a progress bar on a terminal; one bad file never stops the rest.

    Args:
        paths: files, folders, zip files and sheets, as `read_reports` takes them; one or several.
        workers: processes that analyse; this one reads, and with 1 it analyses too.
        columns: field of a report -> heading of its column in sheets.
        manifest: a table that says what each file is (zone, year, …) and goes before what is read.
        codebook: your own (`read_codebook`) or its file; the shipped one by default.
        models: a folder with models that `policynlp train` made; what is not in it, and all by default, is shipped.
        on_error: called with the error of each report that cannot be analysed; by default a warning is given.

    Returns:
        The analyses of the reports that could be read, in the order of the paths.

    Raises:
        ReportError: the manifest cannot be read.
        CodebookError: the codebook's file cannot be read, or something in it is wrong.
        ModelError: a model is missing or damaged.
        ValueError: `workers` is below 1, or `columns` names something that is no field of a report.

    Example:
        >>> from policynlp.resources import corpora_path
        >>> [a.report.zone for a in analyze_many([corpora_path("reports", "benxi-2014.txt")])]
        ['本溪高新区']
    """
    analyses = []
    results = iterate_analyses(paths, workers=workers, columns=columns, manifest=manifest, codebook=codebook, models=models)
    for _, result in track(results, "policynlp", console=Console(stderr=True), disable=not sys.stderr.isatty()):
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


def iterate_analyses(
    paths: str | Path | Iterable[str | Path],
    *,
    workers: int = 1,
    columns: Mapping[str, str] | None = None,
    manifest: str | Path | None = None,
    codebook: Codebook | str | Path | None = None,
    models: str | Path | None = None,
) -> Iterator[tuple[str, Analysis | PolicyNLPError]]:
    """Give each report's path with its analysis or with the error that kept it from one, in order, as they are done.

    Arguments and errors are those of `analyze_many`; of the reports some dozens are held at a time.
    """
    if workers < 1:
        raise ValueError(f"workers is {workers}; it must be 1 or more")
    if isinstance(codebook, str | Path):
        codebook = read_codebook(codebook)  # once: workers get what it says now
    if models is not None:
        load_tools(codebook, models)  # what is wrong with them is told before the work begins
    attempt = partial(attempt_batch, codebook=codebook, models=models)
    return analyse(read_reports(paths, columns=columns, manifest=manifest), workers, attempt)


def analyse(reports: Iterator[Report | ReportError], workers: int, attempt: Attempt) -> Iterator[tuple[str, Analysis | PolicyNLPError]]:
    batches = cut_batches(reports, lambda report: len(report.text) if isinstance(report, Report) else 0)
    for batch, results in run_all(attempt, batches, workers=workers):
        yield from named(batch, attempt_alone(batch, attempt) if isinstance(results, Died) else results)


def named(
    reports: Sequence[Report | ReportError], results: Sequence[Analysis | PolicyNLPError]
) -> Iterator[tuple[str, Analysis | PolicyNLPError]]:
    return zip((report.path for report in reports), results, strict=True)


def attempt_alone(reports: Sequence[Report | ReportError], attempt: Attempt) -> list[Analysis | PolicyNLPError]:
    """Analyse reports one by one in a process that each may kill."""
    outcomes = run_in_order(attempt, ([report] for report in reports), workers=1)
    return [deadly(report.path) if isinstance(found, Died) else found[0] for [report], found in outcomes]


def deadly(path: str) -> ReportError:
    """Give the error of a report on which processes die."""
    return ReportError(path, "the process that analysed it died each time", "leave it out, or analyse it alone with more memory")


def attempt_batch(
    reports: Sequence[Report | ReportError], codebook: Codebook | None, models: str | Path | None
) -> list[Analysis | PolicyNLPError]:
    """Analyse a batch of reports; what is an error stays in its place."""
    analyses = iter(make_analyses([report for report in reports if isinstance(report, Report)], load_tools(codebook, models)))
    return [next(analyses) if isinstance(report, Report) else report for report in reports]
