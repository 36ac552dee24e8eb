"""Text reuse: passages that stand in two reports, word for word or with a few words changed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from policynlp.comparison.groups import Group
from policynlp.comparison.shingles import (
    SHINGLE,
    Document,
    Paragraph,
    Place,
    Shingles,
    count_shingles,
    cut_paragraphs,
    find_seeds,
    least_boilerplate,
    list_lines,
)
from policynlp.network.counts import each_report
from policynlp.network.weights import settled
from policynlp.schema import Analysis

__all__ = ["find_reuse", "share_reused"]

MINIMUM = 20
GAP = 12  # letters that one change may take up
RUN = 5  # letters that must agree again behind a change
# The changes of each size, by the letters they take up in a and in b; the most even ones first.
CHANGES = [[(size, y) for y in range(size, -1, -1)] + [(x, size) for x in range(size - 1, -1, -1)] for size in range(GAP + 1)]
OPENING = frozenset("“‘《（(【「『〈［[")

SIDE = ("group", "report", "start", "end", "text", "statements")
COLUMNS = (
    *(f"{name}_a" for name in SIDE),
    *(f"{name}_b" for name in SIDE),
    "letters",
    "similarity",
    "first",
    "reports",
    "boilerplate",
    "upper",
)
PARTS = ("reused", "borrowed", "own", "upper", "boilerplate")

Span = tuple[int, int, int, int, int]  # first letter and last + 1 in a, the same in b, and how many agree
Bounds = tuple[int, int, int, int]  # the same as offsets in both texts


def find_reuse(groups: Sequence[Group], *, minimum: int = MINIMUM, upper: Iterable[Analysis] = ()) -> pd.DataFrame:
    r"""Find the passages that two reports share, word for word or with a few words changed.

    Letters and digits are compared, in half width and lower case; white space and punctuation are not. A passage stands in one
    paragraph (line) of either report. It may hold changes of up to 12 letters, each followed by at least as many letters (and
    at least 5) that agree again. Any run of 15 equal letters is found for certain (of one that stands more than 8 times in
    a document, the first 8), one of 8 to 14 mostly; a passage with a word changed every few letters is missed. A
    second copy of a block inside one report is never reuse. Two reports of one group are compared like any others: where a
    zone repeats its own last year, `group_a` is `group_b`.

    That a passage is older in one report does not say where the other has it from: both may follow a third text. The
    state's own formulas stand in thousands of reports, and only those that most of the reports at hand share are marked; many
    passages of fewer than 30 letters are such formulas.

    Args:
        groups: the reports to compare; their order changes nothing.
        minimum: how many letters must agree, 8 or more.
        upper: analyses of upper-level documents, such as a national plan. They are compared with the reports, but not with
            each other, and do not count among the reports that share a boilerplate.

    Returns:
        A row a passage, in order of the reports' ages (year, date, key) and of offsets; a is the older report:
        `group_a`, `report_a`, `start_a`, `end_a` (offsets in the text of the report: `text[start_a:end_a] == text_a`), `text_a`,
        `statements_a` (ids, tuple of str); the same of b; `letters` (how many agree, in runs of 5 and more), `similarity` (2
        `letters` / letters of both passages, 0 to 1), `first` (key of the report that came first, by date of publication if
        both have one, else by year; "" if that is not known or equal), `reports` (in how many reports its runs of 8
        letters stand: the median), `boilerplate` (True if that is more than half of all reports, and at least three), `upper`
        (True if one of both is an upper-level document; its group is ""). Of a boilerplate not every two reports have a row:
        those that add no characters to the rows of older ones are left out.

    Raises:
        ValueError: `minimum` is below 8, or an upper-level document has the key of a report.

    Source:
        Schleimer, S., Wilkerson, D. S., & Aiken, A. (2003). Winnowing: local algorithms for document fingerprinting. SIGMOD,
        76-85. Broder, A. Z. (1997). On the resemblance and containment of documents. SEQUENCES, 21-29 (shingles, MinHash).
        Growing from seeds: Altschul, S. F., et al. (1990). Basic local alignment search tool. Journal of Molecular Biology,
        215, 403-410.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> shared = "对引进的高层次人才,在住房、子女就学等方面给予重点支持。"
        >>> reports = {"a-2021": "设立种子基金。" + shared, "b-2023": "一、人才\n" + shared}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in reports.items()]
        >>> reuse = find_reuse(group_analyses(analyses, by="report"))
        >>> reuse[["report_a", "start_a", "end_a", "report_b", "start_b", "end_b", "first"]].values.tolist()
        [['a-2021', 7, 35, 'b-2023', 5, 33, 'a-2021']]
    """
    if minimum < SHINGLE:
        raise ValueError(f"minimum is {minimum}; it must be {SHINGLE} or more")
    documents = list_documents(groups, upper)
    paragraphs = cut_paragraphs(documents)
    shingles = count_shingles(paragraphs, documents)
    least = least_boilerplate(documents)
    rows: list[tuple[Any, ...]] = []
    for (p, q), seeds in find_seeds(shingles, paragraphs, documents).items():
        a, b = paragraphs[p], paragraphs[q]
        one, other = documents[a.document], documents[b.document]
        for s, e, t, f, letters in align(a.letters, b.letters, seeds):
            if letters < minimum:
                continue
            sides = widen(one, other, a, b, (a.places[s], a.places[e - 1] + 1, b.places[t], b.places[f - 1] + 1))
            held = max(holders(shingles, p, s, e), holders(shingles, q, t, f), 2 - one.upper - other.upper)
            likeness = settled(2 * letters / (e - s + f - t))
            rows.append((*sides, letters, likeness, came_first(one, other), held, held >= least, one.upper or other.upper))
    age_of = {document.key: number for number, document in enumerate(documents)}
    rows.sort(key=lambda row: (age_of[row[1]], row[2], age_of[row[7]], row[8]))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.loc[np.array(worth_a_row(table), bool)].reset_index(drop=True)


def worth_a_row(table: pd.DataFrame) -> list[bool]:
    """Say which passages to keep: not a boilerplate between two reports if all its characters are in earlier rows on either side."""
    seen: dict[str, bytearray] = {}
    kept = []
    for a, start_a, end_a, b, start_b, end_b, boilerplate, upper in zip(
        *(table[c] for c in ("report_a", "start_a", "end_a", "report_b", "start_b", "end_b", "boilerplate", "upper")), strict=True
    ):
        new = not boilerplate or upper
        for key, start, end in ((a, start_a, end_a), (b, start_b, end_b)) if boilerplate else ():
            marks = seen.setdefault(key, bytearray())
            marks.extend(bytes(max(0, end - len(marks))))
            new = new or 0 in marks[start:end]
            marks[start:end] = b"\1" * (end - start)
        kept.append(new)
    return kept


def list_documents(groups: Sequence[Group], upper: Iterable[Analysis]) -> list[Document]:
    """Give all documents, the oldest first; those of unknown year come last."""
    documents = [Document(group.name, key, analysis, False) for group in groups for key, analysis in group.reports]
    above = [Document("", key, analysis, True) for key, analysis in each_report(upper)]
    if clash := {d.key for d in documents} & {d.key for d in above}:
        raise ValueError(f"{', '.join(sorted(clash))} is a report and an upper-level document; give the latter's file another name")
    return sorted(documents + above, key=age)


def age(document: Document) -> tuple[float, str, str]:
    report = document.analysis.report
    return report.year or float("inf"), str(report.published or "9999"), document.key


def align(a: str, b: str, seeds: Sequence[Place]) -> list[Span]:
    """Grow seeds into passages, in order."""
    back_a, back_b = a[::-1], b[::-1]
    found: list[Span] = []
    for i, j in seeds:
        if a[i : i + SHINGLE] == b[j : j + SHINGLE] and not any(s <= i < e and t <= j < f for s, e, t, f, _ in found):
            end_a, end_b, after = follow(a, b, i, j)
            rest_a, rest_b, before = follow(back_a, back_b, len(a) - i, len(b) - j)
            cut_left, cut_right = torn(back_a, back_b, rest_a, rest_b), torn(a, b, end_a, end_b)
            first, other_first = len(a) - rest_a + cut_left, len(b) - rest_b + cut_left
            found.append((first, end_a - cut_right, other_first, end_b - cut_right, before + after - cut_left - cut_right))
    return [x for x in found if not any(x != y and y[0] <= x[0] and x[1] <= y[1] and y[2] <= x[2] and x[3] <= y[3] for y in found)]


def follow(a: str, b: str, i: int, j: int) -> tuple[int, int, int]:
    """Give where two texts that agree at i and j stop agreeing, changes passed over, and how many letters agree till there."""
    equal = 0
    while True:
        start = i
        while i < len(a) and j < len(b) and a[i] == b[j]:
            i, j = i + 1, j + 1
        equal += i - start
        change = smallest_change(a[i : i + 2 * GAP], b[j : j + 2 * GAP])
        if change is None:
            return i, j, equal
        i, j = i + change[0], j + change[1]


def smallest_change(a: str, b: str) -> tuple[int, int] | None:
    """Give how many letters of both to pass over until they agree again, for as long as the change was."""
    near = b[: GAP + RUN]
    if not any(a[x : x + RUN] in near for x in range(min(GAP, len(a) - RUN) + 1)):
        return None  # the rule, and soon told
    for size, changes in enumerate(CHANGES):
        run = max(RUN, size)
        for x, y in changes:
            if x + run <= len(a) and a[x : x + run] == b[y : y + run]:
                return x, y
    return None


def torn(a: str, b: str, i: int, j: int) -> int:
    """Give how many letters of a number or Latin word stand before i and j that goes on behind: 12 and 15 don't share a 1."""
    if not (is_latin(a[i : i + 1]) or is_latin(b[j : j + 1])):
        return 0
    size = 0
    while is_latin(a[i - size - 1 : i - size]) and a[i - size - 1] == b[j - size - 1]:
        size += 1
    return size


