"""The page of a comparison in a real browser: it answers, opens its evidence, switches focus and language, and runs nothing hostile."""

import json
import sys
from dataclasses import replace

import pytest

import policynlp
from policynlp.comparison.comparison import compare
from policynlp.presentation.comparison_page import comparison_html, write_comparison_page
from policynlp.resources import corpora_path

if sys.platform == "win32":
    pytest.skip("the browser is driven over a pipe that Windows does not have", allow_module_level=True)

from chromium import BROWSER, NO_WEBGL, chromium

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")]
FOCUS = "本溪高新区"
SECTIONS = ("answer", "sample", "profiles", "presence", "specialisation", "keywords", "likeness", "reuse", "years", "indicators", "methods")
HOSTILE = (
    "建设“<img src=x onerror=document.title='pwned'>”平台，支持“</script><script>document.title='pwned'</script>”行动，发展数字经济。\n"
    "设立'\"--><svg onload=document.title='pwned'>种子基金\u2028，发展数字经济\u202e，建设\x0b氢能产业。\n"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile"), *NO_WEBGL) as started:
        yield started


@pytest.fixture(scope="module")
def compared():
    return compare([policynlp.analyze(path) for path in sorted(corpora_path("reports").glob("*.txt"))], focus=FOCUS)


@pytest.fixture(scope="module")
def file(compared, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "comparison.html"
    write_comparison_page(compared, path)
    return path


@pytest.fixture
def page(browser, file):
    opened = browser.page()
    opened.open(file)
    yield opened
    assert opened.problems() == []


def test_every_section_has_its_title_and_content(page):
    assert FOCUS in page.text("h1")
    for name in SECTIONS:
        assert page.count(f"#{name} h1, #{name} h2") >= 1
        assert len(page.text(f"#{name}")) > 30
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    assert page.count("[id]") == page.run("new Set([...document.querySelectorAll('[id]')].map(node => node.id)).size")


def test_the_answer_names_what_is_sure_and_how_sure(page, compared):
    mine = compared.table("presence").query("group == @FOCUS and shared == 'unique'")
    sure = mine[mine["p_bh"] < 0.05]
    more = compared.table("differences").query("group_a == @FOCUS and p_holm < 0.05 and difference > 0 and label != 'unmarked'")
    assert len(page.texts(".band.sure .items li")) == len(sure) + len(more) > 0
    for name in sure["name"]:
        assert name in page.text(".band.sure")
    assert all("q\u00a0" in how or "p\u00a0" in how for how in page.texts(".band.sure .how"))
    own = mine[mine["p"].isna()]
    assert len(page.texts(".band.own .link")) == len(own) > 0


def test_a_click_opens_the_statements_with_the_words_marked(page, compared):
    page.click(".band.own .link")
    name = page.text("#proof h3").strip()
    table = compared.table("presence")
    row = table[(table["group"] == FOCUS) & (table["name"] == name)].iloc[0]
    assert page.count("#proof .card") == row["count"]
    assert page.count("#proof mark") >= row["count"]
    said = [compared.statement(identifier).text for identifier in row["statements"]]
    assert [text.strip() for text in page.texts("#proof .said")] == [text.strip() for text in said]
    assert "本溪高新区 2014" in page.text("#proof .card")
    page.key("Escape")
    assert page.run("document.getElementById('evidence').hidden")
    assert page.run("document.activeElement.className").startswith("link")


def test_every_share_opens_the_statements_that_it_counts(page, compared):
    profiles = compared.table("profiles")
    for layer in ("class", "instrument", "status", "type"):
        page.choose("[data-choice=layer]", layer)
        code = page.run("document.querySelector('[data-choice=label]').value")
        for place, name in enumerate(page.texts("#profiles .pair > .chart:last-child button.row .name")):
            row = profiles[(profiles["layer"] == layer) & (profiles["label"] == code) & (profiles["group"] == name)].iloc[0]
            page.click("#profiles .pair > .chart:last-child button.row", place)
            cards = page.count("#proof .card") + (int(page.text("#proof .more").split("余 ")[1].split("）")[0]) if row["count"] > 30 else 0)
            assert cards == row["count"]
            page.key("Escape")


def test_the_focus_switches_to_any_group(page, compared):
    for group in compared.groups:
        page.choose("#focus", group.name)
        assert group.name in page.text("h1")
        assert group.name in page.text("#profiles h3")
        rows = compared.table("keywords").query("group == @group.name")
        assert page.text("#keywords tbody th") == rows["term"].iloc[0]
    assert page.run("document.title").startswith(compared.groups[-1].name)


def test_the_presence_matrix_filters_and_searches(page, compared):
    table = compared.table("presence")
    page.choose("[data-choice=shared]", "unique")
    unique = table.query("group == @FOCUS and shared == 'unique'")
    assert f"共 {len(unique)} 行" in page.text("#presence")
    page.choose("[data-choice=type]", "FUND")
    funds = unique[unique["kind"] == "FUND"]
    assert sorted(page.texts("#presence tbody th .link")) == sorted(funds["name"])
    page.type("#presence input", "种子")
    assert page.texts("#presence tbody th .link") == ["药都种子基金"]
    page.choose("[data-choice=type]", "")
    page.choose("[data-choice=shared]", "lacking")
    page.choose("#presence input", "")
    assert not set(page.texts("#presence tbody th .link")) & set(table.query("group == @FOCUS")["name"])
    page.click("#presence td button")
    assert page.count("#proof .card") >= 1


def test_keywords_open_their_concordance(page, compared):
    page.click("#keywords tbody .link")
    first = compared.table("keywords").query("group == @FOCUS").iloc[0]
    assert page.text("#proof h3").strip() == first["term"]
    assert page.count("#proof .kwic tr") >= first["count"]
    assert set(page.texts("#proof .kwic mark")) == {first["term"]}


def test_tables_sort_and_search(page, compared):
    page.type("#indicators input", "营业收入")
    assert set(page.texts("#indicators tbody th")) >= {"营业收入"}
    page.click("#keywords [data-column=count_elsewhere]")
    numbers = [int(text) for text in page.texts("#keywords tbody td:nth-child(4)")]
    assert numbers == sorted(numbers, reverse=True)
    page.click("#keywords [data-column=count_elsewhere]")
    assert page.run("document.querySelector('[data-column=count_elsewhere]').parentElement.ariaSort") == "ascending"
    assert page.run("document.activeElement.dataset.column") == "count_elsewhere"


def test_borrowed_passages_stand_side_by_side_with_what_differs(page, compared):
    group = compared.table("reuse").query("not boilerplate").iloc[0]["group_a"]
    page.choose("#focus", group)
    first = compared.table("reuse").query("not boilerplate and (group_a == @group or group_b == @group)")
    first = first.sort_values("letters", ascending=False, kind="stable").iloc[0]
    sides = page.texts(".passage:first-child .said")
    assert sides == [first["text_a"], first["text_b"]]
    assert f"{first['start_a']}–{first['end_a']}" in page.text(".passage")
    same = page.run(
        "[...document.querySelectorAll('.passage:first-child .said')].map(node => [...node.childNodes]"
        ".filter(part => part.nodeName !== 'MARK').map(part => part.textContent).join(''))"
    )
    assert same[0] == same[1]  # what is not marked is equal


def test_years_and_promises(page, compared):
    changes = compared.table("changes")
    zone = changes.iloc[0]["zone"]
    page.choose("#focus", zone)
    born = changes.query("zone == @zone and change == 'born'")
    year = born.iloc[0]["year"]
    assert f"新出现 {len(born[born['year'] == year])}" in page.text("#years")
    promises = compared.table("promises").query("zone == @zone")
    assert f"共 {len(promises)} 行" in page.text("#years .grid")
    page.click("#years .grid tbody .link")
    assert page.count("#proof .card") == 2  # the promise and the report


def test_the_language_switch_keeps_everything(page):
    page.choose("#focus", "晟浦高新区")
    page.click(".band.sure .link, .band.own .link")
    page.click("#language")
    assert "What does 晟浦高新区 have" in page.text("h1")
    assert page.run("document.documentElement.lang") == "en"
    assert "statement(s)" in page.text("#proof")
    assert page.run("[...document.querySelectorAll('h2')].every(node => !/[\u4e00-\u9fff]/.test(node.textContent))")
    page.key("Escape")
    page.click("#language")
    assert "晟浦高新区有什么" in page.text("h1")


def test_everything_has_a_name_for_screen_readers(page):
    page.send("Accessibility.enable")
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    named = [
        n for n in nodes if n["role"]["value"] in ("button", "combobox", "searchbox", "region", "navigation", "img") and not n["ignored"]
    ]
    assert len(named) > 200
    assert [n["role"]["value"] for n in named if not n["name"].get("value", "").strip()] == []


def test_the_keyboard_reaches_the_answer_and_walks_the_matrix(page):
    page.run("document.querySelector('.band .link').focus()")
    page.key("Enter")
    assert page.count("#proof .card") >= 1
    page.key("Escape")
    page.run("document.querySelector('#likeness td button').focus()")
    before = page.run("document.activeElement.title")
    page.key("ArrowRight")
    assert page.run("document.activeElement.title") != before


def test_hostile_names_run_nothing(browser, tmp_path):
    zones = "<b>甲</b></script><script>document.title='pwned'</script>", "'\"><img src=x onerror=document.title='pwned'>"
    analyses = []
    for zone in zones:
        analysis = policynlp.analyze(policynlp.make_report(HOSTILE + "发展海洋经济，发展数字经济。\n", path=f"{zone[:3]}.txt"))
        analyses.append(analysis)
    found = compare([renamed(analysis, zone) for analysis, zone in zip(analyses, zones, strict=True)])
    write_comparison_page(found, tmp_path / "page.html")
    page = browser.page()
    page.open(tmp_path / "page.html")
    for zone in zones:
        page.choose("#focus", zone)
        assert zone in page.text("h1")
        page.run("document.querySelector('.band .link').click()")
        assert page.count("img") == page.count("#proof b") == 0
    assert page.run("window.pwned ?? document.title.startsWith('pwned')") is False
    assert page.problems() == []


def renamed(analysis, zone):
    return replace(analysis, report=replace(analysis.report, zone=zone, id=zone), _index={})


def test_a_phone(browser, file):
    page = browser.page(390, 844, phone=True)
    page.open(file)
    assert page.run("document.documentElement.scrollWidth") <= 390
    page.run("document.querySelector('.band .link').click()")
    assert page.count("#proof .card") >= 1
    assert page.run("document.getElementById('evidence').getBoundingClientRect().width") == 390
    assert page.problems() == []


def test_one_group_alone_opens(browser, tmp_path):
    write_comparison_page(compare([policynlp.analyze("设立种子基金，发展数字经济。")]), tmp_path / "page.html", lang="en")
    page = browser.page()
    page.open(tmp_path / "page.html")
    assert page.problems() == []


def test_the_same_comparison_gives_the_same_page(compared):
    page = comparison_html(compared)
    assert page == comparison_html(compared)
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert len(data["statements"]) == sum(len(group.statements) for group in compared.groups)
    with pytest.raises(ValueError, match="lang"):
        comparison_html(compared, lang="fr")


def test_twenty_one_groups_stay_small_and_open_soon(browser, city_paths, benxi_path, tmp_path):
    found = compare([policynlp.analyze(path) for path in (benxi_path, *city_paths[:20])], focus=FOCUS)
    write_comparison_page(found, tmp_path / "page.html")
    assert (tmp_path / "page.html").stat().st_size < 6_000_000
    page = browser.page()
    page.open(tmp_path / "page.html")
    assert "20" in page.text("h1")
    assert page.run("performance.now()") < 15_000
    assert page.problems() == []


def test_a_pair_of_the_matrix_tells_how_alike_it_is_and_what_both_name(page, compared):
    pairs = compared.table("likeness_words")
    one = page.run("document.querySelector('#likeness td button').title")
    page.click("#likeness td button")
    row = next(row for row in pairs.to_dict("records") if row["group_a"] in one and row["group_b"] in one)
    assert f"相似度 {row['likeness']:.2f}" in page.text("#proof")
    presence = compared.table("presence")
    shared = [set(presence[presence["group"] == row[side]][["name", "zone"]].itertuples(index=False)) for side in ("group_a", "group_b")]
    assert f"两组都提到的实体 {len(shared[0] & shared[1])} 个" in page.text("#proof")
    page.click("#proof .many .link")
    assert page.count("#proof .card") >= 2
    page.key("Escape")
    page.choose("[data-choice=measure]", "graph")
    page.click("#likeness td button")
    assert "QAP" in page.text("#proof")


def test_the_sample_opens_every_statement_of_a_report(page, compared):
    page.click("#sample tbody .link")
    first = compared.table("sample").iloc[0]
    assert f"{first['statements']} 条语句" in page.text("#proof h4")
