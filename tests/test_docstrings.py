"""The examples of the docstrings and of the README run."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import policynlp

MODULES = [
    info.name
    for info in pkgutil.walk_packages(policynlp.__path__, "policynlp.")
    if not info.name.endswith(("__main__", "cut_font", ".cli"))
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


def test_public_functions_have_an_example():
    for name in policynlp.__all__:
        value = getattr(policynlp, name)
        if callable(value) and not isinstance(value, type):
            assert ">>>" in (value.__doc__ or ""), name


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_example_runs(readme, tmp_path, monkeypatch, benxi_path):
    text = Path(__file__).parents[1].joinpath(readme).read_text("utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.S))
    assert "analyze" in code
    monkeypatch.chdir(tmp_path)
    exec(code.replace("corpora/reports/benxi-2014.txt", benxi_path.as_posix()), {})  # noqa: S102
    assert (tmp_path / "page.html").stat().st_size > 10_000


def test_the_readmes_hold_the_same_commands():
    folder = Path(__file__).parents[1]
    blocks = [
        re.findall(r"```(?:python)?\n(.*?)```", folder.joinpath(n).read_text("utf-8"), re.S) for n in ("README.md", "README.zh-CN.md")
    ]
    ours, theirs = ([re.sub(r"  # .*", "", block) for block in part] for part in blocks)
    assert ours == theirs
