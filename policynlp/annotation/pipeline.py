"""The pipeline: a report goes in, an `Analysis` comes out; the same stages as components of a spaCy `Language`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from policynlp.annotation.classification import classify_statements
from policynlp.annotation.classifier import StatementClassifier, load_classifier, read_classifier
from policynlp.annotation.entities import find_entities
from policynlp.annotation.formulas import find_formulas
from policynlp.annotation.relations import find_relations
from policynlp.annotation.segmentation import Segmenter, load_segmenter
from policynlp.annotation.statements import find_statements
from policynlp.annotation.tagging import EntityTagger, load_entity_tagger, read_entity_tagger
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import current_vocabulary
from policynlp.annotation.weights import model_hash
from policynlp.annotation.word_classes import load_word_classes, read_word_classes
from policynlp.codebook import Codebook, Label, load_codebook, name_labels, read_codebook, shipped_codebook
from policynlp.errors import ModelError
from policynlp.memory import keep_freed_memory, paused_collection
from policynlp.reading import make_report, read_report
from policynlp.reading.formats import ENDINGS
from policynlp.reading.scripts import simplify_if_traditional
from policynlp.resources import models_path
from policynlp.schema import Analysis, Entity, Provenance, Report, Statement
from policynlp.version import __version__

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Tools", "analyze", "load", "load_tools", "make_analyses", "make_analysis", "provenance_of"]

LONGEST_NAME = 4096
MODELS = ("entities", "statements", "words")
CLASS_COLOURS = ("#aa3377", "#17a2b8", "#7f6000", "#5254a3", "#66a61e", "#e7298a")  # of classes that no codebook names
Span = TypeVar("Span", Statement, Entity)


def analyze(source: str | Path | Report, *, codebook: Codebook | str | Path | None = None, models: str | Path | None = None) -> Analysis:
    """Analyse one report: statements with classes, entities, formulas and relations.

    A str that names an existing file is read as that file; any other str is taken as the text itself.

    Args:
        source: the path of a text file, a `Report`, or the text of a report.
        codebook: your own (`read_codebook`) or its file; the shipped one by default.
        models: a folder with models that `policynlp train` made (`statements/`, `entities/`, `words/`); what is not in it, and
            all by default, is shipped.

    Returns:
        The `Analysis`. The same input and version always give the same result.

    Raises:
        ReportError: the file cannot be read, or the text is empty.
        ModelError: a model is missing or damaged.
        CodebookError: the codebook's file cannot be read, or something in it is wrong.

    Example:
        >>> analysis = analyze("设立1亿元种子基金，支持科技型中小企业发展。")
        >>> [(s.kind, s.text) for s in analysis.statements]
        [('MEASURE', '设立1亿元种子基金，支持科技型中小企业发展。')]
    """
    tools = load_tools(codebook, models)  # what is wrong with them is told before the report is read
    return make_analyses([source if isinstance(source, Report) else open_report(source)], tools)[0]


def open_report(source: str | Path) -> Report:
    if isinstance(source, Path):
        return read_report(source)
    if len(source) >= LONGEST_NAME or any(c in source for c in "\n。！？；\0") or not source.strip():
        return make_report(source)
    try:
        named = Path(source).is_file() or Path(source).suffix.lower() in ENDINGS
    except (OSError, ValueError):  # no file system takes such a name: it is a text
        named = False
    return read_report(source) if named else make_report(source)


def make_analysis(report: Report) -> Analysis:
    """Run every stage on a report that is already read."""
    return make_analyses([report])[0]


def make_analyses(reports: Sequence[Report], tools: Tools | None = None) -> list[Analysis]:
    """Run every stage on a batch of reports; each gets what it would get alone, only sooner.

    Args:
        reports: as read.
        tools: codebook and models; the shipped ones by default.
    """
    with paused_collection():
        return run_stages(reports, tools or load_tools())


@dataclass(frozen=True, slots=True)
class Tools:
    """What the stages work with: a codebook, the segmenter of its terms, and the models with their hashes."""

    codebook: Codebook
    segmenter: Segmenter
    tagger: EntityTagger
    classifier: StatementClassifier
    hashes: tuple[tuple[str, str], ...]


def load_tools(codebook: Codebook | str | Path | None = None, models: str | Path | None = None) -> Tools:
    """Load a codebook and models, the shipped ones by default; once a process for the same content.

    Args:
        codebook: a codebook or its file.
        models: a folder with some of `statements/`, `entities/` and `words/`.

    Raises:
        CodebookError: the codebook's file cannot be read, or something in it is wrong.
        ModelError: there is no model in the folder, or one is damaged or does not fit the others.
    """
    if codebook is None and models is None:
        return shipped_tools()
    if not isinstance(codebook, Codebook):
        codebook = shipped_codebook() if codebook is None else read_codebook(codebook)
    folder = None if models is None else Path(models)
    if folder is not None and not any((folder / name).is_dir() for name in MODELS):
        raise ModelError(folder, f"there is none of {', '.join(MODELS)} in it", "name the folder that policynlp train wrote with -o")
    places = tuple(folder / name if folder is not None and (folder / name).is_dir() else models_path(name) for name in MODELS)
    return make_tools(codebook, places, tuple(model_hash(place) for place in places))


@cache
def shipped_tools() -> Tools:
    keep_freed_memory()
    return Tools(shipped_codebook(), load_segmenter(), load_entity_tagger(), load_classifier(), model_hashes())


@lru_cache(maxsize=4)
def make_tools(codebook: Codebook, places: tuple[Path, ...], hashes: tuple[str, ...]) -> Tools:
    """Read the models at these places; a class that no codebook names goes by its code."""
    keep_freed_memory()
    entities, statements, words = places
    shipped = {name for name, place in zip(MODELS, places, strict=True) if place == models_path(name)}
    classes = load_word_classes() if "words" in shipped else read_word_classes(words)
    tagger = load_entity_tagger() if {"entities", "words"} <= shipped else read_entity_tagger(entities, classes)
    classifier = load_classifier() if {"statements", "words"} <= shipped else read_classifier(statements, classes)
    known = load_codebook().classes
    if new := [kind for kind in classifier.labels["class"] if kind not in known]:
        name_labels(classes={kind: Label(kind, kind, CLASS_COLOURS[i % len(CLASS_COLOURS)]) for i, kind in enumerate(new)})
    return Tools(codebook, Segmenter(codebook), tagger, classifier, tuple(zip(MODELS, hashes, strict=True)))


def run_stages(reports: Sequence[Report], tools: Tools) -> list[Analysis]:
    codebook, classifier = tools.codebook, tools.classifier
    simple = [replace(report, text=simplify_if_traditional(report.text)) for report in reports]
    outlines = [find_statements(report) for report in simple]
    bare = [statements for _, statements in outlines]
    vocabulary = current_vocabulary(codebook, classifier.word_classes)
    tokens = tokenize([s.text for statements in bare for s in statements], tools.segmenter, vocabulary)
    tagged = tools.tagger.tag(tokens)
    classed = classify_statements(bare, tokens, classifier)
    analyses = []
    first = 0
    for report, original, (sections, _), statements in zip(simple, reports, outlines, classed, strict=True):
        entities = find_entities(report, statements, tokens, tagged, codebook, first=first)
        first += len(statements)
        formulas = find_formulas(statements, entities)
        analyses.append(
            Analysis(
                report=original,
                sections=tuple(sections),
                statements=tuple(as_written(statements, report, original)),
                entities=tuple(as_written(entities, report, original)),
                formulas=tuple(formulas),
                relations=tuple(find_relations(statements, entities, formulas)),
                provenance=provenance_of(report, tools),
            )
        )
    return analyses


def provenance_of(report: Report, tools: Tools) -> Provenance:
    """Say what makes, or made, the analysis of a report."""
    own = tools.codebook.own
    return Provenance(
        __version__, tools.codebook.sha256, tools.hashes, report.sha256, () if own is None else (("own_codebook", own.sha256),)
    )


def as_written(spans: list[Span], read: Report, original: Report) -> list[Span]:
    """Give spans of a text that was read in simplified characters the words of the original; names stay simplified."""
    if read.text is original.text:
        return spans
    return [replace(span, text=original.text[span.start : span.end]) for span in spans]


@cache
def model_hashes() -> tuple[tuple[str, str], ...]:
    """Give the names and hashes of the shipped models, read once a process."""
    return tuple((name, model_hash(models_path(name))) for name in MODELS)


def load() -> Language:
    """Load the pipeline as a spaCy `Language`.

    Calling it on a text gives a `Doc`: words with `tag_`; `doc.spans["headings"]`; `doc.spans["statements"]` with the class
    as label and the statement's id as `id_`; `doc.spans["entities"]` with the type as label, the canonical name as
    `kb_id_` and the rule as `id_`; `doc.ents`, the outermost entities. The texts of the `Doc` are those of the input,
    character for character.

    Returns:
        A new `Language` each time; its components may be removed, replaced or joined by the user's own.

    Example:
        >>> nlp = load()
        >>> nlp.pipe_names
        ['policy_statements', 'policy_entities', 'policy_classes']
        >>> [(e.text, e.label_) for e in nlp("设立种子基金。").ents]
        [('种子基金', 'FUND')]
    """
    from policynlp.annotation.language import make_language

    return make_language()
