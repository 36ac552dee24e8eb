"""Text reuse: exact offsets, changed words, second copies, boilerplate, who came first."""

import difflib
import itertools
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.comparison.groups import Group, group_analyses
from policynlp.comparison.reuse import align, find_reuse, share_reused, smallest_change
from policynlp.comparison.shingles import FACTORS, SHINGLE, WINDOW, count_shingles, cut_paragraphs, find_seeds, hash_runs
from policynlp.resources import corpora_path

TALENT = "对引进的高层次人才，在住房保障、子女就学、配偶就业等方面给予重点支持，所需经费由高新区财政统筹安排。"
PLATFORM = "依托骨干企业联合高校院所组建产业技术研究院，面向中小企业开放共享检验检测设备，降低研发成本。"
CREDIT = "坚持稳中求进工作总基调，完整、准确、全面贯彻新发展理念，加快构建新发展格局。"


def analyses_of(texts):
    return [policynlp.analyze(policynlp.make_report(text, path=f"{name}.txt")) for name, text in texts.items()]


def groups_of(texts, by="report"):
    return group_analyses(analyses_of(texts), by=by)


def slices_back(table, analyses):
    texts = {analysis.report.id: analysis.report.text for analysis in analyses}
    for row in table.itertuples():
        assert texts[row.report_a][row.start_a : row.end_a] == row.text_a
        assert texts[row.report_b][row.start_b : row.end_b] == row.text_b
        assert row.statements_a
        assert row.statements_b


def test_a_shared_paragraph_has_its_exact_offsets_in_both():
    texts = {
        "a-2021": f"一、产业\n培育壮大氢能产业。\n二、人才\n{TALENT}\n{PLATFORM}",
        "b-2023": f"一、人才政策\n1. {TALENT}\n建设科技园。",
    }
    table = find_reuse(groups_of(texts))
    assert len(table) == 1
    row = table.iloc[0]
    assert (row.report_a, row.start_a, row.end_a) == ("a-2021", texts["a-2021"].index(TALENT), texts["a-2021"].index(TALENT) + len(TALENT))
    assert (row.report_b, row.start_b, row.end_b) == ("b-2023", texts["b-2023"].index(TALENT), texts["b-2023"].index(TALENT) + len(TALENT))
    assert row.text_a == row.text_b == TALENT
    assert (row.similarity, row.letters, row.boilerplate, row.upper) == (1.0, sum(map(str.isalnum, TALENT)), False, False)
    assert row["first"] == "a-2021"
    assert row.statements_a == ("a-2021#s0004",)


def test_a_few_changed_words_are_passed_over():
    changed = TALENT.replace("住房保障", "安居租赁保障").replace("配偶就业等", "")
    table = find_reuse(groups_of({"a": f"设立种子基金。{TALENT}", "b": f"{changed}建设科技园。"}))
    assert len(table) == 1
    assert table.loc[0, "text_a"] == TALENT
    assert table.loc[0, "text_b"] == changed
    # a has 住房 and 配偶就业等, b 安居租赁.
    equal = sum(map(str.isalnum, TALENT)) - 7
    assert table.loc[0, "letters"] == equal
    assert table.loc[0, "similarity"] == pytest.approx(2 * equal / (2 * equal + 7 + 4))


def test_width_case_white_space_and_punctuation_make_no_change():
    other = TALENT.replace("，", " , ").replace("、", "　").replace("高新区", "ＡＢ区")
    one = TALENT.replace("高新区", "ab区")
    table = find_reuse(groups_of({"a": one, "b": other}))
    assert table["similarity"].tolist() == [1.0]
    assert (table.loc[0, "text_a"], table.loc[0, "text_b"]) == (one, other)


def test_numbers_are_not_torn():
    a, b = "全年实现规模以上工业总产值达到1300亿元以上，同比增长12%。", "全年实现规模以上工业总产值达到1300亿元以上，同比增长15.5%。"
    table = find_reuse(groups_of({"a": a, "b": b}))
    assert table["text_b"].tolist() == ["全年实现规模以上工业总产值达到1300亿元以上，同比增长"]
    assert table["letters"].tolist() == [len("全年实现规模以上工业总产值达到1300亿元以上同比增长")]
    other = find_reuse(groups_of({"a": "2" + a[2:], "b": "12" + a[2:]}))
    assert other.loc[0, "text_a"].startswith("实现")


def test_a_second_copy_inside_a_report_is_never_reuse(benxi):
    assert benxi.report.duplicates
    assert find_reuse(group_analyses([benxi])).empty
    assert share_reused(group_analyses([benxi]), find_reuse(group_analyses([benxi])))["reused"].tolist() == [0]


