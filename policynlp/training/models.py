"""Trains the shipped models from the annotated corpus and writes their cards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import make_entity_tagger
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import Vocabulary
from policynlp.annotation.word_classes import WordClasses, read_word_classes
from policynlp.codebook import CLASSES, load_codebook, tables_hash
from policynlp.evaluation.gold import GoldStatement, load_gold_folder
from policynlp.resources import models_path
from policynlp.training.additions import join_labels
from policynlp.training.classes import Example, best_temperature, fit_classifier, observe_gold, save_classifier, score_examples
from policynlp.training.entities import count_spans, f1_figures, fit_entities, save_entities
from policynlp.training.rivals import compare_taggers
from policynlp.version import __version__

__all__ = ["train"]

FOLDS = 5
MODELS = ("statements", "entities")
# The tables of the codebook that each model's features come from: when one changes, the model is to be trained again.
TABLES = {
    "statements": ("types", "terms", "verbs", "classes", "instruments"),
    "entities": ("types", "terms", "verbs"),
}
TRUSTED = 0.65  # answers of a probability at which fewer than this share are right are `uncertain`
FURNITURE = ("title", "boilerplate")
Gold = Mapping[str, Sequence[GoldStatement]]


def train(
    corpus: str | Path,
    models: str | Path,
    *,
    only: str | None = None,
    compare: bool = False,
    add: Sequence[str | Path] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Train the statement classifier and the entity tagger, each with cross-validation by report for its card.

    The same corpus and code give the same bytes.

    Args:
        corpus: a folder with `texts/` and `labels/`, such as corpora/annotated.
        models: the folder that receives `statements/` and `entities/`; a `words/` in it gives the word classes, else the
            shipped ones do.
        only: statements or entities trains that model alone; both by default.
        compare: also train and measure the taggers that were tried beside the shipped one, for the card of the tagger.
        add: coders' files (see `coding.files`) whose labels join the corpus; the cards name each with its hash.
        progress: called with a line before each step.

    Returns:
        The cross-validated figures, as the cards hold them.

    Raises:
        ReportError: the corpus or an added file cannot be read, or was coded on another text.
        StoreError: a model cannot be written.
        ValueError: `only` names no model.
    """
    if only is not None and only not in MODELS:
        raise ValueError(f"only is {only!r}; it must be one of {', '.join(MODELS)}")
    folder = Path(corpus)
    joined = join_labels(load_gold_folder(folder), folder, add)
    gold = joined.statements
    words = Path(models, "words")
    classes = read_word_classes(words if words.is_dir() else models_path("words"))
    card: dict[str, Any] = {
        "corpus": {
            "reports": len(gold),
            "statements": sum(s.role not in FURNITURE for s in flat(gold)),
            "sha256": corpus_hash(folder),
            "split": f"{FOLDS} folds by report, in order of the reports' hashes",
        },
        "version": __version__,
    }
    if joined.files:
        card["added"] = joined.files
    figures = {}
    if only in (None, "statements"):
        figures["statements"] = train_statements(gold, folder, Path(models, "statements"), classes, card, progress)
    if only in (None, "entities"):
        figures["entities"] = train_entities(joined.entities, Path(models, "entities"), classes, card, progress, compare=compare)
    return figures


def train_statements(
    gold: Gold, folder: Path, model: Path, classes: WordClasses, card: dict[str, Any], progress: Callable[[str], None]
) -> dict[str, Any]:
    """Train the classifier and give its cross-validated figures."""
    examples = observe_gold(gold, folder, classes)
    progress(f"cross-validating the classifier on {len(examples)} statements of {len(gold)} reports")
    figures, temperature, threshold = validate_classes(examples, fold_of(gold), classes)
    progress("training the classifier")
    save_classifier(
        fit_classifier(examples, classes, temperature=temperature, threshold=threshold),
        model,
        card | {"codebook": tables_hash(*TABLES["statements"]), "figures": figures},
    )
    return figures


