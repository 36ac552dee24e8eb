"""Trains the entity tagger: a linear-chain CRF over the words of a statement."""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite  # noqa: TID251  the door

from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import spell, templates
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import Vocabulary
from policynlp.annotation.weights import save_weights
from policynlp.annotation.word_classes import WordClasses
from policynlp.codebook import load_codebook
from policynlp.evaluation.gold import GoldStatement
from policynlp.evaluation.scores import CORE

__all__ = ["bio_labels", "count_spans", "f1_figures", "fit_crf", "fit_entities", "read_crf", "save_entities"]

C1, C2, ITERATIONS = 0.1, 0.3, 150
# A weight below this changes no decision on the held-out reports and would make up most of the file.
SMALLEST = 0.02


def bio_labels(statement: GoldStatement, edges: Sequence[int]) -> list[str]:
    """Give the BIO label of every word, or other unit, for the outermost entities; a unit that straddles an edge belongs to the entity.

    Args:
        statement: with its entities.
        edges: where the units begin in the statement, and where the last one ends.
    """
    labels = ["O"] * (len(edges) - 1)
    for entity in statement.entities:
        if entity.nested:
            continue
        first, last = entity.start - statement.start, entity.end - statement.start
        for i in range(max(0, bisect_right(edges, first) - 1), len(labels)):
            if edges[i] >= last:
                break
            labels[i] = ("B-" if edges[i] <= first else "I-") + entity.kind
    return labels


def count_spans(found: set[tuple[int, int, str]], statement: GoldStatement, counts: dict[str, list[int]]) -> None:
    """Add to the numbers of gold spans, found spans and both, for core and for all types."""
    wanted = {(e.start, e.end, e.kind) for e in statement.entities if not e.nested}
    for name, kinds in (("core", CORE), ("all", None)):
        a = {span for span in wanted if kinds is None or span[2] in kinds}
        b = {span for span in found if kinds is None or span[2] in kinds}
        for k, size in enumerate((len(a), len(b), len(a & b))):
            counts[name][k] += size


def f1_figures(counts: dict[str, list[int]]) -> dict[str, dict[str, float]]:
    """Give F1, precision and recall of counted spans."""
    return {
        name: {
            "f1": round(2 * both / max(1, wanted + found), 4),
            "precision": round(both / max(1, found), 4),
            "recall": round(both / max(1, wanted), 4),
            "gold": wanted,
        }
        for name, (wanted, found, both) in counts.items()
    }


def fit_entities(statements: Iterable[GoldStatement], word_classes: WordClasses) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit the CRF and give its arrays and terms, ready to be saved or to be made a tagger."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "crf.model")
        fit_crf(statements, word_classes, file)
        return read_crf(file, word_classes)


def fit_crf(statements: Iterable[GoldStatement], word_classes: WordClasses, file: Path) -> None:
    """Fit the CRF into a file of the trainer."""
    chosen = [s for s in statements if s.role not in ("title", "boilerplate")]
    tokens = tokenize([s.text for s in chosen], load_segmenter(), Vocabulary(load_codebook(), word_classes))
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": C1, "c2": C2, "max_iterations": ITERATIONS, "feature.possible_transitions": True})
    bounds = zip(tokens.first.tolist(), tokens.last.tolist(), strict=True)
    for statement, features, (first, last) in zip(chosen, spell(tokens), bounds, strict=True):
        edges = (tokens.offsets[first : last + 1] - tokens.offsets[first]).tolist()
        trainer.append(features, bio_labels(statement, edges))
    trainer.train(str(file))


def read_crf(file: Path, word_classes: WordClasses, *, smallest: float = SMALLEST) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take the weights of at least `smallest` out of a file of the trainer."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(file))
    info = tagger.info()
    tagger.close()
    labels = sorted(info.labels, key=lambda label: (label[2:], label[:1]))
    index = {label: i for i, label in enumerate(labels)}
    by_feature: dict[str, dict[str, float]] = defaultdict(dict)
    for (feature, label), weight in info.state_features.items():
        if abs(weight) >= smallest:
            by_feature[feature][label] = weight
    states = sorted(by_feature)
    weights = np.zeros((len(states), len(labels)), np.float32)
    for row, feature in enumerate(states):
        for label, weight in by_feature[feature].items():
            weights[row, index[label]] = weight
    transitions = np.zeros((len(labels), len(labels)), np.float32)
    for (a, b), weight in info.transitions.items():
        transitions[index[a], index[b]] = weight
    terms = {"labels": labels, "states": states, "templates": templates(), "word_classes": word_classes.sha256}
    return {"weights": weights, "transitions": transitions}, terms


def save_entities(fitted: tuple[dict[str, Any], dict[str, Any]], folder: Path, card: dict[str, Any]) -> None:
    """Write the model folder of a fitted tagger."""
    arrays, terms = fitted
    small = {name: array.astype(np.float16) for name, array in arrays.items()}
    save_weights(folder, small, terms, card | {"model": "linear-chain CRF over words", "c1": C1, "c2": C2, "iterations": ITERATIONS})
