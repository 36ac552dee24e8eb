"""The sequence models that were tried beside the shipped one, trained and measured on the same fold.

The shipped tagger is a CRF over words. Its rivals are a CRF over characters, which sees the same words and contexts and
n-grams of characters beside them, and an averaged perceptron over words with the features of the shipped one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pycrfsuite  # noqa: TID251  the door

from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import spell
from policynlp.annotation.tokens import Tokens, tokenize
from policynlp.annotation.vocabulary import Vocabulary
from policynlp.annotation.word_classes import WordClasses
from policynlp.codebook import load_codebook
from policynlp.evaluation.gold import GoldStatement
from policynlp.training.entities import C1, C2, ITERATIONS, bio_labels, count_spans, f1_figures

__all__ = ["compare_taggers"]

Settings = tuple[str, dict[str, Any]]
CRF: Settings = ("lbfgs", {"c1": C1, "c2": C2, "max_iterations": ITERATIONS, "feature.possible_transitions": True})
PERCEPTRON: Settings = ("ap", {"max_iterations": 20})
INSIDE = (
    "word[0]",
    "tag[0]",
    "head[0]",
    "term[0]",
    "place[0]",
    "class[0]",
    "fine[0]",
    "final[0]",
    "proposal[0]",
    "reach[0]",
    "item[0]",
    "close[0]",
)
Sequences = list[
    tuple[list[list[str]], list[int]]
]  # for each statement the features of its units, and where units begin and the last one ends

Units = Callable[[Sequence[GoldStatement], WordClasses], Sequences]


def compare_taggers(
    training: Sequence[GoldStatement], held: Sequence[GoldStatement], classes: WordClasses, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Train each model on the one part and measure it on the other, without the rules that follow in the pipeline.

    Returns:
        For each model F1 of core and of all entities, and how many units (words or characters) it goes through in a statement.
    """
    models: dict[str, tuple[Units, Settings]] = {
        "crf over words": (word_sequences, CRF),
        "crf over characters": (character_sequences, CRF),
        "averaged perceptron over words": (word_sequences, PERCEPTRON),
    }
    figures = {}
    for name, (units, settings) in models.items():
        progress(f"comparing taggers: {name}")
        figures[name] = measure(units(training, classes), training, units(held, classes), held, settings)
    return figures


def measure(
    training: Sequences,
    gold: Sequence[GoldStatement],
    held: Sequences,
    wanted: Sequence[GoldStatement],
    settings: Settings,
) -> dict[str, Any]:
    trainer = pycrfsuite.Trainer(algorithm=settings[0], params=settings[1], verbose=False)
    for (features, edges), statement in zip(training, gold, strict=True):
        if features:
            trainer.append(features, bio_labels(statement, edges))
    counts = {"core": [0, 0, 0], "all": [0, 0, 0]}
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "model"))
        trainer.train(file)
        tagger = pycrfsuite.Tagger()
        tagger.open(file)
        for (features, edges), statement in zip(held, wanted, strict=True):
            count_spans(spans_of(tagger.tag(features), edges, statement.start), statement, counts)
        tagger.close()
    units = sum(len(features) for features, _ in held) / max(1, len(held))
    return {name: figure["f1"] for name, figure in f1_figures(counts).items()} | {"units_per_statement": round(units, 1)}


def spans_of(labels: Sequence[str], edges: Sequence[int], start: int) -> set[tuple[int, int, str]]:
    """Read the spans off BIO labels."""
    found, first = set(), -1
    for i, label in enumerate([*labels, "O"]):
        if first >= 0 and not label.startswith("I-"):
            found.add((edges[first] + start, edges[i] + start, labels[first][2:]))
            first = -1
        if label.startswith("B-"):
            first = i
    return found


def tokens_of(statements: Sequence[GoldStatement], classes: WordClasses) -> Tokens:
    return tokenize([s.text for s in statements], load_segmenter(), Vocabulary(load_codebook(), classes))


def word_sequences(statements: Sequence[GoldStatement], classes: WordClasses) -> Sequences:
    tokens = tokens_of(statements, classes)
    return [(features, edges) for features, edges in zip(spell(tokens), word_edges(tokens), strict=True)]


def word_edges(tokens: Tokens) -> list[list[int]]:
    """Give for each statement where its words begin, and where the last one ends."""
    bounds = zip(tokens.first.tolist(), tokens.last.tolist(), strict=True)
    return [(tokens.offsets[a : b + 1] - tokens.offsets[a]).tolist() for a, b in bounds]


def character_sequences(statements: Sequence[GoldStatement], classes: WordClasses) -> Sequences:
    """Give the features of characters: n-grams around them, their place in their word, and what the word model sees of that word."""
    tokens = tokens_of(statements, classes)
    sequences: Sequences = []
    for statement, words, edges in zip(statements, spell(tokens), word_edges(tokens), strict=True):
        text, features = statement.text, []
        for word, first, last in zip(words, edges, edges[1:], strict=False):
            inner = [f"in.{name}" for name in word if name.startswith(INSIDE)]
            for at in range(first, last):
                place = "S" if last - first == 1 else "B" if at == first else "E" if at == last - 1 else "M"
                features.append([f"place={place}", *(word if at == first else inner), *grams(text, at)])
        sequences.append((features, list(range(len(text) + 1))))
    return sequences


def grams(text: str, at: int) -> list[str]:
    around = [text[i] if 0 <= i < len(text) else "<edge>" for i in range(at - 2, at + 3)]
    single = [f"c[{k - 2}]={c}" for k, c in enumerate(around)]
    return [*single, f"cc[-1]={around[1]}{around[2]}", f"cc[0]={around[2]}{around[3]}", f"ccc={around[1]}{around[2]}{around[3]}"]
