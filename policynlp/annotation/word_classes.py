"""Classes of words that occur in like company, learnt from unlabelled reports: 农民工 with 高校毕业生, 实验室 with 研究院."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from policynlp.annotation.weights import load_weights
from policynlp.errors import ModelError
from policynlp.resources import models_path

__all__ = ["load_word_classes", "read_word_classes"]


@cache
def load_word_classes() -> dict[str, str]:
    """Load the shipped word classes: word -> number of its class.

    Raises:
        ModelError: the model is missing or damaged.
    """
    return read_word_classes(models_path("words"))


def read_word_classes(folder: Path) -> dict[str, str]:
    """Read word classes from their folder."""
    arrays, terms = load_weights(folder, {"classes"}, {"words"})
    classes = arrays["classes"]
    if classes.shape != (len(terms["words"]),):
        raise ModelError(folder, "the classes do not fit the words", "install the package again or train the model")
    return {word: str(number) for word, number in zip(terms["words"], classes.tolist(), strict=True)}
