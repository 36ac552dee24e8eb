"""Page furniture: what saved pages hold beside the report, and what only looks like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.annotation.statements import find_statements
from policynlp.reading import make_report, read_report
from policynlp.reading.furniture import find_furniture, find_page_facts, find_repeated_lines, load_furniture, mark_repeated
from policynlp.reading.lines import find_lines
from policynlp.resources import corpora_path

FURNITURE = [
    "日期：2022-01-11　来源：泓槎经开区管委会办公室",
    "发布时间：2024-01-29 09:30　来源：市政府办公室　浏览次数：1204",
    "发布日期：2023-01-18　字体：【大】【中】【小】　浏览次数：4106",
    "来源：市府办公室　日期：2018年1月22日　【打印】【关闭】",
    "日期:2018-12-24 | 来源:园区办公室",
    "[2023-05-18 09:26]",
    "信息来源：党政办",
    "浏览次数：312次",
    "阅读(86)",
    "【字体：大 中 小】",
    "字体：大 中 小",
    "【打印本页】 【关闭窗口】",
    "打印　关闭　分享到微信",
    "责任编辑：王某",
    "扫一扫在手机打开当前页",
    "分享到：",
    "上一篇：招商工作会议召开",
    "下一篇：没有了",
    "相关链接",
    "版权所有：某市人民政府",
    "Copyright © 2024 All Rights Reserved",
    "备案号：某ICP备05002141号",
    "某公网安备 43090302000044号",
    "网站标识码：4309000006",
    "网站地图 | 联系我们 | 关于我们",
    "首页 > 政务公开 > 工作报告",
    "当前位置：首页 > 信息公开 > 工作总结",
    "您现在的位置：网站首页>>政务公开>>正文",
    "主办单位：管委会办公室",
    "索引号：SQ-2023-00018　发布机构：市政府办公室",
    "附件：2023年工作总结.docx",
    "— 12 —",
    "第 3 页 / 共 12 页",
]
BODY = [
    "分享经济加快发展",
    "关闭落后产能企业20家",
    "版权保护工作站建成投用",
    "有效性评估全面开展",
    "推广“扫一扫”办事服务",
    "打印一批宣传手册",
    "收藏品交易市场建成",
    "政务公开",
    "时间紧、任务重",
    "来源于高新区的收入增长较快",
    "更多企业走向海外",
    "首页改版完成，访问量增长三成。",
    "2023年工作回顾",
    "-5",
    "日期安排：年底前完成，来源：市财政资金和社会资本",
    "作者队伍不断壮大",
    "主题词宣传活动有序开展",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_the_page_is_marked(line):
    marked = find_furniture(find_lines(f"岭上高新区2023年工作总结\n{line}\n全年新增企业22家。"))
    assert [mark.text for mark in marked[1:]] == [line]


@pytest.mark.parametrize("line", BODY)
def test_a_line_of_the_report_is_not_marked(line):
    marked = find_furniture(find_lines(f"岭上高新区2023年工作总结\n{line}\n全年新增企业22家。"))
    assert len(marked) == 1


def test_words_of_menus_count_only_beside_each_other():
    marked = find_furniture(find_lines("首页\n政务公开\n互动交流\n岭上高新区2023年工作总结\n政务公开\n加强公开。"))
    assert [mark.text for mark in marked] == ["首页", "政务公开", "互动交流"]


def test_the_invented_reports_state_source_and_date():
    for path in sorted(corpora_path("reports").glob("invented-*.txt")):
        report = read_report(path)
        assert report.source, path
        assert report.published, path
        assert [mark.kind for mark in report.furniture] == ["title", "boilerplate"]


def test_an_address_is_a_line_but_no_title():
    marked = find_furniture(find_lines("各位代表：\n现在，我代表市人民政府报告工作。"))
    assert [mark.kind for mark in marked] == ["title"]
    assert find_page_facts(marked) == []
    [title] = find_page_facts(find_furniture(find_lines("在全区经济工作会议上的讲话\n同志们，我讲三点。")))
    assert (title.field, title.value) == ("title", "在全区经济工作会议上的讲话")


def test_facts_of_the_page_slice_back():
    text = "岭上高新区\n发布时间：2024-01-29　来源：市政府办公室　发文字号：岭高发〔2024〕3号\n产值增长。"
    facts = {fact.field: fact for fact in find_page_facts(find_furniture(find_lines(text)))}
    assert {name: text[fact.start : fact.end] for name, fact in facts.items()} == {
        "title": "岭上高新区", "published": "2024-01-29", "source": "市政府办公室", "number": "岭高发〔2024〕3号",
    }  # fmt: skip


def test_nothing_but_furniture_is_marked_in_the_city_reports(city_paths):
    """Every kind of line that is marked there was looked at; a new one has to be."""
    seen = {}
    for path in city_paths:
        for mark in read_report(path).furniture:
            if mark.kind != "title" and mark.rule not in ("page number", "rule line"):
                seen.setdefault(path.stem, []).append(mark.rule)
    assert seen == {"益阳": ["scan", "source", "host", "host", "print", "menu", "host", "record", "contact", "record", "menu"]}


def test_marks_of_the_annotated_texts_are_what_the_annotators_called_furniture():
    from policynlp.evaluation.gold import load_gold_folder

    for file, rows in load_gold_folder(corpora_path("annotated")).items():
        report = read_report(corpora_path("annotated", "texts", file.rpartition("/")[2]))
        marked = {mark.start for mark in report.furniture if mark.kind != "title"}
        assert all(row.kind == "OTHER" for row in rows if row.start in marked), file


def pages(*bodies):
    return [make_report(f"岭上高新区{2020 + n}年总结\n岭上之窗\n一、回顾\n{body}\n岭上通客户端") for n, body in enumerate(bodies)]


def test_lines_at_the_edges_of_most_pages_of_a_site_are_furniture():
    reports = pages("产值增长。", "企业增多。", "平台建成。")
    repeated = find_repeated_lines(reports)
    assert repeated == {"岭上之窗": 3, "岭上通客户端": 3}
    marked = mark_repeated(reports[0], repeated)
    assert [mark.rule for mark in marked.furniture] == ["first line", "repeated", "repeated"]
    assert mark_repeated(marked, repeated) == marked


def test_lines_of_the_body_are_not_furniture_however_often_they_stand():
    reports = pages("产值增长。\n主要成绩\n企业增多。", "产值增长。\n主要成绩\n平台建成。", "产值增长。\n主要成绩\n开放扩大。")
    assert "主要成绩" not in find_repeated_lines(reports)
    assert "一、回顾" not in find_repeated_lines(reports)


def test_two_pages_show_nothing_and_half_is_not_most():
    assert find_repeated_lines(pages("甲增长。", "乙增长。")) == {}
    with pytest.raises(ValueError, match="min_share"):
        find_repeated_lines(pages("甲增长。"), min_share=0.5)


def test_repetition_marks_no_statement_of_the_city_reports(city_paths):
    repeated = find_repeated_lines([read_report(path) for path in city_paths])
    assert repeated == {}


LINE = st.one_of(st.sampled_from(FURNITURE + BODY), st.text(alphabet="一二、。：:| 首页>打印来源日期2023-01【】\u3000", max_size=40))


@settings(deadline=None, max_examples=60)
@given(st.lists(LINE, min_size=1, max_size=12))
def test_cleaning_is_idempotent_and_marks_slice_back(lines):
    text = "岭上高新区2023年工作总结\n" + "\n".join(lines)
    marked = find_furniture(find_lines(text))
    assert all(text[mark.start : mark.end] == mark.text for mark in marked)
    starts = {mark.start for mark in marked if mark.kind != "title"}
    kept = [line.text for line in find_lines(text) if line.start not in starts]
    again = find_furniture(find_lines("\n".join(kept)))
    assert [mark for mark in again if mark.kind != "title"] == []


def test_marked_lines_stay_among_the_statements():
    _, statements = find_statements(make_report("岭上高新区\n日期：2022-01-11　来源：办公室\n培育产业。"))
    assert [(s.role, s.kind) for s in statements] == [("title", "OTHER"), ("boilerplate", "OTHER"), ("body", "")]


def test_the_table_holds_each_word_once():
    table = load_furniture()
    assert not table.sure & table.beside
