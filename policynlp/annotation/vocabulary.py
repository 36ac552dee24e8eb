"""Every word met so far, with its tag, as a row of small integers: what a word is by itself is worked out once, not once a token."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from policynlp.annotation.word_classes import WordClasses, load_word_classes
from policynlp.codebook import Codebook, load_codebook
from policynlp.reading.gazetteer import load_gazetteer

__all__ = ["ATTRIBUTES", "PAD", "PAD_ID", "Codes", "Column", "Integers", "Vocabulary", "current_vocabulary"]

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

PAD = "\n"  # stands between statements; no statement holds a line end
PAD_ID = 0
EDGE = "<edge>"  # the name of the pad in features
LARGEST = 200_000  # words; after so many the table is begun anew, so that a long run keeps its memory
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


class Column(IntEnum):
    """The columns of `Vocabulary.columns`: codes of words, tags and head nouns, and flags."""

    WORD = 0
    TAG = 1
    HEAD = 2
    TERM = 3  # 1: a lexicalised name of the codebook or a city brand
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
    KIND = 16  # 1: its head noun, or the codebook's terms, say what kind of thing it is
    LENGTH = 17  # characters


class Vocabulary:
    """The words of a process. Ids are given in the order of first sight; nothing that depends on that order leaves it.

    Args:
        codebook: its head nouns, terms, brands and acts.
        classes: word -> number of its class.

    Attributes:
        entries: for each id the attributes of the word by name; "" where it has none.
        heads: code of a head noun -> `KIND.subtype`, with `=` where the word is nothing but the head; code 0 is "".
        words, tags: code -> word, tag.
    """

    def __init__(self, codebook: Codebook, classes: WordClasses) -> None:
        self.codebook = codebook
        self.classes = classes
        self.places = load_gazetteer()
        plain = sorted({f"{head.kind}.{head.subtype}" for head in codebook.heads.values()})
        self.heads = ["", *plain, *(f"{head}=" for head in plain)]
        self.head_codes = {head: code for code, head in enumerate(self.heads)}
        self.entries: list[dict[str, str]] = []
        self.words: dict[str, int] = {}
        self.tags: dict[str, int] = {}
        self._rows: list[tuple[int, ...]] = []
        self._tables: dict[Hashable, npt.NDArray[Any]] = {}
        self._filled: dict[Hashable, int] = {}
        self._lock = threading.Lock()
        self._index = Index(self.add)
        self._segmented: dict[str, int] = {}
        if self._index[PAD, "x"] != PAD_ID:
            raise AssertionError("the pad must come first")

    def __len__(self) -> int:
        return len(self.entries)

    def ids(self, words: Sequence[str], tag: Callable[[], Iterable[tuple[str, str]]]) -> Integers:
        """Give the ids of words as the segmenter cuts and tags them: a word always has one tag.

        Args:
            words: in order.
            tag: gives these words with their tags; it is asked if one of them is new.
        """
        try:
            return np.fromiter(map(self._segmented.__getitem__, words), np.int64, len(words))
        except KeyError:
            self._segmented.update((pair[0], self._index[pair]) for pair in dict.fromkeys(tag()))
        return np.fromiter(map(self._segmented.__getitem__, words), np.int64, len(words))

    def tagged_ids(self, pairs: Sequence[tuple[str, str]]) -> Integers:
        """Give the ids of words with any tags."""
        return np.fromiter(map(self._index.__getitem__, pairs), np.int64, len(pairs))

    @property
    def columns(self) -> Codes:
        """The table of codes and flags, (words, columns of `Column`)."""
        return self.table("columns", (len(Column),), np.int32, lambda first: self._rows[first:])

    def table(
        self, owner: Hashable, shape: tuple[int, ...], kind: type[np.generic], make: Callable[[int], npt.ArrayLike]
    ) -> npt.NDArray[Any]:
        """Give the table that `owner` keeps of the words, a row a word; `make(n)` gives the rows of the words from number n on."""
        with self._lock:
            table, filled, size = self._tables.get(owner), self._filled.get(owner, 0), len(self.entries)
            if table is None or len(table) < size:
                larger = np.zeros((max(1024, 2 * size), *shape), kind)
                if table is not None:
                    larger[:filled] = table[:filled]
                self._tables[owner] = table = larger
            if filled < size:
                table[filled:size] = make(filled)
                self._filled[owner] = size
            return table[:size]

    def codes(self, owner: Hashable, attribute: str, codes: Mapping[str, int], prefix: str = "") -> Integers:
        """Give for each word the code of an attribute; -1 where the word has none or `codes` does not hold it.

        Args:
            owner: who keeps the table.
            attribute: one of `ATTRIBUTES`.
            codes: what stands for each value, by the value with `prefix` before it.
            prefix: put before the values.
        """

        def make(first: int) -> list[int]:
            values = [entry[attribute] for entry in self.entries[first:]]
            return [codes.get(prefix + value, -1) if value else -1 for value in values]

        return self.table(owner, (), np.int64, make)

    def add(self, pair: tuple[str, str]) -> int:
        """Add a word with its tag, and give its id."""
        word, tag = pair
        attributes = self.attributes(word, tag)
        with self._lock:
            number = len(self.entries)
            self.entries.append(attributes)
            self._rows.append(self.row(word, tag, attributes))
            return number

    def row(self, word: str, tag: str, attributes: dict[str, str]) -> tuple[int, ...]:
        """Give the codes and flags of a word, by `Column`."""
        act = word in self.codebook.acts
        stop = word in STOPS
        broken = word in BREAKS or act or tag == "p"
        return (
            self.words.setdefault(attributes["word"], len(self.words)),
            self.tags.setdefault(tag, len(self.tags)),
            self.head_codes[attributes["head"]],
            bool(attributes["term"]),
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
            bool(attributes["kind"]),
            len(word),
        )

    def attributes(self, word: str, tag: str) -> dict[str, str]:
        """Work out what a word is by itself, by the names of `ATTRIBUTES`."""
        if word == PAD:
            return dict.fromkeys(ATTRIBUTES, "") | {"word": EDGE}
        digits = DIGIT.search(word) is not None
        head = self.codebook.head_of(word)
        place = self.places.get(word)
        kind = f"{head.kind}.{head.subtype}" if head else ""
        term = self.codebook.terms.get(word, "")
        values = (
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
            term or ("BRAND" if word in self.codebook.brands else ""),
            place.level if place else "",
            "act" if word in self.codebook.acts else "either" if word in self.codebook.either else "",
            *(level.get(word, "") for level in self.classes.levels),
        )
        return dict(zip(ATTRIBUTES, values, strict=True))


class Index(dict[tuple[str, str], int]):
    """(word, tag) -> id; a word that is not there is added."""

    def __init__(self, add: Callable[[tuple[str, str]], int]) -> None:
        super().__init__()
        self.add = add

    def __missing__(self, pair: tuple[str, str]) -> int:
        self[pair] = number = self.add(pair)
        return number


_current: list[Vocabulary] = []


def current_vocabulary() -> Vocabulary:
    """Give the process's vocabulary of the shipped codebook; a new one when the last has grown too large."""
    if not _current or len(_current[0]) > LARGEST:
        _current[:] = [Vocabulary(load_codebook(), load_word_classes())]
    return _current[0]
