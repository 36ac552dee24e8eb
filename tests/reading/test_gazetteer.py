"""Divisions and national zones: complete, unambiguous where it matters, quick to look up."""

import csv
import importlib.util
from collections import Counter

import pytest

from policynlp.reading.gazetteer import find_division, load_gazetteer, load_zones, province_of
from policynlp.resources import data_path


def rows(file):
    with data_path(file).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_all_levels_are_there():
    counts = Counter(row["level"] for row in rows("gazetteer.csv"))
    assert counts["province"] == 34
    assert counts["city"] == 333
    assert counts["county"] > 2800
    codes = [row["code"] for row in rows("gazetteer.csv")]
    assert len(set(codes)) == len(codes)
    provinces = {code for code in codes if len(code) == 2}
    assert all(code[:2] in provinces for code in codes)


def test_all_national_zones_are_there_and_lie_in_a_division():
    zones = rows("zones.csv")
    assert len(zones) == 178
    assert len({row["name"] for row in zones}) == len({row["short"] for row in zones}) == 178
    for row in zones:
        division = find_division(row["place"], province=row["province"])
        assert division, row
        assert province_of(division) == row["province"]


def test_zones_are_found_by_both_names():
    assert load_zones()["苏州高新区"] is load_zones()["苏州高新技术产业开发区"]
    assert load_zones()["黄三角农高区"].place == "东营市"


@pytest.mark.parametrize(
    ("name", "province", "code"),
    [
        ("本溪", "", "2105"),
        ("本溪市", "辽宁", "2105"),
        ("鼓楼区", "", None),
        ("鼓楼区", "江苏", None),  # Nanjing and Xuzhou have one each
        ("鼓楼区", "福建省", "350102"),
        ("朝阳区", "北京", "110105"),
        ("吉林", "", "22"),
        ("吉林市", "", "2202"),
        ("市辖区", "", None),
        ("没有的县", "", None),
        ("本溪市", "吉林", None),
        ("本溪市", "没有的省", None),
    ],
)
def test_a_name_of_several_divisions_is_not_guessed(name, province, code):
    found = find_division(name, province=province)
    assert (found.code if found else None) == code


def test_the_short_names_are_what_the_script_makes():
    spec = importlib.util.spec_from_file_location("make_gazetteer", data_path("make_gazetteer.py"))
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert all(script.shorten(row["name"]) == row["short"] for row in rows("gazetteer.csv"))


def test_short_names_of_counties_are_no_keys():
    assert "和平" not in load_gazetteer()
    assert load_gazetteer()["凉山"].name == "凉山彝族自治州"
