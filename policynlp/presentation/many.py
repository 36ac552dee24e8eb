"""The outputs of many reports, a folder each: written by several processes, and taken up where a run stopped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from policynlp.annotation.pipeline import Tools, load_tools, make_analyses, provenance_of
from policynlp.codebook import Codebook, read_codebook
from policynlp.corpus.local import deadly
from policynlp.corpus.pool import Died, run_all
from policynlp.errors import PolicyNLPError, ReportError
from policynlp.presentation.bundle import settings_of, write_bundle
from policynlp.presentation.provenance import holds_results
from policynlp.presentation.records import RECORD
from policynlp.schema import Analysis, Report

__all__ = ["Written", "write_bundles"]

Task = tuple[Report, Path] | ReportError
Then = Callable[[Analysis, Path], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What the folder of one report holds.

    Attributes:
        name: zone, or id, and year.
        folder: where its outputs are.
        statements: how many, title and page furniture left out.
        classes: class -> statements.
        uncertain: how many statements the model is not sure of.
        entities: how many, nested ones left out.
        fresh: False where an earlier run had finished it.
    """

    name: str
    folder: Path
    statements: int
    classes: Mapping[str, int]
    uncertain: int
    entities: int
    fresh: bool


def write_bundles(
    reports: Iterable[Report | ReportError],
    folder_of: Callable[[Report], Path],
    *,
    workers: int = 1,
    codebook: Codebook | str | Path | None = None,
    models: str | Path | None = None,
    lang: str = "zh",
    then: Then | None = None,
) -> Iterator[tuple[str, Written | PolicyNLPError]]:
    """Analyse reports and write the outputs of each (`write_bundle`) into its folder, in order, as they are done.

    A report whose folder already holds what would be written, by its `provenance.json` and the hashes there, is left as it is:
    after an interruption the same call does what is missing. Of the reports about three a worker are held.

    Args:
        reports: as `read_reports` gives them; errors pass through.
        folder_of: where the outputs of a report go.
        workers: processes that analyse and write.
        codebook: your own or its file; the shipped one by default.
        models: a folder with models of your own.
        lang: language of figures and pages, zh or en.
        then: called after each report with its analysis and folder, in this process and so with one worker; nothing is left as it is.

    Returns:
        Each report's path with what its folder holds, or with the error that kept it from one.

    Raises:
        CodebookError: the codebook's file cannot be read, or something in it is wrong.
        ModelError: a model is missing or damaged.
        ValueError: `workers` is below 1, or above it together with `then`.
    """
    if workers < 1 or (then is not None and workers > 1):
        raise ValueError(f"workers is {workers}; it must be 1 or more, and 1 where something is to be called after each report")
    if isinstance(codebook, str | Path):
        codebook = read_codebook(codebook)  # once: workers get what it says now
    load_tools(codebook, models)  # what is wrong with them is told before the work begins
    make = partial(write_report, codebook=codebook, models=models, lang=lang, then=then)
    return write_tasks((r if isinstance(r, ReportError) else (r, folder_of(r)) for r in reports), make, workers)


def write_tasks(
    tasks: Iterator[Task], make: Callable[[Task], Written | PolicyNLPError], workers: int
) -> Iterator[tuple[str, Written | PolicyNLPError]]:
    for task, result in run_all(make, tasks, workers=workers):
        path = path_of(task)
        yield path, deadly(path) if isinstance(result, Died) else result


def path_of(task: Task) -> str:
    return task.path if isinstance(task, ReportError) else task[0].path


def write_report(
    task: Task, *, codebook: Codebook | None, models: str | Path | None, lang: str, then: Then | None
) -> Written | PolicyNLPError:
    """Analyse one report and write its folder, unless that is done; what is an error stays one."""
    if isinstance(task, ReportError):
        return task
    report, folder = task
    tools = load_tools(codebook, models)
    try:
        fresh = then is not None or not is_written(report, folder, tools, lang)
        if fresh:
            [analysis] = make_analyses([report], tools)
            write_bundle(analysis, folder, file=report.path, lang=lang)
            if then is not None:
                then(analysis, folder)
        return summarise(folder, fresh=fresh)
    except PolicyNLPError as error:
        return error


def is_written(report: Report, folder: Path, tools: Tools, lang: str) -> bool:
    """Tell whether the folder holds what would be written of the report."""
    nothing_found = Analysis(report, (), (), (), (), (), provenance_of(report, tools))  # it has the provenance of the real one
    return holds_results(folder, "analyze", [nothing_found], settings=settings_of(report.path, lang))


def summarise(folder: Path, *, fresh: bool) -> Written:
    """Count what the record in a folder holds."""
    record = json.loads((folder / RECORD).read_text("utf-8"))
    report = record["report"]
    statements = [s for s in record["statements"] if s["role"] not in ("title", "boilerplate")]
    return Written(
        " ".join(filter(None, [report["zone"] or report["id"], str(report["year"] or "")])),
        folder,
        len(statements),
        dict(Counter(s["class"] for s in statements)),
        sum(s["uncertain"] for s in statements),
        sum(not entity["nested"] for entity in record["entities"]),
        fresh,
    )
