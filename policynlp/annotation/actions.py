"""What a statement says is done to its entities: the verb that governs each, and who acts (codebook R4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from policynlp.annotation.enumerations import enumerations, outer_by_statement
from policynlp.codebook import load_codebook
from policynlp.reading.content import replace_surrogates
from policynlp.schema import Entity, Statement

__all__ = ["Stated", "find_actions"]

CLAUSE_END = re.compile("[，,。；;：:！!？?]")
# 推进 A、B 的筹建和设立: the noun behind says what is done (C6). A verb right behind a name may begin another name or clause.
NOMINAL = re.compile("的?(?:高质量|加快|规范|重点)?")
LONGEST_NOMINAL = 4
GIVEN = re.compile(
    "[，,]?[^，,。；;：:]{0,14}?(?P<given>(?:给予|加大|提供)[^，,。；;：:]{0,10}?(?:支持|扶持|补助|奖励|保障|补贴)(?:力度)?)"
)
LARGER = re.compile("加大[^，,。；;：:]{0,4}$")
SUPPORT = re.compile("的?[^，,。；;：:]{0,6}(?:支持|扶持|投入|补贴|奖励)(?:力度)?")
AIMED = frozenset("为对向给与")  # right before a name: it is whom something is for, not what is done
LIGHT = frozenset(
    {"推进", "推动", "促进", "加快", "加强", "深化", "完成", "强化"}
)  # verbs that leave it to the noun to say what is done (C6)
RECIPIENT = re.compile("(?:对|为|向|给|面向)[^，,。；;：:]{0,12}$")
GUIDING = "GUIDE"
ZONE, GUIDED = "ZONE", "GUIDED_ACTOR"
REACH = 30  # characters between a verb and what it governs
Stated = tuple[str, str, str, str, str]  # the fields of a relation


class Verb(NamedTuple):
    """A verb in a statement and the action that it states."""

    start: int
    end: int
    action: str
    text: str


def find_actions(statements: Sequence[Statement], entities: Sequence[Entity]) -> list[Stated]:
    """Find what is done to which entity.

    The nearest verb before an enumeration governs all its members, unless a noun behind it says what is done (推进A、B的设立)
    or the names are the recipients of something given (对A给予支持). The actor is ZONE, the body that speaks; behind 引导 or
    鼓励 it is GUIDED_ACTOR for the further verbs of the clause.

    Args:
        statements: in reading order; the relation of a statement shares its class, instruments and status (R5).
        entities: in the order of the statements.

    Returns:
        The fields of relations whose kind is an action of the codebook, with the verb, in the order of the text.

    Source:
        Codebook R4, after the actor-action-target coding of event data: Schrodt, P. A. (2012). CAMEO: Conflict and mediation
        event observations. Codebook 1.1b3.
    """
    named = outer_by_statement(entities)
    acting = [statement for statement in statements if statement.id in named]
    found: list[Stated] = []
    for statement, verbs in zip(acting, find_verbs(acting, named), strict=True):
        if verbs:
            found += actions_of(statement, named[statement.id], verbs)
    return found


def actions_of(statement: Statement, entities: Sequence[Entity], verbs: Sequence[Verb]) -> list[Stated]:
    """Find the actions of one statement, given its verbs outside of names."""
    text, shift = statement.text, statement.start
    gives = "给予" in text or "加大" in text or "提供" in text  # else nothing is given: most often
    found: list[Stated] = []
    behind = 0  # index of the first verb behind the beginning of the names
    for members in enumerations(entities):
        begin, end = members[0].start - shift, members[-1].end - shift
        while behind < len(verbs) and verbs[behind].start < begin:
            behind += 1
        verb = (gives and given_verb(text, begin, end)) or governing_verb(text, begin, end, verbs, behind)
        if verb is None:
            continue
        actor = GUIDED if verb.action != GUIDING and follows_guiding(verb, verbs) else ZONE
        for entity in members:
            if not entity.zone:
                found += [(verb.action, actor, name, statement.id, verb.text) for name in entity.members or (entity.name,)]
    return found


def follows_guiding(verb: Verb, verbs: Sequence[Verb]) -> bool:
    """Tell whether the verb before one says that others are guided to do it."""
    for before in reversed(verbs):
        if before.end <= verb.start:
            return before.action == GUIDING
    return False


def find_verbs(statements: Sequence[Statement], named: Mapping[str, Sequence[Entity]]) -> list[list[Verb]]:
    """Find the verbs of the codebook's actions in each statement; one inside of a name says nothing.

    Args:
        statements: in reading order.
        named: id of a statement -> its outermost entities.
    """
    verbs, matcher = verb_matcher()
    texts = [statement.text for statement in statements]
    joined = replace_surrogates("\n".join(texts))
    shifts = accumulate([len(text) + 1 for text in texts], initial=0)
    begins = [shift - statement.start for shift, statement in zip(shifts, statements, strict=False)]
    names = [(e.start + begin, e.end + begin) for begin, s in zip(begins, statements, strict=True) for e in named[s.id]]
    names.append((len(joined), len(joined)))
    found: list[list[Verb]] = [[] for _ in texts]
    number, begin, stop = -1, 0, -1  # the text that the matches have come to
    at = 0  # and the name
    for pattern, start, end in matcher.find_matches_as_indexes(joined):
        while start > stop:
            number += 1
            begin = stop + 1
            stop = begin + len(texts[number])
        while names[at][1] <= start:
            at += 1
        if end <= names[at][0] and joined[end : end + 1] != "的":  # 引进的人才: it describes, it does not act
            action, verb = verbs[pattern]
            found[number].append(Verb(start - begin, end - begin, action, verb))
    return found


@cache
def verb_matcher() -> tuple[list[tuple[str, str]], AhoCorasick]:
    verbs = [(code, verb) for code, action in load_codebook().actions.items() for verb in action.verbs]
    return verbs, AhoCorasick([verb for _, verb in verbs], matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)


def governing_verb(text: str, begin: int, end: int, verbs: Sequence[Verb], behind: int) -> Verb | None:
    """Choose the verb that governs names: the noun behind them, or the nearest verb before them.

    Args:
        text: of the statement.
        begin: of the first name.
        end: of the last name.
        verbs: of the statement.
        behind: index of the first of them behind the names' beginning.
    """
    nearest = verbs[behind - 1] if behind else None
    if nearest and (begin - nearest.end > REACH or CLAUSE_END.search(text, nearest.end, begin)):
        nearest = None
    if (nearest is None or nearest.text in LIGHT) and (nominal := nominal_verb(text, end, verbs[behind:])):
        return nominal
    if nearest is None or text[begin - 1 : begin] in AIMED or modifies(text, end):
        return None
    return nearest


def modifies(text: str, end: int) -> bool:
    """Tell whether a name is but a modifier of what follows: 科技中介机构管理制度, 企业的能力."""
    following = text[end : end + 1]
    if following == "的":
        return True
    if not "\u4e00" <= following <= "\u9fff" or following in "等和与及或以在到向为":
        return False
    governing = governing_words()
    return not (text[end : end + 2] in governing or text[end : end + 3] in governing or text[end : end + 4] in governing)


@cache
def governing_words() -> frozenset[str]:
    """Give the codebook's words that can govern a name."""
    codebook = load_codebook()
    return codebook.acts | codebook.either


def nominal_verb(text: str, end: int, verbs: Sequence[Verb]) -> Verb | None:
    """Give the verb that stands as a noun right behind a name, of those behind it."""
    if not verbs or verbs[0].start > end + LONGEST_NOMINAL:
        return None
    match = NOMINAL.match(text, end)
    at = match.end() if match else end
    for verb in verbs:
        if verb.start == at:
            closing = text[verb.end : verb.end + 1]
            return verb if not closing or closing in "，,。；;、和与及" else None
    return None


def given_verb(text: str, begin: int, end: int) -> Verb | None:
    """Give the support that the names receive: 对A给予重点支持, 加大对A的扶持力度."""
    if AIMED.isdisjoint(text[max(0, begin - REACH) : begin]):
        return None
    recipient = RECIPIENT.search(text, max(0, begin - REACH), begin)
    if not recipient:
        return None
    if behind := GIVEN.match(text, end):
        return Verb(behind.start("given"), behind.end(), "SUPPORT", behind["given"])
    larger, closing = LARGER.search(text, 0, recipient.start()), SUPPORT.match(text, end)
    if larger and closing:
        return Verb(larger.start(), closing.end(), "SUPPORT", larger.group() + closing.group().removeprefix("的"))
    return None
