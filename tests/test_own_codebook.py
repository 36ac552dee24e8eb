"""A researcher's own codebook: read, checked, and in force in every stage; a classifier of her own classes."""

import csv
import itertools
import pickle
import re
import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import policynlp
from policynlp.annotation.own_matches import match_own_rules
from policynlp.annotation.segmentation import Segmenter
from policynlp.cli import app
from policynlp.codebook import load_codebook, read_codebook, shipped, shipped_codebook
from policynlp.codebook.expressions import fault_of
from policynlp.codebook.own import find_faults
from policynlp.codebook.template import write_template
from policynlp.errors import CodebookError, ModelError, ReportError
from policynlp.reading import make_report
from policynlp.training.tables import read_labels, train_table

CASES = Path(__file__).parent / "cases" / "codebooks"
REPORTS = (
    "一、人才工作\n深入实施青年科技人才计划和百川计划，支持英才工程入选者创业。\n建设人才公寓500套。\n",
    "落实英才引进计划，完善海外引才工程。\n将人才工作纳入各部门年度考核。\n入选百川计划的团队到创谷创业。\n",
    "实施青年科技人才计划。\n英才计划专项基金规模达到1亿元。\n百川计划表和人才计划书另行公布。\n",
)


@pytest.fixture(autouse=True)
def _forget_labels():
    before = list(shipped._labelled)
    yield
    shipped._labelled[:] = before


@pytest.fixture
def talent():
    return read_codebook(CASES / "talent.toml")


def found(text, codebook):
    return {(e.kind, e.name, e.rule, e.nested) for e in policynlp.analyze(make_report(text), codebook=codebook).entities}


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_a_new_type_stands_in_tables_and_graph_of_three_reports(talent):
    analyses = [policynlp.analyze(make_report(text, path=f"{i}.txt"), codebook=talent) for i, text in enumerate(REPORTS)]
    rows = [row for a in analyses for row in a.to_frames()["entities"][["kind", "name", "nested"]].itertuples(index=False, name=None)]
    assert ("人才计划", "青年科技人才计划", False) in rows
    assert ("人才计划", "百川计划", False) in rows
    assert ("人才计划", "海外引才工程", False) in rows
    graph = policynlp.build_graph(analyses)
    assert graph.nodes["青年科技人才计划"]["kind"] == "人才计划"
    assert graph.has_edge("青年科技人才计划", "百川计划")
    assert load_codebook().types["人才计划"].label.colour == "#aa3377"
    assert policynlp.draw_graph(graph, lang="en") is not None


def test_aliases_are_found_under_their_canonical_name(talent):
    assert ("人才计划", "英才计划", "own term", False) in found("落实英才工程。", talent)
    assert ("人才计划", "英才计划", "own term", False) in found("落实英才引进计划。", talent)
    assert ("人才计划", "英才计划", "own term", False) in found("落实英才计划。", talent)


def test_her_terms_are_never_cut_even_across_a_shipped_term(talent):
    text = "为中小企业服务专员配备设备，探索揭榜挂帅。"
    assert "企业服务专员" not in Segmenter(shipped_codebook()).cut(text)
    words = Segmenter(talent).cut(text)
    assert {"企业服务专员", "揭榜挂帅"} <= set(words)
    assert "".join(words) == text
    tagged = Segmenter(talent).tag(text)
    assert [word for word, _ in tagged] == words


def test_her_terms_win_over_the_spans_of_the_model(talent):
    text = "实施百川计划，建设创谷。"
    assert ("PROGRAM", "百川计划", "model", False) in found(text, None)
    assert found(text, talent) == {("人才计划", "百川计划", "own term", False), ("PLATFORM", "创谷", "own term", False)}


def test_a_longer_name_that_goes_on_behind_her_term_keeps_it_inside(talent):
    entities = found("设立英才计划专项基金。", talent)
    assert ("FUND", "英才计划专项基金", "model", False) in entities
    assert ("人才计划", "英才计划", "own term", True) in entities


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("深入实施青年科技人才计划。", "青年科技人才计划"),
        ("申报省级“领航”人才计划。", "省级“领航”人才计划"),
        ("推进一批海外引才工程。", "海外引才工程"),
        ("对人才计划入选者给予奖励。", ""),  # the compound goes on behind the head noun
    ],
)
def test_a_compound_before_her_head_noun_is_an_entity_up_to_a_break(text, name, talent):
    assert {n for kind, n, rule, nested in found(text, talent) if rule == "own head"} == ({name} if name else set())


