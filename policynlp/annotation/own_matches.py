"""What each rule of a researcher's own codebook matches in reports: for her to see before she trusts it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policynlp.annotation.own_words import OWN_HEAD, OWN_TERM
from policynlp.annotation.pipeline import load_tools, make_analyses
from policynlp.codebook import Codebook, Own
from policynlp.reading.scripts import simplify_if_traditional
from policynlp.schema import Analysis, Report

__all__ = ["RuleMatches", "match_own_rules"]

BESIDE = 10  # characters shown to either side of a match
Found = list[tuple[str, int, int]]  # text of a statement, where the match begins and ends


@dataclass(frozen=True, slots=True)
class RuleMatches:
    """What a rule matches.

    Attributes:
        layer: term, head, negative, cue, instrument or rule.
        rule: the word, or the class or code with the name of the cue.
        kind: the type or class that it gives; "" where it gives none.
        count: how often it matches.
        examples: the first matches, each with a few characters around it and in 【 】.
    """

    layer: str
    rule: str
    kind: str
    count: int
    examples: tuple[str, ...]


def match_own_rules(codebook: Codebook, reports: Sequence[Report], *, examples: int = 3) -> list[RuleMatches]:
    """Find what each rule that a researcher's codebook adds matches in some reports.

    A term or head noun counts where it makes an entity, also inside a longer one; a negative term and a cue wherever they stand;
    a rule where it decides the class.

    Args:
        codebook: read by `read_codebook`.
        reports: a sample.
        examples: how many matches to show of each rule.

    Returns:
        A row a rule, in the order terms, head nouns, negative terms, cues, instruments, rules; those without a match too.
    """
    own = codebook.own
    if own is None:
        return []
    simple = [replace(report, text=simplify_if_traditional(report.text)) for report in reports]
    analyses = make_analyses(simple, load_tools(codebook))
    rows = [*match_words(own, codebook, analyses), *match_expressions(own, analyses)]
    return [
        RuleMatches(layer, rule, kind, len(found), tuple(show(*match) for match in found[:examples])) for layer, rule, kind, found in rows
    ]


def match_words(own: Own, codebook: Codebook, analyses: Sequence[Analysis]) -> Iterator[tuple[str, str, str, Found]]:
    """Give layer, rule, type and matches of terms, head nouns and negative terms."""
    terms: dict[str, Found] = {term: [] for term, kind in own.terms.items() if kind}
    heads: dict[str, Found] = {head: [] for head in own.heads}
    negatives: dict[str, Found] = {word: [] for word in own.negatives}
    for analysis in analyses:
        for entity in analysis.entities:
            statement = analysis.statement(entity.statement)
            place = (statement.text, entity.start - statement.start, entity.end - statement.start)
            if entity.rule == OWN_TERM and entity.text in terms:
                terms[entity.text].append(place)
            elif entity.rule == OWN_HEAD and (head := codebook.head_of(entity.text)) and head.text in heads:
                heads[head.text].append(place)
        for statement in analysis.statements:
            for word, found in negatives.items():
                found += [(statement.text, match.start(), match.end()) for match in re.finditer(re.escape(word), statement.text)]
    yield from (("term", term, own.terms[term], found) for term, found in terms.items())
    yield from (("head", head, own.heads[head].kind, found) for head, found in heads.items())
    yield from (("negative", word, "", found) for word, found in negatives.items())


def match_expressions(own: Own, analyses: Sequence[Analysis]) -> Iterator[tuple[str, str, str, Found]]:
    """Give layer, rule, class and matches of cues, instruments and rules."""
    statements = [statement for analysis in analyses for statement in analysis.statements if statement.role not in ("title", "boilerplate")]

    def search(pattern: str) -> Found:
        return [(s.text, match.start(), match.end()) for s in statements if (match := re.search(pattern, s.text))]

    for kind, cues in own.cues.items():
        yield from (("cue", name, kind, search(pattern)) for name, pattern in cues.items())
    yield from (("instrument", code, code, search(pattern)) for code, pattern in own.instrument_cues.items())
    for row in own.rules:
        decided = [s for s in statements if (s.rule, s.kind, s.cues) == (row["id"], row["class"], (row["cue"],))]
        matches = [(s.text, m.start(), m.end()) for s in decided if (m := re.search(row["text"], s.text))]
        yield "rule", row["cue"], row["class"], matches


def show(text: str, start: int, end: int) -> str:
    """Show a match in its surroundings."""
    before = "…" * (start > BESIDE) + text[max(0, start - BESIDE) : start]
    behind = text[end : end + BESIDE] + "…" * (end + BESIDE < len(text))
    return f"{before}【{text[start:end]}】{behind}"
