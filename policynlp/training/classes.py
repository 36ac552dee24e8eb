"""Trains the statement classifier: class, subtype and policy instrument from one set of features."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression  # noqa: TID251  the door

from policynlp.annotation.classifier import LAYERS, StatementClassifier
from policynlp.annotation.features import SCALE, is_context, observe, spell, without_context
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.statements import find_statements
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import Vocabulary
from policynlp.annotation.weights import save_weights
from policynlp.annotation.word_classes import WordClasses
from policynlp.annotation.word_features import PAIRED, SINGLE
from policynlp.codebook import load_codebook
from policynlp.evaluation.gold import GoldStatement
from policynlp.reading import read_report

__all__ = ["Example", "fit_classifier", "observe_gold", "save_classifier"]

REGULARISATION = {"class": 3.0, "subtype": 3.0, "instrument": 3.0}
LONE = frozenset({"instrument"})  # layers that read the statement alone; heading and neighbours made them worse in cross-validation
ALONE = 4  # one statement in so many is also shown without its context, so that a lone sentence can be classed
RAREST = 2  # a feature that occurs in fewer statements is left out
WEIGHED = ("w=", "w2=")  # features that are weighed by rarity and put at unit length


@dataclass(frozen=True, slots=True)
class Example:
    """A gold statement with the features that the classifier sees of it, and the report it comes from."""

    gold: GoldStatement
    features: dict[str, float]
    report: str


def observe_gold(gold: Mapping[str, Sequence[GoldStatement]], folder: Path, word_classes: WordClasses) -> list[Example]:
    """Read the reports behind gold statements and observe those statements in their context.

    Statements whose offsets the splitter does not reproduce are left out; for the shipped corpora there are none.
    """
    vocabulary = Vocabulary(load_codebook(), word_classes)
    examples = []
    for file, rows in gold.items():
        _, statements = find_statements(read_report(folder / file))
        wanted = {row.start: row for row in rows}
        tokens = tokenize([s.text for s in statements], load_segmenter(), vocabulary)
        for statement, features in zip(statements, spell(observe([statements], tokens)), strict=True):
            row = wanted.get(statement.start)
            if row and statement.role not in ("title", "boilerplate"):
                examples.append(Example(row, {sys.intern(name): value for name, value in features.items()}, file))
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
    frequency = Counter(name for e in examples for name in e.features if name.startswith(WEIGHED))
    n = len(examples)
    return {name: round(math.log((1 + n) / (1 + df)) + 1, 3) for name, df in sorted(frequency.items()) if df >= RAREST}


def weigh(features: Mapping[str, float], idf: Mapping[str, float]) -> dict[str, float]:
    """Give the features their weights: words and word pairs at unit length, the rest scaled beside them."""
    length = math.sqrt(sum(idf[name] ** 2 for name in sorted(features) if name in idf)) or 1.0
    weighed = {name: value * SCALE for name, value in features.items() if not name.startswith(WEIGHED)}
    return weighed | {name: idf[name] / length for name in features if name in idf}


def fit_classifier(
    examples: Sequence[Example], word_classes: WordClasses, *, temperature: float = 1.0, threshold: float = 0.5
) -> StatementClassifier:
    """Fit the three layers on these examples."""
    idf = word_weights(examples)
    examples = [*examples, *(replace(e, features=without_context(e.features)) for e in examples[::ALONE])]
    vectors = [weigh(e.features, idf) for e in examples]
    counts = Counter(name for vector in vectors for name in vector)
    columns = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= RAREST))}
    matrix = to_matrix(vectors, columns)
    weights: list[npt.NDArray[np.float32]] = []
    intercepts: list[npt.NDArray[np.float32]] = []
    labels: dict[str, list[str]] = {}
    for layer in LAYERS:
        wanted = targets(examples, layer)
        keep = [i for i, label in enumerate(wanted) if label]
        if len({wanted[i] for i in keep}) < 2:  # a researcher's own labels may have classes alone
            labels[layer] = []
            continue
        seen = np.array([i for name, i in columns.items() if layer not in LONE or not is_context(name)])
        model = LogisticRegression(C=REGULARISATION[layer], max_iter=400, tol=1e-4)
        model.fit(matrix[keep][:, seen], [wanted[i] for i in keep])
        labels[layer] = [str(c) for c in model.classes_]
        weights.append(np.zeros((len(columns), len(labels[layer])), np.float32))
        slopes, offsets = model.coef_, model.intercept_
        if len(labels[layer]) == 2:  # then scikit-learn gives the second label's lead alone
            slopes, offsets = np.vstack([-slopes, slopes]) / 2, np.concatenate([-offsets, offsets]) / 2
        weights[-1][seen] = slopes.T
        intercepts.append(np.asarray(offsets, np.float32))
    rarity = np.array([idf.get(name, 0.0) for name in columns], np.float32)
    return StatementClassifier(
        columns, rarity, np.hstack(weights), np.concatenate(intercepts), labels, temperature, threshold, word_classes
    )


def to_matrix(vectors: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> sparse.csr_matrix:
    rows, places, values = [], [], []
    for i, vector in enumerate(vectors):
        for name, value in vector.items():
            if name in columns:
                rows.append(i)
                places.append(columns[name])
                values.append(value)
    return sparse.csr_matrix((values, (rows, places)), shape=(len(vectors), len(columns)))


def score_examples(examples: Sequence[Example], model: StatementClassifier) -> npt.NDArray[np.float32]:
    """Score every label of every layer for held-out examples, (examples, labels of all layers)."""
    idf = {name: float(weight) for name, weight in zip(model.columns, model.idf, strict=True) if weight}
    return model.scores(to_matrix([weigh(e.features, idf) for e in examples], model.columns))


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
    arrays: dict[str, npt.NDArray[Any]] = {
        "idf": classifier.idf.astype(np.float32),
        "weights": classifier.weights.astype(np.float16),
        "intercepts": classifier.intercepts.astype(np.float32),
    }
    terms = {
        "columns": list(classifier.columns),
        "families": [*SINGLE, *PAIRED],
        "labels": classifier.labels,
        "temperature": classifier.temperature,
        "threshold": classifier.threshold,
        "word_classes": classifier.word_classes.sha256,
    }
    save_weights(folder, arrays, terms, card | {"model": "multinomial logistic regression", "regularisation": REGULARISATION})