def test_what_another_report_takes_from_it_counts_once_and_in_the_first_copy(benxi):
    paragraph = next(s.text for s in benxi.statements if s.copies and len(s.text) > 60)
    assert benxi.report.text.count(paragraph) == 2
    other = policynlp.analyze(policynlp.make_report(f"一、工作\n{paragraph}", path="other-2016.txt"))
    table = find_reuse(group_analyses([other, benxi]))
    assert table["start_a"].tolist() == [benxi.report.text.index(paragraph)]
    assert table["text_b"].tolist() == [paragraph]
    shares = share_reused(group_analyses([other, benxi]), table).set_index("report")
    assert shares.loc["benxi-2014", "reused"] == len(paragraph)
    assert shares.loc["benxi-2014", "borrowed"] == 0
    assert shares.loc["other-2016", "borrowed"] == len(paragraph)


@pytest.mark.parametrize(
    ("holders", "total", "expected"), [(2, 2, False), (2, 3, False), (3, 3, True), (3, 5, True), (3, 6, False), (4, 7, True)]
)
def test_boilerplate_is_what_more_than_half_and_at_least_three_share(holders, total, expected):
    texts = {f"r{i}": f"{CREDIT if i < holders else ''}\n第{i}项任务是建设{'甲乙丙丁戊己庚'[i]}园。" for i in range(total)}
    table = find_reuse(groups_of(texts))
    assert table["boilerplate"].tolist() == [expected] * len(table)
    assert table["reports"].tolist() == [holders] * len(table)
    assert {*table["report_a"], *table["report_b"]} == {f"r{i}" for i in range(holders)}
    # A boilerplate ties each report to the first one only.
    assert len(table) == (holders - 1 if expected else holders * (holders - 1) / 2)


def test_a_long_passage_around_a_boilerplate_is_none():
    texts = {"a": TALENT + CREDIT + PLATFORM, "b": TALENT + CREDIT + PLATFORM, "c": CREDIT, "d": CREDIT, "e": "建设科技园。"}
    table = find_reuse(groups_of(texts))
    longest = table.loc[table["letters"].idxmax()]
    assert (longest.report_a, longest.report_b, longest.boilerplate) == ("a", "b", False)
    assert table.loc[table["report_b"].isin(["c", "d"]), "boilerplate"].all()


def test_order_of_reports_changes_nothing(city_paths):
    analyses = [policynlp.analyze(path) for path in city_paths[:6]]
    table = find_reuse(group_analyses(analyses))
    assert len(table) > 20
    slices_back(table, analyses)
    groups = group_analyses(analyses[3:] + analyses[:3])[::-1]
    pd.testing.assert_frame_equal(find_reuse(groups), table)
    shares = share_reused(groups[::-1], table)
    assert (shares["reused"] + shares["boilerplate"] <= shares["characters"]).all()
    assert (shares["borrowed"] <= shares["reused"]).all()


def test_titles_and_page_furniture_are_no_reuse():
    page = "青岭高新技术产业开发区管理委员会二〇二一年度科技创新工作总结报告\n来源:青岭高新技术产业开发区管理委员会科技创新与人才工作局\n{}"
    groups = groups_of({"a": page.format("设立种子基金。"), "b": page.format("建设科技园。")})
    assert [s.role for s in groups[0].reports[0][1].statements] == ["title", "boilerplate", "body"]
    assert find_reuse(groups).empty


def test_a_passage_of_many_changes_stands_in_both_of_its_reports():
    words = "建设产业技术研究院", "面向中小企业开放", "共享检验检测设备", "降低研发试制成本"
    table = find_reuse(groups_of({"a": "甲".join(words), "b": "乙".join(words)}))
    assert table[["letters", "reports", "text_b"]].values.tolist() == [[33, 2, "乙".join(words)]]


def test_who_came_first():
    dated = "{}\n日期:\n{}\n来源:办公室\n一、人才\n" + TALENT
    texts = {
        "x": dated.format("青岭高新区2020年工作总结", "2021-05-01"),
        "y": dated.format("白石高新区2021年工作总结", "2021-03-01"),  # a later year, and yet the earlier date
        "z": f"红湾高新区2019年工作总结\n一、人才\n{TALENT}",
        "unknown": TALENT,
    }
    texts |= {f"other{i}": "建设科技园。" for i in range(4)}  # or else it would be boilerplate
    table = find_reuse(groups_of(texts)).set_index(["report_a", "report_b"])
    assert table["first"].to_dict() == {("z", "x"): "z", ("z", "y"): "z", ("x", "y"): "y"} | {(k, "unknown"): "" for k in "zxy"}