def train_entities(
    gold: Gold, model: Path, classes: WordClasses, card: dict[str, Any], progress: Callable[[str], None], *, compare: bool
) -> dict[str, Any]:
    """Train the tagger and give its cross-validated figures."""
    folds = fold_of(gold)
    progress("cross-validating the entity tagger")
    figures = validate_entities(gold, folds, classes)
    if compare:
        statements = [s for s in flat(gold) if s.role not in FURNITURE]
        held, others = ([s for s in statements if (folds[s.file] == 0) is wanted] for wanted in (True, False))
        figures["compared_on_one_fold"] = compare_taggers(others, held, classes, progress)
    progress("training the entity tagger")
    save_entities(fit_entities(flat(gold), classes), model, card | {"codebook": tables_hash(*TABLES["entities"]), "figures": figures})
    return figures


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
    matrix = np.zeros((len(examples), len(CLASSES)))
    instruments: list[bool] = []
    curve: dict[str, float] = {}
    labels: list[str] = []
    for fold in range(FOLDS):
        model = fit_classifier([e for e in examples if folds[e.report] != fold], classes)
        labels = model.labels["class"]
        held = [i for i, example in enumerate(examples) if folds[example.report] == fold]
        scores = score_examples([examples[i] for i in held], model)
        matrix[held] = scores[:, model.parts["class"]]
        best = scores[:, model.parts["instrument"]].argmax(1)
        for i, instrument in zip(held, best.tolist(), strict=True):
            wanted = examples[i].gold.instruments
            if examples[i].gold.kind == "MEASURE" and wanted:
                instruments.append(model.labels["instrument"][instrument] == wanted[0])
        if fold == 0:
            curve = learning_curve(examples, folds, classes)
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


def shares_of(folds: Mapping[str, int]) -> dict[str, set[str]]:
    """Give a quarter, half and all of the reports outside the first fold."""
    reports = sorted((r for r, fold in folds.items() if fold != 0), key=lambda r: hashlib.sha256(r.encode()).hexdigest())
    return {name: set(reports[: max(2, int(len(reports) * share))]) for name, share in (("quarter", 0.25), ("half", 0.5), ("all", 1.0))}


def learning_curve(examples: Sequence[Example], folds: Mapping[str, int], classes: WordClasses) -> dict[str, float]:
    """Measure accuracy on the first fold after training on a quarter, half and all of the other reports."""
    held = [e for e in examples if folds[e.report] == 0]
    curve = {}
    for name, chosen in shares_of(folds).items():
        model = fit_classifier([e for e in examples if e.report in chosen], classes)
        best = score_examples(held, model)[:, model.parts["class"]].argmax(1)
        right = [model.labels["class"][label] == example.gold.kind for label, example in zip(best.tolist(), held, strict=True)]
        curve[name] = round(float(np.mean(right)), 4)
    return curve


def validate_entities(gold: Gold, folds: Mapping[str, int], classes: WordClasses) -> dict[str, Any]:
    """Cross-validate the tagger: strict span and type, outermost entities."""
    counts: dict[str, list[int]] = {"core": [0, 0, 0], "all": [0, 0, 0]}
    curve: dict[str, float] = {}
    for fold in range(FOLDS):
        found = measure_entities(
            gold, {file for file in gold if folds[file] != fold}, {file for file in gold if folds[file] == fold}, classes
        )
        for name, numbers in found.items():
            counts[name] = [a + b for a, b in zip(counts[name], numbers, strict=True)]
        if fold == 0:
            first = {file for file in gold if folds[file] == 0}
            curve = {
                name: f1_figures(found if name == "all" else measure_entities(gold, chosen, first, classes))["all"]["f1"]
                for name, chosen in shares_of(folds).items()
            }
    return f1_figures(counts) | {"learning_curve": curve}


def measure_entities(gold: Gold, training: set[str], held: set[str], classes: WordClasses) -> dict[str, list[int]]:
    """Train on some reports and count the spans of others: gold, found, both, for core and all types."""
    tagger = make_entity_tagger(*fit_entities([s for file, rows in gold.items() if file in training for s in rows], classes), classes)
    statements = [s for file, rows in gold.items() if file in held for s in rows if s.role not in FURNITURE]
    tokens = tokenize([s.text for s in statements], load_segmenter(), Vocabulary(load_codebook(), classes))
    offsets, starts = tokens.offsets.tolist(), tokens.starts.tolist()
    counts: dict[str, list[int]] = {"core": [0, 0, 0], "all": [0, 0, 0]}
    for statement, begin, spans in zip(statements, starts, tagger.tag(tokens), strict=True):
        shift = statement.start - begin
        count_spans({(offsets[s.first] + shift, offsets[s.last] + shift, s.kind) for s in spans}, statement, counts)
    return counts
