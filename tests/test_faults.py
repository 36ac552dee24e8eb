"""The table of faults: every test that it names exists, and both languages name the same."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"\| `([\w/]+\.py)::(\w+)(?:\[([^\]]+)\])?` \|$", re.MULTILINE)
pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the documents stand in the repository only")


def named(document):
    text = (ROOT / "docs" / document).read_text("utf-8")
    assert len(re.findall(r"^\| (?!fault|故障)(?!-)", text, re.MULTILINE)) == len(NAMED.findall(text))
    return NAMED.findall(text)


@pytest.mark.parametrize("document", ["faults.md", "faults.zh-CN.md"])
def test_every_test_that_is_named_exists(document):
    rows = named(document)
    assert len(rows) >= 40
    for file, name, case in rows:
        path = ROOT / "tests" / file
        functions = {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}
        assert name in functions, f"{file} has no {name}"
        if case:  # of the table of hostile files
            assert f'"{case}": ' in (path.parent / "hostile.py").read_text("utf-8"), case


def test_both_languages_name_the_same_tests():
    assert named("faults.md") == named("faults.zh-CN.md")
