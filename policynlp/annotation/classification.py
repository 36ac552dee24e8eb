"""Classes, subtypes, instruments and status of statements: rules that are almost always right, then a trained model.

The model is a multinomial logistic regression, trained with scikit-learn and kept as plain arrays; GOAL is nobody's default.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from policynlp.annotation.features import SCALE, Observation, observe
from policynlp.annotation.tagging import Tokens
from policynlp.annotation.weights import load_weights
from policynlp.annotation.word_classes import WordClasses, check_word_classes, load_word_classes
from policynlp.codebook import load_codebook
from policynlp.errors import ModelError
from policynlp.resources import models_path
from policynlp.schema import Statement

__all__ = ["StatementClassifier", "classify_statements", "load_classifier", "vectorise"]

Floats = npt.NDArray[np.float32]
LAYERS = ("class", "subtype", "instrument")
DONE = re.compile(
    r"(?<!为)了(?!解|结)|已(?:经|建成|完成|获|有|成为)?|(?:去年|过去一年|一年来|五年来)|完成(?!率|度).{0,20}\d|成功|累计|荣获|获批|获评|顺利|相继|先后|圆满"
)
PLANNED = re.compile(r"到20\d\d年|今年|明年|下一步|将(?!近)|力争|计划(?:在|于|用)|“?十[一二三四五]五”?(?:期间|末)")
FUTURE = frozenset({"plan", "target", "thought"})
LEAST_GAIN = 0.02  # what speaks less for a class is not named
SECOND = 0.15  # a further instrument is listed when its cue stands in the text and its probability is at least this


class Encoded(NamedTuple):
    """The features of one statement that the model knows: their names, rows and values."""

    names: list[str]
    rows: npt.NDArray[np.intp]
    values: Floats


@dataclass
class StatementClassifier:
    """The trained model.

    Attributes:
        columns: feature name -> row of the weights.
        idf: weight of each word feature.
        weights, intercepts: for each layer (class, subtype, instrument).
        labels: for each layer its labels, in the order of the columns.
        temperature: what the class scores are divided by, so that a score of 0.8 is right four times in five.
        threshold: below this probability a statement is `uncertain`.
        word_classes: the classes of words that it was trained with.
    """

    columns: dict[str, int]
    idf: dict[str, float]
    weights: dict[str, Floats]
    intercepts: dict[str, Floats]
    labels: dict[str, list[str]]
    temperature: float
    threshold: float
    word_classes: WordClasses

    def __post_init__(self) -> None:
        classes = self.weights["class"]
        self._lean = classes - classes.mean(1, keepdims=True)  # how far a feature leans to each class

    def encode(self, observation: Observation) -> Encoded:
        """Look up the features of one statement; those that training did not see are left out."""
        vector = vectorise(observation, self.idf)
        names = [name for name in vector if name in self.columns]
        rows = np.array([self.columns[name] for name in names], np.intp)
        return Encoded(names, rows, np.array([vector[name] for name in names], np.float32))

    def scores(self, encoded: Encoded, layer: str) -> Floats:
        """Score every label of a layer for one statement."""
        return np.asarray(encoded.values @ self.weights[layer][encoded.rows] + self.intercepts[layer])

    def gains(self, encoded: Encoded, best: int) -> Floats:
        """Say of every feature how much it spoke for a class."""
        return np.asarray(encoded.values * self._lean[encoded.rows, best])


def classify_statements(statements: Sequence[Statement], tokens: Sequence[Tokens], classifier: StatementClassifier) -> list[Statement]:
    """Class every statement of one report.

    A rule of the codebook decides where one matches; else the model. `score` is the calibrated probability, `cues` what
    spoke for the class, `rule` the codebook rule or "model"; `uncertain` marks a probability under the model's threshold.

    Returns:
        The statements with class, subtype, instruments and status; title and boilerplate lines unchanged.
    """
    observations = observe(statements, tokens, classifier.word_classes)
    classed = []
    for statement, observation in zip(statements, observations, strict=True):
        if statement.role in ("title", "boilerplate"):
            classed.append(statement)
            continue
        classed.append(classify_one(statement, observation, classifier))
    return classed


def classify_one(statement: Statement, observation: Observation, classifier: StatementClassifier) -> Statement:
    encoded = classifier.encode(observation)
    probabilities = softmax(classifier.scores(encoded, "class") / classifier.temperature)
    labels = classifier.labels["class"]
    rule = match_rule(statement)
    cues: tuple[str, ...]
    if rule:
        kind, subtype, name, cues = rule["class"], rule.get("subtype", ""), rule["id"], (rule["cue"],)
        score, uncertain = max(float(probabilities[labels.index(kind)]), RULE_SCORE), False
    else:
        best = int(probabilities.argmax())
        kind, subtype, name, score = labels[best], "", "model", float(probabilities[best])
        cues = explain(encoded, classifier, best)
        uncertain = score < classifier.threshold
    if not subtype and kind in ("INSTITUTION", "OTHER"):
        subtype = best_subtype(kind, classifier.scores(encoded, "subtype"), classifier.labels["subtype"])
    return replace(
        statement,
        kind=kind,
        score=round(score, 3),
        cues=cues,
        rule=name,
        subtype=subtype,
        instruments=instruments_of(encoded, classifier) if kind == "MEASURE" else (),
        status=status_of(statement, observation, kind, subtype),
        uncertain=uncertain,
    )


RULE_SCORE = 0.97  # the share of right answers of the rules on the annotated corpus, rounded down


def match_rule(statement: Statement) -> Mapping[str, Any] | None:
    for row, text, without in compiled_rules():
        if "role" in row and statement.role not in row["role"]:
            continue
        if text.search(statement.text) and not (without and without.search(statement.text)):
            return row
    return None


@cache
def compiled_rules() -> list[tuple[Mapping[str, Any], re.Pattern[str], re.Pattern[str] | None]]:
    rows = load_codebook().rules["rule"]
    return [(row, re.compile(row["text"]), re.compile(row["without"]) if "without" in row else None) for row in rows]


def vectorise(observation: Observation, idf: Mapping[str, float]) -> dict[str, float]:
    """Give the weighted features of a statement: its words and word pairs at unit length, the rest scaled beside them."""
    words = observation.words
    grams = {f"w={w}" for w in words} | {f"w={a}_{b}" for a, b in pairwise(words)}
    known = {g: idf[g] for g in grams if g in idf}
    length = math.sqrt(sum(v * v for v in known.values())) or 1.0
    vector = {name: value * SCALE for name, value in observation.features.items() if value}
    # A set has no fixed order; sums of floats must not depend on it.
    vector.update((g, known[g] / length) for g in sorted(known))
    return vector


def softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def explain(encoded: Encoded, classifier: StatementClassifier, best: int) -> tuple[str, ...]:
    """Name what spoke most for the class: cues of the codebook, else words."""
    gains = classifier.gains(encoded, best)
    spoke = [(float(-gains[i]), encoded.names[i]) for i in np.flatnonzero(gains > LEAST_GAIN)]
    ranked = [name for _, name in sorted(spoke)]
    cues = [n.split(".", 1)[1] for n in ranked if n.startswith("cue=") and "|" not in n]
    words = [n.split("=", 1)[1].replace("_", "") for n in ranked if n.startswith(("w=", "opens=", "clause="))]
    return tuple(dict.fromkeys([*cues[:3], *words[: 4 - len(cues[:3])]]))


def best_subtype(kind: str, scores: Floats, labels: Sequence[str]) -> str:
    fitting = [i for i, label in enumerate(labels) if label.split(".")[0] == kind]
    return labels[max(fitting, key=lambda i: float(scores[i]))].split(".")[1] if fitting else ""


def instruments_of(encoded: Encoded, classifier: StatementClassifier) -> tuple[str, ...]:
    """Give the primary instrument and those beside it whose cue stands in the text."""
    probabilities = softmax(classifier.scores(encoded, "instrument"))
    labels = classifier.labels["instrument"]
    order = np.argsort(-probabilities, kind="stable")
    first = labels[int(order[0])]
    further = [labels[int(i)] for i in order[1:4] if probabilities[int(i)] >= SECOND and f"instrument={labels[int(i)]}" in encoded.names]
    return (first, *further)


def status_of(statement: Statement, observation: Observation, kind: str, subtype: str) -> str:
    """Give done, planned or unmarked (codebook T1-T3): no guess where the text has no mark."""
    if kind == "OTHER":
        return "done" if subtype == "achievement" else "unmarked"
    if PLANNED.search(statement.text) and observation.period != "review":
        return "planned"
    if DONE.search(statement.text) and observation.period not in FUTURE:
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
    names = {f"{layer}_{part}" for layer in LAYERS for part in ("weights", "intercept")}
    arrays, terms = load_weights(folder, names | {"idf"}, {"columns", "labels", "words", "temperature", "threshold", "word_classes"})
    check_word_classes(folder, terms["word_classes"], word_classes)
    columns = {name: i for i, name in enumerate(terms["columns"])}
    for layer in LAYERS:
        if arrays[f"{layer}_weights"].shape != (len(columns), len(terms["labels"][layer])):
            raise ModelError(folder, f"the {layer} weights do not fit the feature list", "install the package again or train the model")
    return StatementClassifier(
        columns=columns,
        idf=dict(zip(terms["words"], arrays["idf"].astype(float).tolist(), strict=True)),
        weights={layer: arrays[f"{layer}_weights"].astype(np.float32) for layer in LAYERS},
        intercepts={layer: arrays[f"{layer}_intercept"].astype(np.float32) for layer in LAYERS},
        labels=terms["labels"],
        temperature=float(terms["temperature"]),
        threshold=float(terms["threshold"]),
        word_classes=word_classes,
    )
