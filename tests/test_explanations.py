"""Explanations: they add up to the answer, and what they say would change it changes it, and nothing less."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import policynlp
from policynlp.annotation.classifier import load_classifier
from policynlp.annotation.explanations import explain, fewest_features
from policynlp.annotation.features import observe
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import current_vocabulary


@pytest.fixture(scope="module")
def explained(benxi):
    return {s.id: explain(benxi, s) for s in benxi.statements if s.role not in ("title", "boilerplate")}


def test_the_decisions_are_those_of_the_analysis(benxi, explained):
    for statement in benxi.statements:
        if statement.id not in explained:
            continue
        decisions = {d.layer: d for d in explained[statement.id].decisions}
        assert decisions["class"].decided == statement.kind
        if statement.rule == "model":
            assert decisions["class"].rule is None
            assert decisions["class"].label == statement.kind
            assert decisions["class"].probability == pytest.approx(statement.score, abs=1e-3)
        else:
            assert decisions["class"].rule.id == statement.rule
            assert decisions["class"].rule.text in statement.text
        if statement.instruments:
            assert decisions["instrument"].label == statement.instruments[0]
        if "subtype" in decisions and not decisions["subtype"].rule:
            assert decisions["subtype"].label == f"{statement.kind}.{statement.subtype}"


def test_the_weights_sum_to_the_log_odds(explained):
    temperature = load_classifier().temperature
    assert temperature > 0
    for explanation in explained.values():
        for decision in explanation.decisions:
            odds = np.log(decision.probability / max(decision.second_probability, 1e-9))
            if decision.second_probability > 0.02:  # probabilities are rounded to three places
                assert sum(w.weight for w in decision.weights) == pytest.approx(odds, abs=0.06)


def test_without_the_named_features_the_answer_is_the_other_one(benxi, explained):
    classifier = load_classifier()
    tokens = tokenize([s.text for s in benxi.statements], load_segmenter(), current_vocabulary())
    matrix = classifier.encode(observe([benxi.statements], tokens)).tolil()
    changed = 0
    for number, statement in enumerate(benxi.statements):
        if statement.id not in explained:
            continue
        decision = explained[statement.id].decisions[0]
        row = matrix[number].tocsr()
        before = classifier.scores(row)[0, classifier.parts["class"]]
        assert classifier.labels["class"][before.argmax()] == decision.label
        if not decision.flipped:
            continue
        for feature in decision.flip[:-1]:
            row[0, classifier.columns[feature]] = 0
        almost = classifier.scores(row)[0, classifier.parts["class"]]
        assert classifier.labels["class"][almost.argmax()] == decision.label  # one fewer is not enough
        row[0, classifier.columns[decision.flip[-1]]] = 0
        after = classifier.scores(row)[0, classifier.parts["class"]]
        assert classifier.labels["class"][after.argmax()] == decision.flipped
        changed += 1
    assert changed > 20


@pytest.mark.parametrize("seed", range(30))
def test_no_smaller_set_of_features_changes_the_answer(seed):
    """All subsets of a few features, tried one by one."""
    generator = np.random.default_rng(seed)
    added = generator.normal(size=(7, 3)).astype(np.float32)
    scores = added.sum(0) + generator.normal(size=3).astype(np.float32)
    best = int(scores.argmax())
    flip, other = fewest_features(added, scores, best)
    sizes = [
        len(chosen)
        for size in range(1, 8)
        for chosen in combinations(range(7), size)
        if (scores - added[list(chosen)].sum(0)).argmax() != best
    ]
    assert len(flip) == min(sizes, default=0)
    assert (other is None) == (not sizes)
    if sizes:
        assert (scores - added[flip].sum(0)).argmax() == other != best


def test_a_rule_is_named_with_what_it_read_and_what_the_model_says_without_it():
    explanation = policynlp.analyze("对新认定的企业给予一次性20万元奖励。").explain("s0001")
    decision = explanation.decisions[0]
    assert (decision.rule.id, decision.decided) == ("C13", "MEASURE")
    assert "20万元" in decision.rule.text
    assert "由规则 C13" in str(explanation)
    assert "by rule C13" in explanation.to_text("en")


def test_texts_tables_and_entities(benxi, explained):
    for identifier, explanation in explained.items():
        for lang in ("zh", "en"):
            assert identifier in explanation.to_text(lang)
        frame = explanation.to_frame()
        assert list(frame.columns) == ["layer", "feature", "weight", "flip"]
        assert frame["flip"].sum() == sum(len(d.flip) for d in explanation.decisions)
        wanted = [e for e in benxi.entities if e.statement == identifier]
        assert [r.entity for r in explanation.entities] == wanted
        assert {r.rule for r in explanation.entities} <= {"model", "term", "nested"}
        assert all(r.entity.text.rstrip("”》）)").endswith(r.head) for r in explanation.entities)


def test_word_classes_are_shown_by_the_words_that_they_mean(explained):
    weights = [w for e in explained.values() for d in e.decisions for w in d.weights if w.feature.startswith("class=")]
    assert sum(bool(w.words) for w in weights) > 0.9 * len(weights)


def test_what_cannot_be_explained_is_said(benxi):
    with pytest.raises(KeyError):
        benxi.explain("s9999")
    with pytest.raises(ValueError, match="title line"):
        benxi.explain(benxi.statements[0])
    other = replace(benxi, provenance=replace(benxi.provenance, codebook="another"))
    with pytest.raises(ValueError, match="another codebook"):
        other.explain("s0020")