def test_head_nouns_of_a_shipped_type_give_its_subtype(talent):
    (entity,) = [e for e in policynlp.analyze("建设青年梦工场。", codebook=talent).entities if e.rule == "own head"]
    assert (entity.kind, entity.subtype, entity.name) == ("PLATFORM", "carrier", "青年梦工场")


def test_nothing_lies_in_a_negative_term(talent):
    kinds = {(kind, name) for kind, name, _, _ in found("百川计划表和青年人才计划书另行公布。", talent)}
    assert not {name for _, name in kinds if "百川" in name}
    assert "人才计划" not in {kind for kind, _ in kinds}
    assert ("人才计划", "百川计划", "own term", False) in found("百川计划另行公布。", talent)


def test_instruments_cues_and_rules_of_hers_decide(talent):
    analysis = policynlp.analyze(
        "建设人才公寓500套。\n实施安居工程，提供补贴。\n将人才工作纳入各部门年度考核。\n不纳入年度考核。", codebook=talent
    )
    housing, safe, assessed, exempt = analysis.statements
    assert housing.kind == "MEASURE"
    assert "S-HOUSING" in housing.instruments
    assert (safe.kind, safe.cues[0]) == ("MEASURE", "人才安居")
    assert (assessed.kind, assessed.rule, assessed.cues, assessed.uncertain) == ("EVALUATION", "own", ("纳入考核",), False)
    assert exempt.kind != "EVALUATION"
    assert policynlp.draw_shares(analysis) is not None


def test_provenance_names_her_codebook_and_the_models_stay_those_shipped(talent):
    own, plain = policynlp.analyze("设立基金。", codebook=talent).provenance, policynlp.analyze("设立基金。").provenance
    assert own.settings == (("own_codebook", talent.own.sha256),)
    assert own.codebook == talent.sha256 != plain.codebook
    assert own.models == plain.models
    assert plain.settings == ()


def test_what_is_not_hers_stays_as_it_is_shipped(talent, benxi):
    with_hers = policynlp.analyze(benxi.report, codebook=talent)
    unmoved = [e for e in benxi.entities if not re.search("人才|计划|工程|服务", e.text)]
    assert set(unmoved) <= set(with_hers.entities)
    assert [s.kind for s in with_hers.statements] == [s.kind for s in benxi.statements]
    again = policynlp.analyze(benxi.report)
    assert (again.entities, again.statements, again.provenance) == (benxi.entities, benxi.statements, benxi.provenance)


def test_a_copy_of_the_shipped_codebook_changes_nothing(tmp_path, benxi):
    write_template(tmp_path / "ours.toml")
    copy = read_codebook(tmp_path / "ours.toml")
    assert not any((copy.own.types, copy.own.terms, copy.own.heads, copy.own.variants, copy.own.cues, copy.own.rules, copy.own.classes))
    analysis = policynlp.analyze(benxi.report, codebook=copy)
    assert (analysis.statements, analysis.entities, analysis.relations) == (benxi.statements, benxi.entities, benxi.relations)
    with pytest.raises(CodebookError, match="already"):
        write_template(tmp_path / "ours.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_byte_order_marks_and_line_ends_make_no_difference(encoding, end, tmp_path, talent):
    text = (CASES / "talent.toml").read_text("utf-8").replace("\n", end)
    assert read_codebook(write(tmp_path / "mine.toml", text, encoding)) is talent


def test_every_fault_is_found_on_its_line():
    lines = (CASES / "faulty.toml").read_text("utf-8").splitlines()
    wanted = {number: line.partition("# ! ")[2] for number, line in enumerate(lines, 1) if "# ! " in line}
    faults = {int(f.path.rpartition(" ")[2]): str(f) for f in find_faults(CASES / "faulty.toml")}
    assert list(faults) == sorted(faults)
    assert {number: text.lower() in faults.get(number, "").lower() for number, text in wanted.items()} == dict.fromkeys(wanted, True)
    assert set(faults) == set(wanted)
    with pytest.raises(CodebookError, match=r"line \d+: .*15 more faults"):
        read_codebook(CASES / "faulty.toml")


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("name = 1\n[types.人才计划]\n", 2, "quotes"),
        ("name = “手册”\n", 1, "“ ”"),
        ("[types.FUND]\nterms = ['甲乙'\n", 3, "straight quotes"),
        ("[types.FUND]\n[types.FUND]\n", 2, "mend this line"),
    ],
)
def test_a_slip_of_toml_is_told_with_its_line_and_remedy(text, line, remedy, tmp_path):
    with pytest.raises(CodebookError) as caught:
        read_codebook(write(tmp_path / "mine.toml", text))
    assert caught.value.path.endswith(f"line {line}") or line == 3
    assert remedy in caught.value.remedy.lower()


