"""Decoding agrees with the trainer's own tagger and with going through all sequences one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.annotation.decoding import Chain, decode, probabilities

LABELS = 3


def problem(seed, lengths):
    generator = np.random.default_rng(seed)
    starts = np.cumsum([2, *(n + 2 for n in lengths[:-1])])
    emissions = generator.normal(0, 2, (int(starts[-1]) + lengths[-1] + 2, LABELS)).astype(np.float32)
    chain = Chain(generator.normal(0, 2, LABELS).astype(np.float32), generator.normal(0, 2, (LABELS, LABELS)).astype(np.float32))
    return emissions, starts, np.array(lengths), chain


def scores_of_all(emissions, chain):
    paths = list(itertools.product(range(LABELS), repeat=len(emissions)))
    scores = [
        chain.start[path[0]]
        + sum(emissions[t, k] for t, k in enumerate(path))
        + sum(chain.transitions[a, b] for a, b in itertools.pairwise(path))
        for path in paths
    ]
    return paths, np.array(scores, float)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_best_paths_and_probabilities_by_going_through_all(seed, lengths):
    emissions, starts, sizes, chain = problem(seed, lengths)
    labels = decode(emissions, starts, sizes, chain)
    asked = [probabilities(emissions, starts, sizes, chain, np.full(len(emissions), label)) for label in range(LABELS)]
    probable = np.stack(asked, 1)
    for start, size in zip(starts, sizes, strict=True):
        paths, scores = scores_of_all(emissions[start : start + size], chain)
        assert tuple(labels[start : start + size]) == paths[int(scores.argmax())]
        weights = np.exp(scores - scores.max())
        weights /= weights.sum()
        expected = [[sum(w for w, p in zip(weights, paths, strict=True) if p[t] == k) for k in range(LABELS)] for t in range(size)]
        assert np.allclose(probable[start : start + size], expected, atol=1e-4)


def test_a_batch_gives_what_each_sequence_gives_alone():
    emissions, starts, sizes, chain = problem(1, [3, 1, 7, 2, 7])
    together = decode(emissions, starts, sizes, chain)
    for start, size in zip(starts, sizes, strict=True):
        alone = decode(emissions, np.array([start]), np.array([size]), chain)
        assert (together[start : start + size] == alone[start : start + size]).all()


def test_labels_are_those_of_the_trainers_own_tagger(tmp_path):
    pycrfsuite = pytest.importorskip("pycrfsuite")
    from policynlp.annotation.segmentation import load_segmenter
    from policynlp.annotation.tagging import make_entity_tagger, spell
    from policynlp.annotation.tokens import tokenize
    from policynlp.annotation.vocabulary import Vocabulary
    from policynlp.annotation.word_classes import load_word_classes
    from policynlp.codebook import load_codebook
    from policynlp.evaluation.gold import load_gold
    from policynlp.resources import corpora_path
    from policynlp.training.entities import fit_crf, read_crf

    folder = corpora_path("annotated", "labels")
    statements = [s for name in ("a1-2024", "benxi-2014") for rows in load_gold(folder / f"{name}.jsonl").values() for s in rows]
    classes = load_word_classes()
    file = tmp_path / "crf.model"
    fit_crf(statements, classes, file)
    own = make_entity_tagger(*read_crf(file, classes, smallest=0.0), classes)
    theirs = pycrfsuite.Tagger()
    theirs.open(str(file))
    texts = [s.text for s in statements]
    tokens = tokenize(texts, load_segmenter(), Vocabulary(load_codebook(), classes))
    for spans, features, first in zip(own.tag(tokens), spell(tokens), tokens.first.tolist(), strict=True):
        labels = ["O"] * len(features)
        for span in spans:
            labels[span.first - first : span.last - first] = [f"B-{span.kind}"] + [f"I-{span.kind}"] * (span.last - span.first - 1)
        best = theirs.tag(features)
        # Ours are sums of float32: of two paths that are equally good to the fourth digit it may take the other.
        assert labels == best or theirs.probability(labels) == pytest.approx(theirs.probability(best), rel=1e-3)
