"""Corrected labels join the corpus, each in the place of what it corrects, and only on the text that was coded."""

import json
import shutil
from dataclasses import replace

import pytest

import policynlp
from policynlp.coding.coded import Sample
from policynlp.coding.files import file_hash, read_coded, write_sample
from policynlp.coding.samples import draw_sample
from policynlp.errors import ReportError
from policynlp.evaluation.gold import load_gold_folder
from policynlp.resources import corpora_path

pytest.importorskip("pycrfsuite")

from policynlp.training.additions import join_labels

REPORTS = ("a1-2024", "b2-2019", "c3-2015", "d4-2021", "e5-2025", "f6-2021", "benxi-2014")
NEW = "青岭高新区2023年工作总结\n一、下一步工作\n设立1亿元种子基金，支持科技型中小企业发展。\n完善考核办法。\n培育壮大氢能产业。\n"


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    for part, suffix in (("texts", ".txt"), ("labels", ".jsonl")):
        (folder / part).mkdir(parents=True)
        for name in REPORTS:
            shutil.copy(corpora_path("annotated", part, name + suffix), folder / part)
    return folder


@pytest.fixture
def new_report(tmp_path):
    path = tmp_path / "new.txt"
    path.write_text(NEW, "utf-8")
    return path


def check(path, *reports, change=lambda coded: coded, **options):
    sample = draw_sample([policynlp.analyze(report) for report in reports], size=1000, **options)
    return write_sample(Sample(tuple(map(change, sample.coded)), sample.texts, sample.about), path)[0]


@pytest.mark.parametrize("suffix", [".xlsx", ".jsonl", ".qdpx"])
def test_labels_of_a_new_report_join_with_their_entities(suffix, corpus, new_report, tmp_path):
    gold = load_gold_folder(corpus)
    path = check(tmp_path / f"check{suffix}", new_report)
    joined = join_labels(gold, corpus, [path])
    (file,) = set(joined.statements) - set(gold)
    assert (corpus / file).resolve() == new_report.resolve()
    rows = joined.statements[file]
    assert rows == joined.entities[file]
    assert "设立1亿元种子基金，支持科技型中小企业发展。" in [row.text for row in rows]
    assert any(e.kind == "FUND" and NEW[e.start : e.end] == "种子基金" for row in rows for e in row.entities)
    entry = {"file": path.name, "sha256": file_hash(path), "statements": len(rows), "replaced": 0, "entities": True}
    assert joined.files == [entry]


def test_a_correction_takes_the_place_of_the_corpus_label(corpus, tmp_path):
    gold = load_gold_folder(corpus)
    copy = tmp_path / "elsewhere.txt"  # the same text under another name
    shutil.copy(corpus / "texts" / "benxi-2014.txt", copy)
    path = check(tmp_path / "check.xlsx", copy, change=lambda c: replace(c, kind="OTHER", subtype="", instruments=()))
    joined = join_labels(gold, corpus, [path])
    assert set(joined.statements) == set(gold)
    rows = joined.statements["texts/benxi-2014.txt"]
    coded = read_coded(path)["check.xlsx"]
    assert joined.files[0]["replaced"] >= 0.95 * len(coded)
    places = {(c.unit.start, c.unit.end) for c in coded}
    assert {row.kind for row in rows if (row.start, row.end) in places} == {"OTHER"}
    assert {row.genre for row in rows if (row.start, row.end) in places} <= {row.genre for row in gold["texts/benxi-2014.txt"]} | {""}
    assert sum(map(len, gold.values())) + len(coded) - joined.files[0]["replaced"] == sum(map(len, joined.statements.values()))


def test_files_without_a_marked_entity_leave_the_tagger_alone(corpus, new_report, tmp_path):
    gold = load_gold_folder(corpus)
    path = check(tmp_path / "check.jsonl", new_report, change=lambda c: replace(c, entities=()))
    joined = join_labels(gold, corpus, [path])
    assert len(joined.statements) == len(gold) + 1
    assert joined.entities == {file: list(rows) for file, rows in gold.items()}
    assert joined.files[0]["entities"] is False


def test_labels_of_another_text_are_refused(corpus, new_report, tmp_path):
    path = check(tmp_path / "check.xlsx", new_report)
    new_report.write_text(NEW.replace("氢能", "光伏"), "utf-8")
    with pytest.raises(ReportError, match="another text than"):
        join_labels(load_gold_folder(corpus), corpus, [path])
    new_report.unlink()
    with pytest.raises(ReportError, match="is not there"):
        join_labels(load_gold_folder(corpus), corpus, [path])


@pytest.mark.slow
def test_the_card_of_a_model_names_the_added_file(corpus, new_report, tmp_path):
    from policynlp.training.models import train

    for labels in sorted((corpus / "labels").iterdir()):  # few, so that it is quick
        labels.write_text("".join(labels.read_text("utf-8").splitlines(keepends=True)[:40]), "utf-8")
    path = check(tmp_path / "check.xlsx", new_report)
    train(corpus, tmp_path / "models", only="statements", add=[path])
    card = json.loads((tmp_path / "models" / "statements" / "card.json").read_text("utf-8"))
    (entry,) = card["added"]
    assert (entry["file"], entry["sha256"]) == ("check.xlsx", file_hash(path))
    assert card["corpus"]["reports"] == len(REPORTS) + 1
    rows = [s for rows in load_gold_folder(corpus).values() for s in rows if s.role not in ("title", "boilerplate")]
    assert card["corpus"]["statements"] == len(rows) + entry["statements"]
