"""The entity tagger: features of tokens, and the trained sequence model that decides spans and types.

The model, a linear-chain CRF, weighs words, their company and the proposals of the rules. Features are never spelled out
when it decides: what a word contributes is summed once for each word, what the rules see once for each combination that
occurs, and pairs of neighbours are looked up in bulk. `spell` spells them out, for training and for tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
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
BLOCK = 2048  # tokens whose scores are summed at a time: they fit the processor's cache


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
        weights: (rows, offsets, labels).
        rows: (tokens,) the row of each token; -1 finds the last one.
        offsets: the token i lends `weights[rows[i], k]` to the one that sees it at the k-th offset, i - `offsets[k]`.
    """

    weights: Floats
    rows: Integers
    offsets: tuple[int, ...]


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
        spans: list[list[Tagged]] = [[] for _ in range(len(tokens))]
        filled = np.flatnonzero(tokens.last > tokens.first)
        if not len(filled):
            return spans
        emissions = self.emissions(tokens)
        chosen = decode(emissions, tokens.first[filled], (tokens.last - tokens.first)[filled], self.chain)
        inside = np.array([label[0] == "I" for label in self.labels])[chosen]
        first = np.flatnonzero(np.array([label[0] == "B" for label in self.labels])[chosen])
        if not len(first):
            return spans
        last = next_true(~inside)[first + 1]
        owner = np.searchsorted(tokens.first, first, side="right") - 1
        asked = np.unique(owner)
        probable = probabilities(emissions, tokens.first[asked], (tokens.last - tokens.first)[asked], self.chain, chosen)
        kinds = [label[2:] for label in self.labels]
        scores = np.minimum.reduceat(probable, np.stack([first, last], 1).ravel())[::2]  # as probable as its least probable label
        for a, b, label, score, statement in zip(
            first.tolist(), last.tolist(), chosen[first].tolist(), scores.tolist(), owner.tolist(), strict=True
        ):
            spans[statement].append(make_tagged(a, b, kinds[label], round(score, 4)))
        return spans

    def emissions(self, tokens: Tokens) -> Floats:
        """Score every label at every token, (tokens, labels); what pads get means nothing."""
        vocabulary = tokens.vocabulary
        words = vocabulary.words(
            (self.key, "words"), (len(SIDES), len(self.labels)), np.float32, lambda first: self.sum_words(vocabulary, first)
        )
        return add_up([Source(words, tokens.ids, SIDES), *self.see_contexts(tokens), *self.see_pairs(tokens), self.see_governors(tokens)])

    def see_contexts(self, tokens: Tokens) -> list[Source]:
        """Give what the rules see."""
        codes = find_contexts(tokens.columns, tokens.vocabulary)
        sources = []
        for names, (weights, shape) in self.contexts(tuple(tokens.vocabulary.heads)).items():
            rows = codes[names[0]].astype(np.int64)
            for name, values in zip(names[1:], shape[1:], strict=True):
                rows = rows * values + codes[name]
            sources.append(Source(weights, rows, NEXT))
        return sources

    def see_pairs(self, tokens: Tokens) -> list[Source]:
        """Give what neighbours contribute; a pair stands at its second word."""
        sources = []
        for name, (left, right, offsets) in PAIR_TEMPLATES.items():
            table, weights = self.pairs[name]
            before = tokens.vocabulary.codes((self.key, name, 0), left, table.left).take(tokens.ids)
            behind = tokens.vocabulary.codes((self.key, name, 1), right, table.right).take(tokens.ids)
            sources.append(Source(weights, np.append(-1, table.find(before[:-1], behind[1:])), offsets))
        return sources

    def see_governors(self, tokens: Tokens) -> Source:
        """Give what the verbs that govern tokens contribute."""
        verbs = tokens.vocabulary.codes((self.key, GOVERNOR), "word", self.states, f"{GOVERNOR}[0]=")
        governors = find_governors(tokens.columns)
        return Source(self.padded[:, None], np.where(governors >= 0, verbs.take(tokens.ids.take(governors)), -1), (0,))

    def sum_words(self, vocabulary: Vocabulary, first: int) -> Floats:
        """Sum what the words from number `first` on contribute to the tokens around them, (words, offsets, labels)."""
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
        holds = sparse.coo_matrix((np.ones(len(columns), np.float32), (places, columns)), shape=(size, len(vectors))).tocsr()
        return np.asarray(holds @ vectors.reshape(len(vectors), -1)).reshape(size, *vectors.shape[1:])

    @cached_property
    def values(self) -> tuple[dict[str, dict[str, int]], Floats]:
        """For each attribute of words the numbers of the values that the model knows, and the weights of these by offset."""
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
        return numbers, self.padded[np.array(rows, np.int64).reshape(-1, len(SIDES))]

    def contexts(self, heads: tuple[str, ...]) -> dict[tuple[str, ...], tuple[Floats, tuple[int, ...]]]:
        """Give for names of `CONTEXT_GROUPS` the weights of their values together, (values, offsets, labels), and how many each has."""
        if heads not in self._contexts:
            values = context_values(heads)
            found = self._contexts[heads] = {}
            for names in CONTEXT_GROUPS:
                summed = self.context_weights(names[0], values[names[0]])
                for name in names[1:]:
                    summed = (summed[:, None] + self.context_weights(name, values[name])[None]).reshape(-1, *summed.shape[1:])
                found[names] = summed, tuple(len(values[name]) for name in names)
        return self._contexts[heads]

    def context_weights(self, name: str, values: Sequence[str]) -> Floats:
        """Give the weights of the values of one thing that the rules see, (values, offsets, labels)."""
        table = np.zeros((len(values), len(NEXT), len(self.labels)), np.float32)
        for column, offset in enumerate(NEXT):
            if offset in CONTEXT_TEMPLATES[name]:
                table[:, column] = self.padded[[self.states.get(f"{name}[{offset}]={value}", -1) if value else -1 for value in values]]
        return table

    @cached_property
    def _contexts(self) -> dict[tuple[str, ...], dict[tuple[str, ...], tuple[Floats, tuple[int, ...]]]]:
        return {}

    @cached_property
    def padded(self) -> Floats:
        """The weights with a row of zeros at the end, which the index -1 finds."""
        return np.vstack([self.weights, np.zeros((1, len(self.labels)), np.float32)])

    @cached_property
    def pairs(self) -> dict[str, tuple[PairTable, Floats]]:
        """For each pair template the pairs that the model knows and their weights, (pairs, offsets, labels); zeros come last."""
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
                self.padded[[*known.values(), [-1] * len(PAIR_TEMPLATES[name][2])]],
            )
            for name, known in rows.items()
        }

    @cached_property
    def key(self) -> object:
        """What the tables of this model go by in a vocabulary."""
        return object()


def add_up(sources: Sequence[Source]) -> Floats:
    """Sum what all sources contribute to every token, (tokens, labels); the outermost pads, `REACH` at either end, get nothing."""
    size, labels = len(sources[0].rows), sources[0].weights.shape[2]
    total = np.zeros((size, labels), np.float32)
    for begin in range(REACH, size - REACH, BLOCK):
        end = min(begin + BLOCK, size - REACH)
        block = total[begin:end]
        for weights, rows, offsets in sources:
            first = min(offsets)
            parts = weights.take(rows[begin + first : end + max(offsets)], axis=0)
            for column, offset in enumerate(offsets):
                block += parts[offset - first : offset - first + len(block), column]
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
