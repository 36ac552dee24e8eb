"""Reads numbers with units: 1.2万亿元, 3,200家, 6%—6.5%, 百分之五, 近六成, 翻一番, 两位数, 第3位."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from policynlp.resources import data_path

__all__ = ["Quantity", "find_quantities", "indicator_tables", "measure", "plain_text"]

WIDE = str.maketrans("０１２３４５６７８９．％，－−～\u00a0", "0123456789.%,--~ ")  # one character for one: offsets stay
NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?:\.\d{1,6})?"
TENS = "[一二两三四五六七八九]?[百千]?[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]百"
ONES = "[一二两三四五六七八九]"  # 三个 and 八项 are parts of slogans more often than results
SCALES = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "万": 10**4,
    "千": 1000,
    "百": 100,
}
BETWEEN = "[—~–―-]{1,2}|至|到"
DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
TENTHS = re.compile(r"(?P<tenths>[一二两三四五六七八九])成(?P<half>半)?(?=[，,。；;、）)以左多]|$)")
PERCENT = re.compile(r"百分之(?P<percent>[零一二两三四五六七八九十百点]{1,7}|\d{1,3}(?:\.\d{1,3})?)")
FOLD = re.compile(r"翻(?P<fold>[一两三四]|\d)?番")
VAGUE = re.compile(r"[两一二三四双]位数(?!字)")
RANK = re.compile(
    r"(?P<rank>第|前)\s?(?P<place>\d{1,4}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:位|名(?!单|录|师)|强(?=[，,。；;、）)]|$)|(?=[，,。；;、）)]|$))"
)
FIRST = re.compile("(?P<first>首位|榜首)")
ROUND = re.compile(
    r"(?<![\d.几数成])(?<!(?<![迈跨站登])上)(?P<round>(?:[一二两三四五六七八九]?(?:万亿|千亿|百亿|十亿)|[一二两三四五六七八九]亿)(?P<unit>元|美元)?|(?:千万|百万|万)(?P<thing>元|户|家|人次|人|辆|亩|标箱))"
    r"(?![余级城俱均园])"
)
SHARING = re.compile(rf"分别[^，,。；;\d]{{0,6}}(?P<number>{NUMBER})[、和]$")
SPAN = re.compile(BETWEEN)


class Quantity(NamedTuple):
    """A number with its unit, as it stands in a text.

    Attributes:
        start, end: of the number with its unit; `stop` is where 以上 or 左右 behind it ends.
        value: in `unit`; None where the text names none (两位数). `high` is the upper end of a range.
        dimension: what the unit measures; values of one dimension can be compared.
        kind: measure, count, time, rank or vague.
        bound: at_least, at_most, about or "".
    """

    start: int
    end: int
    stop: int
    value: float | None
    high: float | None
    unit: str
    dimension: str
    kind: str
    bound: str = ""


@cache
def indicator_tables() -> dict[str, Any]:
    """Load the tables of units, comparators and frames (`data/indicators.toml`)."""
    return tomllib.loads(data_path("indicators.toml").read_text("utf-8"))


def plain_text(text: str) -> str:
    """Put full-width digits and signs in their plain form; every offset stays.

    Example:
        >>> plain_text("增长８．５％")
        '增长8.5%'
    """
    return text.translate(WIDE)


@cache
def unit_words() -> dict[str, tuple[str, str, Decimal]]:
    """Give each unit's dimension, kind and size."""
    return {
        word: (code, row["kind"], Decimal(str(size)))
        for code, row in indicator_tables()["unit"].items()
        for word, size in row["words"].items()
    }


@cache
def quantity_pattern() -> re.Pattern[str]:
    """Compile what a number with a unit looks like; every repeat has a bound, so that the time is linear."""
    barred = indicator_tables()["quantity"]["not_before"]
    words = sorted(unit_words(), key=lambda word: (-len(word), word))
    unit = "|".join(re.escape(word) + (f"(?!{barred[word]})" if barred.get(word) else "") for word in words)
    scale = "|".join(SCALES)
    side = f"(?:{scale})?"
    return re.compile(
        rf"(?=[\d一二两三四五六七八九十百千])(?<![\dA-Za-z.+/])(?<!\d[:：,])(?:(?P<low>{NUMBER})(?P<lowscale>{side})(?:%|‰)?(?:{BETWEEN}))?"
        rf"(?:(?P<number>{NUMBER})|(?P<numeral>(?:{TENS})(?=[余多]?[万亿]{{0,2}}(?:元|家|户|人|名|公里|平方米|吨|所|座))|{ONES}(?=[万亿]{{0,2}}(?:元|家(?!亲)|户|公里|平方米|吨|亩))))"
        rf" ?(?P<more>[余多])?(?P<scale>{side})(?P<more2>[余多])? ?(?P<unit>{unit})(?P<over>多)?"
    )


