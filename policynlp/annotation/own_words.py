"""Entities by a researcher's own words: her terms, the compounds that end in her head nouns, and what her negative terms forbid."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from policynlp.annotation.spans import Draft, is_entity_name, trim_span, widen_span
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import Codes, Column
from policynlp.codebook import Codebook
from policynlp.reading.content import replace_surrogates
from policynlp.schema import Statement

__all__ = ["NOTHING", "OWN_HEAD", "OWN_TERM", "OwnWords", "find_own_words", "settle"]

OWN_TERM, OWN_HEAD = "own term", "own head"  # the rules that her entities name
Finder = Callable[[str], list[tuple[str, int, int]]]


class OwnWords(NamedTuple):
    """What her words say of a statement: drafts by terms and head nouns, and places of negative terms with the types they bar."""

    terms: Sequence[Draft] = ()
    heads: Sequence[Draft] = ()
    negatives: Sequence[tuple[int, int, frozenset[str]]] = ()

    def allows(self, draft: Draft) -> bool:
        """Tell whether no negative term holds the whole of a draft."""
        return not any(a <= draft.start and draft.end <= b and (not kinds or draft.kind in kinds) for a, b, kinds in self.negatives)


NOTHING = OwnWords()


def find_own_words(statements: Sequence[Statement], tokens: Tokens, codebook: Codebook, *, first: int = 0) -> dict[int, OwnWords]:
    """Find her words in the statements of one report.

    Args:
        statements: in reading order.
        tokens: the words of a batch that holds these statements.
        codebook: only what `own` adds is looked for.
        first: the number of the first statement in the batch.

    Returns:
        Number of a statement in the batch -> her words in it; statements without any are left out.
    """
    own = codebook.own
    if own is None:
        return {}
    find_terms, find_heads, find_negatives = finders(codebook)
    found = {}
    for number, statement in enumerate(statements, first):
        text = replace_surrogates(statement.text)
        terms = [Draft(own.terms[word], a, b, 1.0, OWN_TERM) for word, a, b in find_terms(text) if own.terms[word]]
        ends = find_heads(text)
        heads = find_compounds(statement.text, ends, tokens, number, codebook) if ends else []
        negatives = [(a, b, own.negatives[word]) for word, a, b in find_negatives(text)]
        if terms or heads or negatives:
            found[number] = OwnWords(terms, heads, negatives)
    return found


@lru_cache(maxsize=8)
def finders(codebook: Codebook) -> tuple[Finder, Finder, Finder]:
    """Make the searches for terms, head nouns and negative terms."""
    own = codebook.own
    assert own is not None
    return (
        finder(own.terms, MatchKind.LeftmostLongest),
        finder(own.heads, MatchKind.LeftmostLongest),
        finder(own.negatives, MatchKind.Standard),
    )


def finder(words: Mapping[str, object], kind: MatchKind) -> Finder:
    known = sorted(words)
    if not known:
        return lambda _text: []
    matcher = AhoCorasick(known, matchkind=kind)
    overlapping = kind == MatchKind.Standard

    def find(text: str) -> list[tuple[str, int, int]]:
        return [(known[i], start, end) for i, start, end in matcher.find_matches_as_indexes(text, overlapping=overlapping)]

    return find


def find_compounds(text: str, ends: Sequence[tuple[str, int, int]], tokens: Tokens, number: int, codebook: Codebook) -> list[Draft]:
    """Find the compounds that end in her head nouns: the words before each up to a break, a verb or whatever stands in no name.

    A head noun that does not end with a word, or behind which the compound goes on, decides nothing.
    """
    first, last = int(tokens.first[number]), int(tokens.last[number])
    begin = int(tokens.offsets[first])
    edges = (tokens.offsets[first : last + 1] - begin).tolist()
    columns = tokens.columns[first : last + 1]  # a pad stands behind the last word
    found: list[Draft] = []
    for head, start, end in ends:
        at = bisect_right(edges, end) - 1  # the word behind the head noun
        if edges[at] != end or columns[at, Column.HEAD] or columns[at, Column.NOUN]:
            continue
        word = bisect_right(edges, start) - 1
        while word and not columns[word - 1, Column.SEPARATOR] and not governs(word - 1, text, edges, columns, codebook):
            word -= 1
        kind = codebook.heads[head].kind
        low, high = widen_span(text, *trim_span(text, min(edges[word], start), end), kind, codebook.acts)
        if is_entity_name(text[low:high], codebook) and (not found or low >= found[-1].end):
            found.append(Draft(kind, low, high, 1.0, OWN_HEAD))
    return found


def governs(word: int, text: str, edges: Sequence[int], columns: Codes, codebook: Codebook) -> bool:
    """Tell whether a word is a verb that stands outside of names; one that can stand in names does where it begins the compound."""
    verb = text[edges[word] : edges[word + 1]]
    if verb not in codebook.either:
        return bool(columns[word, Column.VERB])
    begins = not word or bool(columns[word - 1, Column.SEPARATOR])
    return begins and any(verb in action.verbs for action in codebook.actions.values())


def settle(drafts: Sequence[Draft], own: OwnWords) -> tuple[list[Draft], list[Draft]]:
    """Put her drafts beside those of the model and the shipped rules.

    Hers win where they meet others. Only a longer name that goes on behind hers, of which hers is but the modifier, stays: hers
    is then an inner one (英才计划 in 英才计划专项基金).

    Returns:
        The outer drafts in the order of the text, none overlapping; and her inner ones.
    """
    if own is NOTHING:
        return list(drafts), []
    terms = [draft for draft in own.terms if own.allows(draft)]
    heads, inner_terms = beside([draft for draft in own.heads if own.allows(draft)], terms)
    hers = [*heads, *(draft for draft in terms if draft not in inner_terms)]
    others, inner = beside([draft for draft in drafts if own.allows(draft)], hers)
    outer = [*others, *(draft for draft in hers if draft not in inner)]
    return sorted(outer, key=lambda draft: draft.start), sorted([*inner_terms, *inner], key=lambda draft: draft.start)


def beside(drafts: Sequence[Draft], winners: Sequence[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Give the drafts that stay beside winners, and the winners that lie in these."""
    kept: list[Draft] = []
    inner: list[Draft] = []
    for draft in drafts:
        met = [w for w in winners if w.start < draft.end and draft.start < w.end]
        if all(draft.start <= w.start and w.end < draft.end for w in met):
            kept.append(draft)
            inner += met
    return kept, inner
