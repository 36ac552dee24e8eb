"""What a statement says is done to its entities: the verb that governs each, and who acts (codebook R4)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from policynlp.annotation.patterns import clean_text
from policynlp.codebook import load_codebook
from policynlp.schema import Entity, Relation, Statement

__all__ = ["find_actions"]

CLAUSE_END = re.compile("[，,。；;：:！!？?]")
# 推进 A、B 的筹建和设立: the noun behind says what is done (C6). A verb right behind a name may begin another name or clause.
NOMINAL = re.compile("的?(?:高质量|加快|规范|重点)?")
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


class Verb(NamedTuple):
    """A verb in a statement and the action that it states."""

    start: int
    end: int
    action: str
    text: str


def find_actions(statements: Sequence[Statement], entities: Sequence[Entity]) -> list[Relation]:
    """Find what is done to which entity.

    The nearest verb before an enumeration governs all its members, unless a noun behind it says what is done (推进A、B的设立)
    or the names are the recipients of something given (对A给予支持). The actor is ZONE, the body that speaks; behind 引导 or
    鼓励 it is GUIDED_ACTOR for the further verbs of the clause.

    Args:
        statements: in reading order; the relation of a statement shares its class, instruments and status (R5).
        entities: in the order of the statements.

    Returns:
        Relations whose kind is an action of the codebook, with the verb, in the order of the text.

    Source:
        Codebook R4, after the actor-action-target coding of event data: Schrodt, P. A. (2012). CAMEO: Conflict and mediation
        event observations. Codebook 1.1b3.
    """
    by_statement: dict[str, list[Entity]] = {}
    for entity in entities:
        if not entity.nested:
            by_statement.setdefault(entity.statement, []).append(entity)
    found: list[Relation] = []
    acting = [statement for statement in statements if statement.id in by_statement]
    for statement, verbs in zip(acting, find_verbs([s.text for s in acting]), strict=True):
        found += actions_of(statement, by_statement[statement.id], verbs)
    return found


def actions_of(statement: Statement, entities: Sequence[Entity], verbs: Sequence[Verb]) -> list[Relation]:
    """Find the actions of one statement."""
    text = statement.text
    spans = [(e.start - statement.start, e.end - statement.start) for e in entities]
    verbs = outside(verbs, spans)
    if not verbs:
        return []
    starts = [verb.start for verb in verbs]
    ends = [match.start() for match in CLAUSE_END.finditer(text)]
    found = []
    for first, last in enumerations(entities):
        begin, end = spans[first][0], spans[last][1]
        clause = ends[bisect_right(ends, begin) - 1] + 1 if ends and ends[0] < begin else 0
        before = [verb for verb in verbs[: bisect_right(starts, begin)] if clause <= verb.start]
        verb = governing_verb(text, begin, end, verbs, before)
        if verb is None:
            continue
        guided = next((v.action == GUIDING for v in reversed(verbs) if v.end <= verb.start), False)
        actor = GUIDED if guided and verb.action != GUIDING else ZONE
        for entity in entities[first : last + 1]:
            if not entity.zone:
                found += [Relation(verb.action, actor, name, statement.id, verb.text) for name in entity.names]
    return found


def enumerations(entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """Cut the entities of a statement into enumerations: index of the first and of the last member."""
    runs: list[tuple[int, int]] = []
    for i, entity in enumerate(entities):
        if runs and entity.group and entity.group == entities[runs[-1][1]].group:
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return runs


def find_verbs(texts: Sequence[str]) -> list[list[Verb]]:
    """Find the verbs of the codebook's actions in each text."""
    verbs, matcher = verb_matcher()
    joined = clean_text("\n".join(texts))
    found: list[list[Verb]] = [[] for _ in texts]
    number, begin, stop = -1, 0, -1  # the text that the matches have come to
    for pattern, start, end in matcher.find_matches_as_indexes(joined):
        while start > stop:
            number += 1
            begin = stop + 1
            stop = begin + len(texts[number])
        if joined[end : end + 1] != "的":  # 引进的人才: it describes, it does not act
            found[number].append(Verb(start - begin, end - begin, verbs[pattern][1], verbs[pattern][0]))
    return found


def outside(verbs: Sequence[Verb], spans: Sequence[tuple[int, int]]) -> list[Verb]:
    """Give the verbs that stand in no name; both come in the order of the text."""
    kept = []
    at = 0
    for verb in verbs:
        while at < len(spans) and spans[at][1] <= verb.start:
            at += 1
        if at == len(spans) or verb.end <= spans[at][0]:
            kept.append(verb)
    return kept


@cache
def verb_matcher() -> tuple[list[tuple[str, str]], AhoCorasick]:
    verbs = [(verb, code) for code, action in load_codebook().actions.items() for verb in action.verbs]
    return verbs, AhoCorasick([verb for verb, _ in verbs], matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)


def governing_verb(text: str, begin: int, end: int, verbs: Sequence[Verb], before: Sequence[Verb]) -> Verb | None:
    """Choose the verb that governs names: what they receive, the noun behind them, or the nearest verb before them.

    Args:
        text: of the statement.
        begin: of the first name.
        end: of the last name.
        verbs: of the statement.
        before: those of them that stand before the names in their clause.
    """
    if given := given_verb(text, begin, end):
        return given
    nearest = before[-1] if before and begin - before[-1].end <= REACH else None
    if (nearest is None or nearest.text in LIGHT) and (nominal := nominal_verb(text, end, verbs)):
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
    codebook = load_codebook()
    return not any(text[end : end + size] in codebook.acts or text[end : end + size] in codebook.either for size in (2, 3, 4))


def nominal_verb(text: str, end: int, verbs: Sequence[Verb]) -> Verb | None:
    """Give the verb that stands as a noun right behind a name."""
    match = NOMINAL.match(text, end)
    at = match.end() if match else end
    verb = next((v for v in verbs if v.start == at), None)
    if verb is None:
        return None
    closing = text[verb.end : verb.end + 1]
    return verb if not closing or closing in "，,。；;、和与及" else None


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