@cache
def suffix_pattern() -> re.Pattern[str]:
    words = indicator_tables()["quantity"]
    return re.compile("|".join(f"(?P<{'at_' if name != 'about' else ''}{code}>{'|'.join(words[name])})" for name, code in SUFFIXES))


SUFFIXES = (("above", "least"), ("about", "about"), ("below", "most"))


def find_quantities(text: str) -> list[Quantity]:
    """Find the numbers with units of a text, ranks and shares in words, in order and without overlap.

    A range (6%—6.5%) is one quantity. Years, dates, ratios (4:4:2) and formulas (1+6) are none.

    Args:
        text: as `plain_text` gives it.

    Example:
        >>> [(q.value, q.high, q.unit, q.bound) for q in find_quantities("产值1.2万亿元，增长6%—6.5%，居全省第3位，高企400余家。")]
        [(12000.0, None, '亿元', ''), (6.0, 6.5, '%', ''), (3.0, None, '位', ''), (400.0, None, '家', 'at_least')]
    """
    found = [read_quantity(match, text) for match in quantity_pattern().finditer(text)]
    found += [
        Quantity(*bounds(match, text), percent_of(match["percent"]), None, "%", "share", "measure", bound_behind(text, match.end()))
        for match in PERCENT.finditer(text)
    ]
    for match in TENTHS.finditer(text):
        value = 10.0 * DIGITS[match["tenths"]] + (5 if match["half"] else 0)
        found.append(Quantity(*bounds(match, text), value, None, "%", "share", "measure", bound_behind(text, match.end())))
    for match in FOLD.finditer(text):
        times = DIGITS.get(match["fold"] or "一") or int(match["fold"])
        found.append(Quantity(*bounds(match, text), float(2**times - 1), None, "倍", "times", "measure"))
    found += [
        Quantity(*bounds(match, text), None, None, "%", "share", "vague", bound_behind(text, match.end())) for match in VAGUE.finditer(text)
    ]
    found += [
        Quantity(
            *bounds(match, text), float(integer_of(match["place"])), None, "位", "rank", "rank", "at_most" if match["rank"] == "前" else ""
        )
        for match in RANK.finditer(text)
    ]
    found += [Quantity(*bounds(match, text), 1.0, None, "位", "rank", "rank") for match in FIRST.finditer(text)]
    found += [round_quantity(match, text) for match in ROUND.finditer(text)]
    found += [shared for quantity in found if quantity.kind == "measure" and (shared := sharing(quantity, text))]
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda q: (q.start, -q.end)):
        if not kept or quantity.start >= kept[-1].end:
            if kept and joins(kept[-1], quantity, text):  # 6亿元—8亿元
                kept[-1] = quantity._replace(start=kept[-1].start, value=kept[-1].value, high=quantity.value)
            else:
                kept.append(quantity)
    return kept


def sharing(quantity: Quantity, text: str) -> Quantity | None:
    """Read a number whose unit stands behind the next: 分别突破5000、5300亿元."""
    before = SHARING.search(text, max(0, quantity.start - 24), quantity.start)
    unit = re.compile(NUMBER).sub("", text[quantity.start : quantity.end], count=1)
    match = quantity_pattern().match(before["number"] + unit) if before else None
    return (
        read_quantity(match, before["number"] + unit)._replace(
            start=before.start("number"), end=before.end("number"), stop=before.end("number")
        )
        if before and match
        else None
    )


def joins(first: Quantity, second: Quantity, text: str) -> bool:
    """Tell whether two quantities are the ends of a range."""
    between = text[first.end : second.start]
    alike = first.unit == second.unit and first.high is None and second.high is None and first.kind == second.kind != "rank"
    return alike and 0 < len(between) <= 2 and SPAN.fullmatch(between) is not None


