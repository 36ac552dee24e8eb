"""Statements: exact by rule, offsets that slice back, second copies mapped to the first."""

import itertools
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policynlp.annotation.outline import match_marker
from policynlp.annotation.statements import EDGE, ENDING, LEAD, ORDINAL, find_statements, is_item_start, split_line
from policynlp.errors import ReportError
from policynlp.evaluation.gold import load_gold, load_gold_folder
from policynlp.evaluation.scores import trim
from policynlp.reading import make_report, read_report
from policynlp.resources import corpora_path

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("statements.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['rule']}-{c['line'][:12]}")
def test_lines_split_as_the_codebook_says(case):
    line = case["line"]
    assert [line[start:end] for _, start, end in split_line(line)] == case["units"]


@pytest.mark.parametrize(
    ("line", "marker", "level"),
    [
        ("第一章 总则", "第一章", 1),
        ("一、目标", "一、", 3),
        ("（二）措施", "（二）", 4),
        ("3. 平台", "3.", 5),
        ("3.5亿元", "", 0),
        ("(1)基金", "(1)", 6),
    ],
)
def test_markers(line, marker, level):
    assert match_marker(line)[:2] == (marker, level)


def found_spans(report):
    _, statements = find_statements(report)
    return {trim(report.text, s.start, s.end) for s in statements}


def check_gold(gold, folder):
    for file, rows in gold.items():
        report = read_report(folder / file)
        spans = found_spans(report)
        for row in rows:
            assert trim(report.text, row.start, row.end) in spans, f"{file}: {row.text}"


def test_the_annotated_corpus_is_reproduced():
    folder = corpora_path("annotated")
    check_gold(load_gold_folder(folder), folder)


@pytest.mark.parametrize("name", ["benxi-2014.jsonl", "dev.jsonl"])
def test_the_gold_segmentation_is_reproduced(shared, name):
    check_gold(load_gold(shared / "gold" / name), shared / "texts")


def test_reading_order_follows_the_last_copy(benxi):
    body = [s for s in benxi.statements if s.role not in ("title", "boilerplate")]
    assert body[0].text.startswith("2014年,在省、市的正确领导下")
    assert body[0].section == ()
    first = next(s for s in body if s.role == "heading")
    assert (first.start, first.copies) == (37, ((3124, 3158),))
    assert len(body) == 62


def test_statements_slice_back_and_do_not_overlap(benxi):
    text = benxi.report.text
    for statement in benxi.statements:
        assert text[statement.start : statement.end] == statement.text
        for start, end in statement.copies:
            assert text[start:end] == statement.text
    ordered = sorted(benxi.statements, key=lambda s: s.start)
    assert all(a.end <= b.start for a, b in itertools.pairwise(ordered))


@given(st.text(alphabet="一二是。；;，,：“”《》（）()1.、第章\n 基金平台首先其次①②", max_size=300))
def test_invariants_on_any_text(text):
    try:
        report = make_report(text)
    except ReportError:
        return
    _, statements = find_statements(report)
    assert [s.text for s in statements] == [text[s.start : s.end] for s in statements]
    covered = sorted((s.start, s.end) for s in statements)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(covered))
    assert find_statements(report) == find_statements(make_report(text))


@given(st.lists(st.sampled_from([*"一二三是要第，：。；！”）】 \u3000甲①", "首先，", "（1）", "(二)、", "最后："])).map("".join))
def test_ordinals_are_looked_for_wherever_one_can_open_an_item(text):
    cuts = {run.end() for run in ENDING.finditer(text)}
    places = {len(text) - len(text.lstrip(EDGE)), *(lead.end() for lead in LEAD.finditer(text))}
    assert places >= {m.start() for m in ORDINAL.finditer(text) if is_item_start(text, m.start(), cuts)}


def test_hostile_nesting_is_linear():
    started = time.perf_counter()
    split_line("（" * 100_000 + "。" + "》“" * 50_000)
    split_line("一是" * 50_000)
    assert time.perf_counter() - started < 20
