"""Runs the notebooks as a reader would, or writes each .ipynb anew from its .py.

    python notebooks/run.py             check that both files of each notebook hold the same, and run them all
    python notebooks/run.py --write     write each .ipynb from its .py, without outputs
    python notebooks/run.py --out DIR   keep the notebooks as run, with their outputs

Needs `pip install "policynlp[notebooks]"`.
"""

import argparse
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
LONGEST = 120  # seconds of a cell: twice what the longest whole notebook takes, on a machine that is busy


def scripts():
    """Give the notebooks as scripts, in order."""
    return sorted(HERE.glob("[0-9]*.py"))


def make_notebook(script):
    """Make the notebook of a script; its cells are numbered, so that the same script gives the same file."""
    notebook = jupytext.read(script)
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02}"
        cell.metadata = {}
    # What the .py says of its own form is no matter of the .ipynb.
    notebook.metadata["jupytext"].pop("text_representation", None)
    return nbformat.from_dict(notebook | {"nbformat": 4, "nbformat_minor": 5})


def notebook_text(script):
    """Give the text of the .ipynb that belongs to a script."""
    return nbformat.writes(make_notebook(script), indent=1) + "\n"


def run(script, out):
    """Execute a notebook and say how long it took."""
    notebook = make_notebook(script)
    start = time.perf_counter()
    NotebookClient(notebook, timeout=LONGEST, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    print(f"{script.stem}: {time.perf_counter() - start:.0f} s", flush=True)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, out / f"{script.stem}.ipynb")


def main():
    """Check and run all, or write all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write each .ipynb from its .py")
    parser.add_argument("--out", type=Path, help="folder for the notebooks as run")
    options = parser.parse_args()
    for script in scripts():
        target = script.with_suffix(".ipynb")
        if options.write:
            target.write_text(notebook_text(script), "utf-8")
        elif not target.is_file() or target.read_text("utf-8") != notebook_text(script):
            sys.exit(f"{target.name} differs from {script.name}: python notebooks/run.py --write")
        else:
            run(script, options.out)


if __name__ == "__main__":
    main()
