"""The error tree: each error names the place, the problem and the remedy."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CodebookError", "ModelError", "PolicyNLPError", "ReportError", "StoreError"]


class PolicyNLPError(Exception):
    """The root of every error that policynlp raises on its own account.

    The message reads «where: what. What to do.»

    Args:
        path: the file or folder concerned.
        problem: what is wrong with it, one clause without a full stop.
        remedy: what the user can do about it, one clause without a full stop.

    Example:
        >>> print(ReportError("a.txt", "the file is empty", "choose a file with text"))
        a.txt: the file is empty. Choose a file with text.
    """

    def __init__(self, path: str | Path, problem: str, remedy: str) -> None:
        self.path = str(path)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{self.path}: {problem}. {remedy[:1].upper()}{remedy[1:]}.")

    def __reduce__(self) -> tuple[type[PolicyNLPError], tuple[str, str, str]]:
        # An exception with three arguments must say how it crosses a process border.
        return type(self), (self.path, self.problem, self.remedy)


class ReportError(PolicyNLPError):
    """A report that cannot be read."""


class CodebookError(PolicyNLPError):
    """A codebook file that is malformed or contradicts itself."""


class ModelError(PolicyNLPError):
    """A model that is missing, damaged or made for other code."""


class StoreError(PolicyNLPError):
    """An output folder or store that cannot be written or read."""
