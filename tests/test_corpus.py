"""The annotated corpus: every line is valid, invented places don't exist, a fifth is annotated twice."""

import csv
import itertools
import json
from collections import Counter

import pytest

from policynlp.annotation.spans import trim_span
from policynlp.codebook import CLASSES, load_codebook
from policynlp.coding.files import read_coders
from policynlp.evaluation.agreement import measure_agreement
from policynlp.evaluation.gold import load_gold_folder
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.resources import corpora_path

FOLDER = corpora_path("annotated")
FIELDS = {"id", "file", "start", "end", "text", "section", "role", "class", "subtype", "alt", "instrument", "status", "entities"}


def rows():
    for path in sorted((FOLDER / "labels").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def reports():
    with (FOLDER / "reports.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_every_line_is_valid():
    codebook = load_codebook()
    texts = {f"texts/{p.name}": p.read_bytes().decode("utf-8") for p in (FOLDER / "texts").glob("*.txt")}
    seen = set()
    for row in rows():
        assert set(row) >= FIELDS, row["id"]
        assert row["id"] not in seen
        seen.add(row["id"])
        text = texts[row["file"]]
        assert text[row["start"] : row["end"]] == row["text"], row["id"]
        assert row["class"] in CLASSES
        assert set(row["alt"]) <= set(CLASSES)
        assert set(row["instrument"]) <= set(codebook.instruments), row["id"]
        assert row["status"] in ("done", "planned", "unmarked")
        for entity in row["entities"]:
            assert row["start"] <= entity["start"] < entity["end"] <= row["end"], row["id"]
            assert text[entity["start"] : entity["end"]] == entity["text"], row["id"]
            assert entity["type"] in codebook.types
            assert not entity["subtype"] or entity["subtype"] in codebook.types[entity["type"]].subtypes, (row["id"], entity)


def test_outermost_entities_do_not_overlap():
    for row in rows():
        outer = sorted((e["start"], e["end"]) for e in row["entities"] if not e["nested"])
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(outer)), row["id"]


def test_size_and_balance():
    counts = Counter(row["class"] for row in rows() if row["role"] not in ("title", "boilerplate"))
    total = sum(counts.values())
    assert total >= 2400
    assert len(reports()) >= 30
    assert 0.30 <= counts["MEASURE"] / total <= 0.45
    assert 0.20 <= counts["GOAL"] / total <= 0.36
    assert 0.10 <= counts["INSTITUTION"] / total <= 0.20


def test_invented_zones_do_not_exist():
    places = load_gazetteer()
    for report in reports():
        if report["invented"] == "true":
            assert report["zone"] not in places, report["zone"]


def test_a_fifth_is_annotated_twice():
    agreement = measure_agreement(read_coders([FOLDER / "first", FOLDER / "second"]))
    total = sum(len([r for r in rows if r.role not in ("title", "boilerplate")]) for rows in load_gold_folder(FOLDER).values())
    assert agreement.statements >= 0.2 * total
    assert agreement.figures["class_kappa"][0] >= 0.75


@pytest.mark.slow
def test_no_sentence_of_the_real_reports_is_in_it(shared, city_paths):
    real = "".join(p.read_text("utf-8") for p in city_paths)
    for row in rows():
        formula = "我代表市人民政府" in row["text"]  # every mayor opens with the same words
        if len(row["text"]) >= 30 and "benxi" not in row["file"] and not formula:
            assert row["text"] not in real, row["id"]


def test_gold_spans_are_fixed_points_of_trimming():
    """The span rules never cut into what the annotators marked, up to rare exceptions."""
    total = changed = 0
    for row in rows():
        for entity in row["entities"]:
            a, b = entity["start"] - row["start"], entity["end"] - row["start"]
            total += 1
            changed += trim_span(row["text"], a, b) != (a, b)
    assert changed <= 0.02 * total