@pytest.mark.parametrize("name", ["absent.toml", "mine.docx", "."])
def test_what_is_no_codebook_file_is_told(name, tmp_path):
    write(tmp_path / "mine.docx", "甲")
    with pytest.raises(CodebookError):
        read_codebook(tmp_path / name)


PIECES = (
    "百川计划",
    "英才工程",
    "青年",
    "人才计划",
    "人才计划书",
    "创谷",
    "实施",
    "和",
    "、",
    "“",
    "”",
    "，",
    "。",
    "专项基金",
    "企业服务专员",
    "中小",
    "建设",
    "等平台",
    "\n",
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join).filter(str.strip))
@settings(deadline=None, max_examples=60)
def test_entities_slice_back_and_outer_ones_do_not_overlap_whatever_the_text(text):
    analysis = policynlp.analyze(make_report(text), codebook=CASES / "talent.toml")
    outer = [e for e in analysis.entities if not e.nested]
    for entity in analysis.entities:
        assert analysis.report.text[entity.start : entity.end] == entity.text
        assert not entity.nested or any(o.start <= entity.start and entity.end <= o.end for o in outer)
    assert all(a.end <= b.start for a, b in itertools.pairwise(outer))
    for term in ("百川计划", "英才工程", "创谷"):
        body = sum(s.text.count(term) for s in analysis.statements if s.role not in ("title", "boilerplate"))
        assert sum(e.text == term and e.rule == "own term" for e in analysis.entities) == body


def test_words_in_traditional_characters_are_found_in_reports_of_either_script(tmp_path):
    text = "[types.'人才計劃']\nterms = ['百川計劃']\n[cues.MEASURE]\n'甲' = '專員'"
    codebook = read_codebook(write(tmp_path / "mine.toml", text))
    for report in ("落實百川計劃，設立產業專員。", "落实百川计划，设立产业专员。"):
        (entity,) = [e for e in policynlp.analyze(report, codebook=codebook).entities if e.rule == "own term"]
        assert (entity.kind, entity.name, entity.text) == ("人才計劃", "百川计划", report[2:6])


ROWS = [
    ["词语", "类型", "规范名", "排除", "备注"],
    ["英才工程", "人才计划", "英才计划", "", "2019年起"],
    ["创谷", "平台", "", "", ""],
    ["沃野资金", "fund", "", "", ""],
    ["", "", "", "", ""],
    ["英才工程部", "", "", "是", ""],
]


@pytest.mark.parametrize("name", ["terms.xlsx", "terms.csv", "gbk.csv", "terms.tsv"])
def test_a_table_of_terms_as_excel_saves_it_is_a_codebook(name, tmp_path):
    path = tmp_path / name
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    else:
        with path.open("w", encoding="gb18030" if name == "gbk.csv" else "utf-8-sig", newline="") as file:
            csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",").writerows(ROWS)
    codebook = read_codebook(path)
    assert dict(codebook.own.terms) == {"英才工程": "人才计划", "英才计划": "人才计划", "创谷": "PLATFORM", "沃野资金": "FUND"}
    assert codebook.own.variants == {("人才计划", "英才工程"): "英才计划"}
    assert codebook.own.negatives == {"英才工程部": frozenset()}
    assert any("备注" in note for note in codebook.own.notes)
    assert ("人才计划", "英才计划", "own term", False) in found("落实英才工程。", codebook)
    toml = write(tmp_path / "with.toml", f'tables = ["{name}"]')
    assert read_codebook(toml).own.sha256 == codebook.own.sha256


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["词语,类型", "英才工程,"], "row 2.*has no type"),
        (["词语,类型", ",基金"], "row 2.*no term"),
        (["词语,类型,排除", "英才工程,基金,也许"], "row 2.*也许"),
        (["词语,类型", "英才工程,基金", "英才工程,平台"], "row 3.*FUND before"),
        (["名字,类型", "英才工程,基金"], "row 1.*no column"),
    ],
)
def test_a_row_of_a_table_that_cannot_be_used_is_told(rows, problem, tmp_path):
    with pytest.raises(CodebookError, match=problem):
        read_codebook(write(tmp_path / "terms.csv", "\n".join(rows)))


