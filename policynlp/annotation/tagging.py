"""The entity tagger: features of tokens, and the trained sequence model that decides spans and types.

The model, a linear-chain CRF, weighs words, their company and the proposals of the rules. Features are never spelled out
when it decides: what a word contributes is summed once for each word, what the rules see once for each combination that
occurs, and pairs of neighbours are looked up in bulk. `spell` spells them out, for training and for tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policynlp.annotation.decoding import Chain, decode, probabilities
from policynlp.annotation.pairs import PairTable
from policynlp.annotation.proposals import context_values, find_contexts, find_governors, next_true
from policynlp.annotation.tokens import REACH, Tokens
from policynlp.annotation.vocabulary import ATTRIBUTES, PAD_ID, Integers, Vocabulary
from policynlp.annotation.weights import load_weights
from policynlp.annotation.word_classes import WordClasses, check_word_classes, load_word_classes
from policynlp.errors import ModelError
from policynlp.resources import models_path
from policynlp.schema import maker

__all__ = ["EntityTagger", "Tagged", "load_entity_tagger", "make_entity_tagger", "read_entity_tagger", "spell", "templates"]

Floats = npt.NDArray[np.float32]

FORBIDDEN = -1e4
SIDES = tuple(range(-REACH, REACH + 1))
NEXT = (-1, 0, 1)
# Attribute of a word -> offsets at which it is looked at; `letters` are all its characters.
WORD_TEMPLATES: dict[str, tuple[int, ...]] = {
    "word": SIDES,
    "tag": SIDES,
    "last": NEXT,
    "last2": (-1, 0),
    "last3": (0,),
    "first": (0, 1),
    "first2": (0, 1),
    "letters": NEXT,
    "size": NEXT,
    "head": NEXT,
    "term": NEXT,
    "place": NEXT,
    "act": (-2, -1, 0, 1),
    "class": SIDES,
    "coarse": SIDES,
    "fine": SIDES,
}
# What the rules see of a token -> offsets.
CONTEXT_TEMPLATES: dict[str, tuple[int, ...]] = {
    "close": NEXT,
    "final": (0, 1),
    "proposal": NEXT,
    "reach": NEXT,
    "item": (0, 1),
    "listed": (0,),
    "quote": NEXT,
}
# Attributes of two neighbours -> offsets: 0 looks at the word before and the token itself, 1 at the token and the next word.
PAIR_TEMPLATES: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "tags": ("tag", "tag", (0, 1)),
    "pair": ("word", "word", (0, 1)),
    "edge": ("last", "first", (0, 1)),
    "edge.right": ("last", "first2", (0,)),
    "edge.left": ("last2", "first", (1,)),
    "coarse.pair": ("coarse", "coarse", (0,)),
}
GOVERNOR = "govern"  # the verb that governs the token
# What the rules see is looked up together, as far as the tables stay small.
CONTEXT_GROUPS = (("close", "final"), ("proposal", "reach"), ("item", "quote"), ("listed",))
BLOCK = 4096  # tokens whose scores are summed at a time: they fit the processor's cache


def templates() -> list[object]:
    """Give the templates as a model records them."""
    return [
        [[name, list(offsets)] for name, offsets in (WORD_TEMPLATES | CONTEXT_TEMPLATES).items()],
        [[name, left, right, list(offsets)] for name, (left, right, offsets) in PAIR_TEMPLATES.items()],
    ]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A span that the tagger found: indices of its first token and of the one behind its last, type and probability."""

    first: int
    last: int
    kind: str
    score: float


make_tagged = maker(Tagged)


class Source(NamedTuple):
    """Weights that tokens lend to those around them.

    Attributes:
        weights: (rows, labels).
        rows: (tokens,) the row of each token; -1 finds the last one.
        offset: the token i lends `weights[rows[i]]` to the one that sees it at this offset, i - `offset`.
    """

    weights: Floats
    rows: Integers
    offset: int


def values_of(entry: Mapping[str, str], attribute: str) -> tuple[str, ...]:
    """Give the values of an attribute of a word, none where it has none."""
    if attribute == "letters" and entry["tag"]:  # a pad has no tag
        return tuple(sorted(set(entry["word"])))
    return (entry[attribute],) if entry.get(attribute) else ()


