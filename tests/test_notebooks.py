"""The notebooks run as scripts, and both files of each hold the same."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))
CELL = re.compile(r"^# %%(?: \[(markdown)\])?\n", re.M)

pytestmark = pytest.mark.skipif(not SCRIPTS, reason="the notebooks are not beside these tests")


def cells_of_script(path):
    """Read the percent format: kind and text of each cell, as Jupyter has them."""
    _, *parts = CELL.split(path.read_text("utf-8"))
    for markdown, body in zip(parts[::2], parts[1::2], strict=True):
        mark = "# " if markdown else "# %"
        lines = [line.removeprefix("# ") if markdown or line.startswith(mark) else line for line in body.strip("\n").split("\n")]
        yield ("markdown" if markdown else "code"), "\n".join("" if markdown and line == "#" else line for line in lines)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_both_files_hold_the_same(script):
    notebook = json.loads(script.with_suffix(".ipynb").read_text("utf-8"))
    assert [(c["cell_type"], "".join(c["source"])) for c in notebook["cells"]] == list(cells_of_script(script))
    assert not any(c.get("outputs") or c.get("execution_count") for c in notebook["cells"])


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs_as_a_script(script, tmp_path):
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | {"MPLBACKEND": "Agg"}, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-3000:]
    assert not list(tmp_path.iterdir()), "it left files in the working folder"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_speaks_chinese_and_sums_up_in_english(script):
    text = script.read_text("utf-8")
    assert "*English: " in text
    assert len(re.findall("[\u4e00-\u9fff]", text)) > 200