def bounds(match: re.Match[str], text: str) -> tuple[int, int, int]:
    behind = suffix_pattern().match(text, match.end())
    return match.start(), match.end(), behind.end() if behind else match.end()


def bound_behind(text: str, end: int) -> str:
    behind = suffix_pattern().match(text, end)
    return (behind.lastgroup or "").replace("at_about", "about") if behind else ""


def read_quantity(match: re.Match[str], text: str) -> Quantity:
    """Read a match of `quantity_pattern`."""
    number = Decimal((match["number"] or "").replace(",", "") or integer_of(match["numeral"]))
    scale = SCALES.get(match["scale"], 1)
    dimension, kind, _ = unit_words()[match["unit"]]
    size, unit = ladder_step(number * scale, match["unit"])
    value, high = float(number * scale / size), None
    if match["low"]:
        low = Decimal(match["low"].replace(",", "")) * SCALES.get(match["lowscale"] or match["scale"], 1)
        value, high = float(low / size), value
    start, end, stop = bounds(match, text)
    if text[start - 1 : start] == "-" and "\u4e00" <= text[start - 2 : start - 1] <= "\u9fff" and high is None:  # 增长-3.2%
        start, value = start - 1, -value
    more = match["more"] or match["more2"] or match["over"]
    return Quantity(start, end, stop, value, high, unit, dimension, kind, bound_behind(text, end) or ("at_least" if more else ""))


def ladder_step(amount: Decimal, word: str) -> tuple[Decimal, str]:
    """Give what to divide an amount of a unit by, and the unit that it then has."""
    dimension, _, size = unit_words()[word]
    for unit, factor, threshold in indicator_tables()["unit"][dimension].get("ladder", ()):
        if abs(amount) * size >= Decimal(str(threshold)):
            return Decimal(str(factor)) / size, unit
    return Decimal(1), word.removeprefix("个") or word


@cache
def unit_sizes() -> dict[str, tuple[str, float]]:
    """Give for each unit that a value can have its dimension and size."""
    sizes = {word: (code, float(size)) for word, (code, _, size) in unit_words().items()}
    sizes |= {unit: (code, float(f)) for code, row in indicator_tables()["unit"].items() for unit, f, _ in row.get("ladder", ())}
    return sizes | {"位": ("rank", 1.0)}


def measure(unit: str) -> tuple[str, float]:
    """Give the dimension of a unit and its size in the dimension's smallest unit, so that 950万元 and 0.1亿元 compare.

    Example:
        >>> measure("亿元"), measure("万元")
        (('money', 100000000.0), ('money', 10000.0))
    """
    return unit_sizes().get(unit, (unit, 1.0))


def round_quantity(match: re.Match[str], text: str) -> Quantity:
    """Read 千亿元, 百亿 or 万户: a round number without digits."""
    word = match["unit"] or match["thing"] or "元"
    written = match["round"].removesuffix(word)
    digit, scale = (DIGITS[written[0]], written[1:]) if written[0] in DIGITS else (1, written)
    dimension, _, _ = unit_words()[word]
    amount = Decimal(digit * SCALES[scale])
    size, unit = ladder_step(amount, word)
    return Quantity(*bounds(match, text), float(amount / size), None, unit, dimension, "round", bound_behind(text, match.end()))


def integer_of(written: str) -> int:
    """Read a Chinese or Arabic numeral below 10,000.

    Example:
        >>> integer_of("三百二十"), integer_of("十五"), integer_of("两千"), integer_of("7")
        (320, 15, 2000, 7)
    """
    if written.isdecimal():
        return int(written)
    total = digit = 0
    for character in written:
        if character in DIGITS:
            digit = DIGITS[character]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
    return total + digit


def percent_of(written: str) -> float | None:
    """Read what stands behind 百分之.

    Example:
        >>> percent_of("五"), percent_of("十二点五"), percent_of("8.5"), percent_of("百")
        (5.0, 12.5, 8.5, 100.0)
    """
    if written[0].isdecimal():
        return float(written)
    whole, _, rest = written.partition("点")
    if any(c in "点十百" for c in rest):
        return None
    return integer_of(whole) + float("0." + ("".join(str(DIGITS[c]) for c in rest) or "0"))