def spell(tokens: Tokens) -> list[list[list[str]]]:
    """Spell out the features of every token of every statement, as the training command hands them to the CRF trainer."""
    vocabulary = tokens.vocabulary
    entries = vocabulary.entries(tokens.ids.tolist())
    columns = tokens.columns
    values = context_values(vocabulary.heads)
    contexts = {name: [values[name][code] for code in codes.tolist()] for name, codes in find_contexts(columns, vocabulary).items()}
    governors = find_governors(columns).tolist()

    def features(i: int) -> list[str]:
        found = [f"{n}[{o}]={v}" for n, offsets in WORD_TEMPLATES.items() for o in offsets for v in values_of(entries[i + o], n)]
        found += [f"{n}[{o}]={contexts[n][i + o]}" for n, offsets in CONTEXT_TEMPLATES.items() for o in offsets if contexts[n][i + o]]
        for name, (left, right, offsets) in PAIR_TEMPLATES.items():
            for o in offsets:
                a, b = entries[i + o - 1][left], entries[i + o][right]
                if a and b:
                    found.append(f"{name}[{o}]={a}\t{b}")
        if governors[i] >= 0:
            found.append(f"{GOVERNOR}[0]={entries[governors[i]]['word']}")
        return found

    return [[features(i) for i in range(a, b)] for a, b in zip(tokens.first.tolist(), tokens.last.tolist(), strict=True)]


