"""Gives each number of a statement the name it is the value of."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from policynlp.annotation.frames import (
    Frame,
    name_behind,
    read_frame,
    read_rank_frame,
    strip_lead,
    verb_words,
)
from policynlp.annotation.indicator_names import canonical_name, split_names
from policynlp.annotation.quantities import Quantity, find_quantities, indicator_tables, measure
from policynlp.annotation.results import CLASSIFIERS, growth_behind, is_attached, is_barred, is_result

__all__ = ["NamedValue", "read_values"]

BOUNDARY = re.compile("[，,。；;：:！？!?\n]")
JOINER = re.compile("[、和与及]|以及")
QUOTED = re.compile("“[^”]{0,40}”|《[^》]{0,40}》")
FROM = re.compile("(?:由|从)[^，,。；;、]{0,10}$")
TO = re.compile("[^，,。；;、]{0,8}(?:到|至|为)(?:了|约|近|超|超过|突破)?")
FUND = re.compile("的(?P<fund>[^，,。；;、]{2,20}?(?:基金|资金池|专项资金))")
DOING = ("实现", "完成", "共有", "拥有", "形成", "储备")
MORE = re.compile(r"[^，,。；;：:、\d]{2,20}\d")
LETTER = re.compile("[\u4e00-\u9fffA-Z]")
NO_NAME = re.compile(r"(?:第|每|前|满|长达|为期|近|不到|逾|[^标]准|约|[年月日]|每[人户家个亩名]|平方|[\d万亿]元|%)$")
RATES = ("share", "times", "points")
REACH = 48  # characters before a number in which its name stands
MOST_NAMES = 8  # that 分别 can share numbers among
LONGEST = 36  # characters of a name


@cache
def level_pattern() -> re.Pattern[str]:
    """Compile what a clause begins with that has a level."""
    return re.compile(f"[^，,。；;、]{{2,18}}(?:{'|'.join(indicator_tables()['again']['levels'])})")


def read_change(name: str, comparator: str) -> tuple[str, str]:
    """Take growth or fall written as a noun off a name: 贷款增速 with 不低于10%."""
    for code, nouns in (("grow", "growth_nouns"), ("fall", "fall_nouns")):
        for noun in sorted(indicator_tables()["tail"][nouns], key=len, reverse=True):
            if name.endswith(noun):
                return canonical_name(name.removesuffix(noun)), code
    return name, comparator


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A quantity with its name.

    Attributes:
        quantity: where it stands and how much it is.
        name: canonical.
        comparator: reach, exceed, grow, fall, add or rank.
        bound: at_least, at_most, about or "".
        span: of the name in the text; empty where it is taken from a clause before.
        baseline: the value before, in the unit of the quantity.
    """

    quantity: Quantity
    name: str
    comparator: str
    bound: str
    span: tuple[int, int]
    baseline: float | None = None


def read_values(text: str) -> list[NamedValue]:
    """Find the values of a statement and what they are of.

    Args:
        text: as `plain_text` gives it.

    Example:
        >>> [(v.name, v.comparator, v.quantity.value) for v in read_values("进口、出口总额分别增长6%和8%，居全省第2位。")]
        [('进口总额', 'grow', 6.0), ('出口总额', 'grow', 8.0), ('出口总额', 'rank', 2.0)]
    """
    quantities = find_quantities(text)
    return Reader(text, quantities).read() if quantities else []


