"""What a name belongs to above the zone: sectors, strategic emerging industries, national strategies; and what is national."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from typing import Any

from policynlp.codebook import Label
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.resources import data_path

__all__ = ["LEVELS", "find_upper", "is_national", "load_upper"]

LEVELS = ("sector", "emerging", "strategy")
REMEMBERED = 65_536  # names whose place is kept
LONGEST_PLACE = 12
NATIONAL = {"ORG": "organisations", "PROGRAM": "programmes"}


@cache
def read_tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(data_path("sectors.toml").read_text("utf-8"))


def load_upper(level: str) -> dict[str, Label]:
    """Load the labels of a level: code -> `Label`, in the order of the standard.

    Args:
        level: sector (the sections A to T of GB/T 4754-2017), emerging (the fields 1 to 9 of the strategic emerging industries)
            or strategy (national strategies).

    Raises:
        ValueError: `level` is none of the three.

    Example:
        >>> load_upper("sector")["C"].zh
        '制造业'
    """
    if level not in LEVELS:
        raise ValueError(f"level is {level!r}; it must be one of {', '.join(LEVELS)}")
    return {code: Label(row["zh"], row["en"]) for code, row in read_tables()[level].items()}


@lru_cache(maxsize=REMEMBERED)
def find_upper(name: str, level: str) -> str:
    """Find what a name belongs to at a level, by the keywords of `data/sectors.toml`.

    The longest keyword in the name decides, of equally long ones the last. A name can belong to one code only, so that the counts
    of a level add up; a name that spans several (数字经济) or none has none.

    Args:
        name: a canonical name.
        level: sector, emerging or strategy.

    Returns:
        The code, or "".

    Raises:
        ValueError: `level` is none of the three.

    Source:
        GB/T 4754-2017 国民经济行业分类; 战略性新兴产业分类（2018）, National Bureau of Statistics. The keywords are our own.

    Example:
        >>> [find_upper(name, "sector") for name in ("农产品加工业", "现代农业", "数字经济")]
        ['C', 'A', '']
        >>> find_upper("农产品加工业", "emerging"), find_upper("“一带一路”倡议", "strategy")
        ('', 'opening')
    """
    codes = load_keywords(level)
    found = [(len(word), name.rfind(word) + len(word), -order, code) for word, (order, code) in codes.items() if word in name]
    return max(found)[3] if found else ""


@cache
def load_keywords(level: str) -> dict[str, tuple[int, str]]:
    """Give keyword -> (its place in the file, code)."""
    rows = [(word, code) for code in load_upper(level) for word in read_tables()[level][code]["keywords"]]
    return {word: (order, code) for order, (word, code) in enumerate(rows)}


@lru_cache(maxsize=REMEMBERED)
def is_national(kind: str, name: str) -> bool:
    """Tell whether an organisation or programme is of national scope, so that two zones that name it mean the same (codebook A5).

    Example:
        >>> is_national("PROGRAM", "“一带一路”倡议"), is_national("PROGRAM", "药都建设总攻战"), is_national("PLACE", "北京市")
        (True, False, False)
    """
    if kind not in NATIONAL:
        return False
    table = read_tables()["national"]
    plain = name.strip("“”《》\"")
    if plain in national_names(kind):
        return True
    for beginning in table["beginnings"]:
        if plain.startswith(beginning) and len(plain) > len(beginning):
            return not holds_place(plain[len(beginning) :])
    return False


@cache
def national_names(kind: str) -> frozenset[str]:
    table = read_tables()["national"]
    names = {name.strip("“”") for name in table[NATIONAL[kind]]}
    if kind == "PROGRAM":
        names |= {word + ending for word in load_keywords("strategy") for ending in ("", *table["endings"])}
        names |= {f"{word}”{ending}" for word in load_keywords("strategy") for ending in table["endings"]}
    return frozenset(names)


def holds_place(text: str) -> bool:
    places = load_gazetteer()
    return any(text[i:j] in places for i in range(len(text)) for j in range(i + 2, min(len(text), i + LONGEST_PLACE) + 1))
