"""No regular expression on the text of a report backtracks: 10^5 hostile characters take less than a second for each.

The expressions are collected, not listed: every compiled one at the top of a module or made by a function there, and every
string in the shipped tables that holds a metacharacter of regular expressions. Hostile texts are made from each expression:
what it wants, over and over, unfinished.
"""

import importlib
import pkgutil
import re
import time
import tomllib
from re import _constants as codes
from re import _parser as parser

import pytest

import policynlp
from policynlp.reading.furniture import load_furniture
from policynlp.resources import data_path

META = re.compile(r"\[.+\]|\(\?|\\d|\{\d|\.\*|[|^$]")
COMMON = (
    "一",
    "2",
    "20",
    "2023年",
    "“",
    "《",
    "（",
    "(",
    "[",
    " ",
    "\u3000",
    "、",
    "，",
    "a",
    "-",
    "．",
    "的",
    "1+",
    "第一",
    "亿元",
    "“一”、",
    "甲型、",
    "日期：",
)
# No text of a report runs through patterns of their own, and some need libraries that not everybody has.
SKIPPED = ("policynlp.__main__", "policynlp.cli", "policynlp.data", "policynlp.training", "policynlp.corpus")
SHORT, LONG = 10_000, 100_000
SURE = 0.01  # seconds for SHORT: even if time grew with the square, LONG would take one
LIMIT = 1.0


def module_patterns():
    for module in pkgutil.walk_packages(policynlp.__path__, "policynlp."):
        if module.name.startswith(SKIPPED):
            continue
        for name, value in sorted(vars(importlib.import_module(module.name)).items()):
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.name}.{name}", value.pattern
            elif callable(value) and getattr(value, "__annotations__", None) == {"return": "re.Pattern[str]"}:
                yield f"{module.name}.{name}", value().pattern


def strings(value, place):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from strings(inner, f"{place}[{number}]")
    elif isinstance(value, str):
        yield place, value


def table_patterns():
    for path in sorted([*data_path("codebook").glob("*.toml"), *data_path().glob("*.toml")]):
        if path.stem == "messages":
            continue
        for place, text in strings(tomllib.loads(path.read_text("utf-8")), path.stem):
            if META.search(text):
                yield place, text


def patterns():
    found = {}
    for place, pattern in [*module_patterns(), *table_patterns(), ("furniture.part", load_furniture().part.pattern)]:
        found.setdefault(pattern, place)
    return [(place, pattern) for pattern, place in found.items()]


def sample(parsed, most):
    """Spell a text that the expression could match, with repeats `most` times at most."""
    text = ""
    for code, argument in parsed:
        if code is codes.LITERAL:
            text += chr(argument)
        elif code is codes.IN:
            text += member(argument)
        elif code in (codes.ANY, codes.NOT_LITERAL):
            text += "一"
        elif code is codes.SUBPATTERN:
            text += sample(argument[3], most)
        elif code is codes.BRANCH:
            text += max((sample(branch, most) for branch in argument[1]), key=len)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            low, high, inner = argument
            text += sample(inner, most) * max(low, min(int(high), most))
    return text


def member(choices):
    kind, argument = choices[0]
    if kind is codes.LITERAL:
        return chr(argument)
    if kind is codes.RANGE:
        return chr(argument[0])
    return {codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " "}.get(argument, "一")


def hostile(pattern):
    parsed = parser.parse(pattern)
    for most in (1, 3, 40):
        wanted = sample(parsed, most)
        for seed in (wanted, wanted[:-1], wanted[: len(wanted) // 2], wanted[len(wanted) // 2 :]):
            if seed:
                yield seed
    yield from {text for text in wanted if text}
    yield from COMMON


def seconds(compiled, text):
    start = time.process_time()
    for _ in compiled.finditer(text):
        pass
    compiled.fullmatch(text)
    return time.process_time() - start


def slow_cases(place, pattern):
    compiled = re.compile(pattern)
    for seed in dict.fromkeys(hostile(pattern)):
        if seconds(compiled, (seed * SHORT)[:SHORT]) > SURE:
            took = seconds(compiled, (seed * LONG)[:LONG])
            if took > LIMIT:
                yield f"{place}: {took:.1f} s on «{seed[:20]}» again and again"


def test_patterns_are_collected_from_modules_and_tables():
    places = [place for place, _ in patterns()]
    assert len(places) > 200
    for part in (
        "policynlp.reading.metadata.ZONE",
        "policynlp.annotation.outline.MARKER",
        "furniture.pattern",
        "instruments.cues",
        "classes.",
    ):
        assert any(place.startswith(part) for place in places), part


def test_a_pattern_that_backtracks_is_found(monkeypatch):
    """One that is quadratic at half the length and half the limit."""
    monkeypatch.setattr(f"{__name__}.LONG", LONG // 2)
    monkeypatch.setattr(f"{__name__}.LIMIT", LIMIT / 2)
    assert next(slow_cases("known", r"《[^》]*》"), None)


@pytest.mark.slow
def test_every_pattern_is_linear():
    slow = [case for place, pattern in patterns() for case in slow_cases(place, pattern)]
    assert slow == []
