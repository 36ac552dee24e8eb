"""Hostile and careless text: every case ends, soon, with a result that holds together."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.annotation.spans import trim_span

CASES = {
    "ordinals": "①" * 20_000,
    "full stops": "。" * 20_000 + "基金",
    "one list": "设立" + "、".join(["种子基金"] * 1500) + "。",
    "open brackets": "（" * 10_000 + "基金",
    "nested marks": "《" * 10_000 + "》" * 10_000,
    "equal lines": "支持企业。\n" * 5000,
    "a long line beside short ones": "\n".join(["支持企业。"] * 100 + ["推进" * 10_000]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CASES))
def test_large_hostile_text_ends_soon(name):
    policynlp.analyze("设立基金。")
    started = time.perf_counter()
    policynlp.analyze(policynlp.make_report(CASES[name]))
    assert time.perf_counter() - started < 30  # each takes about a second; quadratic time would take minutes


@pytest.mark.parametrize(
    "text", ["设立（））种子基金。", "实施“”人才”工程", "设立“《创新》》基金", "推进" * 60, "“”", "（基金", "\u200b基金平台"]
)
def test_unmatched_marks_and_odd_texts(text):
    analysis = policynlp.analyze(text)
    for entity in analysis.entities:
        assert text[entity.start : entity.end] == entity.text


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="“”《》（）()‘’「」基金a、", max_size=14), st.data())
def test_trimming_ends_on_any_mixture_of_marks(text, data):
    start = data.draw(st.integers(0, len(text)))
    a, b = trim_span(text, start, data.draw(st.integers(start, len(text))))
    assert a >= 0
    assert b <= len(text)


def test_texts_without_a_name_do_not_merge_in_the_graph():
    texts = ["支持科技型中小企业发展数字经济。", "我们支持科技型中小企业发展数字经济。"]
    graph = policynlp.build_graph(map(policynlp.analyze, texts))
    assert graph.edges["数字经济", "科技型中小企业"]["count"] == 2


def test_a_stray_nul_is_no_binary_file(tmp_path):
    path = tmp_path / "r.txt"
    path.write_bytes(("高新区设立产业引导基金，支持企业发展。" * 20 + "\0" + "建设平台。").encode())
    assert "\0" in policynlp.read_report(path).text


def test_a_bare_zone_word_in_a_citys_report_is_not_the_city():
    analysis = policynlp.analyze(policynlp.make_report("支持经开区与高新区联动发展，我市全力保障。\n推进经开区建设。\n", path="南宁.txt"))
    assert not [e.text for e in analysis.entities if e.zone and e.text in ("经开区", "高新区")]


def test_output_folders_never_meet(tmp_path):
    paths = [tmp_path / name for name in ("x/a.txt", "y/a.txt", "a-2.txt", "x/...txt", "A.txt", "x/con.txt")]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text("支持企业发展。\n建设平台。", "utf-8")
    names = [report.id for report in policynlp.read_reports(paths)]
    assert len({name.casefold() for name in names}) == len(paths)
    assert names == ["a", "a-2", "a-2-2", "report", "A-3", "con_"]
