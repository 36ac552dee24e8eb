"""What a regular expression needs of a text: the literals that every match holds, and how far they are apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

__all__ = ["FAR", "Literals", "Need", "find_needs"]

Literals = frozenset[str]

MOST_LITERALS = 400  # alternatives that are spelled out
MOST_WAYS = 30  # through the branches of an expression
RARE = 3  # characters: so long a literal says enough without another one
FAR = 1 << 31  # characters, more than any text has
CHANGING = re.IGNORECASE | re.MULTILINE | re.DOTALL  # flags under which an element means something else


class Gap(NamedTuple):
    """A part of an expression that is not spelled out.

    Attributes:
        least: its length in characters.
        most: its greatest length.
        free: whether any characters of a line will do.
        optional: whether it may be left out.
    """

    least: int
    most: int
    free: bool = False
    optional: bool = False


Part = Literals | Gap
Way = tuple[Part, ...]
START = Gap(0, 0)  # the start of the text; known by being this very object
NONE: Literals = frozenset()


class Need(NamedTuple):
    """What one way through an expression asks for.

    Attributes:
        left: literals of which a match holds one.
        before: how far at most from its start.
        opened: whether it starts with the text.
        right: literals of which it holds one behind that; none where that is all.
        least: how many characters at least lie between the two.
        most: how many at most.
        whole: whether nothing else is asked, so that a match begins with the left literal.
    """

    left: Literals
    before: int
    opened: bool
    right: Literals
    least: int
    most: int
    whole: bool


def find_needs(pattern: str) -> list[Need]:
    """Give what each way through an expression asks for; nothing where one of them asks for no literal."""
    parsed = parser.parse(pattern)
    if parsed.state.flags & CHANGING:
        return []
    needs = [need_of(way) for way in ways_through(parsed)]
    return [] if None in needs else [need for need in needs if need]


def need_of(way: Way) -> Need | None:
    """Choose what to look for on a way: one choice of literals, or two, one behind the other."""
    opened = bool(way) and way[0] is START
    parts = list(way[opened:])
    while parts and (parts[-1].optional if isinstance(parts[-1], Gap) else "" in parts[-1]):
        parts.pop()
    spelled = [(i, part) for i, part in enumerate(parts) if isinstance(part, frozenset) and "" not in part]
    options = []
    for (i, left), (j, right) in [*((one, one) for one in spelled), *pairwise(spelled)]:
        before, between = width_of(parts[:i]), width_of(parts[i + 1 : j])
        whole = i == 0 and j == len(parts) - 1 and all(isinstance(part, Gap) and part.free for part in parts[1:j])
        if i == j:
            options.append(Need(left, before.most, opened, NONE, 0, 0, whole))
        elif are_worth_finding(left, right, whole):
            options.append(Need(left, before.most, opened, right, between.least, between.most, whole))
    return max(options, key=strength, default=None)


def are_worth_finding(left: Literals, right: Literals, whole: bool) -> bool:
    """Tell whether to find two choices of literals takes less time than the searches that it saves: single characters come often."""
    if whole:
        return sum(len(literal) == 1 for literal in right) <= len(right) / 3
    return min(map(len, left | right)) > 1


def strength(need: Need) -> tuple[bool, int, bool, int]:
    """Rate a need: best is what takes no search, then what few texts meet, then what takes few literals."""
    shortest = min(map(len, need.left)) + min(map(len, need.right), default=0) + need.opened
    return need.whole, min(shortest, RARE), not need.right, -len(need.left)


def ways_through(parsed: Any) -> list[Way]:
    """Give the ways through a sequence, each as literals and gaps in turn."""
    ways: list[Way] = [()]
    for i in range(len(parsed)):
        element = parsed[i : i + 1]
        further = ways_of(element)
        if len(ways) > 1 and len(ways) * len(further) > MOST_WAYS:
            further = [(gap_of(element),)]
        ways = [join(way, other) for way in ways for other in further]
    return ways


def ways_of(element: Any) -> list[Way]:
    """Give the ways through one element."""
    code, argument = element[0]
    if code is codes.LITERAL:
        return [(frozenset([chr(argument)]),)]
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in argument):
        return [(frozenset(chr(value) for _, value in argument),)]
    if code is codes.ANY:
        return [(Gap(1, 1, free=True),)]
    if code is codes.AT and argument in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
        return [(START,)]
    if code is codes.SUBPATTERN and not argument[1] and not argument[2]:
        return ways_through(argument[3])
    if code is codes.BRANCH:
        return gather([way for branch in argument[1] for way in ways_through(branch)])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        return ways_of_repeat(*argument)
    return [(gap_of(element),)]


def ways_of_repeat(least: int, most: int, repeated: Any) -> list[Way]:
    """Give the ways through what may come several times: the first time spelled out, all others as a gap."""
    once = gap_of(repeated)
    ways = ways_through(repeated)
    if ways == [(Gap(1, 1, free=True),)]:
        return [(Gap(least, min(most, FAR), True, not least),)]
    if most == 1 and len(ways) == 1 and all(isinstance(part, frozenset) for part in ways[0]):
        return gather([*ways, *([] if least else [()])])
    if not least:
        return [(Gap(0, min(once.most * most, FAR), optional=True),)]
    others = Gap(once.least * (least - 1), min(once.most * (most - 1), FAR), optional=least == 1)
    return [join(way, (others,)) for way in ways]


def gather(ways: list[Way]) -> list[Way]:
    """Put the ways that are spelled out into one choice."""
    choice: set[str] = set()
    others: list[Way] = []
    for way in ways:
        if not way:
            choice.add("")
        elif len(way) == 1 and isinstance(way[0], frozenset):
            choice |= way[0]
        else:
            others.append(way)
    return [(frozenset(choice),), *others] if choice else others


def join(way: Way, other: Way) -> Way:
    """Put one way behind another, what is spelled out on both sides of the seam together."""
    if not way or not other:
        return way or other
    last, first = way[-1], other[0]
    if isinstance(last, Gap) or isinstance(first, Gap) or len(last) * len(first) > MOST_LITERALS:
        return (*way, *other)
    return (*way[:-1], frozenset(a + b for a, b in product(last, first)), *other[1:])


def gap_of(parsed: Any) -> Gap:
    """Give a part of an expression as a gap."""
    least, most = parsed.getwidth()
    return Gap(min(least, FAR), min(most, FAR))


def width_of(parts: Sequence[Part]) -> Gap:
    """Give the length of several parts together."""
    least = sum(part.least if isinstance(part, Gap) else min(map(len, part)) for part in parts)
    most = sum(part.most if isinstance(part, Gap) else max(map(len, part)) for part in parts)
    return Gap(least, min(most, FAR - 1))
