"""Sectors: keywords of the national classifications, what stays unknown, the columns that are added."""

import re
import tomllib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.comparison.sectors import Sectors, add_sectors, find_sectors, load_labels
from policynlp.resources import data_path

TABLES = tomllib.loads(data_path("sectors.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "section", "division", "emerging", "future"),
    [
        ("现代农业", "A", "", "", ""),
        ("农产品加工业", "C", "13", "", ""),
        ("生物医药产业", "C", "27", "4", ""),
        ("医疗器械产业", "C", "35", "4", ""),
        ("集成电路", "C", "39", "1", ""),
        ("新能源汽车产业集群", "C", "36", "5", ""),
        ("动力电池产业", "C", "38", "5", ""),
        ("新材料产业", "C", "", "3", ""),
        ("商业航天", "C", "37", "2", "space"),
        ("人形机器人", "C", "", "2", "manufacturing"),
        ("清洁煤电", "D", "44", "", ""),
        ("煤炭行业", "B", "06", "", ""),
        ("软件和信息技术服务业", "I", "65", "1", ""),
        ("工业互联网", "I", "64", "1", "manufacturing"),
        ("工业设计", "M", "74", "8", ""),
        ("检验检测", "M", "74", "9", ""),
        ("现代金融业", "J", "", "", ""),
        ("跨境电商", "F", "", "", ""),
        ("规模以上工业", "B|C|D", "", "", ""),
        ("乡村旅游", "F|G|H|L|N|R", "", "", ""),
        ("氢能产业", "", "", "", "energy"),
        ("战略性新兴产业", "", "", "general", ""),
        ("民营经济", "", "", "", ""),
        ("低空经济", "", "", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_industries_belong_where_the_standards_put_them(name, section, division, emerging, future):
    assert find_sectors(name) == Sectors(section, division, emerging, future)


def test_the_standard_has_twenty_sections_and_divisions_stand_in_theirs():
    assert "".join(load_labels("section")) == "ABCDEFGHIJKLMNOPQRST"
    assert len(load_labels("emerging")) == 9 + 1
    numbers = [int(code) for code in load_labels("division")]
    assert numbers == sorted(set(numbers))
    assert max(numbers) <= 97
    sections = [code[0] for code in TABLES["division"]]
    assert sections == sorted(sections)
    assert all(set(code.split("|")) <= set(TABLES["section"]) for code in TABLES["whole"])
    assert all(re.fullmatch(r"[A-T]\d\d", code) for code in TABLES["division"])


def test_no_keyword_stands_under_two_codes():
    sector = [word for level in ("section", "division") for row in TABLES[level].values() for word in row["keywords"]]
    sector += [word for words in TABLES["whole"].values() for word in words]
    assert len(sector) == len(set(sector))
    for level in ("emerging", "future"):
        words = [word for row in TABLES[level].values() for word in row["keywords"]]
        assert len(words) == len(set(words))


def test_every_keyword_decides_where_it_stands_alone():
    for code, row in TABLES["division"].items():
        for word in row["keywords"]:
            assert find_sectors(word)[:2] == (code[0], code[1:]), word


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=30))
def test_any_name_gets_codes_of_the_tables_or_nothing(name):
    for column, codes in zip(Sectors._fields, find_sectors(name), strict=True):
        assert all(code in load_labels(column) for code in codes.split("|") if code)


def test_columns_are_added_to_industries_only():
    table = pd.DataFrame(
        {"kind": ["INDUSTRY", "INDUSTRY", "FUND"], "name": ["光伏产业", "规模以上工业", "光伏产业基金"], "count": [3, 2, 1]}
    )
    added = add_sectors(table, lang="en")
    assert list(added.columns) == ["kind", "name", "count", *Sectors._fields]
    assert added["section"].tolist()[0] == "C Manufacturing"
    assert added["section"].tolist()[1].split("|")[::2] == ["B Mining", "D Production and supply of electricity, heat, gas and water"]
    assert added["division"].tolist() == ["38 Electrical machinery", "", ""]
    assert added["emerging"].tolist() == ["6 New energy", "", ""]
    assert "section" not in table


def test_an_unknown_column_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="section, division, emerging, future"):
        load_labels("门类")


@pytest.mark.slow
def test_most_industries_of_city_reports_get_a_section(city_paths):
    names = [
        name
        for path in city_paths[:20]
        for entity in policynlp.analyze(path).entities
        if entity.kind == "INDUSTRY"
        for name in entity.names
    ]
    assert sum(bool(find_sectors(name).section) for name in names) / len(names) >= 0.65
