"""What the classifier sees of statements: words, cues, clauses, headings, neighbours, place in the report.

Features of words come as arrays for whole batches, features of a statement by name. `spell` gives all of them by name, for
training and for tests; the classifier looks them up without spelling them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from policynlp.annotation.patterns import Lists, Matches, PatternSet, characters_of
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import PAD_ID, Column, Integers, Vocabulary
from policynlp.codebook import Codebook, shipped_codebook
from policynlp.schema import Statement

__all__ = [
    "PAIRED",
    "SINGLE",
    "AMOUNTS",
    "Marks",
    "Named",
    "Observations",
    "is_context",
    "load_marks",
    "observe",
    "spell",
    "value_of",
    "without_context",
]

Flags = npt.NDArray[np.bool_]
Value = TypeVar("Value", bound=Hashable)
DIGIT, POINT, COMMA = 1, 2, 3  # what a character is for `count_amounts`
DONE = (
    r"(?<!为)了(?!解|结)|已(?:经|建成|完成|获|有|成为)?|(?:去年|过去一年|一年来|五年来)|完成(?!率|度).{0,20}\d"
    r"|成功|累计|荣获|获批|获评|顺利|相继|先后|圆满"
)
PLANNED = r"到20\d\d年|今年|明年|下一步|将(?!近)|力争|计划(?:在|于|用)|“?十[一二三四五]五”?(?:期间|末)"
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
# Families of features of one word, and the attribute of the word that they look at; `kind` is what its head noun decides.
SINGLE = {
    "w": "word",
    "class": "class",
    "first": "word",
    "first.class": "class",
    "last": "word",
    "opens": "word",
    "opens.class": "class",
    "clause": "word",
    "clause.class": "class",
    "object": "kind",
}
# Families of features of two words.
PAIRED = {
    "w2": ("word", "word"),
    "opens2": ("word", "word"),
    "object2": ("word", "kind"),  # the verb that opens the clause, and what it is about
    "object2.class": ("class", "kind"),
}


@dataclass(frozen=True, eq=False)
class Marks:
    """The codebook's patterns in one set, so that one search finds them all.

    Attributes:
        patterns: class cues, then instrument cues, rules, and the marks of status.
        cues: (class, name) of each class cue.
        instruments: the code of each instrument cue.
        rules: the rows of the rules.
        periods: name and pattern of the periods of a report.
        own_cues: the numbers of the cues of a researcher's own codebook.
        own_rules: how many rules are hers; they come first.
        own_instruments: the codes of her instruments, which the models do not know.
    """

    patterns: PatternSet
    cues: list[tuple[str, str]]
    instruments: list[str]
    rules: list[Mapping[str, Any]]
    periods: list[tuple[str, re.Pattern[str]]]
    own_cues: frozenset[int]
    own_rules: int
    own_instruments: frozenset[str]

    @cached_property
    def bounds(self) -> tuple[int, int, int]:
        """The numbers of the first instrument cue, the first rule and the mark of what is done; that of what is planned comes next."""
        instruments = len(self.cues)
        rules = instruments + len(self.instruments)
        return instruments, rules, rules + len(self.rules)

    @cached_property
    def names(self) -> list[str]:
        """The features of class cues: for each cue its own, as a neighbour before and behind, and in each period."""
        periods = ["", *(name for name, _ in self.periods)]
        return [
            feature
            for kind, name in self.cues
            for feature in (
                f"cue={kind}.{name}",
                f"before={kind}.{name}",
                f"after={kind}.{name}",
                *(f"cue={kind}.{name}|{period}" for period in periods),
            )
        ]

    @cached_property
    def known_instruments(self) -> list[str]:
        """The codes of the instruments that the models know."""
        return [code for code in self.instruments if code not in self.own_instruments]

    @cached_property
    def instrument_names(self) -> list[str]:
        """The features of instrument cues: each one, the first of a statement, and the first two, where the second may be none."""
        codes = self.known_instruments
        return [
            *(f"instrument={code}" for code in codes),
            *(f"instrument.first={code}" for code in codes),
            *(f"instrument.two={code}" for code in codes),
            *(f"instrument.two={code}>{second}" for code in codes for second in codes),
        ]


def load_marks(codebook: Codebook | None = None) -> Marks:
    """Compile the patterns of a codebook, the shipped one by default; once a process."""
    return compile_marks(codebook or shipped_codebook())


@lru_cache(maxsize=8)
def compile_marks(codebook: Codebook) -> Marks:
    own = codebook.own
    cues = {(kind, name): pattern for kind, rows in codebook.rules["cues"].items() for name, pattern in rows.items()}
    rules = codebook.rules["rule"]
    instruments = codebook.instrument_cues
    return Marks(
        patterns=PatternSet([*cues.values(), *instruments.values(), *(row["text"] for row in rules), DONE, PLANNED]),
        cues=list(cues),
        instruments=list(instruments),
        rules=rules,
        periods=[(name, re.compile(pattern)) for name, pattern in codebook.rules["period"].items()],
        own_cues=frozenset(n for n, (kind, name) in enumerate(cues) if own is not None and name in own.cues.get(kind, {})),
        own_rules=len(own.rules) if own is not None else 0,
        own_instruments=frozenset(codebook.instruments) - frozenset((codebook.base or codebook).instruments),
    )


class Named(NamedTuple):
    """Features by name: numbers of statements, which feature each has, and what the features are called."""

    rows: Integers
    features: Integers
    names: Sequence[str]


class Found(NamedTuple):
    """The patterns that were found in a batch of statements.

    Attributes:
        cues: (numbers of statements, numbers of the class cues that they hold).
        instruments: (numbers of statements, numbers of the instrument cues that they hold), of each statement the first to come first.
        rules: number of a statement -> the rules that match.
        done, planned: whether each statement has a mark of status.
    """

    cues: tuple[Integers, Integers]
    instruments: tuple[Integers, Integers]
    rules: dict[int, list[int]]
    done: list[bool]
    planned: list[bool]


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


def sort_matches(matches: Matches, marks: Marks, size: int) -> Found:
    """Sort the patterns that match in so many statements by what they are."""
    rows, numbers, places = matches
    first, second, done = marks.bounds
    cues = np.flatnonzero(numbers < first)
    placed = np.flatnonzero((numbers >= first) & (numbers < second))
    placed = placed.take(np.argsort(rows.take(placed) << 32 | places.take(placed), kind="stable"))
    ruled = np.flatnonzero((numbers >= second) & (numbers < done))
    rules: dict[int, list[int]] = {}
    for row, number in zip(rows.take(ruled).tolist(), (numbers.take(ruled) - second).tolist(), strict=True):
        rules.setdefault(row, []).append(number)
    status = np.zeros((2, size), bool)
    marked = np.flatnonzero(numbers >= done)
    status[numbers.take(marked) - done, rows.take(marked)] = True
    return Found(
        (rows.take(cues), numbers.take(cues)),
        (rows.take(placed), numbers.take(placed) - first),
        rules,
        status[0].tolist(),
        status[1].tolist(),
    )


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


def read_words(tokens: Tokens) -> tuple[dict[str, tuple[Integers, Integers]], dict[str, tuple[Integers, Integers, Integers]]]:
    """Find the features of words: all of them, pairs, the first and last ones, and in each clause the verb and what it governs."""
    ids, first, last = tokens.ids, tokens.first, tokens.last
    columns = tokens.columns
    inside = ids != PAD_ID
    inner = np.flatnonzero(inside)
    owner = np.zeros(len(ids), np.int64)
    owner[inner] = np.repeat(np.arange(len(first)), last - first)
    mark = columns[:, Column.CLAUSE_MARK] > 0
    content = (columns[:, Column.FILLER] == 0) & ~mark

    joined = np.flatnonzero(inside[:-1] & inside[1:])
    filled = np.flatnonzero(last > first)
    ends = last_at(~mark, last[filled] - 1)
    ended = ends >= first[filled]
    opens = next_at(content, first[filled])
    opened = opens < last[filled]
    opener = opens[opened]
    second = next_at(content, opener + 1)
    two = second < last[filled][opened]

    begins = np.flatnonzero(inside[1:] & mark[:-1]) + 1
    verbs = next_at(content | mark, begins)
    verbs = verbs[~mark[verbs]]
    is_verb = np.zeros(len(ids), bool)
    is_verb[verbs] = True
    heads = np.flatnonzero(inside & (columns[:, Column.KIND] > 0) & (columns[:, Column.SHORT] == 0))
    governing = last_at(is_verb | mark, heads - 1)
    governed = is_verb[governing] & ~is_verb[heads]
    heads, governing = heads[governed], governing[governed]

    def at(places: Integers) -> tuple[Integers, Integers]:
        return owner[places], ids[places]

    starts, opening, clauses, words = at(first[filled]), at(opener), at(verbs), at(inner)
    single = {
        "w": words,
        "class": words,
        "first": starts,
        "first.class": starts,
        "last": at(ends[ended]),
        "opens": opening,
        "opens.class": opening,
        "clause": clauses,
        "clause.class": clauses,
        "object": at(heads),
    }
    governs = (owner[heads], ids[governing], ids[heads])
    paired = {
        "w2": (owner[joined], ids[joined], ids[joined + 1]),
        "opens2": (owner[opener[two]], ids[opener[two]], ids[second[two]]),
        "object2": governs,
        "object2.class": governs,
    }
    return single, paired


def next_at(flags: Flags, places: Integers) -> Integers:
    """For each of some places the next one from it on that is true; the last place where there is none."""
    true = np.append(np.flatnonzero(flags), len(flags) - 1)
    return true[np.searchsorted(true, places)]


def last_at(flags: Flags, places: Integers) -> Integers:
    """For each of some places the last one up to it that is true; -1 where there is none."""
    true = np.append(-1, np.flatnonzero(flags))
    return true[np.searchsorted(true, places, side="right") - 1]


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