def test_upper_level_documents_are_marked_and_not_counted():
    texts = {"a-2021": f"一、人才\n{TALENT}", "b-2022": f"{TALENT}\n{CREDIT}", "c-2023": "建设科技园。"}
    upper = analyses_of({"plan-2020": f"{TALENT}\n{PLATFORM}", "plan-2019": PLATFORM})
    groups = groups_of(texts)
    table = find_reuse(groups, upper=upper)
    assert table[["report_a", "report_b", "upper", "boilerplate", "first"]].values.tolist() == [
        ["plan-2020", "a-2021", True, False, "plan-2020"],
        ["plan-2020", "b-2022", True, False, "plan-2020"],
        ["a-2021", "b-2022", False, False, "a-2021"],
    ]
    assert table["group_a"].tolist()[:2] == ["", ""]
    shares = share_reused(groups, table).set_index("report")
    assert shares["upper"].to_dict() == {"a-2021": len(TALENT), "b-2022": len(TALENT), "c-2023": 0}
    assert list(shares.index) == ["a-2021", "b-2022", "c-2023"]
    with pytest.raises(ValueError, match="a-2021 is a report and an upper-level document"):
        find_reuse(groups, upper=analyses_of({"a-2021": TALENT}))


def test_shares_by_hand():
    texts = {
        "青岭高新区2021": f"{TALENT}{PLATFORM}",
        "青岭高新区2022": f"{PLATFORM}建设科技园。",
        "红湾高新区2023": f"{TALENT}设立种子基金。",
    }
    groups = groups_of(texts, by="zone")
    shares = share_reused(groups, find_reuse(groups)).set_index("report")
    whole = len(TALENT) + len(PLATFORM)
    assert shares.loc["青岭高新区2021", ["characters", "reused", "borrowed", "own"]].tolist() == [whole, whole, 0, len(PLATFORM)]
    assert shares.loc["青岭高新区2022", ["reused", "borrowed", "own"]].tolist() == [len(PLATFORM)] * 3
    assert shares.loc["红湾高新区2023", ["reused", "borrowed", "own"]].tolist() == [len(TALENT), len(TALENT), 0]
    assert shares.loc["红湾高新区2023", "reused_share"] == pytest.approx(len(TALENT) / (len(TALENT) + 7))


def test_boilerplate_is_apart_and_reuse_goes_before_it():
    texts = {"a": TALENT + CREDIT, "b": TALENT + CREDIT, "c": CREDIT + "设立种子基金。", "d": "建设科技园。"}
    shares = share_reused(groups_of(texts), find_reuse(groups_of(texts))).set_index("report")
    assert shares.loc["a", ["reused", "boilerplate"]].tolist() == [len(TALENT + CREDIT), 0]
    assert shares.loc["c", ["reused", "boilerplate"]].tolist() == [0, len(CREDIT)]


def test_passages_of_other_reports_are_refused():
    table = find_reuse(groups_of({"a": TALENT, "b": TALENT}))
    with pytest.raises(ValueError, match="the report b is not in the groups"):
        share_reused(groups_of({"a": TALENT}), table)


def test_nothing_shared_gives_an_empty_table():
    groups = groups_of({"a": "设立种子基金。", "b": "建设科技园。"})
    table = find_reuse(groups)
    assert table.empty
    assert {"text_a", "similarity", "boilerplate"} <= set(table)
    assert share_reused(groups, table)["reused_share"].tolist() == [0, 0]
    assert find_reuse([]).empty
    assert share_reused([Group("空", ())], table).empty


def test_minimum_counts_letters():
    shared = "引进的高层次人才在住房保障子女就学等方面"  # 20 letters
    groups = groups_of({"a": f"对甲乙丙{shared}，设立基金。", "b": f"向丁戊己{shared}！建设园区。"})
    assert find_reuse(groups, minimum=len(shared))["text_a"].tolist() == [shared]
    assert find_reuse(groups, minimum=len(shared) + 1).empty
    with pytest.raises(ValueError, match="minimum is 7"):
        find_reuse(groups, minimum=7)


LETTERS = [chr(code) for code in range(0x4E00, 0x4E40)]


@settings(max_examples=60, deadline=None)
@given(st.text(LETTERS, max_size=80), st.text(LETTERS, max_size=80), st.data())
def test_every_run_of_fifteen_letters_is_found(a, b, data):
    run = "".join(data.draw(st.permutations(LETTERS)))[: data.draw(st.integers(SHINGLE + WINDOW - 1, 40))]
    at, other = data.draw(st.integers(0, len(a))), data.draw(st.integers(0, len(b)))
    groups = groups_of({"a": a[:at] + run + a[at:], "b": b[:other] + run + b[other:]})
    table = find_reuse(groups, minimum=SHINGLE)
    assert any(
        row.start_a <= at and at + len(run) <= row.end_a and row.start_b <= other <= row.end_b - len(run) for row in table.itertuples()
    )


