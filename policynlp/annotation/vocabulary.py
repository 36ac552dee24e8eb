"""Every word met so far, with its tag, as a row of small integers: what a word is by itself is worked out once, not once a token."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Sized
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from policynlp.annotation.word_classes import WordClasses, load_word_classes
from policynlp.codebook import Codebook, shipped_codebook
from policynlp.reading.gazetteer import load_gazetteer

__all__ = ["ATTRIBUTES", "PAD", "PAD_ID", "Codes", "Column", "Integers", "Vocabulary", "current_vocabulary"]

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

PAD = "\n"  # stands between statements; no statement holds a line end
PAD_ID = 0
EDGE = "<edge>"  # the name of the pad in features
LARGEST = 200_000  # words; after so many the table is begun anew, so that a long run keeps its memory
MOST_VOCABULARIES = 4  # codebooks in use at a time
STOPS = frozenset("，,。；;！!？?：:\r\n")
LIST_MARKS = frozenset(["、", "和", "及", "与", "以及", "或", "“"])
BREAKS = frozenset(
    ["的", "、", "和", "与", "及", "以及", "等", "为", "对", "在", "把", "将", "向", "从", "由", "了", "是", "（", "(", "）", ")", "“", "”"]
)
SEPARATING = frozenset({"p", "m", "q", "r", "c"})
CLAUSE_MARKS = frozenset("，,；;。：:！!\n")
FILLER = frozenset({"d", "ad", "x", "p", "c", "u", "uj", "ul", "f", "m", "q"})
DIGIT = re.compile(r"\d")
NUMERIC = "0123456789.．０１２３４５６７８９%％"
# The attributes of a word that the models know by name.
ATTRIBUTES = (
    *("word", "tag", "last", "last2", "last3", "first", "first2", "size"),
    *("head", "kind", "term", "place", "act", "class", "coarse", "fine"),
)
NAMED = slice(ATTRIBUTES.index("head"), ATTRIBUTES.index("term") + 1)  # what the codebook says of a word: head, kind, term


class Column(IntEnum):
    """The columns of `Vocabulary.columns`: the code of the head noun, the length, and flags."""

    HEAD = 0
    LENGTH = 1  # characters
    PAD = 2
    TERM = 3  # a lexicalised name of the codebook or a city brand
    STOP = 4
    BREAK = 5  # ends the reach of a head noun
    SEPARATOR = 6  # stands outside every compound
    ACT = 7
    VERB = 8
    LISTING = 9  # 等
    OPENING = 10
    CLOSING = 11
    LIST_MARK = 12
    CLAUSE_MARK = 13
    FILLER = 14
    SHORT = 15  # one character
    KIND = 16  # its head noun, or the codebook's terms, say what kind of thing it is
    NOUN = 17


class Vocabulary:
    """The words of a process. Ids are given in the order of first sight; nothing that depends on that order leaves it.

    Args:
        codebook: its head nouns, terms, brands and acts.
        classes: word -> number of its class.

    Attributes:
        known: the codebook as far as the models know it: what words are is said by this one.
        heads: code of a head noun -> `KIND.subtype`, with `=` where the word is nothing but the head; code 0 is "".
        values: for each attribute its values so far, in the order of their numbers.
    """

    def __init__(self, codebook: Codebook, classes: WordClasses) -> None:
        self.codebook = codebook
        self.known = codebook.for_models
        self.classes = classes
        self.places = load_gazetteer()
        plain = sorted({f"{head.kind}.{head.subtype}" for head in self.known.heads.values()})
        self.heads = ["", *plain, *(f"{head}=" for head in plain)]
        self.head_codes = {head: code for code, head in enumerate(self.heads)}
        self.values = {attribute: Values() for attribute in ATTRIBUTES}
        self._numbers: list[list[int]] = []
        self._rows: list[tuple[int, ...]] = []
        self._tables: dict[Hashable, npt.NDArray[Any]] = {}
        self._filled: dict[Hashable, int] = {}
        self._lock = threading.RLock()
        self._index = Index(self.add)
        self._segmented: dict[str, int] = {}
        if self._index[PAD, "x"] != PAD_ID:
            raise AssertionError("the pad must come first")

    def __len__(self) -> int:
        return len(self._rows)

    def ids(self, words: Sequence[str], tag: Callable[[Sequence[str]], Iterable[str]]) -> Integers:
        """Give the ids of words as the segmenter cuts and tags them: a word always has one tag.

        Args:
            words: in order.
            tag: gives the tags of words; it is asked for those that are new.
        """
        try:
            return np.fromiter(map(self._segmented.__getitem__, words), np.int64, len(words))
        except KeyError:
            new = [word for word in dict.fromkeys(words) if word not in self._segmented]
            self._segmented.update(zip(new, map(self._index.__getitem__, zip(new, tag(new), strict=True)), strict=True))
        return np.fromiter(map(self._segmented.__getitem__, words), np.int64, len(words))

    def tagged_ids(self, pairs: Sequence[tuple[str, str]]) -> Integers:
        """Give the ids of words with any tags."""
        return np.fromiter(map(self._index.__getitem__, pairs), np.int64, len(pairs))

    def entries(self, ids: Iterable[int]) -> list[dict[str, str]]:
        """Spell out the attributes of words by name; "" where a word has none."""
        spelled: dict[int, dict[str, str]] = {}
        for i in ids:
            if i not in spelled:
                spelled[i] = {name: self.values[name].known[n] for name, n in zip(ATTRIBUTES, self._numbers[i], strict=True)}
        return [spelled[i] for i in ids]

    @property
    def columns(self) -> Codes:
        """The table of codes and flags, (words, columns of `Column`)."""
        return self.words("columns", (len(Column),), np.int32, lambda first: self._rows[first:])

    def table(
        self, owner: Hashable, things: Sized, shape: tuple[int, ...], kind: type[np.generic], make: Callable[[int], npt.ArrayLike]
    ) -> npt.NDArray[Any]:
        """Give the table that `owner` keeps, a row for each of the things so far; `make(n)` gives the rows from number n on."""
        with self._lock:
            table, filled, size = self._tables.get(owner), self._filled.get(owner, 0), len(things)
            if table is None or len(table) < size:
                larger = np.zeros((max(1024, 2 * size), *shape), kind)
                if table is not None:
                    larger[:filled] = table[:filled]
                self._tables[owner] = table = larger
            if filled < size:
                table[filled:size] = make(filled)
                self._filled[owner] = size
            return table[:size]

    def words(
        self, owner: Hashable, shape: tuple[int, ...], kind: type[np.generic], make: Callable[[int], npt.ArrayLike]
    ) -> npt.NDArray[Any]:
        """Give the table that `owner` keeps of the words."""
        return self.table(owner, self._rows, shape, kind, make)

    def codes(self, owner: Hashable, attribute: str, codes: Mapping[str, int], prefix: str = "") -> Integers:
        """Give for each word the code of an attribute; -1 where the word has none or `codes` does not hold it.

        Args:
            owner: who keeps the table.
            attribute: one of `ATTRIBUTES`.
            codes: what stands for each value, by the value with `prefix` before it.
            prefix: put before the values.
        """
        values = self.values[attribute].known

        def of_values(first: int) -> list[int]:
            return [codes.get(prefix + value, -1) if value else -1 for value in values[first:]]

        def of_words(first: int) -> Integers:
            known = self.table((owner, "values"), values, (), np.int64, of_values)
            return known.take(self.numbers[first:, ATTRIBUTES.index(attribute)])

        return self.words(owner, (), np.int64, of_words)

    @property
    def numbers(self) -> Codes:
        """For each word the numbers of its values, (words, attributes)."""
        return self.words("numbers", (len(ATTRIBUTES),), np.int32, lambda first: self._numbers[first:])

    def add(self, pair: tuple[str, str]) -> int:
        """Add a word with its tag, and give its id."""
        word, tag = pair
        attributes = self.attributes(word, tag)
        with self._lock:
            self._numbers.append([values.number[value] for values, value in zip(self.values.values(), attributes, strict=True)])
            self._rows.append(self.row(word, tag, *attributes[NAMED]))
            return len(self._rows) - 1

    def row(self, word: str, tag: str, head: str, kind: str, term: str) -> tuple[int, ...]:
        """Give the codes and flags of a word, by `Column`."""
        act = word in self.known.acts
        stop = word in STOPS
        broken = word in BREAKS or act or tag == "p"
        return (
            self.head_codes[head],
            len(word),
            word == PAD,
            bool(term),
            stop,
            broken,
            stop or broken or tag in SEPARATING,
            act,
            tag == "v",
            word == "等",
            word == "“",
            word == "”",
            word in LIST_MARKS,
            word in CLAUSE_MARKS,
            tag in FILLER,
            len(word) < 2,
            bool(kind),
            tag.startswith("n"),
        )

    def attributes(self, word: str, tag: str) -> tuple[str, ...]:
        """Work out what a word is by itself, in the order of `ATTRIBUTES`."""
        if word == PAD:
            return (EDGE, *[""] * (len(ATTRIBUTES) - 1))
        digits = DIGIT.search(word) is not None
        known = self.known
        head = known.head_of(word)
        place = self.places.get(word)
        kind = f"{head.kind}.{head.subtype}" if head else ""
        term = known.terms.get(word, "")
        return (
            "0" if digits and not word.strip(NUMERIC) else word,
            tag,
            word[-1],
            word[-2:],
            word[-3:],
            word[0],
            word[:2],
            str(min(len(word), 5)) + ("d" if digits else "a" if word.isascii() else ""),
            kind + "=" if head and head.text == word else kind,
            kind or term,
            term or ("BRAND" if word in known.brands else ""),
            place.level if place else "",
            "act" if word in known.acts else "either" if word in known.either else "",
            *[level.get(word, "") for level in self.classes.levels],
        )


class Values:
    """The values of an attribute, numbered in the order of first sight."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self.number = Numbers(self.known)


