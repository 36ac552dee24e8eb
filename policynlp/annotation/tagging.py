"""The entity tagger: features of a token sequence, and the trained sequence model that decides spans and types.

The rules propose (`propose`): for every token, which head noun closes its compound, what closes its enumeration, what
verb governs it. The model, a linear-chain CRF, weighs the proposals against words and tags and decides. Decoding is
vectorised: a word's contribution is looked up once, not once a feature.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from policynlp.annotation.weights import load_weights
from policynlp.annotation.word_classes import WordClasses, check_word_classes, load_word_classes
from policynlp.codebook import Codebook, load_codebook
from policynlp.errors import ModelError
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.resources import models_path

__all__ = [
    "CONTEXT_TEMPLATES",
    "WORD_TEMPLATES",
    "EntityTagger",
    "Tagged",
    "Tokens",
    "load_entity_tagger",
    "make_entity_tagger",
    "sequence_features",
]

Floats = npt.NDArray[np.float32]

PAD = "\0"
FORBIDDEN = -1e4
LARGEST_GROUP = 256
REACH = 2  # how far the templates look to either side
# (attribute of a word, offsets at which it is looked at)
WORD_TEMPLATES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("word", (-2, -1, 0, 1, 2)),
    ("tag", (-2, -1, 0, 1, 2)),
    ("last", (-1, 0, 1)),
    ("last2", (0,)),
    ("first", (0, 1)),
    ("size", (-1, 0, 1)),
    ("head", (-1, 0, 1)),
    ("term", (-1, 0, 1)),
    ("place", (-1, 0, 1)),
    ("act", (-2, -1, 0, 1)),
    ("class", (-2, -1, 0, 1, 2)),
)
# Attributes of a place in the sequence.
CONTEXT_TEMPLATES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("close", (-1, 0, 1)),
    ("final", (0, 1)),
    ("proposal", (-1, 0, 1)),
    ("reach", (-1, 0, 1)),
    ("item", (0, 1)),
    ("listed", (0,)),
    ("govern", (0,)),
    ("quote", (-1, 0, 1)),
    ("tags", (0, 1)),
    ("pair", (0, 1)),
)
STOPS = frozenset("，,。；;！!？?：:\n\r")
LIST_MARKS = frozenset(["、", "和", "及", "与", "以及", "或"])
BREAKS = frozenset(
    ["的", "、", "和", "与", "及", "以及", "等", "为", "对", "在", "把", "将", "向", "从", "由", "了", "是", "（", "(", "）", ")", "“", "”"]
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and tags of one statement; `start` is the offset of the first word in the report."""

    words: Sequence[str]
    tags: Sequence[str]
    start: int = 0


@dataclass(frozen=True, slots=True)
class Tagged:
    """A span that the tagger found: token indices `first` to `last` (exclusive), type and probability."""

    first: int
    last: int
    kind: str
    score: float


class WordTable:
    """What a word is by itself: shape, ending, head noun, term, place."""

    def __init__(self, codebook: Codebook, classes: Mapping[str, str]) -> None:
        self.codebook = codebook
        self.places = load_gazetteer()
        self.classes = classes
        self.known: dict[tuple[str, str], dict[str, str]] = {}

    def of(self, word: str, tag: str) -> dict[str, str]:
        """Give the attributes of a word, by the names of `WORD_TEMPLATES`."""
        key = (word, tag)
        if key not in self.known:
            self.known[key] = self.make(word, tag)
        return self.known[key]

    def make(self, word: str, tag: str) -> dict[str, str]:
        if word == PAD:
            return {name: PAD for name, _ in WORD_TEMPLATES}
        digits = any(c.isdigit() for c in word)
        head = self.codebook.head_of(word)
        term = self.codebook.terms.get(word) or ("BRAND" if word in self.codebook.brands else "")
        place = self.places.get(word)
        return {
            "word": "0" if digits and not word.strip("0123456789.．０１２３４５６７８９%％") else word,
            "tag": tag,
            "last": word[-1],
            "last2": word[-2:],
            "first": word[0],
            "size": str(min(len(word), 5)) + ("d" if digits else "a" if word.isascii() else ""),
            "head": f"{head.kind}.{head.subtype}{'=' if head.text == word else ''}" if head else "",
            "term": term,
            "place": place.level if place else "",
            "class": self.classes.get(word, ""),
            "act": "act" if word in self.codebook.acts else "either" if word in self.codebook.either else "",
        }


