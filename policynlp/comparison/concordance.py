"""Where a term stands: each place with what is to the left and to the right of it (key word in context)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Literal

import pandas as pd

from policynlp.annotation.segmentation import load_segmenter
from policynlp.comparison.groups import Group
from policynlp.comparison.incidence import without
from policynlp.schema import Analysis, Statement

__all__ = ["find_concordance"]

BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
COLUMNS = ("group", "report", "statement", "kind", "start", "end", "left", "match", "right")


def find_concordance(
    groups: Sequence[Group], term: str, *, of: Literal["text", "words", "entities"] = "text", width: int = 20
) -> pd.DataFrame:
    """Find all places of a term with their context.

    Args:
        groups: where to look; their order changes nothing. Titles, page furniture and second copies are left out.
        term: what to look for.
        of: text finds the letters wherever they stand; words only where they are a whole word, as `find_keywords` and
            `count_words` count it; entities the outermost mentions of the entity with this canonical name, whose text may be another.
        width: characters of context on either side, no farther than the line goes.

    Returns:
        A row a place, in order of groups, reports and offsets: `group`, `report`, `statement` (its id, `report#statement`), `kind`
        (its class), `start`, `end` (offsets in the report's text), `left`, `match`, `right` (the text itself, not escaped).

    Raises:
        ValueError: `term` is empty, `of` unknown, or `width` below 0.

    Source:
        Luhn, H. P. (1960). Key word-in-context index for technical literature. American Documentation, 11(4), 288-295.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> groups = group_analyses([policynlp.analyze(policynlp.make_report("发展生物医药，做强医药产业。", path="a"))], by="report")
        >>> find_concordance(groups, "医药", width=4)[["start", "left", "match", "right"]].values.tolist()
        [[4, '发展生物', '医药', '，做强医'], [9, '药，做强', '医药', '产业。']]
        >>> find_concordance(groups, "生物医药", of="words")["right"].tolist()
        ['，做强医药产业。']
    """
    if not term:
        raise ValueError("term is empty; give the word, entity or letters to look for")
    if of not in FINDERS:
        raise ValueError(f"of is {of!r}; it must be one of {', '.join(FINDERS)}")
    if width < 0:
        raise ValueError(f"width is {width}; it must be 0 or more")
    rows: list[tuple[object, ...]] = []
    for group in sorted(groups, key=lambda group: group.name):
        body = dict(group.statements)
        for report, analysis in sorted(group.reports, key=lambda pair: pair[0]):
            text = analysis.report.text
            for start, end, identifier in sorted(FINDERS[of](analysis, term)):
                statement = body.get(f"{report}#{identifier}")
                if statement is not None:
                    left, right = context(text, start, end, width)
                    rows.append((group.name, report, f"{report}#{identifier}", statement.kind, start, end, left, text[start:end], right))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def find_text(analysis: Analysis, term: str) -> Iterator[tuple[int, int, str]]:
    """Give the places of some letters, with the ids of their statements."""
    letters = re.compile(re.escape(term))
    for statement in analysis.statements:
        for match in letters.finditer(statement.text):
            yield statement.start + match.start(), statement.start + match.end(), statement.id


def find_words(analysis: Analysis, term: str) -> Iterator[tuple[int, int, str]]:
    """Give the places of a word, with the ids of their statements."""
    for statement in analysis.statements:
        if term in statement.text:
            yield from ((start, end, statement.id) for start, end in spans_of_word(analysis, statement, term))


def spans_of_word(analysis: Analysis, statement: Statement, term: str) -> Iterator[tuple[int, int]]:
    """Give where a word stands in a statement, the report's own zone apart."""
    own = [(entity.start, entity.end) for entity in analysis.entities if entity.zone and entity.statement == statement.id]
    words = load_segmenter().segment(without(statement, own))[0]
    for word, end in zip(words, accumulate(map(len, words)), strict=True):
        if word == term:
            yield statement.start + end - len(word), statement.start + end


def find_mentions(analysis: Analysis, term: str) -> Iterator[tuple[int, int, str]]:
    """Give the places of an entity, with the ids of their statements."""
    for entity in analysis.entities:
        if term in entity.names and not entity.nested and not entity.zone:
            yield entity.start, entity.end, entity.statement


def context(text: str, start: int, end: int, width: int) -> tuple[str, str]:
    """Give what stands to the left and to the right on the same line."""
    left, right = text[max(0, start - width) : start], text[end : end + width]
    return BREAK.split(left)[-1], BREAK.split(right, maxsplit=1)[0]


FINDERS: dict[str, Callable[[Analysis, str], Iterator[tuple[int, int, str]]]] = {
    "text": find_text,
    "words": find_words,
    "entities": find_mentions,
}
