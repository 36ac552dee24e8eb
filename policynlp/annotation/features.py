"""What the classifier sees of statements: words, cues, clauses, headings, neighbours, place in the report.

Features of words come as arrays for whole batches, features of a statement by name. `spell` gives all of them by name, for
training and for tests; the classifier looks them up without spelling them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from policynlp.annotation.patterns import PatternSet
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import PAD_ID, Column, Integers, Vocabulary
from policynlp.codebook import Codebook, shipped_codebook
from policynlp.schema import Statement

__all__ = [
    "PAIRED",
    "SINGLE",
    "AMOUNTS",
    "Marks",
    "Observation",
    "Observations",
    "is_context",
    "load_marks",
    "observe",
    "spell",
    "value_of",
    "without_context",
]

Flags = npt.NDArray[np.bool_]
NUMBER = re.compile(r"\d[\d.．]*")
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
TOPIC = ("topic",)
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

    def shown_to_models(self, instruments: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out the instruments that only her codebook knows."""
        return tuple([code for code in instruments if code not in self.own_instruments]) if self.own_instruments else instruments


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


class Observation(NamedTuple):
    """What was found of one statement beside its words.

    `period` is where in the report it stands: review, problem, thought, target, plan or ""; `cues` are class cues by number;
    `instruments` the instruments whose cues it holds, the first to come first; `rules` the rules that match; `done` and
    `planned` tell of marks of status.
    """

    period: str
    cues: list[int]
    instruments: tuple[str, ...]
    rules: list[int]
    done: bool
    planned: bool


@dataclass(slots=True)
class Observations:
    """The features of a batch of statements.

    Attributes:
        each: one `Observation` a statement.
        single: family -> (numbers of statements, ids of words).
        paired: family -> (numbers of statements, ids of left words, ids of right words).
        vocabulary: what the ids refer to.
        marks: what was looked for.
        cues: (number of a statement, number of a feature in `marks.names`).
        shared: the features of all statements under one heading: their numbers and the names.
        named: for each statement the names of its other features, in groups that come again and again.
        amounts: for each name of `AMOUNTS` how much each statement has of it.
    """

    each: list[Observation]
    single: dict[str, tuple[Integers, Integers]]
    paired: dict[str, tuple[Integers, Integers, Integers]]
    vocabulary: Vocabulary
    marks: Marks
    cues: tuple[Integers, Integers] = field(default_factory=lambda: (np.zeros(0, np.int64), np.zeros(0, np.int64)))
    shared: list[tuple[list[int], list[str]]] = field(default_factory=list)
    named: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)
    amounts: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in AMOUNTS})


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
    hits = marks.patterns.match([statement.text for report in reports for statement in report])
    observations = Observations([], *read_words(tokens), tokens.vocabulary, marks)
    for report in reports:
        first = len(observations.each)
        observe_report(report, hits[first : first + len(report)], marks, observations)
    observations.cues = name_cues(reports, observations.each, marks)
    return observations


