"""Reads the words around a number: what compares it (达到, 增长, 不低于), and what it is of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from policynlp.annotation.quantities import indicator_tables

__all__ = [
    "Frame",
    "follow_pattern",
    "name_behind",
    "read_frame",
    "read_rank_frame",
    "strip_lead",
    "verb_words",
]

STRONG = ("grow", "fall")
DATE = re.compile(
    r"(?:到|至|从|自)?(?:(?:19|20)\d\d年(?:底|末|前|以来)?|[“\"]?十[一二三四五六]五[”\"]?(?:末|期末|期间|时期|以来)|\d{1,2}月(?:底|末)?|[一二两三四五六七八九十\d]{1,2}年(?:内|来|间)?)(?:前|，)?"
)
RECIPIENT = re.compile(
    r"[为对向给](?:各类)?(?:企业|群众|居民|市场主体|经营主体|困难群众|劳动者|农民工)|"
    r"[为对向给与]\d[\d.]{0,8}[余多万]{0,2}[家户名个人位][^，,。；;、]{0,12}?(?:企业|人才|群众|学生|职工|人员|劳动者|农民工|主体|居民|家庭|机构|银行|项目|单位)(?:提供)?"
)
SINCE = re.compile(r"(?:比|较|同比|与)(?:19|20)\d\d年(?:同期|底|末)?(?:相比)?，?$")
RUN = re.compile(r"的?(?P<run>[^，,。；;：:！？!?（）()\n]{2,24})")
SINCE_LONGEST = 14
LONGEST_PREDICATE = 18  # characters of what is counted with what became of it
LONGEST = 6  # characters of the longest word that stands before a number


class Frame(NamedTuple):
    """What stands before a number.

    Attributes:
        start, end: of the name in the text; empty where none stands there.
        comparator: reach, exceed, grow, fall, add, or "".
        bound: at_least, at_most, about or "".
        verb: whether a verb governs what is counted.
        spread: 分别, 均 or 各, where the names of an enumeration share the numbers.
        subject: a part of the name that stands before the verb (规上工业企业实现营业收入).
        said: the comparator that a word right before the number says, not a verb further off.
    """

    start: int
    end: int
    comparator: str
    bound: str
    verb: bool
    spread: str = ""
    subject: str = ""
    said: str = ""


@cache
def tail_words() -> dict[str, tuple[str, str]]:
    """Give comparator and bound of each word that can stand before a number."""
    tail = indicator_tables()["tail"]
    words = dict.fromkeys(tail["adverb"], ("", ""))
    words |= {word: (code, "") for code in ("reach", "grow", "fall") for word in tail[code]}
    words |= dict.fromkeys(tail["exceed"], ("exceed", "at_least"))
    words |= dict.fromkeys(tail["ceiling"], ("reach", "at_most"))
    words |= dict.fromkeys(tail["floor"], ("reach", "at_least"))
    return words | dict.fromkeys(tail["about"], ("", "about"))


@cache
def verb_words() -> re.Pattern[str]:
    """Compile the verbs and words of intention that are never part of a name."""
    verb = indicator_tables()["verb"]
    words = sorted({*verb["always"], *verb["level"], *verb["plan"]}, key=lambda word: (-len(word), word))
    guarded = [f"{word}(?!{verb['lead_not'][word]})" if word in verb["lead_not"] else word for word in words]
    return re.compile(f"(?:{'|'.join(guarded)})(?!{verb['suffix']})")


@cache
def lead_pattern() -> re.Pattern[str]:
    """Compile what stands at the beginning of a phrase without belonging to the name."""
    verb = indicator_tables()["verb"]
    barred = verb["lead_not"]
    opening = {**dict.fromkeys(verb["first"], f"(?!{verb['suffix']}|{verb['modified']})")}
    opening |= dict.fromkeys([*verb["always"], *verb["level"], *verb["plan"]], f"(?!{verb['suffix']})")
    opening |= {word: f"(?!{barred[word]})" if barred.get(word) else "" for word in verb["lead"]}
    words = sorted(opening, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) + opening[word] for word in words))


def read_frame(text: str, begin: int, end: int) -> Frame:
    """Read what stands before a number.

    Args:
        text: of the statement.
        begin: of the clause, or the end of the number before.
        end: where the number begins.

    Example:
        >>> text = "全市规模以上工业增加值同比增长8%"
        >>> frame = read_frame(text, 0, 14)
        >>> text[frame.start:frame.end], frame.comparator
        ('规模以上工业增加值', 'grow')
    """
    stop, comparator, bound, spread = strip_tail(text, begin, end)
    said = comparator
    phrase = text[begin:stop]
    cuts = list(verb_words().finditer(phrase))
    verb = bool(cuts)
    start, subject = begin, ""
    if cuts:
        start, stop, subject = cut_at(text, begin, stop, cuts)
        comparator, verb = compared_by(cuts, comparator)
    opened, acted = strip_lead(text, start, stop)
    if acted and comparator not in STRONG:
        comparator = "add" if comparator in ("", "exceed") or bound else comparator
        verb = True
    bare = text[opened:stop] in indicator_tables()["verb"]["first"]  # 完成造林4.5万亩: the verb is the name
    return Frame(opened, stop, comparator, bound, verb or bare, spread, subject, said)


def compared_by(cuts: Sequence[re.Match[str]], comparator: str) -> tuple[str, bool]:
    """Give the comparator that verbs and the words right before a number make, and whether a verb governs what is counted."""
    table = indicator_tables()["verb"]
    verbs = [match.group() for match in cuts if match.group() not in table["plan"]]
    if not verbs or comparator in STRONG:
        return comparator, bool(verbs)
    if cuts[-1].group() in table["plan"]:  # 出台促进经济发展20条
        return comparator or "add", True
    return (comparator or "reach") if verbs[-1] in table["level"] else "add", True


def strip_tail(text: str, begin: int, end: int) -> tuple[int, str, str, str]:
    """Take the comparing words off the end of what stands before a number: where they begin, comparator, bound, 分别."""
    words, barred = tail_words(), indicator_tables()["tail"]["tail_not"]
    comparator = bound = spread = ""
    stop = end
    while stop > begin:
        if since := SINCE.search(text, max(begin, stop - SINCE_LONGEST), stop):  # 收入比2019年增长18%
            stop = since.start()
            continue
        for size in range(min(LONGEST, stop - begin), 0, -1):
            word = text[stop - size : stop]
            if word in words and not (barred.get(word) and text[stop - size - 1 : stop - size] in set(barred[word])):
                break
        else:
            break
        code, limit = words[word]
        if code in STRONG or not comparator:
            comparator = code or comparator
        bound = bound or limit
        spread = word if word in ("分别", "均", "各") else spread
        stop -= size
    return stop, comparator, bound, spread


def cut_at(text: str, begin: int, stop: int, cuts: Sequence[re.Match[str]]) -> tuple[int, int, str]:
    """Cut a phrase at its last verb: start and end of the name, and the subject that belongs to it."""
    verb = indicator_tables()["verb"]
    last = cuts[-1]
    start = begin + last.end()
    rest = text[start:stop].strip("的了“”")
    previous = begin + cuts[-2].end() if len(cuts) > 1 else begin
    if not rest:  # 5G基站建成100个: the verb stands behind its object
        return previous, begin + last.start(), ""
    if rest in verb["generic"] and last.group() not in verb["plan"] and last.group() not in verb["level"]:
        return previous, stop, ""  # 新开工项目: the noun alone says too little
    before, _ = strip_lead(text, previous, begin + last.start())
    subject = text[before : begin + last.start()]
    if last.group() in ("实现", "完成") and 2 <= len(subject) <= 12 and subject.endswith(tuple(verb["subjects"])):
        return start, stop, subject
    return start, stop, ""


def strip_lead(text: str, start: int, stop: int) -> tuple[int, bool]:
    """Take dates, adverbs and verbs off the beginning of a phrase: where the name begins, and whether a verb went."""
    verbs = verb_openers()
    acted = False
    while start < stop:
        match = DATE.match(text, start, stop) or RECIPIENT.match(text, start, stop) or lead_pattern().match(text, start, stop)
        if not match or not match.group():
            break
        if match.end() == stop and match.group() in verbs:
            return (start, acted) if match.group() in indicator_tables()["verb"]["first"] else (stop, True)
        verb = match.group() in verbs
        if verb and text[match.end() : stop] in indicator_tables()["verb"]["generic"]:
            return start, True  # 在建项目: the noun alone says too little
        acted = acted or verb
        start = match.end()
    return start, acted


@cache
def verb_openers() -> frozenset[str]:
    verb = indicator_tables()["verb"]
    return frozenset({*verb["first"], *verb["always"]})


@cache
def rank_pattern() -> re.Pattern[str]:
    words = sorted(indicator_tables()["rank"]["verbs"], key=lambda word: (-len(word), word))
    return re.compile(f"(?:{'|'.join(words)})(?!民|住|家|入)")


def read_rank_frame(text: str, begin: int, end: int) -> Frame | None:
    """Read what stands before a rank: 总量居全国第3位, 出货量全球第1; None where nothing says that it is a rank.

    Example:
        >>> text = "铁路里程居全省第3位"
        >>> frame = read_rank_frame(text, 0, 7)
        >>> text[frame.start:frame.end], frame.comparator
        ('铁路里程', 'rank')
    """
    phrase = text[begin:end]
    verbs = [match for match in rank_pattern().finditer(phrase) if len(phrase) - match.end() <= 14]
    if verbs:
        stop = begin + verbs[0].start()
    else:
        scope = next((word for word in indicator_tables()["rank"]["scopes"] if phrase.endswith(word)), "")
        if not scope:
            return None
        stop = end - len(scope)
    stop, *_ = strip_tail(text, begin, stop)
    cuts = list(verb_words().finditer(text[begin:stop]))
    start, _ = strip_lead(text, begin + cuts[-1].end() if cuts and begin + cuts[-1].end() < stop else begin, stop)
    return Frame(start, stop, "rank", "", bool(verbs))


@cache
def done_pattern() -> re.Pattern[str]:
    """Compile the predicates that make a result of a counted thing before them, but not 运营 in 运营中心."""
    follow = indicator_tables()["follow"]
    words = sorted(follow["done"], key=lambda word: (-len(word), word))
    return re.compile(f"(?:{'|'.join(words)})(?!{follow['done_not']})")


@cache
def follow_pattern() -> re.Pattern[str]:
    """Compile what may stand behind a number that is a result."""
    return re.compile("|".join(indicator_tables()["follow"]["words"]))


def name_behind(text: str, at: int, *, predicate: bool) -> tuple[int, int]:
    """Find what is counted behind a number: 新增30个税收亿元楼宇, or with its predicate 5个百亿项目开工建设.

    Returns:
        Start and end; both `at` where there is nothing, or where `predicate` is asked for and none stands there.
    """
    match = RUN.match(text, at)
    if not match:
        return at, at
    run = match["run"]
    follow = indicator_tables()["follow"]
    ends = [match.start() for match in follow_pattern().finditer(run, 2)]
    done = [match.start() for match in done_pattern().finditer(run, 2)]
    ends += done
    digit = re.search(r"\d", run)
    listed = run.find("、")
    if listed >= 2 and (digit or not run[listed + 1 :]):  # 新增3个基站、充电桩9个: the second has its own number
        run, digit = run[:listed], re.search(r"\d", run[:listed])
        ends = [end for end in ends if end < listed]
    if digit and digit.start() < 4:  # 58个投资10亿元以上的项目
        digit = None
    stop = min([*ends, len(run), digit.start() if digit else len(run)])
    if predicate and (not done or stop < done[0]):
        return at, at
    if done and done[0] <= (digit.start() if digit else len(run)) and run[: done[0]] in follow["vague"]:
        stop = min(len(run), LONGEST_PREDICATE)  # 5个项目开工: the noun alone says too little
    return match.start("run"), match.start("run") + stop
