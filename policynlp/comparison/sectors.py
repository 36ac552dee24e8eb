"""What an industry belongs to above the zone: sections and divisions, strategic emerging and future industries."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from typing import Any, NamedTuple

import pandas as pd

from policynlp.codebook import Label
from policynlp.resources import data_path

__all__ = ["Sectors", "add_sectors", "find_sectors", "load_labels"]

REMEMBERED = 65_536  # names whose sectors are kept


class Sectors(NamedTuple):
    """Codes of what an industry belongs to; "" where its name does not say it.

    Attributes:
        section: of GB/T 4754-2017 (门类): a letter, or several joined by «|» for wholes that official statistics define so (工业).
        division: of GB/T 4754-2017 (大类): two digits.
        emerging: field of the strategic emerging industries, 1 to 9, or `general`.
        future: direction of the future industries, or `general`.
    """

    section: str
    division: str
    emerging: str
    future: str


@lru_cache(maxsize=REMEMBERED)
def find_sectors(name: str) -> Sectors:
    """Find what an industry belongs to, by the keywords of `data/sectors.toml`.

    The longest keyword that the name holds decides, of equally long ones the last. Nothing is guessed: 民营经济 and 低空经济 are
    in many sections and have none.

    Args:
        name: canonical, of an INDUSTRY.

    Source:
        GB/T 4754-2017 国民经济行业分类; 三次产业划分规定（2018 修订）; 战略性新兴产业分类（2018）; 关于推动未来产业创新发展的
        实施意见（2024）. The keywords are our own.

    Example:
        >>> find_sectors("农产品加工业")
        Sectors(section='C', division='13', emerging='', future='')
        >>> [find_sectors(name).section for name in ("规模以上工业", "民营经济")]
        ['B|C|D', '']
        >>> find_sectors("商业航天产业")[2:]
        ('2', 'space')
    """
    keywords = load_keywords()
    code = longest(name, keywords["sector"])
    section, division = (code, "") if "|" in code else (code[:1], code[1:])
    return Sectors(section, division, longest(name, keywords["emerging"]), longest(name, keywords["future"]))


def longest(name: str, codes: dict[str, str]) -> str:
    """Give the code of the longest keyword in a name, of equally long ones the last."""
    found = [(len(word), name.rfind(word), code) for word, code in codes.items() if word in name]
    return max(found)[2] if found else ""


@cache
def read_tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(data_path("sectors.toml").read_text("utf-8"))


@cache
def load_keywords() -> dict[str, dict[str, str]]:
    """Give for sector, emerging and future: keyword -> code."""
    tables = read_tables()
    levels = {level: tables[level].items() for level in Sectors._fields}
    rows = {level: [(word, code) for code, row in codes for word in row["keywords"]] for level, codes in levels.items()}
    whole = [(word, code) for code, words in tables["whole"].items() for word in words]
    sector = dict([*rows["section"], *rows["division"], *whole])
    return {"sector": sector, "emerging": dict(rows["emerging"]), "future": dict(rows["future"])}


@cache
def load_labels(column: str) -> dict[str, Label]:
    """Load what the codes of a column are called.

    Args:
        column: section, division, emerging or future.

    Returns:
        Code -> `Label`, in the order of the standard.

    Raises:
        ValueError: `column` is none of the four.

    Example:
        >>> load_labels("division")["39"].zh
        '计算机、通信和其他电子设备制造业'
    """
    if column not in Sectors._fields:
        raise ValueError(f"column is {column!r}; it must be one of {', '.join(Sectors._fields)}")
    cut = 1 if column == "division" else 0  # divisions stand with their section: C39
    return {code[cut:]: Label(row["zh"], row["en"]) for code, row in read_tables()[column].items()}


def add_sectors(table: pd.DataFrame, *, lang: str = "zh") -> pd.DataFrame:
    """Add columns with what each industry belongs to.

    Args:
        table: with the columns `kind` and `name`, as the tables of entities have them.
        lang: of the titles, zh or en.

    Returns:
        A copy with the columns `section`, `division`, `emerging` and `future`: code and title (C 制造业), several joined by
        «|»; "" for what is no INDUSTRY or does not say it.

    Example:
        >>> table = pd.DataFrame({"kind": ["INDUSTRY", "FUND"], "name": ["集成电路产业", "种子基金"]})
        >>> add_sectors(table)[["section", "emerging"]].values.tolist()
        [['C 制造业', '1 新一代信息技术产业'], ['', '']]
    """
    nothing = Sectors("", "", "", "")
    rows = [find_sectors(name) if kind == "INDUSTRY" else nothing for kind, name in zip(table["kind"], table["name"], strict=True)]
    return table.assign(**{column: [titled(column, row[i], lang) for row in rows] for i, column in enumerate(Sectors._fields)})


def titled(column: str, codes: str, lang: str) -> str:
    """Put the titles of codes behind them; one that is a word is said by its title alone."""
    labels = load_labels(column)
    titles = [(code, labels[code].name(lang)) for code in codes.split("|") if code]
    return "|".join(title if len(code) > 2 else f"{code} {title}" for code, title in titles)