def propose(words: Sequence[str], tags: Sequence[str], heads: Sequence[str], acts: frozenset[str]) -> dict[str, list[str]]:
    """Read the context of every token by rule.

    Returns:
        `close`: the next head noun in the same compound and how far off it is; `final`: the last head noun of that
        compound; `proposal`: the place of the token in the span that the rules propose, with its head noun; `reach`: the same
        with the length of that span; `item`: its place in an item of an enumeration, with the head noun that closes the
        enumeration; `listed`: the head noun behind 等 that closes the enumeration; `govern`: the verb that governs the
        token; `quote`: whether the token stands in quotes and what follows them; `tags`, `pair`: the tag and the word with
        the one before.
    """
    quotes = find_quotes(words, heads)
    close, final, listed = find_heads(words, tags, heads, acts)
    proposal, reach, item = find_proposals(words, tags, heads, acts, quotes, listed)
    return {
        "proposal": proposal,
        "reach": reach,
        "item": item,
        "close": close,
        "final": final,
        "listed": listed,
        "govern": find_governors(words, tags, acts),
        "quote": quotes,
        "tags": [f"{a}|{b}" for a, b in pairwise((PAD, *tags))],
        "pair": [f"{a}|{b}" for a, b in pairwise((PAD, *words))],
    }


def find_heads(
    words: Sequence[str], tags: Sequence[str], heads: Sequence[str], acts: frozenset[str]
) -> tuple[list[str], list[str], list[str]]:
    """Look right from every token: the next and the last head noun of its compound, and what closes its enumeration."""
    n = len(words)
    close, final, listed = [""] * n, [""] * n, [""] * n
    near, far, closer, distance = "", "", "", 0
    for i in range(n - 1, -1, -1):
        word = words[i]
        if word in STOPS:
            near = far = closer = ""
        elif word in BREAKS or word in acts or tags[i] == "p":
            if word == "等" and far:
                closer = far
            near = far = ""
        elif heads[i]:
            near, far, distance = heads[i], far or heads[i], 0
        if near:
            close[i], final[i] = f"{near}{min(distance, 3)}", far
            distance += 1
        listed[i] = closer
    return close, final, listed


def find_proposals(
    words: Sequence[str],
    tags: Sequence[str],
    heads: Sequence[str],
    acts: frozenset[str],
    quotes: Sequence[str],
    listed: Sequence[str],
) -> tuple[list[str], list[str], list[str]]:
    """Propose spans: a compound from its first word to its last head noun, quotes included where a head noun follows them.

    Returns:
        `proposal`, `reach` and `item` as `propose` describes them.
    """
    n = len(words)
    proposal, reach, item = [""] * n, [""] * n, [""] * n
    first = 0
    for i in range(n + 1):
        if i < n and not ends_compound(i, words, tags, acts, quotes):
            continue
        last = next((k for k in range(i - 1, first - 1, -1) if heads[k]), -1)
        for k in range(first, i):
            if last >= 0:
                place = "B" if k == first else "I" if k < last else "E" if k == last else "A"
                proposal[k] = f"{place}:{heads[last]}"
                reach[k] = f"{place}:{min(last - first, 5)}:{heads[last].partition('.')[0]}"
            if listed[k]:
                item[k] = f"{'B' if k == first else 'I'}:{listed[k]}:{min(i - first, 4)}"
        first = i + 1
    return proposal, reach, item


def ends_compound(i: int, words: Sequence[str], tags: Sequence[str], acts: frozenset[str], quotes: Sequence[str]) -> bool:
    """Tell whether a token stands outside every compound."""
    word = words[i]
    if quotes[i] == "head":  # “就业优先”行动: whatever stands in the quotes belongs to the name
        return False
    return word in STOPS or word in BREAKS or word in acts or tags[i] in ("p", "m", "q", "r", "c")


