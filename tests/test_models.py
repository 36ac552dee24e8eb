"""Model files: damage is noticed, training repeats, the pipeline is a spaCy Language."""

import json
import shutil

import numpy as np
import pytest

import policynlp
from policynlp.annotation.classifier import read_classifier
from policynlp.annotation.pipeline import make_analyses, make_analysis
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import load_entity_tagger, read_entity_tagger, spell
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import current_vocabulary
from policynlp.annotation.weights import load_weights, save_weights
from policynlp.annotation.word_classes import WordClasses, load_word_classes, read_word_classes
from policynlp.codebook import tables_hash
from policynlp.errors import ModelError
from policynlp.reading import make_report
from policynlp.resources import models_path

READERS = {
    "statements": lambda folder: read_classifier(folder, load_word_classes()),
    "entities": lambda folder: read_entity_tagger(folder, load_word_classes()),
    "words": read_word_classes,
}


@pytest.fixture(params=sorted(READERS))
def model(request, tmp_path):
    folder = tmp_path / request.param
    shutil.copytree(models_path(request.param), folder)
    return folder, READERS[request.param]


def test_a_copy_loads(model):
    folder, read = model
    read(folder)


@pytest.mark.parametrize("name", ["weights.npz", "terms.json", "card.json"])
@pytest.mark.parametrize("damage", ["truncated", "altered", "missing", "foreign"])
def test_damage_is_a_model_error(model, name, damage):
    folder, read = model
    path = folder / name
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "altered":
        path.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
        if name == "card.json":
            path.write_text(json.dumps({"files": {"weights.npz": "0"}}))
    else:
        path.write_bytes(b"\x80\x04cposix\nsystem\n.")  # a pickle; it must not be executed
    with pytest.raises(ModelError) as caught:
        read(folder)
    assert caught.value.remedy


def test_arrays_that_do_not_fit_are_noticed(tmp_path):
    arrays, terms = load_weights(models_path("words"), {"classes", "coarse", "fine"}, {"words"})
    save_weights(tmp_path / "w", arrays | {"fine": arrays["fine"][:-1]}, terms, {})
    with pytest.raises(ModelError, match="do not fit"):
        read_word_classes(tmp_path / "w")
    save_weights(tmp_path / "v", {"other": arrays["classes"]}, terms, {})
    with pytest.raises(ModelError, match="lacks classes, coarse, fine"):
        read_word_classes(tmp_path / "v")


def test_models_of_other_word_classes_are_refused():
    with pytest.raises(ModelError, match="other word classes"):
        read_classifier(models_path("statements"), WordClasses(({"基金": "1"}, {}, {}), "another"))


def test_saving_repeats_byte_for_byte(tmp_path):
    for name in ("a", "b"):
        save_weights(tmp_path / name, {"x": np.arange(5), "a": np.ones(2)}, {"t": ["词"]}, {"k": 1})
    assert [p.read_bytes() for p in sorted((tmp_path / "a").iterdir())] == [p.read_bytes() for p in sorted((tmp_path / "b").iterdir())]


def test_models_are_small_and_hold_no_pickle():
    files = [p for p in models_path().rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 15_000_000
    assert {p.suffix for p in files} <= {".npz", ".json", ".md"}


def test_cards_tell_where_a_model_comes_from():
    pytest.importorskip("sklearn")
    from policynlp.training.models import TABLES

    for name in ("statements", "entities"):
        card = json.loads(models_path(name, "card.json").read_text("utf-8"))
        assert card["corpus"]["statements"] > 2400
        assert list(card["figures"]["learning_curve"]) == ["quarter", "half", "all"]
        assert card["codebook"] == tables_hash(*TABLES[name]), f"the codebook of {name} has changed: train it again"
    rivals = json.loads(models_path("entities", "card.json").read_text("utf-8"))["figures"]["compared_on_one_fold"]
    assert {"crf over words", "crf over characters"} < set(rivals)


TEXTS = ["设立药都种子基金，支持企业。", "“一二”行动", "平", "", "推进A、B等产业。", "到2025年，建设公共技术服务平台和重点实验室。"]


def test_vectorised_scores_are_the_sums_of_the_features():
    """The looked-up contributions equal those of the features that the trainer saw."""
    tagger = load_entity_tagger()
    tokens = tokenize(TEXTS, load_segmenter(), current_vocabulary())
    scores = tagger.emissions(tokens)
    for first, sequence in zip(tokens.first, spell(tokens), strict=True):
        for row, features in enumerate(sequence):
            expected = sum((tagger.weights[tagger.states[f]] for f in features if f in tagger.states), np.zeros(len(tagger.labels)))
            assert np.allclose(scores[first + row], expected, atol=1e-3)


def test_the_classifiers_matrix_holds_the_features_that_the_trainer_saw(benxi):
    pytest.importorskip("sklearn")
    from policynlp.annotation.classifier import load_classifier
    from policynlp.annotation.features import observe
    from policynlp.annotation.features import spell as spell_statements
    from policynlp.training.classes import to_matrix, weigh

    classifier = load_classifier()
    observations = observe([benxi.statements], tokenize([s.text for s in benxi.statements], load_segmenter(), current_vocabulary()))
    idf = {name: float(weight) for name, weight in zip(classifier.columns, classifier.idf, strict=True) if weight}
    expected = to_matrix([weigh(features, idf) for features in spell_statements(observations)], classifier.columns)
    assert abs(classifier.encode(observations) - expected).max() < 1e-6


def test_results_do_not_depend_on_the_batch(benxi_path):
    reports = [policynlp.read_report(benxi_path), *(make_report(text) for text in TEXTS if text)]
    assert make_analyses(reports) == [make_analysis(report) for report in reports]


def test_the_pipeline_is_a_spacy_language(benxi):
    nlp = policynlp.load()
    assert nlp.pipe_names == ["policy_statements", "policy_entities", "policy_classes"]
    doc = nlp(benxi.report.text)
    assert doc.text == benxi.report.text
    assert [(s.label_, s.start_char, s.end_char) for s in doc.spans["statements"]] == [(s.kind, s.start, s.end) for s in benxi.statements]
    outer = [(e.kind, e.name) for e in benxi.entities if not e.nested]
    assert sorted((e.label_, e.kb_id_) for e in doc.ents) == sorted(outer)
    assert all(token.tag_ for token in doc if token.text.strip())
    again = type(doc)(nlp.vocab).from_bytes(doc.to_bytes())
    assert [s.label_ for s in again.spans["statements"]] == [s.label_ for s in doc.spans["statements"]]


@pytest.mark.slow
def test_training_repeats_byte_for_byte(tmp_path):
    pytest.importorskip("pycrfsuite")
    from policynlp.evaluation.gold import load_gold_folder
    from policynlp.resources import corpora_path
    from policynlp.training.classes import fit_classifier, observe_gold, save_classifier
    from policynlp.training.entities import fit_entities, save_entities

    folder, classes = corpora_path("annotated"), load_word_classes()
    gold = dict(list(load_gold_folder(folder).items())[:4])
    for name in ("a", "b"):
        save_classifier(fit_classifier(observe_gold(gold, folder, classes), classes), tmp_path / name / "statements", {})
        save_entities(fit_entities([s for rows in gold.values() for s in rows], classes), tmp_path / name / "entities", {})
    for file in (tmp_path / "a").rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes(), file.name
