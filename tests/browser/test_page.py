"""The page in a real browser, driven as a reader would: it shows, filters, proves, asks for nothing, runs nothing from a report."""

import sys

import pytest

import policynlp

if sys.platform == "win32":
    pytest.skip("the browser is driven over a pipe that Windows does not have", allow_module_level=True)

from chromium import BROWSER, NO_WEBGL, WEBGL, chromium

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")]
LIST = "#list button"


@pytest.fixture(scope="module", params=["webgl", "svg"])
def browser(request, tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile"), *(WEBGL if request.param == "webgl" else NO_WEBGL)) as running:
        yield running


@pytest.fixture(scope="module")
def file(benxi, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    policynlp.write_page(benxi, path)
    return path


@pytest.fixture
def page(browser, file):
    tab = browser.page()
    tab.open(file)
    yield tab
    assert tab.problems() == []  # no error, no broken policy, no request but for the file


def test_the_page_shows_the_graph(page):
    assert page.text("#heading") == "本溪高新区 2014"
    assert page.count("#canvas canvas, #canvas svg") >= 1
    assert page.count(LIST) >= 60


def test_search_and_evidence(page):
    everything = page.count(LIST)
    page.type("#controls input[type=search]", "种子基金")
    page.wait(f"document.querySelectorAll('{LIST}').length < {everything}")
    assert any("药都种子基金" in text for text in page.texts(LIST))
    page.run(f"[...document.querySelectorAll('{LIST}')].find(node => node.innerText.includes('药都种子基金')).click()")
    page.wait("document.querySelectorAll('#proof mark').length > 0")
    assert "种子基金" in page.text("#proof")


def test_filters_and_layers(page):
    everything = page.text("#status")
    page.click("#controls input[type=checkbox]")
    fewer = page.text("#status")
    assert fewer != everything
    page.choose("#controls input[type=range]", "2")
    assert page.text("#status") != fewer


def test_language(page):
    page.click("#language")
    assert page.run("document.documentElement.lang") == "en"
    assert "Tables" in page.text("#tabs")
    page.click("#language")
    assert "表格" in page.text("#tabs")


def test_text_and_tables(page):
    page.click("#tab-report")
    assert "药都种子基金" in page.text("#body")
    page.click("#tab-tables")
    rows = page.texts("#table-box tbody tr")
    assert len(rows) > 20
    page.click("#table-box thead button")
    page.click("#table-box thead button")
    assert sorted(page.texts("#table-box tbody tr")) == sorted(rows)


def test_hostile_names_run_nothing(browser, tmp_path):
    text = (
        "建设“<img src=x onerror=document.title='pwned'>”平台，支持“</script><script>document.title='pwned'</script>”行动。\n"
        "设立'\"--><svg onload=document.title='pwned'>种子基金\u2028，发展数字经济\u202e。\n"
    )
    policynlp.write_page(policynlp.analyze(text), tmp_path / "page.html")
    tab = browser.page()
    tab.open(tmp_path / "page.html")
    tab.click("#tab-report")
    assert "<img src=x onerror" in tab.text("#body")
    assert tab.run("document.title") != "pwned"
    assert tab.count("img") == 0
    assert tab.problems() == []


def test_a_phone(browser, file):
    tab = browser.page(390, 844, phone=True)
    tab.open(file)
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert tab.problems() == []