def test_every_run_of_24_characters_of_real_reports_is_found(city_paths):
    for one, other in itertools.combinations([policynlp.analyze(path) for path in city_paths[10:14]], 2):
        found = [row for row in find_reuse(group_analyses([one, other], by="report")).itertuples() if row.report_a == one.report.id]
        runs = {}
        for statement in one.statements:
            for i in range(len(statement.text) - 23):
                runs.setdefault(statement.text[i : i + 24], statement.start + i)
        common = [
            (runs[run], statement.start + i, run)
            for statement in other.statements
            for i in range(len(statement.text) - 23)
            if (run := statement.text[i : i + 24]) in runs and sum(map(str.isalnum, run)) >= 20
        ]
        assert common
        for at, other_at, run in common:
            inside = run.strip("，。、；：“”（）《》")
            at, other_at = at + run.index(inside), other_at + run.index(inside)
            end, other_end = at + len(inside), other_at + len(inside)
            assert any(r.start_a <= at and end <= r.end_a and r.start_b <= other_at and other_end <= r.end_b for r in found), run


@settings(max_examples=60)
@given(st.text(LETTERS[:6], min_size=8, max_size=60), st.text(LETTERS[:6], min_size=8, max_size=60))
def test_aligned_passages_agree_as_much_as_they_say(a, b):
    seeds = [(i, j) for i in range(len(a) - 7) for j in range(len(b) - 7) if a[i : i + 8] == b[j : j + 8]]
    for start, end, other_start, other_end, letters in align(a, b, seeds):
        one, other = a[start:end], b[other_start:other_end]
        blocks = difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
        assert letters <= min(len(one), len(other))
        assert one[:5] == other[:5]
        assert one[-5:] == other[-5:]
        assert letters >= len(one) / 2
        assert max(block.size for block in blocks) >= 8


def test_a_change_may_not_take_up_more_than_what_agrees_behind_it():
    assert smallest_change("甲乙丙丁戊己", "丙丁戊己庚") is None  # 2 letters skipped, only 4 agree
    assert smallest_change("甲乙丙丁戊己庚", "丙丁戊己庚") == (2, 0)
    assert smallest_change("一二三四五六七" + "甲乙丙丁戊己", "甲乙丙丁戊己") is None  # 7 skipped, 6 agree
    assert smallest_change("", "甲乙丙丁戊己庚") is None


def test_hashes_are_the_same_everywhere():
    text = "培育壮大氢能产业集群"
    for i, found in enumerate(hash_runs(text).tolist()[: len(text) - SHINGLE + 1]):
        number = 0
        for letter in text[i : i + SHINGLE]:
            number = (number * int(FACTORS[0]) + ord(letter)) % 2**64
        number = (number ^ number >> 30) * int(FACTORS[1]) % 2**64
        number = (number ^ number >> 27) * int(FACTORS[2]) % 2**64
        assert found == number ^ number >> 31


def test_endless_repetition_takes_no_endless_time():
    start = time.perf_counter()
    table = find_reuse(groups_of({"a": "增长" * 20_000, "b": "增长" * 20_000 + "\n" + "一二三四五六七八九。" * 500, "c": "000 " * 5_000}))
    assert time.perf_counter() - start < 20
    assert table["letters"].max() == 40_000


def test_lone_surrogates_and_empty_lines_do_no_harm():
    table = find_reuse(groups_of({"a": f"\ud800{TALENT}", "b": f"{TALENT}\udfff"}))
    assert table["text_a"].tolist() == [TALENT]


def test_seeds_never_join_a_document_with_itself_or_two_upper_ones():
    from policynlp.comparison.reuse import list_documents

    documents = list_documents(
        groups_of({"a": f"{TALENT}\n{PLATFORM}\n建设。\n{TALENT}", "b": TALENT}), analyses_of({"u": TALENT, "v": TALENT})
    )
    paragraphs = cut_paragraphs(documents)
    for p, q in find_seeds(count_shingles(paragraphs, documents), paragraphs, documents):
        one, other = documents[paragraphs[p].document], documents[paragraphs[q].document]
        assert one.key != other.key
        assert not (one.upper and other.upper)


def test_what_the_invented_reports_share():
    paths = sorted(corpora_path("reports").glob("invented-*.txt"))
    analyses = [policynlp.analyze(path) for path in paths]
    table = find_reuse(group_analyses(analyses))
    slices_back(table, analyses)
    borrowed = table[(table["group_a"] != table["group_b"]) & ~table["boilerplate"] & (table["letters"] >= 100)]
    assert borrowed[["report_a", "report_b", "first"]].values.tolist() == [
        ["invented-shengpu-2021", "invented-qiling-2022", "invented-shengpu-2021"],
        ["invented-hongcha-2022", "invented-zheyuan-2023", "invented-hongcha-2022"],
    ]
    assert table["boilerplate"].any()