def find_governors(words: Sequence[str], tags: Sequence[str], acts: frozenset[str]) -> list[str]:
    """Give every token the last act of its clause, or else the clause's first verb."""
    governors, verb = [], ""
    for word, tag in zip(words, tags, strict=True):
        if word in STOPS:
            verb = ""
        elif word in acts or (not verb and tag == "v"):
            verb = word
        governors.append(verb)
    return governors


def find_quotes(words: Sequence[str], heads: Sequence[str]) -> list[str]:
    """Say of every token in quotes what follows them: a head noun, a list mark, a stop or another word."""
    kinds, inside, follow = [""] * len(words), False, ""
    for i in range(len(words) - 1, -1, -1):
        if words[i] == "”":
            inside, follow = True, what_follows(i + 1, words, heads)
        if inside:
            kinds[i] = follow
        if words[i] == "“":
            inside = False
    return kinds


def what_follows(i: int, words: Sequence[str], heads: Sequence[str]) -> str:
    if i >= len(words) or words[i] in STOPS:
        return "stop"
    if heads[i]:
        return "head"
    return "list" if words[i] in LIST_MARKS or words[i] == "“" else "word"


def sequence_features(tokens: Tokens, table: WordTable) -> list[list[str]]:
    """Spell out the features of every token, as the training command hands them to the CRF trainer."""
    rows = [table.of(w, t) for w, t in zip(tokens.words, tokens.tags, strict=True)]
    context = propose(tokens.words, tokens.tags, [row["head"] for row in rows], table.codebook.acts)
    padding = table.of(PAD, PAD)
    padded = [padding] * REACH + rows + [padding] * REACH
    features = []
    for i in range(len(rows)):
        found = [
            f"{name}[{offset}]={value}"
            for name, offsets in WORD_TEMPLATES
            for offset in offsets
            if (value := padded[i + REACH + offset][name])
        ]
        for name, offsets in CONTEXT_TEMPLATES:
            for offset in offsets:
                value = context[name][i + offset] if 0 <= i + offset < len(rows) else PAD
                if value:
                    found.append(f"{name}[{offset}]={value}")
        features.append(found)
    return features


