"""Where the files that travel with the package are: package data, corpora and models.

In the repository `corpora/` and `models/` stand beside `policynlp/`; in a wheel they are inside it. This module alone
knows the difference.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["corpora_path", "data_path", "models_path"]

PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """Give the path of a file in `policynlp/data`.

    Example:
        >>> data_path("codebook", "types.toml").name
        'types.toml'
    """
    return PACKAGE.joinpath("data", *parts)


def corpora_path(*parts: str) -> Path:
    """Give the path of a file under `corpora/`, in a wheel or in the repository.

    Example:
        >>> corpora_path("reports", "benxi-2014.txt").is_file()
        True
    """
    return shipped("corpora").joinpath(*parts)


def models_path(*parts: str) -> Path:
    """Give the path of a file under `models/`, in a wheel or in the repository."""
    return shipped("models").joinpath(*parts)


def shipped(folder: str) -> Path:
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder
