"""Trains the shipped models from the annotated corpus and writes their cards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from policynlp.annotation.classification import StatementClassifier
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import Tokens, WordTable, make_entity_tagger
from policynlp.annotation.word_classes import WordClasses, read_word_classes
from policynlp.codebook import load_codebook
from policynlp.evaluation.gold import GoldStatement, load_gold_folder
from policynlp.evaluation.scores import CORE
from policynlp.resources import models_path
from policynlp.training.classes import Example, best_temperature, fit_classifier, observe_gold, save_classifier
from policynlp.training.entities import fit_entities, save_entities
from policynlp.version import __version__

__all__ = ["train"]

FOLDS = 5
TRUSTED = 0.65  # answers of a probability at which fewer than this share are right are `uncertain`
Gold = Mapping[str, Sequence[GoldStatement]]


def train(corpus: str | Path, models: str | Path, *, progress: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Train the statement classifier and the entity tagger, each with cross-validation by report for its card.

    The same corpus and code give the same bytes.

    Args:
        corpus: a folder with `texts/` and `labels/`, such as corpora/annotated.
        models: the folder that receives `statements/` and `entities/`; a `words/` in it gives the word classes, else the
            shipped ones do.
        progress: called with a line before each step.

    Returns:
        The cross-validated figures, as the cards hold them.

    Raises:
        ReportError: the corpus cannot be read.
        StoreError: a model cannot be written.
    """
    folder = Path(corpus)
    gold = load_gold_folder(folder)
    words = Path(models, "words")
    classes = read_word_classes(words if words.is_dir() else models_path("words"))
    examples = observe_gold(gold, folder, classes)
    folds = fold_of(gold)
    base = {
        "corpus": {
            "reports": len(gold),
            "statements": len(examples),
            "sha256": corpus_hash(folder),
            "split": f"{FOLDS} folds by report, in order of the reports' hashes",
        },
        "codebook": load_codebook().sha256,
        "version": __version__,
    }
    progress(f"cross-validating the classifier on {len(examples)} statements of {len(gold)} reports")
    figures_classes, temperature, threshold = validate_classes(examples, folds, classes)
    progress("training the classifier")
    classifier = fit_classifier(examples, classes, temperature=temperature, threshold=threshold)
    save_classifier(classifier, Path(models, "statements"), base | {"figures": figures_classes})
    progress("cross-validating the entity tagger")
    figures_entities = validate_entities(gold, folds, classes)
    progress("training the entity tagger")
    save_entities(fit_entities(flat(gold), classes), Path(models, "entities"), base | {"figures": figures_entities})
    return {"statements": figures_classes, "entities": figures_entities}


def flat(gold: Gold) -> list[GoldStatement]:
    return [statement for rows in gold.values() for statement in rows]


def fold_of(gold: Gold) -> dict[str, int]:
    """Deal the reports into folds, evenly and the same way each time."""
    order = sorted(gold, key=lambda file: hashlib.sha256(file.encode()).hexdigest())
    return {file: i % FOLDS for i, file in enumerate(order)}


def corpus_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("texts/*"), *folder.glob("labels/*")], key=lambda p: p.name):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def validate_classes(examples: Sequence[Example], folds: Mapping[str, int], classes: WordClasses) -> tuple[dict[str, Any], float, float]:
    """Cross-validate the classifier; find its temperature, and the threshold under which an answer is uncertain."""
    scores: dict[int, Any] = {}
    instruments: list[bool] = []
    curve = {}
    labels: list[str] = []
    for fold in range(FOLDS):
        model = fit_classifier([e for e in examples if folds[e.report] != fold], classes)
        labels = model.labels["class"]
        for i, example in enumerate(examples):
            if folds[example.report] == fold:
                encoded = model.encode(example.observation)
                scores[i] = model.scores(encoded, "class")
                if example.gold.kind == "MEASURE" and example.gold.instruments:
                    found = model.labels["instrument"][int(model.scores(encoded, "instrument").argmax())]
                    instruments.append(found == example.gold.instruments[0])
        if fold == 0:
            curve = learning_curve(examples, folds, classes)
    matrix = np.array([scores[i] for i in range(len(examples))], float)
    right = [labels.index(e.gold.kind) for e in examples]
    temperature = best_temperature(matrix, right)
    scaled = np.exp((matrix - matrix.max(1, keepdims=True)) / temperature)
    probabilities = scaled / scaled.sum(1, keepdims=True)
    hit = probabilities.argmax(1) == np.array(right)
    sure = probabilities.max(1)
    threshold = choose_threshold(sure, hit)
    figures = {
        "accuracy": round(float(hit.mean()), 4),
        "accuracy_interval": interval(hit, [e.report for e in examples]),
        "instrument_accuracy": round(float(np.mean(instruments)), 4),
        "temperature": temperature,
        "threshold": threshold,
        "certain_share": round(float((sure >= threshold).mean()), 4),
        "certain_accuracy": round(float(hit[sure >= threshold].mean()), 4),
        "reliability": reliability(sure, hit),
        "learning_curve": curve,
    }
    return figures, temperature, threshold


def choose_threshold(sure: Any, hit: Any) -> float:
    """Find the lowest probability from which on answers (those up to 0.1 above it) are right as often as `TRUSTED` says."""
    for threshold in np.arange(0.3, 0.95, 0.01):
        near = (sure >= threshold) & (sure < threshold + 0.1)
        if near.sum() >= 20 and hit[near].mean() >= TRUSTED:
            return round(float(threshold), 2)
    return 0.5


def reliability(sure: Any, hit: Any) -> list[dict[str, float]]:
    """Compare promised and kept: for bins of probability the mean probability and the share of right answers."""
    rows = []
    for low in np.arange(0.3, 1.0, 0.1):
        inside = (sure >= low) & (sure < low + 0.1 + 1e-9)
        if inside.sum():
            rows.append(
                {"probability": round(float(sure[inside].mean()), 3), "right": round(float(hit[inside].mean()), 3), "n": int(inside.sum())}
            )
    return rows


def interval(hit: Any, groups: Sequence[str], draws: int = 1000) -> list[float]:
    """Give the 95 % bootstrap interval of a mean over reports."""
    generator = np.random.default_rng(0)
    names = sorted(set(groups))
    place = {name: i for i, name in enumerate(names)}
    sums, sizes = np.zeros(len(names)), np.zeros(len(names))
    for value, name in zip(hit, groups, strict=True):
        sums[place[name]] += value
        sizes[place[name]] += 1
    drawn = generator.integers(0, len(names), (draws, len(names)))
    means = sums[drawn].sum(1) / sizes[drawn].sum(1)
    return [round(float(q), 4) for q in np.quantile(means, [0.025, 0.975])]


def learning_curve(examples: Sequence[Example], folds: Mapping[str, int], classes: WordClasses) -> dict[str, float]:
    """Measure accuracy on the first fold after training on a quarter, half and all of the other reports."""
    held = [e for e in examples if folds[e.report] == 0]
    reports = sorted({e.report for e in examples if folds[e.report] != 0}, key=lambda r: hashlib.sha256(r.encode()).hexdigest())
    curve = {}
    for name, share in (("quarter", 0.25), ("half", 0.5), ("all", 1.0)):
        chosen = set(reports[: max(2, int(len(reports) * share))])
        model = fit_classifier([e for e in examples if e.report in chosen], classes)
        curve[name] = round(float(np.mean([predict(model, e) == e.gold.kind for e in held])), 4)
    return curve


def predict(model: StatementClassifier, example: Example) -> str:
    return model.labels["class"][int(model.scores(model.encode(example.observation), "class").argmax())]


def validate_entities(gold: Gold, folds: Mapping[str, int], classes: WordClasses) -> dict[str, Any]:
    """Cross-validate the tagger: strict span and type, outermost entities."""
    counts = {"core": [0, 0, 0], "all": [0, 0, 0]}  # gold, found, both
    for fold in range(FOLDS):
        arrays, terms = fit_entities([s for file, rows in gold.items() if folds[file] != fold for s in rows], classes)
        tagger = make_entity_tagger(arrays, terms, WordTable(load_codebook(), classes))
        held = [s for file, rows in gold.items() if folds[file] == fold for s in rows if s.role not in ("title", "boilerplate")]
        tokens = [Tokens(*load_segmenter().segment(s.text)) for s in held]
        for statement, words, spans in zip(held, tokens, tagger.tag(tokens), strict=True):
            offsets = list(accumulate(map(len, words.words), initial=statement.start))
            found = {(offsets[s.first], offsets[s.last], s.kind) for s in spans}
            wanted = {(e.start, e.end, e.kind) for e in statement.entities if not e.nested}
            for name, kinds in (("core", CORE), ("all", None)):
                a = {x for x in wanted if kinds is None or x[2] in kinds}
                b = {x for x in found if kinds is None or x[2] in kinds}
                for k, size in enumerate((len(a), len(b), len(a & b))):
                    counts[name][k] += size
    return {
        name: {
            "f1": round(2 * both / max(1, wanted + found), 4),
            "precision": round(both / max(1, found), 4),
            "recall": round(both / max(1, wanted), 4),
            "gold": wanted,
        }
        for name, (wanted, found, both) in counts.items()
    }
