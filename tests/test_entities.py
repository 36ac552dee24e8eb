"""Entities: spans on the text, canonical names, nesting, enumerations, formulas."""

import itertools
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.annotation.formulas import CARDINAL, NUMERIC, number_of
from policynlp.annotation.naming import FORMULA
from policynlp.annotation.spans import FRONTS, is_entity_name, is_whole, may_widen, members_of, trim_span, widen_span
from policynlp.codebook import load_codebook
from policynlp.errors import ReportError
from policynlp.resources import corpora_path

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("entities.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:14])
def test_cases(case):
    found = [[e.kind, e.name] for e in policynlp.analyze(case["text"]).entities if not e.nested]
    assert found == case["entities"]


def test_spans_slice_back_and_lie_in_their_statement(benxi):
    for entity in benxi.entities:
        statement = benxi.statement(entity.statement)
        assert benxi.report.text[entity.start : entity.end] == entity.text
        assert statement.start <= entity.start < entity.end <= statement.end
        assert statement.role not in ("title", "boilerplate")


def test_outermost_entities_do_not_overlap(benxi):
    outer = sorted((e.start, e.end) for e in benxi.entities if not e.nested)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(outer))


def names(analysis, text):
    return {e.name for e in analysis.entities if e.text == text}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("种子基金", "药都种子基金"),  # A1, owner named elsewhere
        ("创投基金", "药都创投基金"),  # E12, owner shared down the list
        ("科技金融服务平台", "药都科技金融服务平台"),
        ("风险补偿金", "科技型中小企业风险补偿金"),  # E12, beneficiary joined by 和
        ("“1+6”科技金融服务体系", "药都科技金融服务体系"),  # A2
        ("高新区", "本溪高新区"),  # A3
        ("管委会", "本溪高新区管委会"),
        ("科技中小企业", "科技型中小企业"),  # A4
        ("本溪", "本溪市"),
        ("中国药都", "药都"),
    ],
)
def test_canonical_names_of_the_report(benxi, text, name):
    assert names(benxi, text) == {name}


def test_headless_coordination_has_its_members(benxi):
    (entity,) = [e for e in benxi.entities if e.text == "国家、省技术中心"]
    assert entity.members == ("国家技术中心", "省技术中心")


def test_the_class_noun_decides_the_type_of_the_list(benxi):
    statement = next(s for s in benxi.statements if "创新园、创业园等创新创业平台" in s.text)
    kinds = {e.kind for e in benxi.entities if e.statement == statement.id and e.end < statement.start + statement.text.index("在建设")}
    assert kinds == {"PLATFORM"}


def test_formulas_of_the_report_are_those_of_the_gold(benxi):
    rows = [json.loads(line) for line in corpora_path("annotated", "labels", "benxi-2014.jsonl").read_text("utf-8").splitlines()]
    wanted = {f["expression"]: {p["key"]: p["members"] for p in f["parts"]} for row in rows for f in row.get("formulas", [])}
    found = {f.expression: {p.key: list(p.surfaces) for p in f.parts} for f in benxi.formulas}
    assert found == wanted
    complete = {f.expression: f.complete for f in benxi.formulas}
    assert complete == {"四个规模": None, "1+7": True, "1+X": None, "1+6": True}
    assert {p.key: p.declared for f in benxi.formulas for p in f.parts if f.expression == "1+7"} == {"1": 1, "7": 7}


def test_cardinals_beside_a_list_are_counted():
    analysis = policynlp.analyze("做强光电子信息、高端装备、生物医药三大产业，建好三大平台：检测中心平台、数据服务平台。")
    counted = {f.expression: f.complete for f in analysis.formulas}
    assert counted.get("三大产业") is True


def test_relations_of_the_report(benxi):
    found = {(r.kind, r.head, r.tail) for r in benxi.relations}
    assert ("PART_OF", "药都种子基金", "药都科技金融服务体系") in found
    assert ("IS_A", "电子商务", "现代服务业") in found
    assert ("LOCATED_IN", "药都控股公司", "药都") in found
    assert ("TARGETS", "科技型中小企业担保基金", "科技型中小企业") in found


@pytest.mark.parametrize("name", ["基金", "平台", "重点产业", "主导产业", "优势产业", "企业", "重点企业"])
def test_bare_heads_and_rank_words_are_nothing(name):
    assert not is_entity_name(name, load_codebook())


def test_members_need_a_headless_coordination():
    assert members_of("激光、红外、半导体照明三个省级产业技术研究院", load_codebook())[0].startswith("激光")
    assert members_of("省级技术中心", load_codebook()) == ()


@given(st.text(alphabet="“”《》（）一批新型企业、和3家基金", max_size=20), st.data())
def test_trimming_stays_inside_or_takes_one_mark(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    a, b = trim_span(text, start, end)
    assert a >= 0
    assert b <= len(text)


MARKED = st.text(alphabet="“”《》（和平、一批新型企业等省级", max_size=12)


@given(MARKED, MARKED, MARKED)
def test_a_whole_name_is_trimmed_in_no_text(before, name, behind):
    start, end = len(before), len(before) + len(name)
    assert not is_whole(name) or trim_span(before + name + behind, start, end) == (start, end)


@given(st.text(alphabet="“”、和国家省市级以上及型创新", max_size=12))
def test_a_front_that_can_be_taken_in_is_never_overlooked(before):
    assert may_widen(before, len(before)) or not any(pattern.search(before) for pattern, _ in FRONTS)


def test_nothing_behind_a_quoted_word_is_widened_without_harm():
    assert widen_span("“双一流”", 5, 5, "PROGRAM") == (0, 5)


@given(st.text(alphabet='“”"一二十3+＋XN大个项主导产业', max_size=16))
def test_a_formula_or_cardinal_is_never_overlooked(text):
    assert NUMERIC.search(text) or not (FORMULA.search(text) or CARDINAL.search(text))


@pytest.mark.parametrize(("written", "number"), [("三", 3), ("十", 10), ("十二", 12), ("二十一", 21), ("15", 15), ("两", 2)])
def test_numerals(written, number):
    assert number_of(written) == number


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="设立药都种子基金、和等平台产业“1+6”二三大个企业的。；，\n（）一是", min_size=1, max_size=120))
def test_any_text_gives_consistent_results(text):
    try:
        report = policynlp.make_report(text)
    except ReportError:
        return
    analysis = policynlp.analyze(report)
    for entity in analysis.entities:
        assert text[entity.start : entity.end] == entity.text
    assert analysis == policynlp.analyze(report)
