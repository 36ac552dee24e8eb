"""Learns word classes from unlabelled texts: statistics only, no sentence is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import svds
from sklearn.cluster import KMeans  # noqa: TID251  the door

from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.weights import save_weights
from policynlp.errors import ReportError
from policynlp.reading import read_report
from policynlp.version import __version__

__all__ = ["train_word_classes"]

RAREST = 3
CONTEXTS = 4000
OFFSETS = (-2, -1, 1, 2)
DIMENSIONS = 100
# Division -> how many classes it has, and how often a word must occur to be in one.
DIVISIONS = {"classes": (256, 5), "coarse": (64, 5), "fine": (1024, 3)}
SEED = 0


def train_word_classes(folders: Sequence[str | Path], model: Path) -> dict[str, Any]:
    """Learn word classes from every .txt file of the folders and write the model folder.

    Words are described by the words up to two places before and behind them (positive pointwise mutual information,
    smoothed, by place), reduced to 100 dimensions, and grouped by k-means into 64, 256 and 1,024 classes.

    Returns:
        The card's figures: texts, words counted and words classed.

    Raises:
        ReportError: the folders hold no text file.
        StoreError: the model cannot be written.

    Source:
        Levy, O., Goldberg, Y., & Dagan, I. (2015). Improving distributional similarity with lessons learned from word
        embeddings. Transactions of the ACL, 3, 211-225.
    """
    paths = sorted((path for folder in folders for path in Path(folder).glob("*.txt")), key=lambda path: path.name)
    if not paths:
        raise ReportError(", ".join(map(str, folders)), "there is no .txt file in it", "name folders of report texts")
    segmenter = load_segmenter()
    texts = [segmenter.segment(read_report(path).text)[0] for path in paths]
    counts = Counter(word for words in texts for word in words if word.strip())
    words = sorted((w for w, n in counts.items() if n >= RAREST), key=lambda w: (-counts[w], w))
    vectors = embed(texts, words)
    frequency = np.array([counts[word] for word in words])
    arrays = {}
    for name, (size, rarest) in DIVISIONS.items():
        arrays[name] = np.full(len(words), -1, np.int16)
        common = np.flatnonzero(frequency >= rarest)
        arrays[name][common] = KMeans(min(size, len(common)), n_init=1, random_state=SEED).fit(vectors[common]).labels_
    figures = {"texts": len(texts), "words_counted": sum(counts.values()), "words_classed": len(words)}
    card = {"model": "k-means over PPMI-SVD word vectors", "seed": SEED, "figures": figures, "version": __version__}
    save_weights(model, arrays, {"words": words}, card)
    return figures


def embed(texts: Sequence[Sequence[str]], words: Sequence[str]) -> npt.NDArray[np.float64]:
    """Give a unit-length vector for each word, (words, dimensions)."""
    rows = {word: i for i, word in enumerate(words)}
    columns = {word: i for i, word in enumerate(words[:CONTEXTS])}
    pairs: Counter[tuple[int, int]] = Counter()
    for text in texts:
        for i, word in enumerate(text):
            row = rows.get(word)
            if row is None:
                continue
            for k, offset in enumerate(OFFSETS):
                column = columns.get(text[i + offset]) if 0 <= i + offset < len(text) else None
                if column is not None:
                    pairs[row, column * len(OFFSETS) + k] += 1
    # Sums of floats depend on their order, so the pairs are put in one.
    ordered = sorted(pairs)
    values = np.array([pairs[pair] for pair in ordered], float)
    index = np.array(ordered).T
    shape = (len(words), len(columns) * len(OFFSETS))
    by_word = np.bincount(index[0], values, shape[0])
    by_context = np.bincount(index[1], values, shape[1]) ** 0.75
    by_context *= values.sum() / by_context.sum()
    information = np.maximum(np.log(values * values.sum() / (by_word[index[0]] * by_context[index[1]])), 0)
    matrix = sparse.csr_matrix((information, (index[0], index[1])), shape=shape)
    left, strength, _ = svds(matrix, k=min(DIMENSIONS, min(shape) - 1), random_state=SEED)
    vectors = left * np.sqrt(strength)
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-12))