@given(
    st.recursive(
        st.none() | st.text("甲乙aA[(*+", max_size=4).map(lambda s: repr(s.replace("'", ""))) | st.sampled_from(["1", "true", "2.5", "[]"]),
        lambda inner: st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(i or '1' for i in items)}]"),
        max_leaves=4,
    ),
    st.sampled_from(["types.FUND", "classes.X", "cues.GOAL", "instruments.S-X", "rules", "types", "cues"]),
    st.sampled_from(["zh", "colour", "tier", "heads", "terms", "aliases", "negative", "subtypes", "cue", "text", "class", "role", "X"]),
)
@settings(deadline=None, max_examples=60)
def test_whatever_stands_in_a_file_it_is_read_or_told(value, table, key):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder, "mine.toml"), f"[{table}]\n{key} = {value or '{}'}\n")
        try:
            assert read_codebook(path).own is not None
        except CodebookError as error:
            assert error.remedy  # noqa: PT017


HOSTILE = [
    "(a+)+b",
    "(?:a|aa){0,40}b",
    "(a{0,30}){0,30}b",
    ".*x",
    r"(a)\1",
    "a{1,5000}",
    "(?:.{200}){200}",
    "(?=(a+)+b)x",
    "(?:(?:a|b|ab){1,9}){1,9}c",
]
HARMLESS = [
    "设立.{0,40}(?:基金|平台)",
    r"到20\d\d年.{0,30}达到\d{1,8}",
    "(?:奖励|补助).{0,10}[元%]",
    "^(?:建立|健全)[^，,]{0,26}机制",
    "(?:国家|省)级",
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_an_expression_that_could_search_for_ever_is_refused(pattern):
    assert fault_of(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_an_ordinary_expression_is_taken_and_quick_on_any_text(pattern):
    assert fault_of(pattern) is None
    for piece in ("a", "设立", "到2025年", "建立", "奖励1"):
        begun = time.process_time()
        re.search(pattern, (piece * 100_000)[:100_000])
        assert time.process_time() - begun < 2


def test_a_codebook_crosses_to_another_process_as_the_same_object(talent):
    assert pickle.loads(pickle.dumps(talent)) is talent  # noqa: S301
    assert pickle.loads(pickle.dumps(shipped_codebook())) is shipped_codebook()  # noqa: S301


@pytest.mark.slow
def test_workers_analyse_by_her_codebook(tmp_path, talent):
    paths = [write(tmp_path / f"{i}.txt", REPORTS[i % 3]) for i in range(200)]  # more than go in one batch
    alone = policynlp.analyze_many(paths, codebook=talent)
    assert policynlp.analyze_many(paths, codebook=CASES / "talent.toml", workers=2) == alone
    assert any(e.kind == "人才计划" for e in alone[0].entities)


def test_what_each_rule_matches_is_shown_with_its_surroundings(talent):
    rows = {(r.layer, r.rule): r for r in match_own_rules(talent, [make_report(text) for text in REPORTS])}
    assert rows["head", "人才计划"].count == 2
    assert rows["head", "人才计划"].examples[0] == "深入实施【青年科技人才计划】和百川计划，支持英才…"
    assert rows["term", "百川计划"].count == 2
    assert rows["negative", "百川计划表"].count == 1
    assert rows["rule", "纳入考核"].examples == ("将人才工作【纳入各部门年度考核】。",)
    assert rows["cue", "人才安居"].count == 0


LABELS = {
    "考核评价": "将{0}纳入年度绩效考核。|对{0}开展考核评价。|{0}考核结果与奖惩挂钩。",
    "措施": "建设{0}公共服务平台。|设立{0}专项资金。|引进{0}领域高层次团队。",
    "目标": "力争{0}产值突破百亿元。|到2025年{0}规模翻番。|努力把{0}打造成重要支柱。",
}
THINGS = ("装备制造", "生物医药", "新材料", "氢能", "现代物流", "电子信息")


def labelled(classes):
    return [[form.format(thing), kind] for kind in classes for form in LABELS[kind].split("|") for thing in THINGS]


def label_table(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["语句", "类别"], *rows])
    return path


@pytest.mark.parametrize("classes", [("考核评价", "措施", "目标"), ("考核评价", "措施")])
def test_a_classifier_of_her_classes_is_trained_from_a_table_the_same_twice(classes, tmp_path):
    table = label_table(tmp_path / "labels.csv", labelled(classes))
    figures = train_table(table, tmp_path / "one")
    assert figures["accuracy"] > figures["baseline"]
    train_table(table, tmp_path / "two")
    for name in ("weights.npz", "terms.json", "card.json"):
        assert (tmp_path / "one" / "statements" / name).read_bytes() == (tmp_path / "two" / "statements" / name).read_bytes()
    analysis = policynlp.analyze("对文化旅游开展考核评价。\n设立文化旅游专项资金。", models=tmp_path / "one")
    assert [s.kind for s in analysis.statements] == ["考核评价", "MEASURE"]
    assert all(0.34 < s.score <= 1 for s in analysis.statements)
    assert load_codebook().classes["考核评价"].zh == "考核评价"
    hashes = dict(analysis.provenance.models)
    assert hashes["statements"] != dict(policynlp.analyze("设立基金。").provenance.models)["statements"]


def test_the_context_of_a_row_is_its_paragraph_or_its_heading(tmp_path):
    rows = [[*row, f"力争产业翻番。{row[0]}成效显著。" if i % 2 else "重点任务"] for i, row in enumerate(labelled(("措施", "目标")))]
    path = tmp_path / "labels.xlsx"
    book = openpyxl.Workbook()
    for row in [["text", "class", "context"], *rows]:
        book.active.append(row)
    book.save(path)
    train_table(path, tmp_path / "models")
    terms = (tmp_path / "models" / "statements" / "terms.json").read_text("utf-8")
    assert "heading=重点" in terms
    assert "before=GOAL.力争、争取" in terms


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["设立基金。", ""]], "row 2: it has no class"),
        ([["", "措施"]], "row 2: it has no text"),
        ([["设立基金。", "措施"], ["设立基金。", "目标"]], "row 3.*MEASURE in row 2"),
        ([[f"设立第{i}个基金。", "措施"] for i in range(6)], "1 classes"),
        ([[f"设立第{i}个基金。", "措施" if i else "目标"] for i in range(6)], "GOAL has 1 statements"),
    ],
)
def test_a_row_of_labels_that_cannot_be_used_is_told(rows, problem, tmp_path):
    with pytest.raises(ReportError, match=problem):
        read_labels(label_table(tmp_path / "labels.csv", rows))


