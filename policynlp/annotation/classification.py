"""Classes, subtypes, instruments and status of statements: rules that are almost always right, then a trained model.

GOAL is nobody's default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, compress, islice, pairwise
from re import Pattern
from re import compile as compile_pattern
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policynlp.annotation.classifier import NEITHER, WORD, Floats, StatementClassifier
from policynlp.annotation.features import (
    Observations,
    observe,
)
from policynlp.annotation.marks import Marks
from policynlp.annotation.proposals import last_true
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import Integers
from policynlp.schema import Statement, maker

__all__ = ["classify_statements"]

Flags = npt.NDArray[np.bool_]
FUTURE = frozenset({"plan", "target", "thought"})
LEAST_GAIN = 0.02  # what speaks less for a class is not named
MOST_CUES, MOST_NAMED = 3, 4
MOST_INSTRUMENTS = 4
NO_INSTRUMENT = "X-OTHER"
SECOND = 0.15  # a further instrument is listed when its cue stands in the text and its probability is at least this
RULE_SCORE = 0.97  # the share of right answers of the rules on the annotated corpus, rounded down
make_statement = maker(Statement)


def classify_statements(reports: Sequence[Sequence[Statement]], tokens: Tokens, classifier: StatementClassifier) -> list[list[Statement]]:
    """Class every statement of some reports.

    A rule of the codebook decides where one matches; else the model. `score` is the calibrated probability, `cues` what
    spoke for the class, `rule` the codebook rule or "model"; `uncertain` marks a probability under the model's threshold.

    Args:
        reports: the statements of each report in reading order.
        tokens: their words, all in one row.
        classifier: the model.

    Returns:
        The statements of each report with class, subtype, instruments and status; title and boilerplate lines unchanged.
    """
    observations = observe(reports, tokens)
    matrix = classifier.encode(observations)
    statements = list(chain.from_iterable(reports))
    scores = classifier.scores(matrix)
    answers = answer_all(matrix, scores, classifier)
    answer_by_rules(answers, statements, observations, classifier)
    answer_by_own_cues(answers, observations)
    choose_subtypes(answers, scores[:, classifier.parts["subtype"]], classifier.labels["subtype"])
    choose_instruments(answers, scores[:, classifier.parts["instrument"]], classifier.labels["instrument"], observations)
    found = observations.found
    answers.status = list(map(status_of, found.done, found.planned, observations.periods, answers.kinds, answers.subtypes))
    classed = iter([*map(put_together, statements, *answers.columns())])
    return [list(islice(classed, len(report))) for report in reports]


@dataclass(slots=True)
class Answers:
    """What is said of statements, each a row.

    Attributes:
        probabilities: (statements, classes), of the model.
        kinds, scores, cues, rules, subtypes, instruments, status, uncertain: as in `Statement`.
    """

    probabilities: Floats
    kinds: list[str]
    scores: list[float]
    cues: list[tuple[str, ...]]
    rules: list[str]
    subtypes: list[str]
    instruments: list[tuple[str, ...]]
    status: list[str]
    uncertain: list[bool]

    def columns(self) -> tuple[list[Any], ...]:
        """Give the answers in the order in which a `Statement` has them."""
        return self.kinds, self.scores, self.cues, self.rules, self.subtypes, self.instruments, self.status, self.uncertain


def answer_all(matrix: sparse.csr_matrix, scores: Floats, classifier: StatementClassifier) -> Answers:
    """Ask the model for the class of every statement at once."""
    size = len(scores)
    probabilities = softmax(scores[:, classifier.parts["class"]] / classifier.temperature)
    best = probabilities.argmax(1)
    highest = probabilities.max(1).astype(np.float64)
    return Answers(
        probabilities,
        np.array(classifier.labels["class"], object).take(best).tolist(),
        (np.rint(highest * 1000) / 1000).tolist(),  # the same as round(): the product of a float32 is exact
        explain(matrix, best, classifier),
        ["model"] * size,
        [""] * size,
        [()] * size,
        ["unmarked"] * size,
        (highest < classifier.threshold).tolist(),
    )


def answer_by_rules(answers: Answers, statements: Sequence[Statement], observations: Observations, classifier: StatementClassifier) -> None:
    """Put what the rules of the codebook say in place of the model's answers."""
    labels = classifier.labels["class"]
    for row, numbers in observations.found.rules.items():
        if rule := match_rule(statements[row], numbers, observations.marks, labels):
            kind = rule["class"]
            likely = float(answers.probabilities[row, labels.index(kind)]) if kind in labels else 0.0
            answers.kinds[row], answers.subtypes[row], answers.rules[row] = kind, rule.get("subtype", ""), rule["id"]
            answers.scores[row], answers.cues[row] = round(max(likely, RULE_SCORE), 3), (rule["cue"],)
            answers.uncertain[row] = False


