"""Classes of words that occur in like company, learnt from unlabelled reports: 农民工 with 高校毕业生, 实验室 with 研究院."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policynlp.annotation.weights import load_weights, model_hash
from policynlp.errors import ModelError
from policynlp.resources import models_path

__all__ = ["WordClasses", "check_word_classes", "load_word_classes", "read_word_classes"]


LEVELS = ("classes", "coarse", "fine")


@dataclass(frozen=True)
class WordClasses:
    """Three divisions of the words, each a mapping of a word to the number of its class.

    Attributes:
        levels: the middle, the coarse and the fine division.
        sha256: the hash of the model folder they come from.
    """

    levels: tuple[dict[str, str], ...] = ({}, {}, {})
    sha256: str = ""


@cache
def load_word_classes() -> WordClasses:
    """Load the shipped word classes, once a process.

    Raises:
        ModelError: the model is missing or damaged.
    """
    return read_word_classes(models_path("words"))


def read_word_classes(folder: Path) -> WordClasses:
    """Read word classes from their folder."""
    arrays, terms = load_weights(folder, set(LEVELS), {"words"})
    words = terms["words"]
    if any(arrays[level].shape != (len(words),) for level in LEVELS):
        raise ModelError(folder, "the classes do not fit the words", "install the package again or train the model")
    levels = tuple({w: str(n) for w, n in zip(words, arrays[level].tolist(), strict=True) if n >= 0} for level in LEVELS)
    return WordClasses(levels, model_hash(folder))


def check_word_classes(folder: Path, trained_with: str, classes: WordClasses) -> None:
    """Raise ModelError where a model was trained with other word classes: its features would mean something else."""
    if trained_with != classes.sha256:
        raise ModelError(folder, "the model was trained with other word classes", "train all models together with policynlp train")
