"""The page in a real browser: it renders, logs no error, asks for nothing, and runs nothing that a report says."""

import re
import shutil
import subprocess

import pytest

import policynlp

BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=4000",
    "--dump-dom",
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")]


def render(page, folder):
    done = subprocess.run([BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", page.as_uri()], capture_output=True, timeout=120)
    console = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if ":CONSOLE" in line]
    return done.stdout.decode("utf-8", "replace"), console


def test_the_page_renders_without_an_error(benxi, tmp_path):
    policynlp.write_page(benxi, tmp_path / "page.html")
    dom, console = render(tmp_path / "page.html", tmp_path)
    assert console == []
    assert len(re.findall(r'class="s(?: uncertain)?"', dom)) == 62
    assert dom.count('class="node') >= 40
    assert dom.count("<tr") >= 60
    assert "药都科技金融服务体系" in dom


def test_english(benxi, tmp_path):
    policynlp.write_page(benxi, tmp_path / "page.html", lang="en")
    dom, console = render(tmp_path / "page.html", tmp_path)
    assert console == []
    assert "Policy instrument" in dom


def test_hostile_names_run_nothing(tmp_path):
    text = (
        "建设“<img src=x onerror=document.title='pwned'>”平台，支持“</script><script>document.title='pwned'</script>”行动。\n"
        "设立'\"--><svg onload=document.title='pwned'>种子基金\u2028，发展数字经济\u202e。\n"
    )
    policynlp.write_page(policynlp.analyze(text), tmp_path / "page.html")
    dom, console = render(tmp_path / "page.html", tmp_path)
    assert console == []
    assert "<title>pwned" not in dom
    assert "<img" not in dom.replace("&lt;img", "")
    assert dom.count("<script") == 2
