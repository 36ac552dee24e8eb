"""The trained model of statements: a multinomial logistic regression, trained with scikit-learn and kept as plain arrays.

A batch of statements is one sparse matrix and one product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policynlp.annotation.features import AMOUNTS, SCALE, Observations, value_of
from policynlp.annotation.pairs import PairTable
from policynlp.annotation.vocabulary import Integers
from policynlp.annotation.weights import load_weights
from policynlp.annotation.word_classes import WordClasses, check_word_classes, load_word_classes
from policynlp.annotation.word_features import PAIRED, SINGLE
from policynlp.errors import ModelError
from policynlp.resources import models_path

__all__ = ["CUE", "LAYERS", "NEITHER", "WORD", "Floats", "StatementClassifier", "load_classifier", "read_classifier"]

Floats = npt.NDArray[np.float32]
LAYERS = ("class", "subtype", "instrument")
NEITHER, CUE, WORD = 0, 1, 2


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