def observe_report(statements: Sequence[Statement], hits: Sequence[dict[int, int]], marks: Marks, into: Observations) -> None:
    """Add the named features of the statements of one report."""
    sizes = Counter([s.paragraph for s in statements])
    periods = read_periods(statements, sizes, marks)
    sections: dict[tuple[str, ...], tuple[str, list[int]]] = {}
    first, place, paragraph = len(into.each), 0, -1
    for i, (statement, period, found) in enumerate(zip(statements, periods, hits, strict=True)):
        place = place + 1 if statement.paragraph == paragraph else 0
        paragraph, section, length = statement.paragraph, statement.section, len(statement.text)
        if section not in sections:
            sections[section] = section_period(section, marks), []
            if section:
                into.shared.append((sections[section][1], heading_names(section[-1])))
        inherited, members = sections[section]
        members.append(first + i)
        observation = make_observation(inherited or period, found, marks)
        into.each.append(observation)
        size = sizes[paragraph]
        setting = name_setting(period, inherited, statement.role, place, size, length // 12, i * 5 // len(statements))
        topic = TOPIC if place == 0 and size > 1 and length < SHORT_TOPIC else ()
        instruments = observation.instruments and name_instruments(marks.shown_to_models(observation.instruments))
        into.named.append((setting, topic, instruments))
    texts = [statement.text for statement in statements]
    numbers, commas = into.amounts.values()
    numbers += [len(NUMBER.findall(text)) for text in texts]
    commas += [text.count("，") + text.count(",") for text in texts]


@cache
def name_setting(period: str, section: str, role: str, place: int, size: int, length: int, fifth: int) -> tuple[str, ...]:
    """Name where a statement stands: its period, that of its section, role, place among the `size` of its paragraph, length, fifth."""
    where = "only" if size == 1 else "first" if place == 0 else "last" if place == size - 1 else "middle"
    return f"period={period}", f"section={section}", f"role={role}", f"place={where}", f"size={min(8, length)}", f"fifth={fifth}"


@cache
def name_instruments(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Name the instruments whose cues a statement holds, the first to come first."""
    if not codes:
        return ()
    return (*(f"instrument={code}" for code in codes), f"instrument.first={codes[0]}", f"instrument.two={'>'.join(codes[:2])}")


def name_cues(reports: Sequence[Sequence[Statement]], each: Sequence[Observation], marks: Marks) -> tuple[Integers, Integers]:
    """Give the features of class cues: the statement's own, and those of its neighbours in the paragraph."""
    codes = {name: 3 + code for code, name in enumerate(["", *(name for name, _ in marks.periods)])}
    width = 3 + len(codes)
    rows = np.repeat(np.arange(len(each)), [len(observation.cues) for observation in each])
    starts = width * np.fromiter(chain.from_iterable([observation.cues for observation in each]), np.int64, len(rows))
    periods = np.array([codes[observation.period] for observation in each], np.int64)
    paragraphs = np.array([(number << 40) + statement.paragraph for number, report in enumerate(reports) for statement in report], np.int64)
    follows = np.concatenate([[False], paragraphs[1:] == paragraphs[:-1], [False]])  # the one before, in its paragraph
    later, earlier = np.flatnonzero(follows[rows + 1]), np.flatnonzero(follows[rows])
    return (
        np.concatenate([rows, rows, rows[later] + 1, rows[earlier] - 1]),
        np.concatenate([starts, starts + periods[rows], starts[later] + 1, starts[earlier] + 2]),
    )


def make_observation(period: str, hits: dict[int, int], marks: Marks) -> Observation:
    """Sort the patterns that match, which come in the order of their numbers, by what they are."""
    first, second, done = marks.bounds
    cues: list[int] = []
    placed: list[tuple[int, int]] = []
    rules: list[int] = []
    for number, place in hits.items():
        if number < first:
            cues.append(number)
        elif number < second:
            placed.append((place, number - first))
        elif number < done:
            rules.append(number - second)
    instruments = tuple([marks.instruments[number] for _, number in sorted(placed)]) if placed else ()
    return Observation(period, cues, instruments, rules, done in hits, done + 1 in hits)


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
    for names, groups in zip(found, observations.named, strict=True):
        names += [name for group in groups for name in group]
    for row, feature in zip(*observations.cues, strict=True):
        found[row].append(observations.marks.names[feature])
    for members, headings in observations.shared:
        for row in members:
            found[row] += headings
    vectors = [{name: value_of(name) for name in names} for names in found]
    for name, most in AMOUNTS.items():
        for vector, amount in zip(vectors, observations.amounts[name], strict=True):
            if amount:
                vector[name] = min(most, amount) / most
    return vectors


def spell_words(observations: Observations) -> list[list[str]]:
    """Name the features of words and word pairs of every statement."""
    vocabulary = observations.vocabulary
    entries = vocabulary.entries(range(len(vocabulary)))
    found: list[list[str]] = [[] for _ in observations.each]
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


def read_periods(statements: Sequence[Statement], sizes: Mapping[int, int], marks: Marks) -> list[str]:
    """Follow the report: a heading, or a short line of its own, opens a period that lasts until the next."""
    periods = []
    current = ""
    for statement in statements:
        caption = sizes[statement.paragraph] == 1 and len(statement.text) <= LONGEST_CAPTION and statement.text[-1] not in "。；;！!"
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


def heading_names(heading: str) -> list[str]:
    """Give the features of a heading: its pairs of characters."""
    return sorted({f"heading={heading[k : k + 2]}" for k in range(len(heading) - 1)})
