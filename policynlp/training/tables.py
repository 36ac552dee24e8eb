"""Trains a classifier of a researcher's own classes from a labelled table: a statement a row."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from policynlp.annotation.features import observe, spell
from policynlp.annotation.segmentation import Segmenter
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import Vocabulary
from policynlp.annotation.word_classes import WordClasses, read_word_classes
from policynlp.codebook import Codebook, load_codebook, shipped_codebook, tables_hash
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldStatement
from policynlp.reading.files import read_bytes
from policynlp.reading.limits import LIMITS
from policynlp.reading.sheets import TABLES
from policynlp.resources import models_path
from policynlp.schema import Statement
from policynlp.training.classes import Example, best_temperature, fit_classifier, save_classifier, score_examples
from policynlp.training.models import FOLDS, choose_threshold, interval, reliability
from policynlp.training.models import TABLES as SOURCES
from policynlp.version import __version__

__all__ = ["Labelled", "read_labels", "train_table"]

HEADINGS = {
    "text": ("text", "statement", "文本", "语句", "句子", "正文"),
    "class": ("class", "label", "kind", "类别", "分类", "标签"),
    "context": ("context", "上下文", "语境", "段落"),
}
FORMATS = {".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx"}
FEWEST = 5  # statements of a class: one for each fold of the cross-validation


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row of the table: a statement, its class, and the paragraph it stands in or the heading above it."""

    row: int
    text: str
    kind: str
    context: str = ""


