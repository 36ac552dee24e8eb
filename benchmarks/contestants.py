"""The ways of analysing reports that are timed against each other, each a function of a list of text files."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # one core, before numpy is loaded

import logging
import re
from functools import cache
from itertools import combinations

import jieba
import jieba.posseg
import networkx as nx

from policynlp.annotation.classification import classify_statements
from policynlp.annotation.classifier import load_classifier
from policynlp.annotation.entities import find_entities
from policynlp.annotation.formulas import find_formulas
from policynlp.annotation.pipeline import make_analyses
from policynlp.annotation.relations import find_relations
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.statements import find_statements
from policynlp.annotation.tagging import load_entity_tagger
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import current_vocabulary
from policynlp.codebook import load_codebook
from policynlp.corpus.batches import cut_batches
from policynlp.memory import paused_collection
from policynlp.network.counts import count_together
from policynlp.reading import read_report
from policynlp.resources import corpora_path

jieba.setLogLevel(logging.ERROR)


def read_batches(paths):
    """Read the reports in batches as the package itself does."""
    return cut_batches((read_report(path) for path in paths), lambda report: len(report.text))


def policynlp(paths):
    """Read, analyse and count what occurs together."""
    return count_together(analysis for batch in read_batches(paths) for analysis in make_analyses(batch))


def posseg(paths):
    """Cut and tag with jieba.posseg, and nothing else."""
    for path in paths:
        for _ in jieba.posseg.cut(path.read_text("utf-8")):
            pass


SENTENCE = re.compile("[^。！？；\n]+[。！？；]?")


@cache
def script_model():
    """Fit what the script below classes sentences with: TF-IDF and logistic regression on the annotated corpus."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from policynlp.evaluation.gold import load_gold_folder

    rows = [row for rows in load_gold_folder(corpora_path("annotated")).values() for row in rows]
    words = [" ".join(jieba.lcut(row.text)) for row in rows]
    model = make_pipeline(TfidfVectorizer(token_pattern=r"\S+"), LogisticRegression(max_iter=300))
    return model.fit(words, [row.kind for row in rows])


def script(paths):
    """Do what a script by hand does: jieba.posseg, scikit-learn for the classes, nouns as entities, networkx for what occurs together."""
    model, graph = script_model(), nx.Graph()
    for path in paths:
        tagged = [[(w.word, w.flag) for w in jieba.posseg.cut(s)] for s in SENTENCE.findall(path.read_text("utf-8"))]
        model.predict([" ".join(word for word, _ in sentence) for sentence in tagged])
        for sentence in tagged:
            nouns = sorted({word for word, tag in sentence if tag in ("n", "nz", "nt", "ns", "vn") and len(word) > 1})
            for a, b in combinations(nouns, 2):
                graph.add_edge(a, b, weight=graph.get_edge_data(a, b, {"weight": 0})["weight"] + 1)
    return graph


CONTESTANTS = {"policynlp": policynlp, "jieba.posseg": posseg, "script": script}


def stages(paths, clock):
    """Give the seconds of each stage of our own analysis."""
    spent = {}
    started = clock()

    def done(stage):
        nonlocal started
        now = clock()
        spent[stage] = spent.get(stage, 0.0) + now - started
        started = clock()

    with paused_collection():
        for reports in read_batches(paths):
            done("read")
            bare = [find_statements(report)[1] for report in reports]
            done("statements")
            tokens = tokenize([s.text for statements in bare for s in statements], load_segmenter(), current_vocabulary())
            done("words")
            tagged = load_entity_tagger().tag(tokens)
            done("entity tagger")
            classed = classify_statements(bare, tokens, load_classifier())
            done("classes")
            first, found = 0, []
            for report, statements in zip(reports, classed, strict=True):
                found.append(find_entities(report, statements, tokens, tagged, load_codebook(), first=first))
                first += len(statements)
            done("entities")
            formulas = [find_formulas(s, e) for s, e in zip(classed, found, strict=True)]
            done("formulas")
            for statements, entities, packages in zip(classed, found, formulas, strict=True):
                find_relations(statements, entities, packages)
            done("relations")
    return spent
