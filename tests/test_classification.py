"""Classes: cases of the codebook, rules, probabilities, explanations."""

import tomllib
from pathlib import Path

import pytest

import policynlp
from policynlp.codebook import CLASSES, load_codebook
from policynlp.evaluation.gold import load_gold
from policynlp.evaluation.scores import compare_file, score
from policynlp.resources import corpora_path

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("classes.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:14])
def test_cases(case):
    (statement,) = policynlp.analyze(case["text"]).statements
    assert statement.kind == case["class"]
    if "instrument" in case:
        assert statement.instruments[0] == case["instrument"]
    if "subtype" in case:
        assert statement.subtype == case["subtype"]


def test_every_statement_is_classed_and_explained(benxi):
    codebook = load_codebook()
    for statement in benxi.statements:
        assert statement.kind in CLASSES
        assert 0 < statement.score <= 1
        assert set(statement.instruments) <= set(codebook.instruments)
        assert bool(statement.instruments) == (statement.kind == "MEASURE")
        if statement.role in ("body", "runin_heading") and statement.rule == "model":
            assert statement.cues


def test_a_heading_path_changes_the_reading():
    goal = policynlp.analyze("2024年主要目标\n研发投入强度达到3.4%。")
    past = policynlp.analyze("2023年工作回顾\n一年来，研发投入强度达到3.4%，增长0.3个百分点。")
    assert goal.statements[-1].kind == "GOAL"
    assert past.statements[-1].kind == "OTHER"


def test_the_benxi_report_meets_its_figures():
    folder = corpora_path("annotated")
    gold = load_gold(folder / "labels" / "benxi-2014.jsonl")
    comparisons = [c for file, rows in gold.items() for c in compare_file(rows, policynlp.analyze(folder / file))]
    figures = {name: value for name, (value, _, _) in score(comparisons, draws=20).figures.items()}
    assert figures["segmentation"] == 1.0
    assert figures["class_accuracy"] >= 0.90
    assert figures["entities_core"] >= 0.90
    assert figures["entities_all"] >= 0.85


def test_other_peoples_text_stays_above_the_floor(shared):
    """The floor is below what was measured, so that it warns of a loss and not of noise."""
    comparisons = []
    for file, rows in load_gold(shared / "gold" / "dev.jsonl").items():
        comparisons += compare_file(rows, policynlp.analyze(shared / "texts" / file))
    figures = {name: value for name, (value, _, _) in score(comparisons, draws=20).figures.items()}
    assert figures["segmentation"] >= 0.99
    assert figures["class_accuracy"] >= 0.79
    assert figures["entities_all"] >= 0.72
