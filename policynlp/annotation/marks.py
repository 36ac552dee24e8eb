"""What is looked for in the text of statements, cues of classes and instruments, rules and marks of status, and what was found of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from policynlp.annotation.patterns import Matches, PatternSet
from policynlp.annotation.vocabulary import Integers
from policynlp.codebook import Codebook, shipped_codebook

__all__ = ["Found", "Marks", "load_marks", "sort_matches"]

DONE = (
    r"(?<!为)了(?!解|结)|已(?:经|建成|完成|获|有|成为)?|(?:去年|过去一年|一年来|五年来)|完成(?!率|度).{0,20}\d"
    r"|成功|累计|荣获|获批|获评|顺利|相继|先后|圆满"
)
PLANNED = r"到20\d\d年|今年|明年|下一步|将(?!近)|力争|计划(?:在|于|用)|“?十[一二三四五]五”?(?:期间|末)"


@dataclass(frozen=True, eq=False)
class Marks:
    """The codebook's patterns in one set, so that one search finds them all.

    Attributes:
        patterns: class cues, then instrument cues, rules, and the marks of status.
        cues: (class, name) of each class cue.
        instruments: the code of each instrument cue.
        rules: the rows of the rules.
        periods: name and pattern of the periods of a report.
        own_cues: the numbers of the cues of a researcher's own codebook.
        own_rules: how many rules are hers; they come first.
        own_instruments: the codes of her instruments, which the models do not know.
    """

    patterns: PatternSet
    cues: list[tuple[str, str]]
    instruments: list[str]
    rules: list[Mapping[str, Any]]
    periods: list[tuple[str, re.Pattern[str]]]
    own_cues: frozenset[int]
    own_rules: int
    own_instruments: frozenset[str]

    @cached_property
    def bounds(self) -> tuple[int, int, int]:
        """The numbers of the first instrument cue, the first rule and the mark of what is done; that of what is planned comes next."""
        instruments = len(self.cues)
        rules = instruments + len(self.instruments)
        return instruments, rules, rules + len(self.rules)

    @cached_property
    def names(self) -> list[str]:
        """The features of class cues: for each cue its own, as a neighbour before and behind, and in each period."""
        periods = ["", *(name for name, _ in self.periods)]
        return [
            feature
            for kind, name in self.cues
            for feature in (
                f"cue={kind}.{name}",
                f"before={kind}.{name}",
                f"after={kind}.{name}",
                *(f"cue={kind}.{name}|{period}" for period in periods),
            )
        ]

    @cached_property
    def known_instruments(self) -> list[str]:
        """The codes of the instruments that the models know."""
        return [code for code in self.instruments if code not in self.own_instruments]

    @cached_property
    def instrument_names(self) -> list[str]:
        """The features of instrument cues: each one, the first of a statement, and the first two, where the second may be none."""
        codes = self.known_instruments
        return [
            *(f"instrument={code}" for code in codes),
            *(f"instrument.first={code}" for code in codes),
            *(f"instrument.two={code}" for code in codes),
            *(f"instrument.two={code}>{second}" for code in codes for second in codes),
        ]


def load_marks(codebook: Codebook | None = None) -> Marks:
    """Compile the patterns of a codebook, the shipped one by default; once a process."""
    return compile_marks(codebook or shipped_codebook())


@lru_cache(maxsize=8)
def compile_marks(codebook: Codebook) -> Marks:
    own = codebook.own
    cues = {(kind, name): pattern for kind, rows in codebook.rules["cues"].items() for name, pattern in rows.items()}
    rules = codebook.rules["rule"]
    instruments = codebook.instrument_cues
    return Marks(
        patterns=PatternSet([*cues.values(), *instruments.values(), *(row["text"] for row in rules), DONE, PLANNED]),
        cues=list(cues),
        instruments=list(instruments),
        rules=rules,
        periods=[(name, re.compile(pattern)) for name, pattern in codebook.rules["period"].items()],
        own_cues=frozenset(n for n, (kind, name) in enumerate(cues) if own is not None and name in own.cues.get(kind, {})),
        own_rules=len(own.rules) if own is not None else 0,
        own_instruments=frozenset(codebook.instruments) - frozenset((codebook.base or codebook).instruments),
    )


class Found(NamedTuple):
    """The patterns that were found in a batch of statements.

    Attributes:
        cues: (numbers of statements, numbers of the class cues that they hold).
        instruments: (numbers of statements, numbers of the instrument cues that they hold), of each statement the first to come first.
        rules: number of a statement -> the rules that match.
        done, planned: whether each statement has a mark of status.
    """

    cues: tuple[Integers, Integers]
    instruments: tuple[Integers, Integers]
    rules: dict[int, list[int]]
    done: list[bool]
    planned: list[bool]


def sort_matches(matches: Matches, marks: Marks, size: int) -> Found:
    """Sort the patterns that match in so many statements by what they are."""
    rows, numbers, places = matches
    first, second, done = marks.bounds
    cues = np.flatnonzero(numbers < first)
    placed = np.flatnonzero((numbers >= first) & (numbers < second))
    placed = placed.take(np.argsort(rows.take(placed) << 32 | places.take(placed), kind="stable"))
    ruled = np.flatnonzero((numbers >= second) & (numbers < done))
    rules: dict[int, list[int]] = {}
    for row, number in zip(rows.take(ruled).tolist(), (numbers.take(ruled) - second).tolist(), strict=True):
        rules.setdefault(row, []).append(number)
    status = np.zeros((2, size), bool)
    marked = np.flatnonzero(numbers >= done)
    status[numbers.take(marked) - done, rows.take(marked)] = True
    return Found(
        (rows.take(cues), numbers.take(cues)),
        (rows.take(placed), numbers.take(placed) - first),
        rules,
        status[0].tolist(),
        status[1].tolist(),
    )
