"""Classes, subtypes, instruments and status of statements: rules that are almost always right, then a trained model.

The model is a multinomial logistic regression, trained with scikit-learn and kept as plain arrays; GOAL is nobody's default.
A batch of statements is one sparse matrix and one product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, compress, islice, pairwise
from pathlib import Path
from re import Pattern
from re import compile as compile_pattern
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policynlp.annotation.features import (
    AMOUNTS,
    PAIRED,
    SCALE,
    SINGLE,
    Marks,
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
Flags = npt.NDArray[np.bool_]
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

    @cached_property
    def values(self) -> Floats:
        """For each feature its value where it is there."""
        return np.array([SCALE * value_of(name) for name in self.columns], np.float32)

    def find(self, names: Iterable[str]) -> Integers:
        """Give the rows of features by name; -1 where the model does not know one."""
        known = self.columns
        return np.array([known.get(name, -1) for name in names], np.int64)

    @cached_property
    def telling(self) -> npt.NDArray[np.int8]:
        """For each feature whether it is a cue, a word that can explain an answer, or neither."""
        return np.array([telling_kind(feature) for feature in self.columns], np.int8)

    @cached_property
    def said(self) -> tuple[Integers, npt.NDArray[np.object_]]:
        """What to call each feature when it explains an answer, as a number, and what the numbers stand for."""
        words = [feature.partition("=")[2].replace("\t", "").removeprefix(cue_class(feature)) for feature in self.columns]
        numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
        return np.array([numbers[word] for word in words], np.int64), np.array(list(numbers), object)

    def encode(self, observations: Observations) -> sparse.csr_matrix:
        """Put the features that the model knows into a matrix, (statements, features)."""
        vocabulary, size = observations.vocabulary, observations.size
        rows = [named.rows for named in observations.named]
        columns = [self.find(named.names).take(named.features) for named in observations.named]
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
        rows.append(np.tile(np.arange(size), len(amounts)))
        columns.append(np.repeat(np.array(list(amounts), np.int64), size))
        return self.matrix(rows, columns, amounts, size)

    def matrix(
        self, statements: Sequence[Integers], features: Sequence[Integers], amounts: Mapping[int, Floats], size: int
    ) -> sparse.csr_matrix:
        """Make the matrix: what is not known left out, each feature once a statement, words and word pairs at unit length."""
        shift = len(self.columns).bit_length()
        # Keys of half the size take half the time.
        kind = np.promote_types(np.int32, np.min_scalar_type(-size << shift))
        keys = np.concatenate(statements, dtype=kind) << kind.type(shift) | np.concatenate(features, dtype=kind)
        keys.sort()
        keys = keys[np.searchsorted(keys, 0) :]  # what is not known has a column of -1, and so has its key
        keys = keys.take(np.flatnonzero(np.diff(keys, prepend=kind.type(-1)) != 0))
        rows, columns = keys >> shift, keys & ((1 << shift) - 1)
        weights = self.idf.take(columns)
        worded = np.flatnonzero(weights != 0)
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


def min_share(amounts: Integers, most: int) -> Floats:
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
