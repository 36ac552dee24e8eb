"""Draws the statements that people are to check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from policynlp.coding.coded import SHA_DIGITS, Coded, Sample, Unit, plain
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldEntity
from policynlp.schema import Analysis, Statement

__all__ = ["ORDERS", "draw_sample"]

ORDERS = ("random", "class", "uncertain")
LONGEST = 5_000  # characters; nobody codes a longer statement, and worksheets hold no longer cell
LONGEST_CONTEXT = 400
Candidate = tuple[int, int]  # numbers of a report and of a statement in it


def draw_sample(
    analyses: Analysis | Sequence[Analysis], *, size: int = 50, by: str = "random", seed: int = 0, blind: bool = False
) -> Sample:
    r"""Draw statements for coders, each with its headings and neighbours.

    Titles, boilerplate and statements of more than 5,000 characters are never drawn. A sample `by` class holds small classes in greater
    share than the reports do: agreement on it says how well each class is told, not how often the reports are coded well; one of
    the most uncertain statements is for retraining and understates agreement.

    Args:
        analyses: of one or several reports.
        size: statements to draw; all where there are fewer.
        by: random; class, the same number of each class as far as there are so many; uncertain, the least probable classes first.
        seed: of the random draw; the same seed draws the same statements.
        blind: leave the labels blank; else they hold what the analysis says.

    Returns:
        The sample, in reading order, or the most uncertain first.

    Raises:
        ValueError: `by` is none of these, or `size` is below 1.
        ReportError: two reports of one name have different texts, or nothing can be drawn.

    Example:
        >>> import policynlp
        >>> sample = draw_sample(policynlp.analyze("设立种子基金。\n完善考核制度。"), size=1, seed=1)
        >>> [(c.unit.text, c.kind) for c in sample.coded]
        [('设立种子基金。', 'MEASURE')]
    """
    if by not in ORDERS:
        raise ValueError(f"by is {by!r}; it must be one of {', '.join(ORDERS)}")
    if size < 1:
        raise ValueError(f"size is {size}; at least 1 statement must be drawn")
    reports = [analyses] if isinstance(analyses, Analysis) else list(analyses)
    files = {file_of(a): a.report.sha256 for a in reports}
    for analysis in reports:
        if files[file_of(analysis)] != analysis.report.sha256:
            raise ReportError(file_of(analysis), "two reports of this name have different texts", "give them different names")
    reports = list({file_of(a): a for a in reports}.values())
    found = [
        (i, j)
        for i, analysis in enumerate(reports)
        for j, s in enumerate(analysis.statements)
        if s.role not in ("title", "boilerplate") and len(s.text) <= LONGEST
    ]
    if not found:
        raise ReportError(" ".join(files) or "sample", "there is no statement to draw", "give reports with statements")
    chosen = choose(found, reports, size, by, np.random.default_rng(seed))
    about = {"statements": str(len(chosen)), "of": str(len(found)), "by": by, "seed": str(seed), "blind": str(blind).lower()}
    about |= {"policynlp": reports[0].provenance.version, "codebook": reports[0].provenance.codebook}
    coded = tuple(code(reports[i], j, blind=blind) for i, j in chosen)
    return Sample(coded, {a.report.sha256[:SHA_DIGITS]: a.report.text for a in reports}, about)


def file_of(analysis: Analysis) -> str:
    return plain(analysis.report.path or analysis.report.id)


def choose(found: list[Candidate], reports: Sequence[Analysis], size: int, by: str, generator: np.random.Generator) -> list[Candidate]:
    """Choose among the candidates, which come in reading order."""
    size = min(size, len(found))
    if by == "uncertain":
        return sorted(found, key=lambda c: (reports[c[0]].statements[c[1]].score, c))[:size]
    order = [found[i] for i in generator.permutation(len(found))]
    if by == "random":
        return sorted(order[:size])
    strata: dict[str, list[Candidate]] = {}
    for candidate in order:
        strata.setdefault(reports[candidate[0]].statements[candidate[1]].kind, []).append(candidate)
    chosen: list[Candidate] = []
    for left, (_, stratum) in zip(range(len(strata), 0, -1), sorted(strata.items(), key=lambda item: (len(item[1]), item[0])), strict=True):
        chosen += stratum[: (size - len(chosen)) // left]  # what a small class leaves goes to the larger ones
    return sorted(chosen)


def code(analysis: Analysis, number: int, *, blind: bool) -> Coded:
    """Make a statement ready for coders."""
    statements = analysis.statements
    statement = statements[number]
    unit = Unit(
        file=file_of(analysis),
        sha=analysis.report.sha256[:SHA_DIGITS],
        start=statement.start,
        end=statement.end,
        text=plain(statement.text),
        section=plain(" > ".join(statement.section))[:LONGEST_CONTEXT],
        before=neighbour(statements[number - 1 : number], statement.paragraph)[-LONGEST_CONTEXT:],
        after=neighbour(statements[number + 1 : number + 2], statement.paragraph)[:LONGEST_CONTEXT],
    )
    if blind:
        return Coded(unit)
    entities = [e for e in analysis.entities if e.statement == statement.id and not e.nested]
    spans = tuple(GoldEntity(e.start, e.end, e.kind) for e in sorted(entities, key=lambda e: (e.start, -e.end, e.kind)))
    return Coded(unit, statement.kind, statement.subtype, statement.instruments, statement.status, spans)


def neighbour(statements: Iterable[Statement], paragraph: int) -> str:
    """Give the text beside a statement; that of another paragraph stands in brackets."""
    return "".join(plain(s.text) if s.paragraph == paragraph else f"[{plain(s.text)}]" for s in statements)
