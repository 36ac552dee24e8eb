"""The documentation does what it says: its code runs, its links lead somewhere, its tables leave nothing out."""

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import policynlp
from policynlp.resources import corpora_path, models_path
from policynlp.version import __version__

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md")) if DOCS.is_dir() else []
# A fence, and the comment on the line before it, if there is one.
FENCE = re.compile(r"(?:<!-- (?P<note>[^\n]*?) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S)
RUN = ("python", "pycon", "shell")

pytestmark = [
    pytest.mark.skipif(not PAGES, reason="the documentation is not beside these tests"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="the commands of the pages are those of bash"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def blocks(page):
    return [(m["note"] or "", m["kind"], m["body"]) for m in FENCE.finditer(page.read_text("utf-8"))]


def name_of(page):
    return page.relative_to(DOCS).as_posix()


def that_run(page):
    return [kind for note, kind, _ in blocks(page) if kind in RUN and not note.startswith("not run:")]


def shape(text):
    """Give a text without the values of its numbers and the widths of columns: training a model anew changes them."""
    return re.sub(r"\s+", " ", re.sub(r"-?\d", "0", text)).strip()


class Reader:
    """Does what a page says, from its first block to its last, in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.names = {"__name__": "__main__"}
        self.said = ""

    def python(self, code):
        exec(compile(code, "page", "exec"), self.names)  # noqa: S102

    def pycon(self, code):
        test = doctest.DocTestParser().get_doctest(code, self.names, "page", None, None)
        told = []
        failed, _ = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=told.append, clear_globs=False)
        self.names.update(test.globs)
        assert not failed, "".join(told)

    def shell(self, code):
        # The commands installed beside this Python, whether or not its environment is the active one.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["bash", "-e", "-c", code], cwd=self.folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, f"{code}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        self.said = done.stdout


@pytest.mark.parametrize(
    "page",
    # The Chinese pages have the code of the English ones, as the test below says.
    [
        pytest.param(p, id=name_of(p), marks=[pytest.mark.slow] * ("shell" in that_run(p)))
        for p in PAGES
        if that_run(p) and p.parent.name != "zh"
    ],
)
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(corpora_path("reports"), tmp_path / "reports")
    reader = Reader(tmp_path)
    for note, kind, body in blocks(page):
        if note.startswith("file: "):
            (tmp_path / note.removeprefix("file: ")).write_text(body, "utf-8")
        elif note == "output":
            for line in body.splitlines():
                assert shape(line) in shape(reader.said)
        elif kind in RUN and not note.startswith("not run:"):
            getattr(reader, kind)(body)


def test_a_block_that_does_not_run_says_why():
    notes = [note for page in PAGES for note, kind, _ in blocks(page) if kind in RUN and note]
    assert all(re.fullmatch(r"not run: .{10,}", note) for note in notes), notes


def test_a_reader_is_told_the_name_of_each_file():
    for page in PAGES:
        for note, _, _ in blocks(page):
            if note.startswith("file: "):
                assert f"`{note.removeprefix('file: ')}`" in page.read_text("utf-8")


def test_toml_blocks_are_valid():
    found = [body for page in PAGES for _, kind, body in blocks(page) if kind == "toml"]
    assert found
    for body in found:
        tomllib.loads(body)


@pytest.mark.parametrize("name", ["quickstart.md", "tutorial.md"])
def test_the_chinese_page_has_the_same_code(name):
    ours, theirs = (blocks(page) for page in (DOCS / name, DOCS / "zh" / name))
    assert ours == theirs


def test_every_public_name_is_in_a_group_of_the_reference():
    groups = set(re.findall(r"public-names:: (\w+)", (DOCS / "reference" / "python.md").read_text("utf-8")))
    assert {home.split(".")[0] for home in policynlp.HOMES.values()} <= groups


def test_the_glossary_holds_the_words_of_the_contributors():
    def words(path):
        return set(re.findall(r"^\| ([^|\n]*[\u4e00-\u9fff][^|\n]*) \|", path.read_text("utf-8"), re.M)) - {"中文"}

    assert len(words(DOCS / "glossary.md")) > 40
    if (ROOT / "CONTRIBUTING.md").is_file():
        said = "\n".join(words(DOCS / "glossary.md"))
        missing = [w for entry in words(ROOT / "CONTRIBUTING.md") for w in re.split("[：、]", entry) if w not in said]
        assert not missing


def test_the_scores_that_are_printed_are_those_of_the_cards():
    text = (DOCS / "explanation" / "scores.md").read_text("utf-8")
    statements, entities = (json.loads(models_path(m, "card.json").read_text("utf-8"))["figures"] for m in ("statements", "entities"))
    low, high = statements["accuracy_interval"]
    assert f"| {statements['accuracy'] * 100:.1f} % ({low * 100:.1f} – {high * 100:.1f}) |" in text
    for share in (statements["certain_accuracy"], statements["instrument_accuracy"]):
        assert f"| {share * 100:.1f} % |" in text
    core = entities["core"]
    assert f"| {core['f1']:.3f} (precision {core['precision']:.3f}, recall {core['recall']:.3f}) |" in text
    assert f"| {entities['all']['f1']:.3f} |" in text


@pytest.mark.skipif(not (ROOT / "CITATION.cff").is_file(), reason="the citation file is not beside these tests")
def test_the_citation_names_this_version():
    assert re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.M)[1] == __version__


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md", "notebooks/README.md"])
def test_the_readme_leads_to_pages_that_exist(readme):
    file = ROOT / readme
    links = re.findall(r"\]\(([^)#:]+)\)", file.read_text("utf-8")) if file.is_file() else []
    assert not [link for link in links if link.startswith(("docs/", "notebooks/")) and not (ROOT / link).is_file()]


def test_the_pictures_are_small():
    pictures = sorted((DOCS / "images").glob("*.png"))
    assert [p.name for p in pictures] == ["graph.png", "page.png"]
    assert all(20_000 < p.stat().st_size <= 400_000 for p in pictures)