def answer_by_own_cues(answers: Answers, observations: Observations) -> None:
    """Put a researcher's own cues of the class of a statement before what spoke for it in the model."""
    marks = observations.marks
    rows, cues = observations.found.cues
    own = np.flatnonzero(np.isin(cues, list(marks.own_cues)))
    hers: dict[int, list[str]] = {}
    for row, cue in zip(rows.take(own).tolist(), cues.take(own).tolist(), strict=True):
        kind, name = marks.cues[cue]
        if answers.rules[row] == "model" and answers.kinds[row] == kind:
            hers.setdefault(row, []).append(name)
    for row, names in hers.items():
        answers.cues[row] = tuple(dict.fromkeys([*names, *answers.cues[row]]))


def choose_subtypes(answers: Answers, scores: Floats, labels: Sequence[str]) -> None:
    """Give each statement the best subtype that its class has, where no rule gave one."""
    kinds: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        kinds.setdefault(label.split(".")[0], []).append(number)
    for kind, numbers in kinds.items():
        names = [labels[number].split(".")[1] for number in numbers]
        rows = [row for row, other in enumerate(answers.kinds) if other == kind and not answers.subtypes[row]]
        for row, best in zip(rows, scores[np.ix_(rows, numbers)].argmax(1).tolist(), strict=True):
            answers.subtypes[row] = names[best]


def choose_instruments(answers: Answers, scores: Floats, labels: Sequence[str], observations: Observations) -> None:
    """Give each measure its primary instrument and those beside it whose cue stands in the text.

    Instruments that only a researcher's codebook knows are found by their cue, and so are all where the model knows none.
    """
    rows = [row for row, kind in enumerate(answers.kinds) if kind == "MEASURE"]
    if not labels:
        for row in rows:
            answers.instruments[row] = observations.instruments_of(row)
        return
    measures = np.array(rows, np.int64)
    likely = softmax(scores.take(measures, 0))
    best = np.argsort(-likely, axis=1, kind="stable")[:, :MOST_INSTRUMENTS]
    listed = np.take_along_axis((likely >= SECOND) & find_cued(observations, labels).take(measures, 0), best, 1)
    listed[:, 0] = True
    alone = [(label,) for label in labels]
    several = (listed.sum(1) > 1).tolist()
    for row, numbers, flags, more in zip(rows, best.tolist(), listed.tolist(), several, strict=True):
        answers.instruments[row] = tuple([labels[i] for i in compress(numbers, flags)]) if more else alone[numbers[0]]
    if own := observations.marks.own_instruments:
        for row in rows:
            hers = tuple(code for code in observations.instruments_of(row) if code in own)
            found = answers.instruments[row]
            answers.instruments[row] = (*hers, *found) if hers and found[0] == NO_INSTRUMENT else (*found, *hers)


def find_cued(observations: Observations, labels: Sequence[str]) -> Flags:
    """Tell which of the instruments with these labels have a cue in each statement, (statements, labels)."""
    numbers = {label: number for number, label in enumerate(labels)}
    known = np.array([numbers.get(code, len(labels)) for code in observations.marks.instruments], np.int64)
    cued = np.zeros((observations.size, len(labels) + 1), bool)
    rows, codes = observations.found.instruments
    cued[rows, known.take(codes)] = True
    return cued[:, :-1]