class Numbers(dict[str, int]):
    """Value -> number; a value that is not there is added to the list."""

    def __init__(self, known: list[str]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, value: str) -> int:
        self[value] = number = len(self.known)
        self.known.append(value)
        return number


class Index(dict[tuple[str, str], int]):
    """(word, tag) -> id; a word that is not there is added."""

    def __init__(self, add: Callable[[tuple[str, str]], int]) -> None:
        super().__init__()
        self.add = add

    def __missing__(self, pair: tuple[str, str]) -> int:
        self[pair] = number = self.add(pair)
        return number


_current: dict[tuple[Codebook, str], Vocabulary] = {}  # by codebook and the hash of the word classes


def current_vocabulary(codebook: Codebook | None = None, classes: WordClasses | None = None) -> Vocabulary:
    """Give the process's vocabulary of a codebook; a new one when the last has grown too large.

    Args:
        codebook: the shipped one by default.
        classes: the shipped word classes by default.
    """
    codebook, classes = codebook or shipped_codebook(), classes or load_word_classes()
    key = (codebook, classes.sha256)
    if key not in _current or len(_current[key]) > LARGEST:
        if len(_current) >= MOST_VOCABULARIES:
            _current.clear()
        _current[key] = Vocabulary(codebook, classes)
    return _current[key]