def train_table(
    table: str | Path,
    models: str | Path,
    *,
    codebook: Codebook | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Train a statement classifier from a labelled table, with cross-validation for its card.

    The classes are those of the table, new ones and shipped ones; one that a codebook names may be written by its code or its
    label. Subtypes are not learnt, and instruments are found by their cues. The same table and code give the same bytes.

    Args:
        table: a .csv, .tsv or .xlsx file with the columns text, class and, if you like, context: the paragraph that the statement
            stands in, or the heading above it.
        models: the folder that receives `statements/`, for `analyze(…, models=…)`; a `words/` in it gives the word classes.
        codebook: your own, whose cues become features; the shipped one by default.
        progress: called with a line before each step.

    Returns:
        The cross-validated figures, as the card holds them; `baseline` is what always answering the commonest class would reach.

    Raises:
        ReportError: the table cannot be read, a row lacks something or contradicts another, or a class has too few rows.
        StoreError: the model cannot be written.
    """
    rows = read_labels(table)
    codebook = codebook or shipped_codebook()
    words = Path(models, "words")
    classes = read_word_classes(words if words.is_dir() else models_path("words"))
    examples = observe_rows(rows, codebook, classes)
    progress(f"cross-validating the classifier on {len(rows)} statements of {len({row.kind for row in rows})} classes")
    figures, temperature, threshold = validate(examples, classes)
    progress("training the classifier")
    card: dict[str, Any] = {
        "table": {
            "file": Path(table).name,
            "sha256": content_hash(rows),
            "statements": dict(sorted(Counter(r.kind for r in rows).items())),
        },
        "version": __version__,
        "codebook": tables_hash(*SOURCES["statements"]),
        "own_codebook": codebook.own.sha256 if codebook.own else "",
        "figures": figures,
    }
    save_classifier(fit_classifier(examples, classes, temperature=temperature, threshold=threshold), Path(models, "statements"), card)
    return figures


def read_labels(table: str | Path) -> list[Labelled]:
    """Read the rows of a labelled table; a row that only repeats another is read once.

    Row 1 holds the headings; empty rows are not counted.

    Raises:
        ReportError: the table cannot be read, a row lacks text or class, one statement has two classes, or a class has fewer than
            five statements.
    """
    path = Path(table)
    if path.suffix.lower() not in FORMATS:
        raise ReportError(path, f"a table of labels cannot be a {path.suffix or 'nameless'} file", "save it as .csv, .tsv or .xlsx")
    data = read_bytes(path, LIMITS.file_bytes, "split it into two files")
    found: dict[tuple[str, str], Labelled] = {}
    columns: dict[str, str] = {}
    names = class_names()
    for number, cells in enumerate(TABLES[FORMATS[path.suffix.lower()]](data, str(path), LIMITS), 2):
        if isinstance(cells, ReportError):
            raise cells
        columns = columns or find_columns(cells, path)
        row = read_row(number, cells, columns, path, names)
        before = found.setdefault((row.text, row.context), row)
        if before.kind != row.kind:
            problem = f"«{row.text[:30]}» is {row.kind} here and {before.kind} in row {before.row}"
            raise ReportError(f"{path}, row {number}", problem, "decide which it is")
    counts = Counter(row.kind for row in found.values())
    for kind, count in sorted(counts.items()):
        if count < FEWEST:
            raise ReportError(path, f"the class {kind} has {count} statements", f"label at least {FEWEST}, or leave the class out")
    if len(counts) < 2:
        raise ReportError(path, f"it has {len(counts)} classes", "label statements of two classes or more")
    return list(found.values())


def find_columns(cells: Mapping[str, Any], path: Path) -> dict[str, str]:
    """Find which column is what."""
    plain = {heading.strip().lstrip("\ufeff").lower(): heading for heading in cells}
    columns = {name: next((plain[h] for h in known if h in plain), "") for name, known in HEADINGS.items()}
    for name in ("text", "class"):
        if not columns[name]:
            shown = "、".join(cells)[:200]
            raise ReportError(f"{path}, row 1", f"no column is named {name}; it has {shown}", "name the columns text, class, context")
    return columns


def read_row(number: int, cells: Mapping[str, Any], columns: Mapping[str, str], path: Path, names: Mapping[str, str]) -> Labelled:
    """Check one row."""
    values = {name: " ".join(str(cells.get(heading) or "").split()) for name, heading in columns.items()}
    for name in ("text", "class"):
        if not values[name]:
            raise ReportError(f"{path}, row {number}", f"it has no {name}", "fill the cell, or delete the row")
    kind = names.get(values["class"].lower(), values["class"])
    return Labelled(number, values["text"], kind, values["context"])


def class_names() -> dict[str, str]:
    """Give the code behind each name that a class goes by, in lower case."""
    labels = load_codebook().classes
    return {name.lower(): code for code, label in labels.items() for name in (code, label.zh, label.en)}


def observe_rows(rows: Sequence[Labelled], codebook: Codebook, word_classes: WordClasses) -> list[Example]:
    """Observe the statements of a table, each in its context."""
    paragraphs = [make_statements(row) for row in rows]
    texts = [statement.text for paragraph, _ in paragraphs for statement in paragraph]
    tokens = tokenize(texts, Segmenter(codebook), Vocabulary(codebook, word_classes))
    features = iter(spell(observe([paragraph for paragraph, _ in paragraphs], tokens)))
    examples = []
    for row, (paragraph, place) in zip(rows, paragraphs, strict=True):
        seen = [next(features) for _ in paragraph][place]
        gold = GoldStatement("", 0, len(row.text), row.text, "body", row.kind, "", (), (), "unmarked", ())
        examples.append(Example(gold, seen, hashlib.sha256(f"{row.text}\0{row.context}".encode()).hexdigest()))
    return examples


def make_statements(row: Labelled) -> tuple[list[Statement], int]:
    """Put a statement between what its paragraph says before and behind it, or under its heading.

    Returns:
        The statements, and the number of the one of the row.
    """
    before, found, behind = row.context.partition(row.text)
    heading = () if found or not row.context else (row.context,)
    parts = [part.strip() for part in ((before if found else ""), row.text, behind)]
    statements = [Statement(f"s{i}", "body", 0, len(part), part, section=heading) for i, part in enumerate(parts) if part]
    return statements, int(bool(parts[0]))


def validate(examples: Sequence[Example], classes: WordClasses) -> tuple[dict[str, Any], float, float]:
    """Cross-validate: each class is dealt evenly into the folds."""
    folds = deal(examples)
    labels = sorted({example.gold.kind for example in examples})
    matrix = np.zeros((len(examples), len(labels)))
    for fold in range(FOLDS):
        held = [i for i in range(len(examples)) if folds[i] == fold]
        model = fit_classifier([e for e, f in zip(examples, folds, strict=True) if f != fold], classes)
        matrix[held] = score_examples([examples[i] for i in held], model)[:, model.parts["class"]]
    right = [labels.index(example.gold.kind) for example in examples]
    temperature = best_temperature(matrix, right)
    scaled = np.exp((matrix - matrix.max(1, keepdims=True)) / temperature)
    probabilities = scaled / scaled.sum(1, keepdims=True)
    best, sure = probabilities.argmax(1), probabilities.max(1)
    hit = best == np.array(right)
    threshold = choose_threshold(sure, hit)
    figures = {
        "accuracy": round(float(hit.mean()), 4),
        "accuracy_interval": interval(hit, [example.report for example in examples]),
        "baseline": round(max(Counter(right).values()) / len(right), 4),
        "classes": {kind: measure(best, np.array(right), number) for number, kind in enumerate(labels)},
        "temperature": temperature,
        "threshold": threshold,
        "reliability": reliability(sure, hit),
    }
    return figures, temperature, threshold


def deal(examples: Sequence[Example]) -> list[int]:
    """Deal the examples of each class into folds, in order of their hashes: the same way each time."""
    order = sorted(range(len(examples)), key=lambda i: (examples[i].gold.kind, examples[i].report))
    folds = [0] * len(examples)
    for place, i in enumerate(order):
        folds[i] = place % FOLDS
    return folds


def measure(found: npt.NDArray[Any], wanted: npt.NDArray[Any], label: int) -> dict[str, float]:
    """Give precision, recall and number of a class."""
    both = int(((found == label) & (wanted == label)).sum())
    return {
        "precision": round(both / max(1, int((found == label).sum())), 4),
        "recall": round(both / max(1, int((wanted == label).sum())), 4),
        "n": int((wanted == label).sum()),
    }


def content_hash(rows: Sequence[Labelled]) -> str:
    """Hash what the rows say, in any order, encoding and format of the file."""
    said = sorted([row.text, row.kind, row.context] for row in rows)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