def put_together(
    statement: Statement,
    kind: str,
    score: float,
    cues: tuple[str, ...],
    rule: str,
    subtype: str,
    instruments: tuple[str, ...],
    status: str,
    uncertain: bool,
) -> Statement:
    """Give a statement with the answers about it; title and boilerplate lines have none."""
    if statement.role in ("title", "boilerplate"):
        return statement
    return make_statement(
        statement.id,
        statement.role,
        statement.start,
        statement.end,
        statement.text,
        statement.marker,
        statement.section,
        statement.paragraph,
        kind,
        score,
        cues,
        rule,
        subtype,
        instruments,
        status,
        uncertain,
        statement.copies,
    )


def match_rule(statement: Statement, rules: Sequence[int], marks: Marks, labels: Sequence[str]) -> Mapping[str, Any] | None:
    """Give the first rule that matches and that nothing in the statement speaks against.

    Args:
        statement: for its text and role.
        rules: the numbers of the rules that match.
        marks: the rules.
        labels: the classes of the model; a shipped rule for a class that it does not have decides nothing.
    """
    for number in rules:
        row = marks.rules[number]
        if row["class"] not in labels and number >= marks.own_rules:
            continue
        if "role" in row and statement.role not in row["role"]:
            continue
        if "without" not in row or not exception_of(row["without"]).search(statement.text):
            return row
    return None


@cache
def exception_of(pattern: str) -> Pattern[str]:
    return compile_pattern(pattern)


def softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def explain(matrix: sparse.csr_matrix, best: Integers, classifier: StatementClassifier) -> list[tuple[str, ...]]:
    """Name what spoke most for the class of each statement: cues of the codebook, then words."""
    size = matrix.shape[0]
    kinds = classifier.telling.take(matrix.indices)
    told = np.flatnonzero(kinds != NEITHER)
    rows = np.repeat(np.arange(size), np.diff(matrix.indptr)).take(told)
    columns = matrix.indices.take(told)
    gains = matrix.data.take(told) * classifier.lean.ravel().take(columns * classifier.lean.shape[1] + best.take(rows))
    spoke = np.flatnonzero(gains > LEAST_GAIN)
    runs = rows.take(spoke) * 2 + (kinds.take(told.take(spoke)) == WORD)  # of each statement the cues, then the words
    # What is positive sorts by its bits as by its value; within a run the largest gain comes first.
    order = np.argsort((runs << 32) - gains.take(spoke).view(np.int32), kind="stable")
    runs = runs.take(order)
    begins = last_true(np.diff(runs, prepend=-1) > 0)
    leading = np.flatnonzero(np.arange(len(runs)) - begins < np.where(runs % 2, MOST_NAMED, MOST_CUES))
    rows = runs.take(leading) // 2
    first = np.flatnonzero(np.arange(len(rows)) - last_true(np.diff(rows, prepend=-1) > 0) < MOST_NAMED)
    rows, leading = rows.take(first), leading.take(first)
    numbers, words = classifier.said
    said = numbers.take(columns.take(spoke.take(order.take(leading))))
    new = np.ones(len(said), bool)
    for distance in range(1, MOST_NAMED):  # a word may speak by several of its features
        new[distance:] &= (rows[distance:] != rows[:-distance]) | (said[distance:] != said[:-distance])
    named = tuple(words.take(said[new]).tolist())
    cuts = np.searchsorted(rows[new], np.arange(size + 1)).tolist()
    return [named[begin:end] for begin, end in pairwise(cuts)]


@cache
def status_of(done: bool, planned: bool, period: str, kind: str, subtype: str) -> str:
    """Give done, planned or unmarked (codebook T1-T3): no guess where the text has no mark."""
    if kind == "OTHER":
        return "done" if subtype == "achievement" else "unmarked"
    if planned and period != "review":
        return "planned"
    if done and period not in FUTURE:
        return "done"
    if period == "review" and kind in ("MEASURE", "INSTITUTION"):
        return "done"
    return "planned" if period == "plan" and kind != "GOAL" else "unmarked"
