"""A short fuzz of every reader; `benchmarks/fuzz.py --minutes 10` does the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "fuzz.py"
READERS = ["text", "html", "mhtml", "docx", "doc", "pdf", "ofd", "rtf", "csv", "xlsx", "jsonl", "zip"]


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_mutated_files_give_only_reports_and_clear_errors(reader, tmp_path):
    if not PROGRAM.is_file():
        pytest.skip("the fuzz program stands in the repository only")
    done = subprocess.run(
        [sys.executable, PROGRAM, "--reader", reader, "--minutes", "0.06", "--keep", tmp_path / "found"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
