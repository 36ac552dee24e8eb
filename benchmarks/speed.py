"""Speed of the whole analysis as a ratio to jieba.posseg alone, on the same text in one run.

    python benchmarks/speed.py FILE... [--rounds 3]

Both run in this process on one core, interleaved; CPU seconds, medians. Ratios can be compared between machines,
seconds can't. Without files the shipped report and the texts of the annotated corpus are used.
"""

import argparse
import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # one core, before numpy is loaded

import json
import logging
import statistics
import time
from pathlib import Path

import jieba
import jieba.posseg

from policynlp.annotation.classification import load_classifier
from policynlp.annotation.pipeline import make_analyses
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import load_entity_tagger
from policynlp.corpus.local import BATCH
from policynlp.network.counts import count_together
from policynlp.reading import read_report
from policynlp.resources import corpora_path


def ours(paths):
    """Read, analyse and count what occurs together, in batches as the package itself does."""
    batches = (paths[i : i + BATCH] for i in range(0, len(paths), BATCH))
    return count_together(a for batch in batches for a in make_analyses([read_report(path) for path in batch]))


def theirs(paths):
    for path in paths:
        for _ in jieba.posseg.cut(path.read_text("utf-8")):
            pass


def cpu(job, *arguments):
    started = time.process_time()
    job(*arguments)
    return time.process_time() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    paths = options.files or sorted(corpora_path("annotated", "texts").glob("*.txt"))
    characters = sum(len(path.read_text("utf-8")) for path in paths)
    loading = {
        "segmenter": cpu(load_segmenter),
        "classifier and entity tagger": cpu(lambda: (load_classifier(), load_entity_tagger())),
    }
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    ours(paths[:1])
    theirs(paths[:1])
    times = {"policynlp": [], "jieba.posseg": []}
    for _ in range(options.rounds):
        times["policynlp"].append(cpu(ours, paths))
        times["jieba.posseg"].append(cpu(theirs, paths))
    medians = {name: statistics.median(values) for name, values in times.items()}
    result = {
        "files": len(paths),
        "characters": characters,
        "cpu_seconds": {name: round(value, 2) for name, value in medians.items()},
        "thousand_characters_per_cpu_second": {name: round(characters / value / 1000) for name, value in medians.items()},
        "times_faster_than_jieba_posseg": round(medians["jieba.posseg"] / medians["policynlp"], 2),
        "loading_cpu_seconds": {name: round(value, 3) for name, value in loading.items()},
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
