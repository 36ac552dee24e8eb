"""What the classifier sees of statements: words, cues, clauses, headings, neighbours, place in the report.

Features of words come as arrays for whole batches, features of a statement by name. `spell` gives all of them by name, for
training and for tests; the classifier looks them up without spelling them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from policynlp.annotation.marks import Found, Marks, load_marks, sort_matches
from policynlp.annotation.patterns import Lists, characters_of
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import Integers, Vocabulary
from policynlp.annotation.word_features import PAIRED, SINGLE, read_words
from policynlp.schema import Statement

__all__ = [
    "AMOUNTS",
    "Named",
    "Observations",
    "is_context",
    "observe",
    "spell",
    "value_of",
    "without_context",
]

Flags = npt.NDArray[np.bool_]
Value = TypeVar("Value", bound=Hashable)
DIGIT, POINT, COMMA = 1, 2, 3  # what a character is for `count_amounts`
NEAR = 0.5  # weight of a neighbour's cue beside the statement's own
HEADING = 0.3
CLASS = 0.6  # weight of a word's class
SCALE = 0.35  # weight of every other feature beside the unit-length vector of words
LONGEST_CAPTION = 30
SHORT_TOPIC = 25  # characters
PLACES = ("place=only", "place=first", "place=last", "place=middle")
LENGTHS = tuple(f"size={twelves}" for twelves in range(9))  # in twelves of characters
FIFTHS = tuple(f"fifth={fifth}" for fifth in range(5))  # of the report
# Family of features -> value; every other family has 1.
VALUES = {"class": CLASS, "heading": HEADING, "before": NEAR, "after": NEAR}
# How much there is of something, up to a limit, as a share of the limit.
AMOUNTS = {"numbers": 3, "commas": 6}


class Named(NamedTuple):
    """Features by name: numbers of statements, which feature each has, and what the features are called."""

    rows: Integers
    features: Integers
    names: Sequence[str]


@dataclass(slots=True)
class Observations:
    """What was observed of a batch of statements.

    Attributes:
        size: how many statements there are.
        vocabulary: what the ids of words refer to.
        marks: what was looked for.
        found: what was found of it.
        periods: where in the report each statement stands: review, problem, thought, target, plan or "".
        single: family of features -> (numbers of statements, ids of words).
        paired: family of features -> (numbers of statements, ids of left words, ids of right words).
        named: the other features.
        amounts: for each name of `AMOUNTS` how much each statement has of it.
    """

    size: int
    vocabulary: Vocabulary
    marks: Marks
    found: Found
    periods: list[str]
    single: dict[str, tuple[Integers, Integers]]
    paired: dict[str, tuple[Integers, Integers, Integers]]
    named: list[Named]
    amounts: dict[str, Integers]

    def instruments_of(self, row: int) -> tuple[str, ...]:
        """Name the instruments whose cues a statement holds, the first to come first."""
        rows, numbers = self.found.instruments
        first, last = np.searchsorted(rows, [row, row + 1]).tolist()
        return tuple([self.marks.instruments[number] for number in numbers[first:last].tolist()])


def value_of(feature: str) -> float:
    """Give the value of a feature where it is there; how much there is of an amount is seen in the statement."""
    return VALUES.get(feature.partition("=")[0], 1.0)


def observe(reports: Sequence[Sequence[Statement]], tokens: Tokens) -> Observations:
    """Observe all statements of some reports.

    Args:
        reports: the statements of each report in reading order; neighbours and headings are features.
        tokens: the words of all these statements, in the same order.
    """
    marks = load_marks(tokens.vocabulary.codebook)
    statements = list(chain.from_iterable(reports))
    texts = [statement.text for statement in statements]
    found = sort_matches(marks.patterns.match(texts), marks, len(texts))
    paragraphs, sizes = number_paragraphs(reports)
    within, sections = number_values([statement.section for statement in statements])
    inherited = [section_period(section, marks) for section in sections]
    followed = read_periods(reports, sizes.tolist(), marks)
    periods = [inherited[section] or period for section, period in zip(within.tolist(), followed, strict=True)]
    named = [
        name_cues(found.cues, periods, paragraphs, marks),
        name_instruments(found.instruments, marks),
        name_values("period", followed),
        name_values("section", [inherited[section] for section in within.tolist()]),
        name_values("role", [statement.role for statement in statements]),
        *name_places(reports, np.fromiter(map(len, texts), np.int64, len(texts)), paragraphs, sizes),
        name_headings(sections, within),
    ]
    single, paired = read_words(tokens)
    return Observations(len(texts), tokens.vocabulary, marks, found, periods, single, paired, named, count_amounts(texts))


def number_paragraphs(reports: Sequence[Sequence[Statement]]) -> tuple[Integers, Integers]:
    """Give for each statement a number of its paragraph, which no other report has, and how many statements the paragraph has."""
    numbers = [(number << 40) + statement.paragraph for number, report in enumerate(reports) for statement in report]
    paragraphs = np.array(numbers, np.int64)
    _, which, counts = np.unique(paragraphs, return_inverse=True, return_counts=True)
    return paragraphs, counts.take(which)


def number_values(values: Sequence[Value]) -> tuple[Integers, list[Value]]:
    """Number the values that there are; give the number of each, and the value behind each number."""
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.fromiter(map(numbers.__getitem__, values), np.int64, len(values)), list(numbers)


def name_values(family: str, values: Sequence[str]) -> Named:
    """Name the features of a family of which every statement has one."""
    features, known = number_values(values)
    return Named(np.arange(len(values)), features, [f"{family}={value}" for value in known])


def name_places(reports: Sequence[Sequence[Statement]], lengths: Integers, paragraphs: Integers, sizes: Integers) -> list[Named]:
    """Name where statements stand in their paragraphs and reports, how long they are, and which are the topic of their paragraph."""
    every = np.arange(len(lengths))
    begins = np.flatnonzero(np.diff(paragraphs, prepend=-1))
    places = every - np.repeat(begins, np.diff(begins, append=len(every)))
    kinds = np.where(sizes == 1, 0, np.where(places == 0, 1, np.where(places == sizes - 1, 2, 3)))
    fifths = np.concatenate([every[:0], *(np.arange(len(report)) * 5 // len(report) for report in reports if report)])
    topics = np.flatnonzero((places == 0) & (sizes > 1) & (lengths < SHORT_TOPIC))
    return [
        Named(every, kinds, PLACES),
        Named(every, np.minimum(lengths // 12, len(LENGTHS) - 1), LENGTHS),
        Named(every, fifths, FIFTHS),
        Named(topics, np.zeros(len(topics), np.int64), ["topic"]),
    ]


def name_headings(sections: Sequence[tuple[str, ...]], within: Integers) -> Named:
    """Name the features of the headings that statements stand under: their pairs of characters."""
    numbers: dict[tuple[str, str], int] = {}
    pairs = [[numbers.setdefault(pair, len(numbers)) for pair in pairwise(section[-1])] if section else [] for section in sections]
    features, rows = Lists(pairs).of(within)
    return Named(rows, features, [f"heading={a}{b}" for a, b in numbers])


def name_instruments(instruments: tuple[Integers, Integers], marks: Marks) -> Named:
    """Name the instruments whose cues statements hold, the first of each statement, and the first two; of those that the models know."""
    size = len(marks.known_instruments)
    numbers = {code: number for number, code in enumerate(marks.known_instruments)}
    codes = np.array([numbers.get(code, -1) for code in marks.instruments], np.int64).take(instruments[1])
    known = np.flatnonzero(codes >= 0)
    rows, codes = instruments[0].take(known), codes.take(known)
    first = np.flatnonzero(np.diff(rows, prepend=-1) != 0)
    second = np.minimum(first + 1, len(rows) - 1)
    several = (second > first) & (rows.take(second) == rows.take(first))
    leading = codes.take(first)
    two = np.where(several, (3 + leading) * size + codes.take(second), 2 * size + leading)
    starting = rows.take(first)
    return Named(np.concatenate([rows, starting, starting]), np.concatenate([codes, size + leading, two]), marks.instrument_names)


def name_cues(cues: tuple[Integers, Integers], periods: Sequence[str], paragraphs: Integers, marks: Marks) -> Named:
    """Give the features of class cues: the statement's own, and those of its neighbours in the paragraph."""
    codes = {name: 3 + code for code, name in enumerate(["", *(name for name, _ in marks.periods)])}
    rows, starts = cues[0], (3 + len(codes)) * cues[1]
    shifts = np.fromiter(map(codes.__getitem__, periods), np.int64, len(periods))
    follows = np.concatenate([[False], paragraphs[1:] == paragraphs[:-1], [False]])  # the one before, in its paragraph
    later, earlier = np.flatnonzero(follows[rows + 1]), np.flatnonzero(follows[rows])
    return Named(
        np.concatenate([rows, rows, rows[later] + 1, rows[earlier] - 1]),
        np.concatenate([starts, starts + shifts[rows], starts[later] + 1, starts[earlier] + 2]),
        marks.names,
    )