@dataclass
class EntityTagger:
    """The trained sequence model.

    Attributes:
        labels: O, B-FUND, I-FUND, …
        states: feature name -> row of `weights`.
        weights: (features, labels), float32.
        chain: the weights between labels.
        word_classes: the classes of words that it was trained with.
    """

    labels: list[str]
    states: dict[str, int]
    weights: Floats
    chain: Chain
    word_classes: WordClasses

    def tag(self, tokens: Tokens) -> list[list[Tagged]]:
        """Find the entities of many statements at once.

        Returns:
            For each statement its spans, in order, none overlapping.
        """
        filled = np.flatnonzero(tokens.last > tokens.first)
        if not len(filled):
            return [[] for _ in range(len(tokens))]
        emissions, lengths = self.emissions(tokens), tokens.last - tokens.first
        chosen = decode(emissions, tokens.first[filled], lengths[filled], self.chain)
        first = np.flatnonzero(np.array([label[0] == "B" for label in self.labels])[chosen])
        if not len(first):
            return [[] for _ in range(len(tokens))]
        last = next_true(np.array([label[0] != "I" for label in self.labels])[chosen])[first + 1]
        cuts = np.searchsorted(first, np.append(tokens.first, len(chosen)))  # the spans of each statement
        asked = np.flatnonzero(np.diff(cuts))
        probable = probabilities(emissions, tokens.first[asked], lengths[asked], self.chain, chosen)
        scores = np.minimum.reduceat(probable, np.stack([first, last], 1).ravel())[::2]  # as probable as its least probable label
        kinds = [self.labels[label][2:] for label in chosen[first].tolist()]
        spans = list(map(make_tagged, first.tolist(), last.tolist(), kinds, np.round(scores, 4).tolist()))
        return [spans[begin:end] for begin, end in pairwise(cuts.tolist())]

    def emissions(self, tokens: Tokens) -> Floats:
        """Score every label at every token, (tokens, labels); what pads get means nothing."""
        return add_up([*self.see_words(tokens), *self.see_contexts(tokens), *self.see_pairs(tokens), self.see_governors(tokens)])

    def see_words(self, tokens: Tokens) -> list[Source]:
        """Give what words by themselves contribute."""
        vocabulary, vectors = tokens.vocabulary, self.values[1]
        holds = cache(lambda first: self.hold_values(vocabulary, first))

        def summed(offset: int) -> Floats:
            return vocabulary.words(
                (self.key, "words", offset), (len(self.labels),), np.float32, lambda first: holds(first) @ vectors[offset + REACH]
            )

        return [Source(summed(offset), tokens.ids, offset) for offset in SIDES]

    def see_contexts(self, tokens: Tokens) -> list[Source]:
        """Give what the rules see."""
        codes = find_contexts(tokens.columns, tokens.vocabulary)
        sources = []
        for names, (tables, sizes) in self.contexts(tuple(tokens.vocabulary.heads)).items():
            rows = codes[names[0]].astype(np.int64)
            for name, size in zip(names[1:], sizes[1:], strict=True):
                rows = rows * size + codes[name]
            sources += [Source(table, rows, offset) for offset, table in tables.items()]
        return sources

    def see_pairs(self, tokens: Tokens) -> list[Source]:
        """Give what neighbours contribute; a pair stands at its second word."""
        sources = []
        for name, (left, right, _) in PAIR_TEMPLATES.items():
            table, weights = self.pairs[name]
            before = tokens.vocabulary.codes((self.key, name, 0), left, table.left).take(tokens.ids)
            behind = tokens.vocabulary.codes((self.key, name, 1), right, table.right).take(tokens.ids)
            rows = np.append(-1, table.find(before[:-1], behind[1:]))
            sources += [Source(lent, rows, offset) for offset, lent in weights.items()]
        return sources

    def see_governors(self, tokens: Tokens) -> Source:
        """Give what the verbs that govern tokens contribute."""
        verbs = tokens.vocabulary.codes((self.key, GOVERNOR), "word", self.states, f"{GOVERNOR}[0]=")
        governors = find_governors(tokens.columns)
        return Source(self.padded, np.where(governors >= 0, verbs.take(tokens.ids.take(governors)), -1), 0)

    def hold_values(self, vocabulary: Vocabulary, first: int) -> sparse.csr_matrix:
        """Say which values the words from number `first` on have, (words, values): 1 where a word has one, else 0."""
        numbers, vectors = self.values
        size = len(vocabulary) - first
        rows, found = [], []
        for name, known in numbers.items():
            if name != "letters":
                codes = vocabulary.codes((self.key, "value", name), name, known)[first:]
                rows.append(np.flatnonzero(codes >= 0))
                found.append(codes.take(rows[-1]))
        letters, words = numbers["letters"], vocabulary.values["word"].known
        spelled = [
            (row, letters[letter])
            for row, word in enumerate(vocabulary.numbers[first:, ATTRIBUTES.index("word")].tolist(), first)
            if row != PAD_ID
            for letter in set(words[word])
            if letter in letters
        ]
        rows.append(np.array([row - first for row, _ in spelled], np.int64))
        found.append(np.array([letter for _, letter in spelled], np.int64))
        places, columns = np.concatenate(rows), np.concatenate(found)
        return sparse.coo_matrix((np.ones(len(columns), np.float32), (places, columns)), shape=(size, vectors.shape[1])).tocsr()

    @cached_property
    def values(self) -> tuple[dict[str, dict[str, int]], Floats]:
        """For each attribute of words the numbers of the values that the model knows, and their weights, (offsets, values, labels)."""
        numbers: dict[str, dict[str, int]] = {name: {} for name in WORD_TEMPLATES}
        rows: list[list[int]] = []
        for feature, row in self.states.items():
            head, _, value = feature.partition("]=")
            name, _, offset = head.partition("[")
            if name in numbers:
                if value not in numbers[name]:
                    numbers[name][value] = len(rows)
                    rows.append([-1] * len(SIDES))
                rows[numbers[name][value]][int(offset) + REACH] = row
        return numbers, self.padded[np.array(rows, np.int64).reshape(-1, len(SIDES)).T]

    def contexts(self, heads: tuple[str, ...]) -> dict[tuple[str, ...], tuple[dict[int, Floats], tuple[int, ...]]]:
        """Give for names of `CONTEXT_GROUPS` the weights of their values together, (values, labels) by offset, and how many each has."""
        if heads not in self._contexts:
            values = context_values(heads)
            self._contexts[heads] = {
                names: (
                    {offset: self.context_weights(names, values, offset) for offset in offsets_of(names)},
                    tuple(len(values[name]) for name in names),
                )
                for names in CONTEXT_GROUPS
            }
        return self._contexts[heads]

    def context_weights(self, names: Sequence[str], values: Mapping[str, Sequence[str]], offset: int) -> Floats:
        """Give the weights of what the rules see under some names together, (combinations of values, labels)."""
        summed = np.zeros((1, len(self.labels)), np.float32)
        for name in names:
            features = [f"{name}[{offset}]={value}" if value else "" for value in values[name]]
            weights = self.padded[[self.states.get(feature, -1) for feature in features]]
            summed = (summed[:, None] + weights[None]).reshape(-1, len(self.labels))
        return summed

    @cached_property
    def _contexts(self) -> dict[tuple[str, ...], dict[tuple[str, ...], tuple[dict[int, Floats], tuple[int, ...]]]]:
        return {}

    @cached_property
    def padded(self) -> Floats:
        """The weights with a row of zeros at the end, which the index -1 finds."""
        return np.vstack([self.weights, np.zeros((1, len(self.labels)), np.float32)])

    @cached_property
    def pairs(self) -> dict[str, tuple[PairTable, dict[int, Floats]]]:
        """For each pair template the pairs that the model knows and their weights, (pairs, labels) by offset; zeros come last."""
        rows: dict[str, dict[tuple[str, str], list[int]]] = {name: {} for name in PAIR_TEMPLATES}
        for feature, row in self.states.items():
            head, _, value = feature.partition("]=")
            name, _, offset = head.partition("[")
            if name in rows:
                left, _, right = value.partition("\t")
                offsets = PAIR_TEMPLATES[name][2]
                rows[name].setdefault((left, right), [-1] * len(offsets))[offsets.index(int(offset))] = row
        return {
            name: (
                PairTable({pair: i for i, pair in enumerate(known)}),
                {offset: self.padded[[*(row[k] for row in known.values()), -1]] for k, offset in enumerate(PAIR_TEMPLATES[name][2])},
            )
            for name, known in rows.items()
        }

    @cached_property
    def key(self) -> object:
        """What the tables of this model go by in a vocabulary."""
        return object()


