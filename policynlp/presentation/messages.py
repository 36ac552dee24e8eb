"""What users read, in Chinese or English."""

from __future__ import annotations

import tomllib
from functools import cache

from policynlp.resources import data_path

__all__ = ["LANGUAGES", "check_language", "message", "messages"]

LANGUAGES = ("zh", "en")


@cache
def table() -> dict[str, dict[str, dict[str, str]]]:
    loaded: dict[str, dict[str, dict[str, str]]] = tomllib.loads(data_path("messages.toml").read_text("utf-8"))
    return loaded


def check_language(lang: str) -> None:
    """Raise ValueError unless `lang` is zh or en."""
    if lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}; it must be one of {', '.join(LANGUAGES)}")


def message(group: str, key: str, lang: str, **values: object) -> str:
    """Give a message in `lang`, its placeholders filled.

    Example:
        >>> message("page", "graph", "zh")
        '图谱'
    """
    return table()[group][key][lang].format(**values)


def messages(group: str, lang: str) -> dict[str, str]:
    """Give all messages of a group in `lang`, placeholders as they are."""
    return {key: row[lang] for key, row in table()[group].items()}
