"""Trains the entity tagger: a linear-chain CRF over the words of a statement."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite  # noqa: TID251  the door

from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import CONTEXT_TEMPLATES, WORD_TEMPLATES, Tokens, WordTable, sequence_features
from policynlp.annotation.weights import save_weights
from policynlp.annotation.word_classes import WordClasses
from policynlp.codebook import load_codebook
from policynlp.evaluation.gold import GoldStatement

__all__ = ["fit_entities", "labels_of", "save_entities"]

C1, C2, ITERATIONS = 0.1, 0.3, 150
# A weight below this changes no decision on the held-out reports and would make up most of the file.
SMALLEST = 0.02


def labels_of(statement: GoldStatement, words: Sequence[str]) -> list[str]:
    """Give the BIO label of every word for the outermost entities; a word that straddles an edge belongs to the entity."""
    labels = ["O"] * len(words)
    outer = [e for e in statement.entities if not e.nested]
    position = statement.start
    for i, word in enumerate(words):
        for entity in outer:
            if position < entity.end and entity.start < position + len(word):
                labels[i] = ("B-" if position <= entity.start else "I-") + entity.kind
                break
        position += len(word)
    return labels


def fit_entities(statements: Iterable[GoldStatement], word_classes: WordClasses) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit the CRF and give its arrays and terms, ready to be saved."""
    segmenter, table = load_segmenter(), WordTable(load_codebook(), word_classes)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": C1, "c2": C2, "max_iterations": ITERATIONS, "feature.possible_transitions": True})
    for statement in statements:
        if statement.role in ("title", "boilerplate"):
            continue
        words, tags = segmenter.segment(statement.text)
        trainer.append(sequence_features(Tokens(words, tags), table), labels_of(statement, words))
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "crf.model"))
        trainer.train(file)
        tagger = pycrfsuite.Tagger()
        tagger.open(file)
        info = tagger.info()
        tagger.close()
    labels = sorted(info.labels, key=lambda label: (label[2:], label[:1]))
    index = {label: i for i, label in enumerate(labels)}
    by_feature: dict[str, dict[str, float]] = defaultdict(dict)
    for (feature, label), weight in info.state_features.items():
        if abs(weight) >= SMALLEST:
            by_feature[feature][label] = weight
    states = sorted(by_feature)
    weights = np.zeros((len(states), len(labels)), np.float16)
    for row, feature in enumerate(states):
        for label, weight in by_feature[feature].items():
            weights[row, index[label]] = weight
    transitions = np.zeros((len(labels), len(labels)), np.float16)
    for (a, b), weight in info.transitions.items():
        transitions[index[a], index[b]] = weight
    templates = json.loads(json.dumps([WORD_TEMPLATES, CONTEXT_TEMPLATES]))
    return {"weights": weights, "transitions": transitions}, {
        "labels": labels,
        "states": states,
        "templates": templates,
        "word_classes": word_classes.sha256,
    }


def save_entities(fitted: tuple[dict[str, Any], dict[str, Any]], folder: Path, card: dict[str, Any]) -> None:
    """Write the model folder of a fitted tagger."""
    arrays, terms = fitted
    save_weights(folder, arrays, terms, card | {"model": "linear-chain CRF over words", "c1": C1, "c2": C2, "iterations": ITERATIONS})
