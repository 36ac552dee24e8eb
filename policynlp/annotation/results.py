"""Tells targets and results from numbers that only describe something or say what somebody is paid."""

from __future__ import annotations

import re

from policynlp.annotation.frames import Frame, follow_pattern
from policynlp.annotation.quantities import Quantity, indicator_tables

__all__ = ["CLASSIFIERS", "growth_behind", "is_attached", "is_barred", "is_result"]

CLASSIFIERS = ("count", "people", "visits")
EXTENTS = ("floor", "length", "fields", "territory")
GROWTH = re.compile("的?(?:正)?(?P<code>增长|增速|增幅|下降)")
GOAL = re.compile("的(?:目标|任务|预期|水平|速度|规模|要求|关口|大关|台阶)")
# What says that a number without digits or unit of its own is meant as one: 两位数, 千亿, 三天.
WANTED = {"vague": ("grow", "fall"), "round": ("reach", "exceed"), "time": ("reach", "fall")}


def is_attached(text: str, quantity: Quantity) -> bool:
    """Tell whether a word stands right behind a number that the number may describe."""
    behind = text[quantity.stop : quantity.stop + 1]
    return ("\u4e00" <= behind <= "\u9fff" or behind in ("“", "5")) and not follow_pattern().match(text, quantity.stop)


def growth_behind(text: str, quantity: Quantity) -> str:
    """Give grow or fall where the number or what stands behind it says so: 翻一番, 两位数增长, 6%左右的增速; else ""."""
    if quantity.unit == "倍" and "番" in text[quantity.start : quantity.end]:
        return "grow"
    behind = GROWTH.match(text, quantity.stop) if quantity.unit in ("%", "倍") else None
    return "" if behind is None else "fall" if behind["code"] == "下降" else "grow"


def is_barred(text: str, quantity: Quantity, frame: Frame, before: str) -> bool:
    """Tell whether a number is a rate of support, for somebody, or only says how a result stands to its target.

    Args:
        text: of the statement.
        quantity: the number.
        frame: what stands before it.
        before: the words before it in its clause.
    """
    follow = indicator_tables()["follow"]
    if re.search(follow["against"], before):
        return True
    if re.search(follow["against_before"], before) and re.compile(follow["against_behind"]).match(text, quantity.stop):
        return True
    if quantity.dimension in CLASSIFIERS:
        return is_attached(text, quantity) and re.search(follow["recipient"], before) is not None
    supported = quantity.dimension in ("money", "dollars", "share") and any(word in before for word in follow["support"])
    return supported and frame.comparator not in ("grow", "fall", "rank")


def is_result(text: str, quantity: Quantity, frame: Frame, span: tuple[int, int]) -> bool:
    """Tell a target or result from what only describes: 50亿元以上项目, 3亿元的合同, 千亿级产业.

    Args:
        text: of the statement.
        quantity: the number.
        frame: what stands before it.
        span: where its name stands.
    """
    if quantity.kind == "rank":
        return True
    if frame.comparator not in WANTED.get(quantity.kind, (frame.comparator,)):
        return False
    follow = indicator_tables()["follow"]
    if span[0] >= quantity.stop:
        return quantity.dimension in (*CLASSIFIERS, *EXTENTS) or text[span[0] : span[1]].endswith(tuple(follow["money"]))
    if text.startswith("的", quantity.stop) and not GOAL.match(text, quantity.stop) and not GROWTH.match(text, quantity.stop):
        return False
    if is_attached(text, quantity):
        if not frame.comparator or text.startswith(tuple(follow["heads"]), quantity.stop):
            return False
        if quantity.stop > quantity.end and frame.comparator not in ("grow", "fall"):
            return False
        if frame.verb and quantity.dimension not in (*CLASSIFIERS, "money"):
            return False
    return quantity.kind != "count" or bool(frame.comparator or frame.verb or span[0] < span[1])
