"""What the classifier sees of a statement: words, cues, clauses, headings, neighbours, place in the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from policynlp.annotation.tagging import Tokens
from policynlp.codebook import load_codebook
from policynlp.schema import Statement

__all__ = ["Cues", "Observation", "load_cues", "observe", "without_context"]

NUMBER = re.compile(r"[\d０-９.．]+")
CLAUSE = frozenset("，,；;。：:！!")
FILLER = frozenset({"d", "ad", "x", "p", "c", "u", "uj", "ul", "f", "m", "q"})
NEAR = 0.5  # weight of a neighbour's cue beside the statement's own
HEADING = 0.3
CLASS = 0.6  # weight of a word's class
SCALE = 0.35  # weight of every other feature beside the unit-length vector of words
LONGEST_CAPTION = 30


@dataclass(frozen=True)
class Cues:
    """The compiled cues: (class, name, pattern), the periods of a report, and the instrument cues."""

    classes: tuple[tuple[str, str, re.Pattern[str]], ...]
    periods: tuple[tuple[str, re.Pattern[str]], ...]
    instruments: tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """The features of one statement: weighted names, and the words to be scaled to unit length.

    `period` is where in the report the statement stands: review, problem, thought, target, plan or "".
    """

    features: dict[str, float]
    words: list[str]
    cues: list[tuple[str, str]]
    period: str


@cache
def load_cues() -> Cues:
    """Compile the cues of the shipped codebook, once a process."""
    codebook = load_codebook()
    return Cues(
        classes=tuple((kind, name, re.compile(p)) for kind, rows in codebook.rules["cues"].items() for name, p in rows.items()),
        periods=tuple((name, re.compile(p)) for name, p in codebook.rules["period"].items()),
        instruments=tuple((code, re.compile(p)) for code, p in codebook.instrument_cues.items()),
    )


def observe(statements: Sequence[Statement], tokens: Sequence[Tokens], word_classes: Mapping[str, str]) -> list[Observation]:
    """Observe all statements of one report, in reading order.

    Args:
        statements: of one report; neighbours and headings are features.
        tokens: the words of each statement.
        word_classes: word -> number of its class.

    Returns:
        One `Observation` a statement.
    """
    cues = load_cues()
    found = [[(kind, name) for kind, name, pattern in cues.classes if pattern.search(s.text)] for s in statements]
    periods = read_periods(statements, cues)
    sizes = Counter(s.paragraph for s in statements)
    seen: Counter[int] = Counter()
    observations = []
    for i, statement in enumerate(statements):
        place, size = seen[statement.paragraph], sizes[statement.paragraph]
        seen[statement.paragraph] += 1
        period = periods[i]
        inherited = section_period(statement.section, cues)
        features = {
            f"period={period}": 1.0,
            f"section={inherited}": 1.0,
            f"role={statement.role}": 1.0,
            "place=" + ("only" if size == 1 else "first" if place == 0 else "last" if place == size - 1 else "middle"): 1.0,
            f"size={min(8, len(statement.text) // 12)}": 1.0,
            f"fifth={i * 5 // len(statements)}": 1.0,
            "topic": float(place == 0 and size > 1 and len(statement.text) < 25),
            "numbers": min(3, len(NUMBER.findall(statement.text))) / 3,
            "commas": min(6, statement.text.count("，") + statement.text.count(",")) / 6,
        }
        for kind, name in found[i]:
            features[f"cue={kind}.{name}"] = 1.0
            features[f"cue={kind}.{name}|{inherited or period}"] = 1.0
        for step, side in ((-1, "before"), (1, "after")):
            j = i + step
            if 0 <= j < len(statements) and statements[j].paragraph == statement.paragraph:
                for kind, name in found[j]:
                    features[f"{side}={kind}.{name}"] = NEAR
        for number in sorted({word_classes[w] for w in tokens[i].words if w in word_classes}):  # sums of floats need an order
            features[f"class={number}"] = CLASS
        words = [w if not NUMBER.fullmatch(w) else "0" for w in tokens[i].words]
        clauses(words, tokens[i].tags, word_classes, features)
        for heading in statement.section[-1:]:
            for gram in sorted({heading[k : k + 2] for k in range(len(heading) - 1)}):
                features[f"heading={gram}"] = HEADING
        for code, pattern in cues.instruments:
            if pattern.search(statement.text):
                features[f"instrument={code}"] = 1.0
        observations.append(Observation(features, words, found[i], inherited or period))
    return observations


CONTEXT = ("period=", "section=", "before=", "after=", "heading=", "fifth=", "place=")


def without_context(observation: Observation) -> Observation:
    """Give the observation as it would be if the statement stood alone: no headings, no neighbours, no place."""
    features = {"period=": 1.0, "section=": 1.0, "fifth=0": 1.0, "place=only": 1.0}
    for name, value in observation.features.items():
        if name.startswith("cue=") and "|" in name:
            features[name.partition("|")[0] + "|"] = 1.0
        elif not name.startswith(CONTEXT) and name != "topic":
            features[name] = value
    return replace(observation, features=features, period="")


def read_periods(statements: Sequence[Statement], cues: Cues) -> list[str]:
    """Follow the report: a heading, or a short line of its own, opens a period that lasts until the next."""
    sizes = Counter(s.paragraph for s in statements)
    periods = []
    current = ""
    for statement in statements:
        caption = sizes[statement.paragraph] == 1 and len(statement.text) <= LONGEST_CAPTION and statement.text[-1] not in "。；;！!"
        if caption or statement.role in ("heading", "runin_heading"):
            current = next((name for name, pattern in cues.periods if pattern.search(statement.text)), current)
        periods.append(current)
    return periods


def section_period(section: tuple[str, ...], cues: Cues) -> str:
    """Give the period that the innermost telling heading states."""
    for heading in reversed(section):
        for name, pattern in cues.periods:
            if pattern.search(heading):
                return name
    return ""


def clauses(words: Sequence[str], tags: Sequence[str], classes: Mapping[str, str], features: dict[str, float]) -> None:
    """Add the features of the clauses: the first words, and in each clause the verb and what it governs."""
    content = [(w, t) for w, t in zip(words, tags, strict=True) if t not in FILLER]
    if words:
        features[f"first={words[0]}"] = 1.0
        features[f"last={next((w for w in reversed(words) if w not in CLAUSE), '')}"] = 1.0
    if words and words[0] in classes:
        features[f"first.class={classes[words[0]]}"] = 1.0
    if content:
        features[f"opens={content[0][0]}"] = 1.0
        if content[0][0] in classes:
            features[f"opens.class={classes[content[0][0]]}"] = 1.0
        features["opens2=" + "".join(w for w, _ in content[:2])] = 1.0
    verb, fresh = "", True
    for i, word in enumerate(words):
        if word in CLAUSE:
            verb, fresh = "", True
            continue
        tag = tags[i]
        if fresh and tag not in FILLER:
            features[f"clause={word}"] = 1.0
            if word in classes:
                features[f"clause.class={classes[word]}"] = 1.0
            verb, fresh = word, False
        elif verb and len(word) > 1 and (head := head_kind(word)):
            features[f"object={verb}|{head}"] = 1.0
            if verb in classes:
                features[f"object.class={classes[verb]}|{head}"] = 1.0
            features[f"object={head}"] = 1.0


@cache
def head_kind(word: str) -> str:
    """Give the type and subtype that a word's head noun decides."""
    codebook = load_codebook()
    head = codebook.head_of(word)
    return f"{head.kind}.{head.subtype}" if head else codebook.terms.get(word, "")