def offsets_of(names: Sequence[str]) -> list[int]:
    """Give the offsets at which any of some names is looked at."""
    return sorted({offset for name in names for offset in CONTEXT_TEMPLATES[name]})


def add_up(sources: Sequence[Source]) -> Floats:
    """Sum what all sources contribute to every token, (tokens, labels); the outermost pads, `REACH` at either end, get nothing."""
    size, labels = len(sources[0].rows), sources[0].weights.shape[1]
    total = np.zeros((size, labels), np.float32)
    lent = np.empty((BLOCK, labels), np.float32)
    for begin in range(REACH, size - REACH, BLOCK):
        end = min(begin + BLOCK, size - REACH)
        for weights, rows, offset in sources:
            # "wrap" finds the last row at -1, and writes into `out` without a copy.
            total[begin:end] += weights.take(rows[begin + offset : end + offset], axis=0, out=lent[: end - begin], mode="wrap")
    return total


@cache
def load_entity_tagger() -> EntityTagger:
    """Load the shipped entity tagger, once a process.

    Raises:
        ModelError: the model is missing, damaged or was trained for other features.
    """
    return read_entity_tagger(models_path("entities"), load_word_classes())


def read_entity_tagger(folder: Path, word_classes: WordClasses) -> EntityTagger:
    """Read an entity tagger from its folder, and check that it was trained with these word classes."""
    arrays, terms = load_weights(folder, {"weights", "transitions"}, {"labels", "states", "templates", "word_classes"})
    check_word_classes(folder, terms["word_classes"], word_classes)
    if terms["templates"] != templates():
        raise ModelError(folder, "the model was trained for other features", "train it again with policynlp train")
    if arrays["weights"].shape != (len(terms["states"]), len(terms["labels"])):
        raise ModelError(folder, "the weights do not fit the feature list", "install the package again or train the model")
    return make_entity_tagger(arrays, terms, word_classes)


def make_entity_tagger(arrays: Mapping[str, npt.NDArray[Any]], terms: Mapping[str, Any], word_classes: WordClasses) -> EntityTagger:
    """Make a tagger of fitted weights; no label may follow that its scheme forbids (I-X after anything but B-X and I-X)."""
    labels = terms["labels"]
    transitions = arrays["transitions"].astype(np.float32)
    for i, before in enumerate(labels):
        for j, after in enumerate(labels):
            if after.startswith("I-") and before[1:] != after[1:]:
                transitions[i, j] = FORBIDDEN
    start = np.array([FORBIDDEN if label.startswith("I-") else 0 for label in labels], np.float32)
    states = {feature: i for i, feature in enumerate(terms["states"])}
    return EntityTagger(labels, states, arrays["weights"].astype(np.float32), Chain(start, transitions), word_classes)
