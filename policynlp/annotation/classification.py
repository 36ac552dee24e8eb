"""Classes, subtypes, instruments and status of statements: rules that are almost always right, then a trained model.

The model is a multinomial logistic regression, trained with scikit-learn and kept as plain arrays; GOAL is nobody's default.
A batch of statements is one sparse matrix and one product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, pairwise
from pathlib import Path
from re import Pattern
from re import compile as compile_pattern
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policynlp.annotation.features import (
    AMOUNTS,
    PAIRED,
    SCALE,
    SINGLE,
    Marks,
    Observation,
    Observations,
    observe,
    value_of,
)
from policynlp.annotation.pairs import PairTable
from policynlp.annotation.proposals import last_true
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.weights import load_weights
from policynlp.annotation.word_classes import WordClasses, check_word_classes, load_word_classes
from policynlp.errors import ModelError
from policynlp.resources import models_path
from policynlp.schema import Statement, maker

__all__ = ["LAYERS", "StatementClassifier", "classify_statements", "load_classifier"]

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
LAYERS = ("class", "subtype", "instrument")
FUTURE = frozenset({"plan", "target", "thought"})
LEAST_GAIN = 0.02  # what speaks less for a class is not named
MOST_CUES, MOST_NAMED = 3, 4
NEITHER, CUE, WORD = 0, 1, 2
MOST_INSTRUMENTS = 4
NO_INSTRUMENT = "X-OTHER"
SECOND = 0.15  # a further instrument is listed when its cue stands in the text and its probability is at least this
make_statement = maker(Statement)
RULE_SCORE = 0.97  # the share of right answers of the rules on the annotated corpus, rounded down


@dataclass
class StatementClassifier:
    """The trained model.

    Attributes:
        columns: feature name -> row of the weights.
        idf: (features,), weight of each feature of words and word pairs; 0 for the others.
        weights: (features, labels of all layers side by side).
        intercepts: (labels of all layers,).
        labels: for each layer its labels, in the order of the columns.
        temperature: what the class scores are divided by, so that a score of 0.8 is right four times in five.
        threshold: below this probability a statement is `uncertain`.
        word_classes: the classes of words that it was trained with.
    """

    columns: dict[str, int]
    idf: Floats
    weights: Floats
    intercepts: Floats
    labels: dict[str, list[str]]
    temperature: float
    threshold: float
    word_classes: WordClasses

    @cached_property
    def parts(self) -> dict[str, slice]:
        """Where the labels of each layer stand among the columns of the weights."""
        ends = np.cumsum([len(self.labels[layer]) for layer in LAYERS]).tolist()
        return {layer: slice(end - len(self.labels[layer]), end) for layer, end in zip(LAYERS, ends, strict=True)}

    @cached_property
    def lean(self) -> Floats:
        """How far each feature leans to each class, (features, classes)."""
        classes = self.weights[:, self.parts["class"]]
        return np.asarray(classes - classes.mean(1, keepdims=True))

    @cached_property
    def pairs(self) -> dict[str, PairTable]:
        """The features of two words, by family."""
        rows: dict[str, dict[tuple[str, str], int]] = {family: {} for family in PAIRED}
        for name, column in self.columns.items():
            family, _, value = name.partition("=")
            if family in rows and "\t" in value:
                left, _, right = value.partition("\t")
                rows[family][left, right] = column
        return {family: PairTable(found) for family, found in rows.items()}

    def cues(self, marks: Marks) -> Integers:
        """Give for each feature of class cues its row."""
        if marks not in self._cues:
            self._cues[marks] = np.array(self.find(marks.names), np.int64)
        return self._cues[marks]

    @cached_property
    def _cues(self) -> dict[Marks, Integers]:
        return {}

    @cached_property
    def values(self) -> Floats:
        """For each feature its value where it is there."""
        return np.array([SCALE * value_of(name) for name in self.columns], np.float32)

    def find(self, names: Iterable[str]) -> list[int]:
        """Give the rows of features by name; -1 where the model does not know one."""
        known = self.columns
        return [known.get(name, -1) for name in names]

    def find_groups(self, named: Sequence[tuple[tuple[str, ...], ...]]) -> tuple[Integers, Integers]:
        """Give the numbers of statements and the rows of their named features; what a group of names stands for is looked up once."""
        found = self._groups
        for group in {group for groups in named for group in groups if group not in found}:
            found[group] = self.find(group)
        rows = [[row for group in groups for row in found[group]] for groups in named]
        return np.repeat(np.arange(len(rows)), [len(row) for row in rows]), np.array(list(chain.from_iterable(rows)), np.int64)

    @cached_property
    def _groups(self) -> dict[tuple[str, ...], list[int]]:
        return {}

    @cached_property
    def telling(self) -> npt.NDArray[np.int8]:
        """For each feature whether it is a cue, a word that can explain an answer, or neither."""
        return np.array([telling_kind(feature) for feature in self.columns], np.int8)

    @cached_property
    def said(self) -> list[str]:
        """What to call each feature when it explains an answer."""
        return [feature.partition("=")[2].replace("\t", "").removeprefix(cue_class(feature)) for feature in self.columns]

    def encode(self, observations: Observations) -> sparse.csr_matrix:
        """Put the features that the model knows into a matrix, (statements, features)."""
        vocabulary, size = observations.vocabulary, len(observations.each)
        cues = self.cues(observations.marks)
        rows, columns = [observations.cues[0]], [cues.take(observations.cues[1])]
        named = self.find_groups(observations.named)
        for members, names in observations.shared:
            known = self.find(names)
            rows.append(np.repeat(np.array(members, np.int64), len(known)))
            columns.append(np.tile(np.array(known, np.int64), len(members)))
        for family, (owners, ids) in observations.single.items():
            rows.append(owners)
            columns.append(vocabulary.codes((self.key, family), SINGLE[family], self.columns, f"{family}=").take(ids))
        for family, (owners, left, right) in observations.paired.items():
            pairs = self.pairs[family]
            before, behind = PAIRED[family]
            rows.append(owners)
            columns.append(
                pairs.find(
                    vocabulary.codes((self.key, family, 0), before, pairs.left).take(left),
                    vocabulary.codes((self.key, family, 1), behind, pairs.right).take(right),
                )
            )
        amounts = {
            self.columns[name]: min_share(observations.amounts[name], most) for name, most in AMOUNTS.items() if name in self.columns
        }
        rows += [named[0], np.tile(np.arange(size), len(amounts))]
        columns += [named[1], np.repeat(np.array(list(amounts), np.int64), size)]
        return self.matrix(np.concatenate(rows), np.concatenate(columns), amounts, size)

    def matrix(self, rows: Integers, columns: Integers, amounts: Mapping[int, Floats], size: int) -> sparse.csr_matrix:
        """Make the matrix: what is not known left out, each feature once a statement, words and word pairs at unit length."""
        shift = len(self.columns).bit_length()
        keys = ((rows << shift) | columns)[columns >= 0]
        keys.sort()
        keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
        rows, columns = keys >> shift, keys & ((1 << shift) - 1)
        weights = self.idf.take(columns)
        worded = np.flatnonzero(weights)
        owners, weights = rows.take(worded), weights.take(worded)
        values = self.values.take(columns)
        values[worded] = weights / np.sqrt(np.bincount(owners, weights.astype(float) ** 2, size)).take(owners)
        for column, shares in amounts.items():
            values[columns == column] = SCALE * shares
        starts = np.searchsorted(rows, np.arange(size + 1))
        return sparse.csr_matrix((values, columns, starts), shape=(size, len(self.columns)))

    @cached_property
    def key(self) -> object:
        """What the tables of this model go by in a vocabulary."""
        return object()

    def scores(self, matrix: sparse.csr_matrix) -> Floats:
        """Score every label of every layer, (statements, labels of all layers)."""
        return np.asarray(matrix @ self.weights + self.intercepts)


def min_share(amounts: Sequence[float], most: int) -> Floats:
    """Give amounts as shares of the most that counts."""
    return np.asarray(np.minimum(amounts, most) / most, np.float32)


def telling_kind(feature: str) -> int:
    family = feature.partition("=")[0]
    if family == "cue":
        return NEITHER if "|" in feature else CUE
    return WORD if family in ("w", "w2", "opens", "clause") else NEITHER


def cue_class(feature: str) -> str:
    """Give the class in front of the name of a cue, with its dot."""
    family, _, value = feature.partition("=")
    return value.partition(".")[0] + "." if family == "cue" else ""


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
    answers = answer_all(matrix, classifier)
    reasons = explain(matrix, answers.best, classifier)
    classed: list[list[Statement]] = []
    row = 0
    for report in reports:
        classed.append([])
        for statement in report:
            furniture = statement.role in ("title", "boilerplate")
            classed[-1].append(
                statement
                if furniture
                else classify_one(statement, observations.each[row], answers, reasons[row], row, classifier, observations.marks)
            )
            row += 1
    return classed


class Answers(NamedTuple):
    """What the model says of statements, each a row.

    Attributes:
        best: (statements,) the number of the best class.
        kinds: the best class, by name, and its probability.
        probabilities: of the classes.
        subtypes: for each class that has subtypes the best one of every statement.
        instruments: the numbers of the best instruments, the best first.
        likely: (statements, instruments) the probabilities of all instruments.
    """

    best: Integers
    kinds: list[tuple[str, float]]
    probabilities: list[list[float]]
    subtypes: dict[str, list[str]]
    instruments: list[list[int]]
    likely: Floats


def answer_all(matrix: sparse.csr_matrix, classifier: StatementClassifier) -> Answers:
    """Ask the model about every statement at once."""
    scores, parts = classifier.scores(matrix), classifier.parts
    probabilities = softmax(scores[:, parts["class"]] / classifier.temperature)
    likely = softmax(scores[:, parts["instrument"]]) if classifier.labels["instrument"] else scores[:, parts["instrument"]]
    best = probabilities.argmax(1)
    return Answers(
        best,
        list(zip([classifier.labels["class"][number] for number in best.tolist()], probabilities.max(1).tolist(), strict=True)),
        probabilities.tolist(),
        best_subtypes(scores[:, parts["subtype"]], classifier.labels["subtype"]),
        np.argsort(-likely, axis=1, kind="stable")[:, :MOST_INSTRUMENTS].tolist(),
        likely,
    )


def classify_one(
    statement: Statement,
    observation: Observation,
    answers: Answers,
    reasons: tuple[str, ...],
    row: int,
    classifier: StatementClassifier,
    marks: Marks,
) -> Statement:
    kind, score = answers.kinds[row]
    subtype, name, cues = "", "model", reasons
    uncertain = score < classifier.threshold
    if observation.rules and (rule := match_rule(statement, observation, marks, labels := classifier.labels["class"])):
        kind, subtype, name, cues = rule["class"], rule.get("subtype", ""), rule["id"], (rule["cue"],)
        score, uncertain = max(answers.probabilities[row][labels.index(kind)] if kind in labels else 0.0, RULE_SCORE), False
    if marks.own_cues and name == "model":
        hers = [marks.cues[cue][1] for cue in observation.cues if cue in marks.own_cues and marks.cues[cue][0] == kind]
        cues = tuple(dict.fromkeys([*hers, *reasons]))
    if not subtype and kind in answers.subtypes:
        subtype = answers.subtypes[kind][row]
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
        round(score, 3),
        cues,
        name,
        subtype,
        instruments_of(observation, answers, row, classifier.labels["instrument"], marks) if kind == "MEASURE" else (),
        status_of(observation, kind, subtype),
        uncertain,
        statement.copies,
    )


def match_rule(statement: Statement, observation: Observation, marks: Marks, labels: Sequence[str]) -> Mapping[str, Any] | None:
    """Give the first rule that matches and that nothing in the statement speaks against.

    Args:
        statement: for its text and role.
        observation: the numbers of the rules that match.
        marks: the rules.
        labels: the classes of the model; a shipped rule for a class that it does not have decides nothing.
    """
    for number in observation.rules:
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
    told = np.flatnonzero(kinds)
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
    cuts = np.searchsorted(runs.take(leading), np.arange(0, 2 * size + 1, 2)).tolist()
    said = [classifier.said[column] for column in columns.take(spoke.take(order.take(leading))).tolist()]
    return [tuple(dict.fromkeys(said[begin : min(begin + MOST_NAMED, end)])) for begin, end in pairwise(cuts)]


def best_subtypes(scores: Floats, labels: Sequence[str]) -> dict[str, list[str]]:
    """Give for each class that has subtypes the best one of every statement."""
    kinds: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        kinds.setdefault(label.split(".")[0], []).append(number)
    names = np.array([label.split(".")[1] for label in labels], object)
    return {kind: names[numbers][scores[:, numbers].argmax(1)].tolist() for kind, numbers in kinds.items()}


def instruments_of(observation: Observation, answers: Answers, row: int, labels: Sequence[str], marks: Marks) -> tuple[str, ...]:
    """Give the primary instrument and those beside it whose cue stands in the text.

    Instruments that only a researcher's codebook knows are found by their cue, and so are all where the model knows none.
    """
    if not labels:
        return observation.instruments
    first, *others = answers.instruments[row]
    further = [i for i in others if labels[i] in observation.instruments and answers.likely[row, i] >= SECOND]
    found = (labels[first], *(labels[i] for i in further))
    if not marks.own_instruments:
        return found
    hers = tuple(code for code in observation.instruments if code in marks.own_instruments)
    return (*hers, *found) if hers and found[0] == NO_INSTRUMENT else (*found, *hers)


def status_of(observation: Observation, kind: str, subtype: str) -> str:
    """Give done, planned or unmarked (codebook T1-T3): no guess where the text has no mark."""
    if kind == "OTHER":
        return "done" if subtype == "achievement" else "unmarked"
    if observation.planned and observation.period != "review":
        return "planned"
    if observation.done and observation.period not in FUTURE:
        return "done"
    if observation.period == "review" and kind in ("MEASURE", "INSTITUTION"):
        return "done"
    return "planned" if observation.period == "plan" and kind != "GOAL" else "unmarked"


@cache
def load_classifier() -> StatementClassifier:
    """Load the shipped classifier, once a process.

    Raises:
        ModelError: the model is missing, damaged or was trained for another version of the features.
    """
    return read_classifier(models_path("statements"), load_word_classes())


def read_classifier(folder: Path, word_classes: WordClasses) -> StatementClassifier:
    """Read a classifier from its folder, and check that it was trained with these word classes."""
    arrays, terms = load_weights(
        folder, {"weights", "intercepts", "idf"}, {"columns", "labels", "temperature", "threshold", "word_classes", "families"}
    )
    check_word_classes(folder, terms["word_classes"], word_classes)
    if terms["families"] != [*SINGLE, *PAIRED]:
        raise ModelError(folder, "the model was trained for other features", "train it again with policynlp train")
    columns = {name: i for i, name in enumerate(terms["columns"])}
    labels = sum(len(terms["labels"][layer]) for layer in LAYERS)
    if arrays["weights"].shape != (len(columns), labels) or arrays["idf"].shape != (len(columns),):
        raise ModelError(folder, "the weights do not fit the feature list", "install the package again or train the model")
    return StatementClassifier(
        columns=columns,
        idf=arrays["idf"].astype(np.float32),
        weights=arrays["weights"].astype(np.float32),
        intercepts=arrays["intercepts"].astype(np.float32),
        labels=terms["labels"],
        temperature=float(terms["temperature"]),
        threshold=float(terms["threshold"]),
        word_classes=word_classes,
    )
