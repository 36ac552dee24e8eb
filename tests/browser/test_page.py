"""The page in a real browser: everything a reader can do works, nothing leaves the file, nothing that a report says runs."""

import re
import sys
import time

import numpy as np
import pytest

import policynlp
from policynlp.resources import corpora_path

if sys.platform == "win32":
    pytest.skip("the browser is driven over a pipe that Windows does not have", allow_module_level=True)

from chromium import BROWSER, NO_WEBGL, WEBGL, chromium

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")]
OPERABLE = ("button", "searchbox", "slider", "checkbox", "radio", "combobox", "tab", "tabpanel", "tablist", "application", "navigation")
HOSTILE = (
    "建设“<img src=x onerror=document.title='pwned'>”平台，支持“</script><script>document.title='pwned'</script>”行动，发展数字经济。\n"
    "设立'\"--><svg onload=document.title='pwned'>种子基金\u2028，发展数字经济\u202e，建设\x0b氢能产业。\n"
)


@pytest.fixture(scope="module", params=["webgl", "svg"])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def browser(kind, tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile"), *(WEBGL if kind == "webgl" else NO_WEBGL)) as started:
        yield started


@pytest.fixture(scope="module")
def benxi_page(benxi, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    policynlp.write_page(benxi, path)
    return path


@pytest.fixture
def page(browser, benxi_page):
    opened = browser.page()
    opened.open(benxi_page)
    yield opened
    assert opened.problems() == []


def shown(page):
    """How many nodes and edges the picture holds."""
    return tuple(map(int, re.findall(r"\d+", page.text("#status"))[:2]))


def test_it_draws_with_webgl_and_without(page, kind):
    assert page.run("document.getElementById('canvas').dataset.drawn") == kind
    nodes, edges = shown(page)
    assert nodes >= 40
    assert edges >= 80


def test_search(page):
    page.type("#search", "种子基金")
    assert page.texts("#list bdi") == ["药都种子基金"]
    page.type("#search", "没有这个名字")
    assert page.count("#list button") == 0


def test_filters_and_layers(page):
    nodes, edges = shown(page)
    page.click(".types input[value=PLATFORM]")
    fewer, _ = shown(page)
    assert fewer < nodes
    page.click("button.wide")
    assert shown(page) == (nodes, edges)
    page.choose("#minimum", "2")
    assert 0 < shown(page)[1] < edges
    page.click("button.wide")
    page.choose("#stability", "80")
    assert 0 < shown(page)[1] < edges
    page.click("button.wide")
    page.click("input[value=MEASURE]")
    assert 0 < shown(page)[1] < edges
    page.click("button.wide")
    page.click("input[value=community]")
    assert page.count("#legend > span") >= 3


def test_a_click_opens_the_statements_with_the_words_marked(page, benxi):
    graph = policynlp.build_graph(benxi)
    page.click("#list button")
    name = page.text("#proof h3").strip()
    assert page.count("#proof .card") == graph.nodes[name]["count"]
    assert page.count("#proof mark") >= graph.nodes[name]["count"]
    page.click("#proof .near button")  # from the node to an edge
    one, _, two = page.text("#proof h3").partition(" — ")
    assert page.count("#proof .card") == len(graph.edges[one.strip(), two.strip()]["statements"])
    page.key("Escape")
    assert page.count("#proof .card") == 0


def test_a_click_on_the_picture_finds_a_node(page):
    page.click("#list button")
    name = page.text("#proof h3")
    page.key("Escape")
    time.sleep(0.5)  # the camera has moved the node to the middle
    middle = page.run(
        "(() => { const b = document.getElementById('canvas').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
    )
    page.press(*middle)
    page.wait("document.querySelector('#proof h3')")
    assert page.text("#proof h3") == name


def test_the_language_switch(page):
    page.click("#language")
    assert page.text("#tab-graph") == "Graph"
    assert page.run("document.documentElement.lang") == "en"
    page.click("#language")
    assert page.text("#tab-graph") == "图谱"


def test_the_text_is_coloured_and_has_contents(page, benxi):
    page.click("#tab-report")
    assert page.count("#body .s") == sum(s.role not in ("title", "boilerplate") for s in benxi.statements)
    assert page.count("#body .s.MEASURE") == sum(s.kind == "MEASURE" for s in benxi.statements)
    assert page.count("#contents button") == len(benxi.sections)
    assert page.texts("#contents button")[0].startswith("一、坚持")
    page.run("document.querySelector('.s.MEASURE').click()")
    assert page.count("#proof .card") == 1


def test_tables_sort(page, benxi):
    page.click("#tab-tables")
    numbers = [int(n) for n in page.texts("#table-box td:nth-child(3)")]
    assert numbers == sorted(numbers, reverse=True)
    page.click("[data-column=count]")
    assert page.run("document.querySelector('[data-column=count]').parentElement.ariaSort") == "ascending"
    assert [int(n) for n in page.texts("#table-box td:nth-child(3)")] == sorted(numbers)
    graph = policynlp.build_graph(benxi)
    names = page.texts("#table-box td:first-child")
    assert dict(zip(names, sorted(numbers), strict=True)) == {name: data["count"] for name, data in graph.nodes(data=True)}
    for name in ("edges", "formulas", "statements"):
        page.click(f"#tab-{name}")
        assert page.count("#table-box tbody tr") > 0


def test_exports(page, tmp_path):
    page.browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page.click(".menu summary")
    for nth in range(4):
        page.run(f"document.querySelectorAll('.menu button')[{nth}].click()")
        deadline = time.monotonic() + 20
        while len([p for p in tmp_path.iterdir() if p.suffix in (".png", ".svg", ".csv")]) <= nth and time.monotonic() < deadline:
            time.sleep(0.05)
    files = {path.suffix: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    assert files[".png"].startswith(b"\x89PNG")
    assert "药都种子基金" in files[".svg"].decode()
    assert files[".csv"].startswith(b"\xef\xbb\xbf")
    assert len(list(tmp_path.glob("*.csv"))) == 2


def focus(page):
    return page.run("document.activeElement.closest('[id]')?.id")


def tab_to(page, place):
    for _ in range(40):
        if focus(page) == place:
            return
        page.key("Tab")
    raise AssertionError(f"the Tab key does not reach {place}")


def test_the_keyboard_is_enough(page):
    tab_to(page, "tab-graph")
    page.key("ArrowRight")
    page.key("Enter")
    assert focus(page) == "tab-report"
    assert page.run("document.getElementById('tab-report').ariaSelected") == "true"
    page.key("ArrowLeft")
    page.key("Enter")
    tab_to(page, "search")
    page.send("Input.insertText", text="种子基金")
    page.settle()
    tab_to(page, "list")  # one stop for the whole list; the arrows move inside it
    assert page.count("#list button[tabindex='0']") == 1
    page.key("Enter")
    assert page.text("#proof h3").strip() == "药都种子基金"
    assert page.count("#proof mark") > 0
    assert "药都种子基金" in page.run("document.getElementById('live').textContent")  # a screen reader says what has opened
    page.key("Escape")
    assert page.count("#proof .card") == 0
    assert focus(page) == "list"
    page.run("document.getElementById('canvas').focus()")
    before = page.picture()
    page.key("+")
    time.sleep(0.4)  # the camera moves
    assert page.picture() != before


def test_everything_to_operate_has_a_name(page):
    for tab in ("graph", "report", "tables", "overview"):
        page.click(f"#tab-{tab}")
        page.send("Accessibility.enable")
        tree = page.send("Accessibility.getFullAXTree")["nodes"]
        operable = [n for n in tree if n.get("role", {}).get("value") in OPERABLE and not n["ignored"]]
        assert len(operable) >= 6
        assert [n["role"]["value"] for n in operable if not n["name"]["value"].strip()] == []


def test_hostile_names_run_nothing(browser, tmp_path):
    policynlp.write_page(policynlp.analyze(HOSTILE), tmp_path / "page.html")
    page = browser.page()
    page.open(tmp_path / "page.html")
    for tab in ("report", "tables", "overview", "graph"):
        page.click(f"#tab-{tab}")
        assert page.count("img") == 0
        assert "pwned" not in page.run("document.title")
    page.click("#tab-report")
    assert "<img src=x onerror" in page.text("#body")
    assert "</script><script>" in page.text("#body")
    assert page.problems() == []


def test_a_phone(browser, benxi_page):
    page = browser.page(390, 844, phone=True)
    page.open(benxi_page)
    assert page.run("document.documentElement.scrollWidth") <= 390
    page.run("document.querySelector('#list button').click()")
    assert page.count("#evidence.open") == 1
    assert page.problems() == []


def test_twenty_reports_open_soon_and_stay_small(browser, city_paths, tmp_path):
    path = tmp_path / "page.html"
    policynlp.write_page([policynlp.analyze(p) for p in city_paths[:20]], path, limit=3000)
    assert path.stat().st_size < 5_000_000
    page = browser.page()
    page.open(path)
    assert shown(page)[0] == 3000
    assert page.run("performance.getEntriesByName('policynlp-ready')[0].startTime") < 3000
    assert page.problems() == []


def test_the_invented_reports_fit_a_small_page(browser, tmp_path):
    reports = sorted(corpora_path("reports").glob("*.txt"))
    path = tmp_path / "page.html"
    policynlp.write_page([policynlp.analyze(p) for p in reports], path)
    assert len(reports) >= 12
    assert path.stat().st_size < 5_000_000 * len(reports) / 20
    page = browser.page()
    page.open(path)
    assert page.count(".report option") == len(reports) + 1
    assert page.problems() == []


@pytest.fixture(scope="module")
def large_page(tmp_path_factory):
    """A page whose picture has 3,000 names."""
    rng = np.random.default_rng(4)
    signs = "云山江海星辰松柏竹梅兰桂鹤鹿龙凤金玉石泉春秋晨霞虹雪风雷天宇安康泰和明德新光华盛兴隆昌茂源恒信达远通福寿禄喜瑞祥"
    names = [f"“{a}{b}”平台" for a in signs for b in signs if a != b][:3060]
    chosen = np.minimum(rng.pareto(0.7, (3000, 3)) * 60, 3059).astype(int)
    chosen = [*chosen.tolist(), *np.arange(3060).reshape(-1, 3).tolist()]
    text = "\n".join(f"建设{'、'.join(names[i] for i in dict.fromkeys(row))}。" for row in chosen)
    path = tmp_path_factory.mktemp("large") / "page.html"
    policynlp.write_page(policynlp.analyze(text), path, limit=3000)
    return path


def test_a_large_graph_opens_soon_and_pans(browser, large_page):
    page = browser.page(1440, 900)
    page.open(large_page)
    page.settle()
    ready = page.run("performance.getEntriesByName('policynlp-ready')[0].startTime")
    nodes, _ = shown(page)
    page.run("window.shots = []; const note = now => { shots.push(now); requestAnimationFrame(note); }; requestAnimationFrame(note)")
    page.drag((700, 450), [(4, 3)] * 60)
    times = np.diff(page.run("shots"))
    assert nodes == 3000
    assert ready < 3000
    assert np.median(times) < 1000  # milliseconds a frame; there is no graphics card here, and other tests run beside this one
    assert page.problems() == []


def test_the_audit_is_folded_and_accounts_for_the_file(page):
    page.click("#tab-overview")
    assert page.count("#audit tbody tr") == 0
    page.click("#audit summary")
    page.wait("document.querySelectorAll('#audit tbody tr').length > 0")
    assert "重复段落" in page.text("#audit")
    sizes = [int(text.replace(",", "")) for text in page.texts("#audit td:last-child")]
    assert sum(sizes) == corpora_path("reports", "benxi-2014.txt").stat().st_size
