"""Trains the statement classifier: class, subtype and policy instrument from one set of features."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression  # noqa: TID251  the door

from policynlp.annotation.classification import LAYERS, StatementClassifier, vectorise
from policynlp.annotation.features import Observation, observe, without_context
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.statements import find_statements
from policynlp.annotation.tagging import Tokens
from policynlp.annotation.weights import save_weights
from policynlp.annotation.word_classes import WordClasses
from policynlp.evaluation.gold import GoldStatement
from policynlp.reading import read_report

__all__ = ["Example", "fit_classifier", "observe_gold", "save_classifier"]

REGULARISATION = {"class": 10.0, "subtype": 3.0, "instrument": 3.0}
ALONE = 4  # one statement in so many is also shown without its context, so that a lone sentence can be classed
RAREST = 2  # a feature that occurs in fewer statements is left out


@dataclass(frozen=True, slots=True)
class Example:
    """A gold statement with what the classifier sees of it, and the report it comes from."""

    gold: GoldStatement
    observation: Observation
    report: str


def observe_gold(gold: Mapping[str, Sequence[GoldStatement]], folder: Path, word_classes: WordClasses) -> list[Example]:
    """Read the reports behind gold statements and observe those statements in their context.

    Statements whose offsets the splitter does not reproduce are left out; for the shipped corpora there are none.
    """
    segmenter = load_segmenter()
    examples = []
    for file, rows in gold.items():
        report = read_report(folder / file)
        _, statements = find_statements(report)
        wanted = {row.start: row for row in rows}
        tokens = [Tokens(*segmenter.segment(s.text), s.start) for s in statements]
        for statement, observation in zip(statements, observe(statements, tokens, word_classes), strict=True):
            row = wanted.get(statement.start)
            if row and statement.role not in ("title", "boilerplate"):
                examples.append(Example(row, observation, file))
    return examples


def targets(examples: Sequence[Example], layer: str) -> list[str]:
    """Give the label of every example in a layer; "" where the layer does not apply."""
    if layer == "class":
        return [e.gold.kind for e in examples]
    if layer == "subtype":
        return [f"{e.gold.kind}.{e.gold.subtype}" if e.gold.subtype and e.gold.kind in ("INSTITUTION", "OTHER") else "" for e in examples]
    return [e.gold.instruments[0] if e.gold.kind == "MEASURE" and e.gold.instruments else "" for e in examples]


def word_weights(examples: Sequence[Example]) -> dict[str, float]:
    """Weigh words and word pairs by their rarity: ln((1 + n) / (1 + df)) + 1."""
    frequency: Counter[str] = Counter()
    for example in examples:
        words = example.observation.words
        frequency.update({f"w={w}" for w in words} | {f"w={a}_{b}" for a, b in pairwise(words)})
    n = len(examples)
    return {w: round(math.log((1 + n) / (1 + df)) + 1, 3) for w, df in sorted(frequency.items()) if df >= RAREST}


def fit_classifier(
    examples: Sequence[Example], word_classes: WordClasses, *, temperature: float = 1.0, threshold: float = 0.5
) -> StatementClassifier:
    """Fit the three layers on these examples."""
    idf = word_weights(examples)
    examples = [*examples, *(replace(e, observation=without_context(e.observation)) for e in examples[::ALONE])]
    vectors = [vectorise(e.observation, idf) for e in examples]
    counts = Counter(name for vector in vectors for name in vector)
    columns = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= RAREST))}
    matrix = to_matrix(vectors, columns)
    weights: dict[str, npt.NDArray[np.float32]] = {}
    intercepts: dict[str, npt.NDArray[np.float32]] = {}
    labels: dict[str, list[str]] = {}
    for layer in LAYERS:
        wanted = targets(examples, layer)
        keep = [i for i, label in enumerate(wanted) if label]
        model = LogisticRegression(C=REGULARISATION[layer], max_iter=400, tol=1e-4)
        model.fit(matrix[keep], [wanted[i] for i in keep])
        labels[layer] = [str(c) for c in model.classes_]
        weights[layer] = np.asarray(model.coef_.T, np.float32)
        intercepts[layer] = np.asarray(model.intercept_, np.float32)
    return StatementClassifier(columns, idf, weights, intercepts, labels, temperature, threshold, word_classes)


def to_matrix(vectors: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> sparse.csr_matrix:
    rows, places, values = [], [], []
    for i, vector in enumerate(vectors):
        for name, value in vector.items():
            if name in columns:
                rows.append(i)
                places.append(columns[name])
                values.append(value)
    return sparse.csr_matrix((values, (rows, places)), shape=(len(vectors), len(columns)))


def best_temperature(scores: npt.NDArray[np.float64], right: Sequence[int]) -> float:
    """Find the temperature under which held-out scores have the highest likelihood (Guo et al. 2017)."""

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        scaled = scaled - scaled.max(1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(1, keepdims=True))
        return -float(logs[np.arange(len(right)), right].mean())

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 3)


def save_classifier(classifier: StatementClassifier, folder: Path, card: dict[str, Any]) -> None:
    """Write the model folder."""
    arrays: dict[str, npt.NDArray[Any]] = {"idf": np.array(list(classifier.idf.values()), np.float32)}
    for layer in LAYERS:
        arrays[f"{layer}_weights"] = classifier.weights[layer].astype(np.float16)
        arrays[f"{layer}_intercept"] = classifier.intercepts[layer].astype(np.float32)
    terms = {
        "columns": list(classifier.columns),
        "words": list(classifier.idf),
        "labels": classifier.labels,
        "temperature": classifier.temperature,
        "threshold": classifier.threshold,
        "word_classes": classifier.word_classes.sha256,
    }
    save_weights(folder, arrays, terms, card | {"model": "multinomial logistic regression", "regularisation": REGULARISATION})
