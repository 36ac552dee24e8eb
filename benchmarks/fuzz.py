"""Mutates real files of each format and reads them: only a `ReportError` may come out, soon, and within the memory.

    python benchmarks/fuzz.py [--reader pdf] [--minutes 10] [--seed 1] [--keep FOLDER]

Without --reader the time is shared among all. The seeds are the invented report of the tests as each format's own writer
writes it. The reader runs in a child process with a limit of memory, so that a crash of a library or an endless loop is seen
too; the file that made it is written to the folder --keep. Ends with 1 where something was found.
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests" / "reading"
sys.path.insert(0, str(TESTS))

import writers

from policynlp.errors import ReportError
from policynlp.reading import Limits, read_report, read_reports

MEMORY = 3_000_000_000  # bytes of address space
SLOW = 20.0  # seconds for one file of some kilobytes
LIMITS = Limits(seconds=10.0)
COLUMNS = {"text": "正文", "id": "编号"}
SEEDS = {
    "text": ("a.txt", lambda path: writers.write_text(path, "gb18030")),
    "html": ("a.html", lambda path: writers.write_html(path, menus=True)),
    "mhtml": ("a.mhtml", writers.write_mhtml),
    "docx": ("a.docx", writers.write_numbered_docx),
    "doc": ("a.doc", lambda path: path.write_bytes((TESTS / "seeds" / "report.doc").read_bytes())),
    "pdf": ("a.pdf", writers.write_pdf),
    "ofd": ("a.ofd", writers.write_ofd),
    "rtf": ("a.rtf", lambda path: writers.write_rtf(path, unicode=False)),
    "csv": ("a.csv", writers.write_csv),
    "xlsx": ("a.xlsx", writers.write_xlsx),
    "jsonl": ("a.jsonl", writers.write_jsonl),
    "zip": ("a.zip", lambda path: write_zip(path)),
}
DAMAGED = re.compile(r"damaged \((\w+)\)$")
PACKED = ("docx", "ofd", "xlsx", "zip")
# fmt: off
ODD = (
    b"\0", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"<" * 300, b"[" * 300, b"(" * 300, b"{" * 300, b'"' * 50, b"-1", b"4294967296",
    b"1e999", b"99999999999999999999", b"\\u-9999999999?", b"\\bin99999999 ", b"\\'8", b"&#xD800;", b"&a;", b"\xed\xa0\x80",
    b"<!DOCTYPE a [<!ENTITY a 'a'>]>", "\u202e\u200b\ufeff".encode(), b"<table><tr><td>", b"endobj", b"stream\n", b"/Kids [1 0 R]",
    b"/Length 0", b"../", b"\n" * 100, b"\x07\x07\r",
)
# fmt: on


def write_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("报告/甲.txt", "乙.html"):
            inner = path.with_name("inner")
            writers.write_text(inner, "utf-8") if name.endswith("txt") else writers.write_html(inner)
            archive.writestr(name, inner.read_bytes())


def mutate(data, draw):
    """Change a file at one to eight places: flip, overwrite, cut, double, move, insert what readers stumble over, truncate."""
    data = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 8))):
        at, length = draw.randrange(len(data) + 1), draw.choice((1, 2, 4, 16, 200))
        part = data[at : at + length]
        act = draw.randrange(8)
        if act == 0 and at < len(data):
            data[at] ^= 1 << draw.randrange(8)
        elif act == 1:
            data[at : at + length] = draw.randbytes(len(part))
        elif act == 2:
            del data[at : at + length]
        elif act == 3:
            data[at:at] = part * draw.choice((1, 2, 30))
        elif act == 4:
            other = draw.randrange(len(data) + 1)
            data[other : other + length] = part
        elif act in (5, 6):
            data[at : at + draw.choice((0, 4))] = draw.choice(ODD)
        elif draw.random() < 0.1:
            del data[at:]
    return bytes(data)


def mutate_inside(data, draw):
    """Change one member of a zip file and pack it again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    chosen = draw.randrange(len(members))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, (name, content) in enumerate(members):
            archive.writestr(name, mutate(content, draw) if i == chosen else content)
    return packed.getvalue()