@dataclass
class EntityTagger:
    """The trained sequence model.

    Args:
        labels: O, B-FUND, I-FUND, …
        states: feature name -> row of `weights`.
        weights: (features, labels), float32.
        transitions: (labels, labels): weight of going from one to the next.
        table: attributes of words.
    """

    labels: list[str]
    states: dict[str, int]
    weights: Floats
    transitions: Floats
    table: WordTable
    _cache: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)
    _vectors: list[Floats] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._zero = np.zeros(len(self.labels), np.float32)
        self._context: dict[tuple[str, int], dict[str, int]] = {
            (name, offset): {} for name, offsets in CONTEXT_TEMPLATES for offset in offsets
        }
        for feature, row in self.states.items():
            head, _, value = feature.partition("]=")
            name, _, offset = head.partition("[")
            if (name, int(offset)) in self._context:
                self._context[name, int(offset)][value] = row
        self._all = np.vstack([self.weights, self._zero])  # the last row answers for unknown features

    def tag(self, sequences: Iterable[Tokens]) -> list[list[Tagged]]:
        """Find the entities of many statements at once.

        Returns:
            For each sequence its spans, in order, none overlapping.
        """
        batch = list(sequences)
        emissions = self.emissions(batch)
        order = sorted(range(len(batch)), key=lambda i: len(batch[i].words))
        found: list[list[Tagged]] = [[] for _ in batch]
        for group in like_lengths([i for i in order if batch[i].words], [len(t.words) for t in batch]):
            for i, spans in zip(group, self.decode([emissions[i] for i in group]), strict=True):
                found[i] = spans
        return found

    def emissions(self, batch: list[Tokens]) -> list[Floats]:
        """Score every label at every token."""
        filled = [tokens for tokens in batch if tokens.words]
        if not filled:
            return [np.zeros((0, len(self.labels)), np.float32) for _ in batch]
        pad = self._cache[PAD, PAD] if (PAD, PAD) in self._cache else self.word_id(PAD, PAD)
        ids: list[int] = []
        keep: list[bool] = []
        contexts: dict[tuple[str, int], list[int]] = {key: [] for key in self._context}
        for tokens in filled:
            keys = list(zip(tokens.words, tokens.tags, strict=True))
            ids += [pad] * REACH
            ids += [self._cache[k] if k in self._cache else self.word_id(*k) for k in keys]
            ids += [pad] * REACH
            keep += [False] * REACH + [True] * len(keys) + [False] * REACH
            self.add_context(tokens, [self.table.known[k]["head"] for k in keys], contexts)
        used, sequence = np.unique(np.array(ids), return_inverse=True)
        vectors = np.stack([self._vectors[i] for i in used])  # (words, offsets, labels)
        total = np.zeros((len(ids), len(self.labels)), np.float32)
        for column, offset in enumerate(range(-REACH, REACH + 1)):
            total += np.roll(vectors[sequence, column], -offset, axis=0)
        inner = total[np.array(keep)]
        for rows in contexts.values():
            inner += self._all[np.array(rows)]
        cuts = np.cumsum([len(t.words) for t in batch])[:-1]
        return [np.asarray(part) for part in np.split(inner, cuts)]

    def add_context(self, tokens: Tokens, heads: list[str], contexts: dict[tuple[str, int], list[int]]) -> None:
        """Look up the rows of the context features of one sequence."""
        n, nothing = len(tokens.words), len(self.weights)
        context = propose(tokens.words, tokens.tags, heads, self.table.codebook.acts)
        for (name, offset), rows in self._context.items():
            values = context[name]
            if offset > 0:
                values = [*values[offset:], *[PAD] * min(offset, n)]
            elif offset < 0:
                values = [*[PAD] * min(-offset, n), *values[:offset]]
            contexts[name, offset] += [rows.get(v, nothing) if v else nothing for v in values]

    def word_id(self, word: str, tag: str) -> int:
        """Give the index of a word's summed contributions, a row for each offset."""
        key = (word, tag)
        attributes = self.table.of(word, tag)
        vector = np.zeros((2 * REACH + 1, len(self.labels)), np.float32)
        for name, offsets in WORD_TEMPLATES:
            for offset in offsets:
                # The feature «seen from offset» belongs to the token that looks, so the vector is read shifted.
                row = self.states.get(f"{name}[{offset}]={attributes[name]}")
                if row is not None and attributes[name]:
                    vector[offset + REACH] += self.weights[row]
        self._cache[key] = len(self._vectors)
        self._vectors.append(vector)
        return self._cache[key]

    def decode(self, emissions: list[Floats]) -> list[list[Tagged]]:
        """Find the best label sequences and the probability of each span's labels, for sequences of like length."""
        lengths = np.array([len(e) for e in emissions])
        longest, n, k = int(lengths.max()), len(emissions), len(self.labels)
        padded = np.zeros((n, longest, k), np.float32)
        for i, emission in enumerate(emissions):
            padded[i, : len(emission)] = emission
        allowed = self.transitions
        best = padded[:, 0] + self.start
        back = np.zeros((n, longest, k), np.int8)
        history = np.zeros((n, longest, k), np.float32)
        history[:, 0] = best
        for t in range(1, longest):
            step = best[:, :, None] + allowed[None]
            back[:, t] = step.argmax(1)
            best = step.max(1) + padded[:, t]
            history[:, t] = best
        marginals = self.marginals(padded, lengths)
        paths = []
        for i, length in enumerate(lengths):
            label = int(history[i, length - 1].argmax())
            path = [label]
            for t in range(length - 1, 0, -1):
                label = int(back[i, t, label])
                path.append(label)
            path.reverse()
            paths.append(self.spans(path, marginals[i]))
        return paths

    def marginals(self, padded: Floats, lengths: npt.NDArray[np.int64]) -> Floats:
        """Give the probability of every label at every token (forward-backward, scaled)."""
        longest = padded.shape[1]
        potential = np.exp(np.clip(padded - padded.max(2, keepdims=True), -60, 0))
        transition = np.exp(np.clip(self.transitions, -60, 30))
        forward = np.zeros_like(padded)
        backward = np.ones_like(padded)
        forward[:, 0] = potential[:, 0] * np.exp(np.clip(self.start, -60, 0))
        forward[:, 0] /= forward[:, 0].sum(1, keepdims=True) + 1e-30
        for t in range(1, longest):
            forward[:, t] = (forward[:, t - 1] @ transition) * potential[:, t]
            forward[:, t] /= forward[:, t].sum(1, keepdims=True) + 1e-30
        for t in range(longest - 2, -1, -1):
            value = (backward[:, t + 1] * potential[:, t + 1]) @ transition.T
            value /= value.sum(1, keepdims=True) + 1e-30
            ended = (lengths <= t + 1)[:, None]
            backward[:, t] = np.where(ended, 1.0, value)
        product = forward * backward
        return np.asarray(product / (product.sum(2, keepdims=True) + 1e-30), np.float32)

    @property
    def start(self) -> Floats:
        """What each label may cost at the first token: a span cannot begin inside."""
        return np.array([FORBIDDEN if label.startswith("I-") else 0 for label in self.labels], np.float32)

    def spans(self, path: list[int], marginals: Floats) -> list[Tagged]:
        """Read the spans off a path of labels; a span is as probable as its least probable label."""
        found = []
        first = 0
        for t in range(len(path) + 1):
            label = self.labels[path[t]] if t < len(path) else "O"
            if t and label[:2] != "I-" and self.labels[path[t - 1]] != "O":
                score = float(min(marginals[u, path[u]] for u in range(first, t)))
                found.append(Tagged(first, t, self.labels[path[t - 1]][2:], round(score, 4)))
            if label.startswith("B-"):
                first = t
        return found


