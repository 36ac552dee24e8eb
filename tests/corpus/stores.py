"""A corpus of short documents made from the invented texts by turning their lines, and what tests ask of stores."""

import time
from pathlib import Path

from policynlp.corpus.tables import TABLES
from policynlp.resources import corpora_path

SIZE = 10  # documents a part


def make_documents(folder, number, *, lines=8):
    texts = sorted(corpora_path("annotated", "texts").glob("*.txt"))
    for i in range(number):
        source = texts[i % len(texts)]
        title, *rest = [line for line in source.read_text("utf-8").splitlines() if line.strip()]
        start = i * lines % len(rest)
        body = (rest[start:] + rest[:start])[:lines]
        path = folder / source.stem[0] / f"{i:05d}-{source.name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([title, *body]) + "\n", "utf-8")
    (folder / "a" / "bad.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (folder / "b" / "empty.txt").touch()


def tables_of(corpus):
    return {name: corpus.run(f"select * from {name} order by all") for name in TABLES}  # noqa: S608


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def finished_parts(store):
    return len(list(Path(store).glob("parts/*/part.json")))