class Reader:
    """Reads the quantities of one statement from left to right; what was read last lends its name to what follows without one."""

    def __init__(self, text: str, quantities: list[Quantity]) -> None:
        self.text = text
        self.quantities = quantities
        self.boundaries = [match.end() for match in BOUNDARY.finditer(text)]
        self.quoted = [match.span() for match in QUOTED.finditer(text)]
        self.cursor = 0
        self.names: list[str] = []
        self.recent: list[str] = []
        self.comparator = ""
        self.dimension = ""

    def read(self) -> list[NamedValue]:
        """Find the named values, in order."""
        found: list[NamedValue] = []
        i = 0
        while i < len(self.quantities):
            run, baseline, frame = self.take(i)
            new = self.name_run(run, frame) if frame and not self.is_quoted(run[0]) else []
            if new:
                self.cursor = max(run[-1].stop, new[-1].span[1])
                self.comparator, self.dimension = new[-1].comparator, new[-1].quantity.dimension
                self.recent = list(dict.fromkeys([*self.recent, *(value.name for value in new)]))[-MOST_NAMES:]
                found += (
                    [NamedValue(v.quantity, v.name, v.comparator, v.bound, v.span, baseline) for v in new] if baseline is not None else new
                )
            i += len(run) if new or baseline is None else 2
        return found

    def left_of(self, at: int) -> int:
        """Give where what stands before a number can begin."""
        i = bisect_right(self.boundaries, at)
        if i and self.boundaries[i - 1] == at and self.text[at - 1] in "：:":  # 高企数量：310家
            i -= 1
        left = max(self.cursor, self.boundaries[i - 1] if i else 0, at - REACH)
        opened = self.text.rfind("（", left, at)
        return opened + 1 if opened >= 0 and self.text.find("）", opened, at) < 0 else left

    def take(self, i: int) -> tuple[list[Quantity], float | None, Frame | None]:
        """Take the next quantities: one, a row (6%、7%和8%), or the two of 由2.1%提高到3.4%, with what stands before them."""
        first = self.quantities[i]
        left = self.left_of(first.start)
        if change := self.change_from(i, left):
            return change
        if first.kind == "rank":
            return [first], None, read_rank_frame(self.text, left, first.start)
        ranked = read_rank_frame(self.text, left, first.start) if first.unit == "位" else None
        if ranked and ranked.verb:  # 稳居全国百强区14位
            return [first._replace(dimension="rank", kind="rank")], None, ranked
        return self.row_from(i), None, read_frame(self.text, left, first.start)

    def change_from(self, i: int, left: int) -> tuple[list[Quantity], float, Frame] | None:
        """Take the value that something changed to, with the value before: 由2.1%提高到3.4%; None where no such change is told."""
        first = self.quantities[i]
        moved = FROM.search(self.text, left, first.start)
        if not moved or first.value is None:
            return None
        frame = read_frame(self.text, left, moved.start())._replace(comparator="reach")
        if first.high is not None:
            return [first._replace(value=first.high, high=None)], first.value, frame
        second = self.quantities[i + 1] if i + 1 < len(self.quantities) else None
        if second is None or second.dimension != first.dimension or not TO.fullmatch(self.text, first.stop, second.start):
            return None
        baseline = round(first.value * measure(first.unit)[1] / measure(second.unit)[1], 9)
        return [second], baseline, frame._replace(bound=read_frame(self.text, first.stop, second.start).bound)

    def row_from(self, i: int) -> list[Quantity]:
        """Take a number and those of its dimension that only 、 or 和 parts from it."""
        row = [self.quantities[i]]
        for k in range(i + 1, len(self.quantities)):
            quantity = self.quantities[k]
            if quantity.dimension != row[0].dimension or not JOINER.fullmatch(self.text, row[-1].stop, quantity.start):
                break
            row.append(quantity)
        return row

    def is_quoted(self, quantity: Quantity) -> bool:
        """Tell whether a number stands in quotes or in a title."""
        quote = bisect_right(self.quoted, (quantity.start, 0)) - 1
        return quote >= 0 and quantity.start < self.quoted[quote][1]

    def name_run(self, run: list[Quantity], frame: Frame) -> list[NamedValue]:
        """Name the quantities of a row."""
        first = run[0]
        if is_barred(self.text, first, frame, self.text[self.left_of(first.start) : first.start]):
            return []
        frame = frame._replace(comparator=growth_behind(self.text, first) or frame.comparator)
        span = self.span_of(first, frame)
        if span is None or not is_result(self.text, first, frame, span):
            return []
        if span[0] >= first.stop and frame.comparator in ("", "reach"):
            frame = frame._replace(comparator="add")  # 5个项目开工
        written = frame.subject + self.text[span[0] : span[1]]
        name, comparator = self.resolve(written, first, frame)
        if not name:
            return []
        names = self.spread(written, name, run, frame)
        bounds = [q.bound or frame.bound for q in run]
        if len(names) > 1 and len(run) == 1:  # 均增长8%: one number for all of them
            run, bounds = run * len(names), bounds * len(names)
        del run[len(names) :]
        self.names = names
        return [NamedValue(q, n, comparator, b, span) for q, n, b in zip(run, names, bounds, strict=False)]

    def span_of(self, quantity: Quantity, frame: Frame) -> tuple[int, int] | None:
        """Find where the name stands: before the number, behind it, or (empty) in a clause before; None where nothing is named."""
        text = self.text
        written = text[frame.start : frame.end]
        attached = is_attached(text, quantity)
        counted = quantity.dimension in CLASSIFIERS
        doing = text.endswith(DOING, 0, quantity.start) or (self.comparator == "add" and self.is_joined(frame))
        stated = bool(frame.said) and not doing
        fund = FUND.match(text, quantity.stop)
        if fund and frame.verb and quantity.dimension == "money":  # 设立总规模3亿元的天使基金
            return fund.span("fund")
        nameless = not written or (frame.verb and written in indicator_tables()["verb"]["first"])
        if attached and ((counted and not stated) or (nameless and (frame.verb or doing or not frame.said))):
            if quantity.stop > quantity.end and not counted:
                return None
            bare = not written and not frame.verb and not doing
            if not frame.verb and MORE.match(text, quantity.stop):  # 两家企业产值超50亿元: the next number is the result
                return None
            span = name_behind(text, quantity.stop, predicate=bare)
            if span[0] < span[1]:
                return span
        if len(LETTER.findall(written)) >= 2 and len(written) <= LONGEST and not NO_NAME.search(written):
            return frame.start, frame.end
        if written:
            return None
        if not self.names:
            return (frame.end, frame.end) if frame.said and self.object_before(frame.start) else None
        same = self.dimension == quantity.dimension and self.is_joined(frame)
        return (frame.end, frame.end) if frame.comparator or same else None

    def is_joined(self, frame: Frame) -> bool:
        """Tell whether 、 or 和 binds a number to the one before."""
        return self.cursor > 0 and JOINER.match(self.text, self.cursor) is not None and frame.start <= self.left_of(frame.end) + 6

    def resolve(self, written: str, quantity: Quantity, frame: Frame) -> tuple[str, str]:
        """Give name and comparator: what stands for the name before (总数), growth written as a noun (增速), 占 for a share."""
        again = indicator_tables()["again"]
        name, comparator = canonical_name(written), frame.comparator
        before = self.names[-1] if self.names else ""
        if quantity.dimension in RATES and comparator in ("", "reach", "exceed"):
            name, comparator = read_change(name, comparator)
        if name in again["same"]:
            return before, comparator or "reach"
        if not name and frame.verb and quantity.dimension in CLASSIFIERS:  # 新引进项目50个、新开工30个
            verbs = list(verb_words().finditer(self.text, self.left_of(quantity.start), quantity.start))
            name = verbs[-1].group() + before[strip_lead(before, 0, len(before))[0] :] if verbs and before else ""
        elif not name:
            name = self.object_before(frame.start) or before
        elif name in again["of_it"]:
            whole = before or self.object_before(frame.start)
            noun = next((n for n in again["of_it"] if whole.endswith(n)), "")
            name = whole.removesuffix(noun) + name if whole else name
        elif name.startswith("占") and before:
            name = canonical_name(before + name)
        if self.is_added(quantity, frame, comparator):
            return name, "add"
        return name, comparator if comparator not in ("", "add") else "reach"

    def is_added(self, quantity: Quantity, frame: Frame, comparator: str) -> bool:
        """Tell whether a number is of what comes new, as the verb before it or that of the list it goes on with says."""
        if quantity.dimension in RATES:  # 引进的博士流失率18%
            return False
        if comparator == "add" or frame.verb or self.comparator != "add":
            return comparator == "add"
        listed = not comparator and quantity.dimension in CLASSIFIERS and self.text[self.cursor : frame.start] in ("，", ",")
        open_end = not comparator or comparator == "exceed" or (comparator == "reach" and bool(frame.bound))
        return listed or (open_end and self.continues(frame))

    def object_before(self, at: int) -> str:
        """Give what the clause before speaks of without a number: 组建产业母基金，认缴规模40亿元; 地区生产总值再上台阶，达到900亿元."""
        i = bisect_right(self.boundaries, at)
        if i == 0 or self.boundaries[i - 1] <= self.cursor or self.text[self.boundaries[i - 1] - 1] not in "，,":
            return ""
        end = self.boundaries[i - 1] - 1
        frame = read_frame(self.text, max(self.boundaries[i - 2] if i > 1 else 0, end - REACH), end)
        name = self.text[frame.start : frame.end]
        if level := level_pattern().match(name):
            return canonical_name(level.group())
        return name if name.endswith(tuple(indicator_tables()["follow"]["objects"])) and len(name) <= LONGEST // 2 else ""

    def continues(self, frame: Frame) -> bool:
        """Tell whether a number goes on with the list of the one before: 新增基站5个、充电桩9个, 其中工业项目4个."""
        gap = self.text[self.cursor : frame.start]
        return bool(self.cursor) and (JOINER.match(gap) is not None or gap.startswith(("，其中", ",其中")))

    def spread(self, written: str, name: str, run: list[Quantity], frame: Frame) -> list[str]:
        """Share the numbers of a row among the names of an enumeration."""
        count = len(run)
        if count > 1:
            if not written and len(self.names) == count:
                return self.names
            if not written and frame.spread == "分别" and len(self.recent) >= count:  # 游客5万人次、收入4亿元，分别增长8%、9%
                return self.recent[-count:]
            parts = split_names(written, count)
            if parts:
                return [canonical_name(part) for part in parts]
            return [name] * count if frame.spread == "分别" else [name]
        if frame.spread in ("均", "各") and written:
            for size in (2, 3, 4, 5):
                if parts := split_names(written, size):
                    return [canonical_name(part) for part in parts]
        return [name]