def count_amounts(texts: Sequence[str]) -> dict[str, Integers]:
    """Count the numbers and the commas of every text; a number is a run of digits and points that holds a digit."""
    kinds = character_kinds().take(characters_of("\n".join(texts)))
    places = np.flatnonzero(kinds != 0)
    kinds = kinds.take(places)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)

    def count(found: Integers) -> Integers:
        return np.bincount(np.searchsorted(ends, found, side="right"), minlength=len(texts))

    numeric = np.flatnonzero(kinds != COMMA)
    begins = np.flatnonzero(np.diff(places.take(numeric), prepend=-2) > 1)
    numbers = np.logical_or.reduceat(kinds.take(numeric) == DIGIT, begins)
    return {"numbers": count(places.take(numeric).take(begins)[numbers]), "commas": count(places[kinds == COMMA])}


@cache
def character_kinds() -> npt.NDArray[np.uint8]:
    """Give for every character whether it is a digit, a point, a comma or none of them."""
    kinds = np.zeros(sys.maxunicode + 1, np.uint8)
    every = np.arange(len(kinds), dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for kind, characters in ((DIGIT, re.findall(r"\d", every)), (POINT, ".．"), (COMMA, "，,")):
        kinds[list(map(ord, characters))] = kind
    return kinds


def spell(observations: Observations) -> list[dict[str, float]]:
    """Give the features of every statement by name, each with its value."""
    found = spell_words(observations)
    for rows, features, names in observations.named:
        for row, feature in zip(rows.tolist(), features.tolist(), strict=True):
            found[row].append(names[feature])
    vectors = [{name: value_of(name) for name in names} for names in found]
    for name, most in AMOUNTS.items():
        for vector, amount in zip(vectors, observations.amounts[name].tolist(), strict=True):
            if amount:
                vector[name] = min(most, amount) / most
    return vectors


def spell_words(observations: Observations) -> list[list[str]]:
    """Name the features of words and word pairs of every statement."""
    vocabulary = observations.vocabulary
    entries = vocabulary.entries(range(len(vocabulary)))
    found: list[list[str]] = [[] for _ in range(observations.size)]
    for family, (rows, ids) in observations.single.items():
        attribute = SINGLE[family]
        for row, i in zip(rows.tolist(), ids.tolist(), strict=True):
            if value := entries[i][attribute]:
                found[row].append(f"{family}={value}")
    for family, (rows, left, right) in observations.paired.items():
        a, b = PAIRED[family]
        for row, i, j in zip(rows.tolist(), left.tolist(), right.tolist(), strict=True):
            if entries[i][a] and entries[j][b]:
                found[row].append(f"{family}={entries[i][a]}\t{entries[j][b]}")
    return found


CONTEXT = ("period=", "section=", "before=", "after=", "heading=", "fifth=", "place=", "topic")


def is_context(feature: str) -> bool:
    """Tell whether a feature looks beyond the statement: at headings, neighbours or its place in the report."""
    return feature.startswith(CONTEXT) or (feature.startswith("cue=") and "|" in feature)


def without_context(vector: Mapping[str, float]) -> dict[str, float]:
    """Give the features as they would be if the statement stood alone."""
    alone = {"period=": 1.0, "section=": 1.0, "fifth=0": 1.0, "place=only": 1.0}
    for name, value in vector.items():
        if name.startswith("cue=") and "|" in name:
            alone[name.partition("|")[0] + "|"] = 1.0
        elif not is_context(name):
            alone[name] = value
    return alone


def read_periods(reports: Sequence[Sequence[Statement]], sizes: Iterable[int], marks: Marks) -> list[str]:
    """Follow each report: a heading, or a short line of its own, opens a period that lasts until the next.

    Args:
        reports: their statements.
        sizes: for each statement how many its paragraph has.
        marks: the patterns of the periods.
    """
    periods = []
    remaining = iter(sizes)
    for report in reports:
        current = ""
        for statement, size in zip(report, remaining, strict=False):
            caption = size == 1 and len(statement.text) <= LONGEST_CAPTION and statement.text[-1] not in "。；;！!"
            if caption or statement.role in ("heading", "runin_heading"):
                current = next((name for name, pattern in marks.periods if pattern.search(statement.text)), current)
            periods.append(current)
    return periods


def section_period(section: tuple[str, ...], marks: Marks) -> str:
    """Give the period that the innermost telling heading states."""
    for heading in reversed(section):
        for name, pattern in marks.periods:
            if pattern.search(heading):
                return name
    return ""