def test_a_folder_without_models_is_told(tmp_path):
    with pytest.raises(ModelError, match="none of"):
        policynlp.analyze("设立基金。", models=tmp_path)


def test_the_command_line_takes_codebook_and_models(tmp_path):
    runner = CliRunner()
    reports = [str(write(tmp_path / f"{i}.txt", text)) for i, text in enumerate(REPORTS)]
    codebook = str(CASES / "talent.toml")
    checked = runner.invoke(app, ["codebook", "check", codebook, "--sample", reports[0], "--lang", "en"])
    assert checked.exit_code == 0
    assert "青年科技人才计划" in checked.output.replace("\n", "")
    failed = runner.invoke(app, ["codebook", "check", str(CASES / "faulty.toml")])
    assert failed.exit_code == 1
    assert failed.output.count("faulty.toml, line") == 16
    assert runner.invoke(app, ["codebook", "init", str(tmp_path / "ours.toml")]).exit_code == 0
    table = label_table(tmp_path / "labels.csv", labelled(("考核评价", "措施", "目标")))
    trained = runner.invoke(app, ["train", "--table", str(table), "-o", str(tmp_path / "mine")])
    assert trained.exit_code == 0, trained.output
    printed = runner.invoke(app, ["analyze", *reports, "--jsonl", "--codebook", codebook, "--models", str(tmp_path / "mine")])
    assert printed.exit_code == 0, printed.output
    assert "人才计划" in printed.stdout
    assert "own_codebook" in printed.stdout
    wrong = runner.invoke(app, ["analyze", reports[0], "--jsonl", "--codebook", str(CASES / "faulty.toml")])
    assert wrong.exit_code == 1


def test_a_codebook_that_was_read_for_other_reports_shows_in_no_output(talent):
    from policynlp.presentation.page import page_html

    analysis = policynlp.analyze("支持龙头企业发展数字经济。")
    before = page_html([analysis])
    policynlp.analyze(make_report(REPORTS[0]), codebook=talent)
    assert page_html([analysis]) == before
    [added] = talent.own.types
    assert f'"{added}"' in page_html([policynlp.analyze(make_report(REPORTS[0]), codebook=talent)])
