"""Many regular expressions on many texts: one search for the words that a match must hold, then only the few that can match."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

__all__ = ["PatternSet", "clean_text"]

SURROGATE = re.compile("[\ud800-\udfff]")
MOST_LITERALS = 400  # alternatives that are spelled out
UNSURE = -1  # in place of an offset: the literals are there, the match is still to be looked for


def clean_text(text: str) -> str:
    """Replace lone surrogates, which the libraries in Rust do not take; the length stays."""
    return SURROGATE.sub("\ufffd", text)


class PatternSet:
    r"""Regular expressions, by number.

    Of each one the literals are worked out of which every match holds at least one. An expression that is nothing but
    a choice of literals needs no search of its own.

    Args:
        patterns: the expressions; none may match an empty text.

    Example:
        >>> PatternSet(["设立|组建", r"到20\d\d年"]).match(["到2025年组建公司。", "到200年"])
        [{0: 6, 1: 0}, {}]
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self.compiled = [re.compile(pattern) for pattern in patterns]
        self.always: list[int] = []
        users: dict[str, list[tuple[int, bool]]] = {}
        for number, pattern in enumerate(patterns):
            literals, whole = required_literals(parser.parse(pattern))
            if literals is None:
                self.always.append(number)
            for literal in literals or ():
                users.setdefault(literal, []).append((number, whole))
        self.users = list(users.values())
        self.matcher = AhoCorasick(list(users), matchkind=MatchKind.Standard, implementation=Implementation.DFA)

    def match(self, texts: Sequence[str]) -> list[dict[int, int]]:
        """Give for every text the expressions that match somewhere in it, in order of their numbers, each with where it first does."""
        joined = clean_text("\n".join(texts))
        starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
        hits = self.matcher.find_matches_as_indexes(joined, overlapping=True)
        places = np.array([hit[1] for hit in hits], np.int64)
        which = np.searchsorted(starts, places, side="right") - 1
        asked: list[dict[int, int]] = [dict.fromkeys(self.always, UNSURE) for _ in texts]
        users = self.users
        for (literal, _, _), text, place in zip(hits, which.tolist(), (places - starts[which]).tolist(), strict=True):
            found = asked[text]
            for number, whole in users[literal]:
                if not whole:
                    found[number] = UNSURE
                elif number not in found or found[number] > place:
                    found[number] = place
        return [self.sort_out(text, found) for text, found in zip(texts, asked, strict=True)]

    def sort_out(self, text: str, asked: dict[int, int]) -> dict[int, int]:
        """Search for what may match, and put all in order."""
        found = {}
        for number in sorted(asked):
            place = asked[number]
            if place != UNSURE:
                found[number] = place
            elif match := self.compiled[number].search(text):
                found[number] = match.start()
        return found


Literals = frozenset[str] | None


def required_literals(parsed: Any) -> tuple[Literals, bool]:
    """Give literals of which every match holds one (None where none are found), and whether holding one is enough to match."""
    best: Literals = None
    run: Literals = frozenset([""])  # what the part since the last unknown element can spell
    whole = True
    for code, argument in parsed:
        spelled, needed = literals_of(code, argument)
        if spelled is not None and run is not None and len(run) * len(spelled) <= MOST_LITERALS:
            run = frozenset(a + b for a, b in product(run, spelled))
            continue
        best, run, whole = stronger(best, run), spelled or frozenset([""]), False
        if spelled is None:
            best = stronger(best, needed)
    best = stronger(best, run)
    return best, whole and best is run


def literals_of(code: Any, argument: Any) -> tuple[Literals, Literals]:
    """Give all that an element can spell, or else None and what it must hold."""
    if code is codes.LITERAL:
        return frozenset([chr(argument)]), None
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in argument):
        return frozenset(chr(value) for _, value in argument), None
    if code is codes.SUBPATTERN:
        found, whole = required_literals(argument[3])
        return (found, None) if whole else (None, found)
    if code is codes.BRANCH:
        parts = [required_literals(branch) for branch in argument[1]]
        if any(found is None for found, _ in parts):
            return None, None
        union = frozenset().union(*(found for found, _ in parts if found))
        return (union, None) if all(whole for _, whole in parts) else (None, union)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and argument[0] > 0:
        return None, required_literals(argument[2])[0]
    return None, None


def stronger(left: Literals, right: Literals) -> Literals:
    """Choose the set whose shortest literal is longer, then the smaller set; a set with an empty literal says nothing."""
    known = [literals for literals in (left, right) if literals and "" not in literals]
    return max(known, key=lambda literals: (min(map(len, literals)), -len(literals)), default=None)
