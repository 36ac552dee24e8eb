"""The pipeline: a report goes in, an `Analysis` comes out; the same stages as components of a spaCy `Language`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from policynlp.annotation.classification import classify_statements, load_classifier
from policynlp.annotation.entities import find_entities
from policynlp.annotation.formulas import find_formulas
from policynlp.annotation.relations import find_relations
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.statements import find_statements
from policynlp.annotation.tagging import load_entity_tagger
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import current_vocabulary
from policynlp.annotation.weights import model_hash
from policynlp.codebook import load_codebook
from policynlp.memory import paused_collection
from policynlp.reading import make_report, read_report
from policynlp.reading.formats import ENDINGS
from policynlp.reading.scripts import simplify_if_traditional
from policynlp.resources import models_path
from policynlp.schema import Analysis, Entity, Provenance, Report, Statement
from policynlp.version import __version__

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["analyze", "load", "make_analyses", "make_analysis"]

LONGEST_NAME = 4096
Span = TypeVar("Span", Statement, Entity)


def analyze(source: str | Path | Report) -> Analysis:
    """Analyse one report: statements with classes, entities, formulas and relations.

    A str that names an existing file is read as that file; any other str is taken as the text itself.

    Args:
        source: the path of a text file, a `Report`, or the text of a report.

    Returns:
        The `Analysis`. The same input and version always give the same result.

    Raises:
        ReportError: the file cannot be read, or the text is empty.
        ModelError: a shipped model is missing or damaged.

    Example:
        >>> analysis = analyze("设立1亿元种子基金，支持科技型中小企业发展。")
        >>> [(s.kind, s.text) for s in analysis.statements]
        [('MEASURE', '设立1亿元种子基金，支持科技型中小企业发展。')]
    """
    return make_analysis(source if isinstance(source, Report) else open_report(source))


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


def make_analyses(reports: Sequence[Report]) -> list[Analysis]:
    """Run every stage on a batch of reports; each gets what it would get alone, only sooner."""
    with paused_collection():
        return run_stages(reports)


def run_stages(reports: Sequence[Report]) -> list[Analysis]:
    codebook = load_codebook()
    simple = [replace(report, text=simplify_if_traditional(report.text)) for report in reports]
    outlines = [find_statements(report) for report in simple]
    bare = [statements for _, statements in outlines]
    tokens = tokenize([s.text for statements in bare for s in statements], load_segmenter(), current_vocabulary())
    tagged = load_entity_tagger().tag(tokens)
    classed = classify_statements(bare, tokens, load_classifier())
    models = model_hashes()
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
                provenance=Provenance(version=__version__, codebook=codebook.sha256, models=models, report=report.sha256),
            )
        )
    return analyses


def as_written(spans: list[Span], read: Report, original: Report) -> list[Span]:
    """Give spans of a text that was read in simplified characters the words of the original; names stay simplified."""
    if read.text is original.text:
        return spans
    return [replace(span, text=original.text[span.start : span.end]) for span in spans]


@cache
def model_hashes() -> tuple[tuple[str, str], ...]:
    """Give the names and hashes of the shipped models, read once a process."""
    return tuple((name, model_hash(models_path(name))) for name in ("entities", "statements", "words"))


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