def case(reader, seeds, seed, number):
    """Make the mutated file of this number, the same on every run."""
    draw = random.Random(f"{reader} {seed} {number}")  # noqa: S311
    packed = reader in PACKED and draw.random() < 0.8
    return (mutate_inside if packed else mutate)(seeds[reader], draw)


def make_seeds(readers):
    seeds = {}
    with tempfile.TemporaryDirectory() as folder:
        for reader in readers:
            name, write = SEEDS[reader]
            path = Path(folder, name)
            write(path)
            seeds[reader] = path.read_bytes()
    return seeds


def read_all(path, reader):
    if reader in ("csv", "xlsx", "jsonl", "zip"):
        results = list(read_reports(path, columns=None if reader == "zip" else COLUMNS, limits=LIMITS))
    else:
        results = [read_report(path, limits=LIMITS)]
    for result in results:
        if isinstance(result, ReportError):
            raise result
        result.text.encode("utf-8")


def work(reader, data, seed, first, seconds, pipe, folder):
    """Read case after case until the time is over; say before each which it is."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    path = Path(folder, SEEDS[reader][0])
    outcomes = Counter()
    number, ended = first, time.monotonic() + seconds
    while time.monotonic() < ended:
        path.write_bytes(case(reader, {reader: data}, seed, number))
        pipe.send(("case", number))
        started = time.monotonic()
        try:
            read_all(path, reader)
            outcomes["read"] += 1
        except ReportError as error:
            kind = DAMAGED.search(error.problem)
            outcomes[kind[1] if kind else "refused"] += 1
            if isinstance(error.__cause__, MemoryError):
                pipe.send(("found", number, "more than the memory allowed"))
        except BaseException as error:
            pipe.send(("found", number, f"{type(error).__name__}: {error}"))
        if time.monotonic() - started > SLOW:
            pipe.send(("found", number, f"{time.monotonic() - started:.0f} seconds"))
        number += 1
    pipe.send(("done", number, dict(outcomes)))


def fuzz(reader, seconds, seed):
    """Fuzz one reader; give the number of cases, what came of them, and what was found: (number, problem)."""
    data = make_seeds([reader])[reader]
    found, first, cases, outcomes = [], 0, 0, Counter()
    ended = time.monotonic() + seconds
    context = multiprocessing.get_context("spawn")
    while time.monotonic() < ended:
        mine, theirs = context.Pipe()
        with tempfile.TemporaryDirectory() as folder:
            child = context.Process(target=work, args=(reader, data, seed, first, ended - time.monotonic(), theirs, folder))
            child.start()
            theirs.close()
            current, done = first, False
            while not done:
                try:
                    if not mine.poll(SLOW * 3):
                        found.append((current, "no end"))
                        child.kill()
                        break
                    kind, number, *rest = mine.recv()
                except EOFError:
                    child.join()
                    found.append((current, f"the process ended with {child.exitcode}"))
                    break
                current, done = number, kind == "done"
                if kind == "found":
                    found.append((number, rest[0]))
                elif done:
                    outcomes.update(rest[0])
            child.join()
        first = current + 1
        cases = first
    return cases, outcomes, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reader", choices=SEEDS, action="append")
    parser.add_argument("--minutes", type=float, default=10.0, help="for all readers together")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    options = parser.parse_args()
    readers = options.reader or list(SEEDS)
    bad = 0
    for reader in readers:
        cases, outcomes, found = fuzz(reader, 60 * options.minutes / len(readers), options.seed)
        print(
            json.dumps(
                {"reader": reader, "cases": cases, "outcomes": dict(outcomes.most_common()), "found": found[:20]}, ensure_ascii=False
            ),
            flush=True,
        )
        seeds = make_seeds([reader])
        for number, _ in found[:20]:
            options.keep.mkdir(parents=True, exist_ok=True)
            (options.keep / f"{number}-{SEEDS[reader][0]}").write_bytes(case(reader, seeds, options.seed, number))
        bad += len(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
