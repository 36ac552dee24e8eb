"""Loads the shipped lists of words: those that say nothing, and how common the others are."""

from __future__ import annotations

from functools import cache

from policynlp.resources import data_path

__all__ = ["load_background", "load_stopwords"]


@cache
def load_stopwords() -> frozenset[str]:
    """Load the shipped list of words that say nothing of what a report is about.

    Example:
        >>> "进一步" in load_stopwords(), "制药" in load_stopwords()
        (True, False)
    """
    lines = data_path("stopwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def load_background() -> tuple[int, dict[str, int]]:
    """Load the shipped background: how many texts it counts, and for each word how many of them hold it.

    A word of a single text is not in the table. `policynlp/data/make_background.py` made it, and makes another of your own texts.

    Example:
        >>> texts, frequencies = load_background()
        >>> frequencies["建设"] == texts, frequencies["制药"] < texts / 4
        (True, True)
    """
    rows = [line.split("\t") for line in data_path("background.tsv").read_text("utf-8").splitlines()]
    return int(rows[0][1]), {word: int(number) for word, number in rows[1:]}
