"""The stages as spaCy components: thin adapters that put results into the native fields of a `Doc`."""

from __future__ import annotations

import itertools

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from policynlp.annotation.classification import classify_statements
from policynlp.annotation.classifier import load_classifier
from policynlp.annotation.entities import find_entities
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.statements import find_statements
from policynlp.annotation.tagging import load_entity_tagger
from policynlp.annotation.tokens import Tokens, make_tokens
from policynlp.annotation.vocabulary import current_vocabulary
from policynlp.codebook import load_codebook
from policynlp.reading import make_report
from policynlp.reading.lines import find_lines
from policynlp.schema import Report, Statement

__all__ = ["make_language"]


class Tokenizer:
    """Cuts a text so that the edges of statements are edges of tokens; tags go to `token.tag_`."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        tags: list[str] = []
        starts: list[bool | int | None] = []  # a sentence of the Doc begins where a statement begins or ends
        segmenter = load_segmenter()
        bounds = {0, len(text)}
        if find_lines(text):
            bounds |= {edge for s in read_through(text)[1] for edge in (s.start, s.end, *(e for c in s.copies for e in c))}
        ordered = sorted(bounds)
        for start, end in itertools.pairwise(ordered):
            cut, tagged = segmenter.segment(text[start:end])
            words += cut
            tags += tagged
            starts += [i == 0 for i in range(len(cut))]
        return Doc(self.vocab, words=words, spaces=[False] * len(words), tags=tags, sent_starts=starts)

    def to_bytes(self, **_: object) -> bytes:
        """Give nothing: the tokenizer is made of the codebook alone."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> Tokenizer:
        """Take nothing."""
        return self


def read_through(text: str) -> tuple[Report, list[Statement]]:
    report = make_report(text)
    return report, find_statements(report)[1]


def span(doc: Doc, start: int, end: int, label: str, *, kb_id: str = "", span_id: str = "") -> Span:
    made = doc.char_span(start, end, label=label, kb_id=kb_id, span_id=span_id, alignment_mode="expand")
    if made is None:
        raise ValueError(f"no tokens at {start}:{end}")
    return made


def tokens_of(doc: Doc, statements: list[Statement]) -> Tokens:
    spans = [span(doc, s.start, s.end, "") for s in statements]
    return make_tokens([[(t.text, t.tag_) for t in part] for part in spans], current_vocabulary())


@Language.component("policy_statements", assigns=["doc.spans"])
def add_statements(doc: Doc) -> Doc:
    """Put headings and statements into `doc.spans`."""
    doc.spans["headings"], doc.spans["statements"] = [], []
    if find_lines(doc.text):
        sections, statements = find_statements(make_report(doc.text))
        doc.spans["headings"] = [span(doc, s.start, s.end, str(s.level)) for s in sections]
        doc.spans["statements"] = [span(doc, s.start, s.end, s.kind, span_id=s.id) for s in statements]
    return doc


@Language.component("policy_entities", assigns=["doc.spans", "doc.ents"])
def add_entities(doc: Doc) -> Doc:
    """Put entities into `doc.spans["entities"]`, the outermost ones into `doc.ents`."""
    doc.spans["entities"] = []
    if find_lines(doc.text):
        report, statements = read_through(doc.text)
        tokens = tokens_of(doc, statements)
        found = find_entities(report, statements, tokens, load_entity_tagger().tag(tokens), load_codebook())
        doc.spans["entities"] = [span(doc, e.start, e.end, e.kind, kb_id=e.name, span_id=e.rule) for e in found]
        doc.ents = [span(doc, e.start, e.end, e.kind, kb_id=e.name) for e in found if not e.nested]
    return doc


@Language.component("policy_classes", assigns=["doc.spans"])
def add_classes(doc: Doc) -> Doc:
    """Label `doc.spans["statements"]` with their classes; scores and cues stand in its `attrs` by statement id."""
    if find_lines(doc.text):
        _, statements = read_through(doc.text)
        (classed,) = classify_statements([statements], tokens_of(doc, statements), load_classifier())
        doc.spans["statements"] = [span(doc, s.start, s.end, s.kind, span_id=s.id) for s in classed]
        doc.spans["statements"].attrs.update({s.id: {"score": s.score, "cues": list(s.cues)} for s in classed})
    return doc


def make_language() -> Language:
    """Make the `Language` with the policynlp tokenizer and components."""
    nlp = Language()
    nlp.tokenizer = Tokenizer(nlp.vocab)
    for name in ("policy_statements", "policy_entities", "policy_classes"):
        nlp.add_pipe(name)
    nlp.lang = "zh"
    return nlp
