"""Classes of words that occur in like company, learnt from unlabelled reports: 农民工 with 高校毕业生, 实验室 with 研究院."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from policynlp.annotation.weights import load_weights, model_hash
from policynlp.errors import ModelError
from policynlp.resources import models_path

__all__ = ["WordClasses", "check_word_classes", "load_word_classes", "read_word_classes"]


class WordClasses(dict[str, str]):
    """Word -> number of its class; `sha256` is the hash of the model folder they come from."""

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
    arrays, terms = load_weights(folder, {"classes"}, {"words"})
    numbers = arrays["classes"]
    if numbers.shape != (len(terms["words"]),):
        raise ModelError(folder, "the classes do not fit the words", "install the package again or train the model")
    classes = WordClasses(zip(terms["words"], map(str, numbers.tolist()), strict=True))
    classes.sha256 = model_hash(folder)
    return classes


def check_word_classes(folder: Path, trained_with: str, classes: WordClasses) -> None:
    """Raise ModelError where a model was trained with other word classes: its features would mean something else."""
    if trained_with != classes.sha256:
        raise ModelError(folder, "the model was trained with other word classes", "train all models together with policynlp train")