def is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def holders(shingles: Shingles, paragraph: int, start: int, end: int) -> int:
    """Give in how many reports the most of a passage's shingles stand: their median."""
    first = shingles.starts[paragraph]
    numbers = np.sort(shingles.reports[first + start : first + end - SHINGLE + 1])
    return int(numbers[len(numbers) // 2])


def widen(one: Document, other: Document, a: Paragraph, b: Paragraph, span: Bounds) -> tuple[object, ...]:
    """Add the punctuation around a passage that both reports have, and tell what stands there."""
    text, other_text = one.analysis.report.text, other.analysis.report.text
    start, end, other_start, other_end = span
    while start > a.start and other_start > b.start and text[start - 1] == other_text[other_start - 1] and text[start - 1] in OPENING:
        start, other_start = start - 1, other_start - 1
    while end < a.end and other_end < b.end and text[end] == other_text[other_end] and is_closing(text[end]):
        end, other_end = end + 1, other_end + 1
    return (*side(one, a, start, end), *side(other, b, other_start, other_end))


def is_closing(letter: str) -> bool:
    return not letter.isalnum() and not letter.isspace() and letter not in OPENING


def side(document: Document, paragraph: Paragraph, start: int, end: int) -> tuple[object, ...]:
    """Give the columns of one side of a passage."""
    ids = tuple(identifier for first, last, identifier in paragraph.statements if first < end and start < last)
    return document.group, document.key, start, end, document.analysis.report.text[start:end], ids


def came_first(one: Document, other: Document) -> str:
    """Give the key of the document that came first, or ""."""
    a, b = one.analysis.report, other.analysis.report
    if a.published and b.published and a.published != b.published:
        return one.key if a.published < b.published else other.key
    if a.year and b.year and a.year != b.year:
        return one.key if a.year < b.year else other.key
    return ""


def share_reused(groups: Sequence[Group], reuse: pd.DataFrame) -> pd.DataFrame:
    r"""Give the share of each report that is reused text, boilerplate apart.

    A passage counts in both of its reports, in the older one too: `borrowed` is what came first elsewhere. A character in
    several passages counts once; one that stands in a passage and in a boilerplate is reused.

    Args:
        groups: the reports that were compared.
        reuse: what `find_reuse` found in them.

    Returns:
        A row a report, in order of groups and keys: `group`, `report`, `characters` (those of its statements, first copies,
        white space and punctuation too), and of these, as numbers and with `_share` as shares of 0 to 1: `reused` (in a
        passage with another report or upper-level document), its parts `borrowed` (with a document that is known to have come
        first), `own` (with a report of the same group) and `upper` (with an upper-level document), which may overlap; and
        `boilerplate` (in boilerplate passages only). Shares of a report of no characters are 0.

    Raises:
        ValueError: `reuse` names a report that is not in the groups: it was found in others.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> shared = "对引进的高层次人才,在住房、子女就学等方面给予重点支持。"
        >>> reports = {"a-2021": "设立种子基金。" + shared, "b-2023": "一、人才\n" + shared}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in reports.items()]
        >>> groups = group_analyses(analyses, by="report")
        >>> share_reused(groups, find_reuse(groups))[["report", "characters", "reused_share", "borrowed_share"]].values.tolist()
        [['a-2021', 35, 0.8, 0.0], ['b-2023', 30, 0.933333333, 0.933333333]]
    """
    reports = [(group.name, key, analysis) for group in groups for key, analysis in group.reports]
    marks = {key: {part: np.zeros(len(analysis.report.text), bool) for part in PARTS} for _, key, analysis in reports}
    for row in reuse.drop(columns=["text_a", "text_b"]).to_dict("records"):
        for here, there in (("a", "b"), ("b", "a")):
            key = row[f"report_{here}"]
            if key not in marks and row[f"group_{here}"]:
                raise ValueError(f"the report {key} is not in the groups; give those in which the passages were found")
            for part in parts_of(row, there) if key in marks else ():
                marks[key][part][row[f"start_{here}"] : row[f"end_{here}"]] = True
    rows = []
    for group, key, analysis in reports:
        characters = sum(line[-1].end - line[0].start for line in list_lines(analysis))
        marks[key]["boilerplate"] &= ~marks[key]["reused"]
        numbers = {part: int(marked.sum()) for part, marked in marks[key].items()}
        shares = {f"{part}_share": settled(number / max(1, characters)) for part, number in numbers.items()}
        rows.append({"group": group, "report": key, "characters": characters, **numbers, **shares})
    return pd.DataFrame(rows, columns=["group", "report", "characters", *PARTS, *(f"{part}_share" for part in PARTS)])


def parts_of(row: Mapping[Hashable, Any], there: str) -> Iterator[str]:
    """Say what a passage is to one of its reports; `there` is the side of the other."""
    if row["boilerplate"]:
        yield "boilerplate"
        return
    yield "reused"
    if row["first"] == row[f"report_{there}"]:
        yield "borrowed"
    if row["upper"]:
        yield "upper"
    elif row["group_a"] == row["group_b"]:
        yield "own"
