"""Regular expressions of a user's: taken only where no text can make them search for ever."""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

__all__ = ["fault_of"]

LONGEST = 4000  # characters of an expression
LONGEST_MATCH = 2000
FARTHEST = 200  # repetitions
MOST_WAYS = 2500  # in which an expression may try to match at one place: two gaps of up to fifty characters
ENDLESS = 10**9
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def fault_of(pattern: str) -> tuple[str, str] | None:
    """Say what is wrong with an expression and what mends it; None where it may be used.

    `re` tries one way after another. Bounded repetitions bound the number of ways, so that the time is that of the text's
    length whatever the text says.

    Example:
        >>> fault_of("设立.{0,20}(?:基金|平台)")
        >>> fault_of("(?:人才)+计划")
        ('«+» repeats without end, which a long text could make endless', 'give it a bound: {1,20} in place of +, {0,20} in place of *')
    """
    if len(pattern) > LONGEST:
        return f"the expression has {len(pattern)} characters", f"keep it under {LONGEST}, or write two"
    try:
        parsed = parser.parse(pattern)
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"it is no regular expression ({error})", "write brackets and other special signs with a backslash before them"
    if compiled.match(""):
        return "it matches an empty text, so it would match everywhere", "let it hold at least one word that must be there"
    try:
        ways = ways_of(parsed)
    except Unbounded as fault:
        problem, remedy = fault.args
        return str(problem), str(remedy)
    if parsed.getwidth()[1] > LONGEST_MATCH:
        return f"it can match more than {LONGEST_MATCH} characters, which is no statement any more", "shorten the gaps"
    if ways > MOST_WAYS:
        many = f"it can be tried in {ways:,} ways" if ways < ENDLESS else "it can be tried in endless ways"
        return f"{many} at one place", "shorten the gaps, and put no repetition into another"
    return None


class Unbounded(Exception):  # noqa: N818 - becomes part of a message
    """A part of an expression whose ways have no bound: the problem and the remedy."""


def ways_of(parsed: Any) -> int:
    """Count the ways in which a sequence can be tried, at most `ENDLESS`."""
    ways = 1
    for code, argument in parsed:
        ways = min(ENDLESS, ways * ways_of_one(code, argument))
    return ways


def ways_of_one(code: Any, argument: Any) -> int:
    if code in REPEATS:
        least, most, body = argument
        if most is codes.MAXREPEAT or most > FARTHEST:
            sign = {0: "*", 1: "+"}.get(least, f"{{{least},}}") if most is codes.MAXREPEAT else f"{{{least},{most}}}"
            problem = f"«{sign}» repeats " + ("without end" if most is codes.MAXREPEAT else f"more than {FARTHEST} times")
            remedy = "give it a bound: {1,20} in place of +, {0,20} in place of *"
            raise Unbounded(f"{problem}, which a long text could make endless", remedy)
        inner = ways_of(body)
        return int(most - least + 1) if inner == 1 else min(ENDLESS, sum(inner**n for n in range(least, most + 1)))
    if code is codes.SUBPATTERN:
        return ways_of(argument[3])
    if code is codes.ATOMIC_GROUP:
        return ways_of(argument)
    if code is codes.BRANCH:
        return ways_of_branches(argument[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return ways_of(argument[1])
    if code in (codes.GROUPREF, codes.GROUPREF_EXISTS):
        raise Unbounded("it refers back to what a group matched", "write out what you mean")
    return 1


def ways_of_branches(branches: Any) -> int:
    """Count the ways of alternatives: of those that begin with different characters only one can match at a place."""
    by_first: dict[object, int] = {}
    for branch in branches:
        first = branch[0][1] if len(branch) and branch[0][0] is codes.LITERAL else None
        by_first[first] = by_first.get(first, 0) + ways_of(branch)
    return by_first.pop(None, 0) + max(by_first.values(), default=0)