def like_lengths(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut a list of sequences, shortest first, into groups of like length, so that the padding stays small."""
    group: list[int] = []
    for i in order:
        if group and (len(group) == LARGEST_GROUP or lengths[i] > 2 * lengths[group[0]] + 8):
            yield group
            group = []
        group.append(i)
    if group:
        yield group


@cache
def load_entity_tagger() -> EntityTagger:
    """Load the shipped entity tagger, once a process.

    Raises:
        ModelError: the model is missing, damaged or was trained for other features.
    """
    return read_entity_tagger(models_path("entities"), load_codebook(), load_word_classes())


def read_entity_tagger(folder: Path, codebook: Codebook, word_classes: WordClasses) -> EntityTagger:
    """Read an entity tagger from its folder, and check that it was trained with these word classes."""
    arrays, terms = load_weights(folder, {"weights", "transitions"}, {"labels", "states", "templates", "word_classes"})
    check_word_classes(folder, terms["word_classes"], word_classes)
    if terms["templates"] != json.loads(json.dumps([WORD_TEMPLATES, CONTEXT_TEMPLATES])):
        raise ModelError(folder, "the model was trained for other features", "train it again with policynlp train")
    if arrays["weights"].shape != (len(terms["states"]), len(terms["labels"])):
        raise ModelError(folder, "the weights do not fit the feature list", "install the package again or train the model")
    return make_entity_tagger(arrays, terms, WordTable(codebook, word_classes))


def make_entity_tagger(arrays: Mapping[str, npt.NDArray[Any]], terms: Mapping[str, Any], table: WordTable) -> EntityTagger:
    """Make a tagger of fitted weights; no label may follow that its scheme forbids (I-X after anything but B-X and I-X)."""
    labels = terms["labels"]
    transitions = arrays["transitions"].astype(np.float32)
    for i, before in enumerate(labels):
        for j, after in enumerate(labels):
            if after.startswith("I-") and before[1:] != after[1:]:
                transitions[i, j] = FORBIDDEN
    weights = arrays["weights"].astype(np.float32)
    return EntityTagger(labels, {f: i for i, f in enumerate(terms["states"])}, weights, transitions, table)
