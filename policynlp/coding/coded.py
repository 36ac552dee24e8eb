"""What coders get and give: a statement in its context, and what is said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policynlp.evaluation.gold import GoldEntity, GoldStatement

__all__ = ["Coded", "Sample", "Unit", "make_unit", "plain"]

SHA_DIGITS = 16  # enough that no two reports of a study meet
IDENTIFIER = re.compile(rf"([0-9a-f]{{{SHA_DIGITS}}})\.(\d{{1,9}})-(\d{{1,9}})")
# XML and worksheets hold none of these, and programs that read text files change the others.
CHANGED = re.compile("^\ufeff|\r(\n)?|[\x00-\x08\x0b\x0c\x0e-\x1f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement that coders judge.

    `sha` begins the sha256 of its report's file; `start:end` is its place in the report's text; `section`, `before` and `after`
    are the headings over it and its neighbours, for the eye only.
    """

    file: str
    sha: str
    start: int
    end: int
    text: str
    section: str = field(default="", compare=False)
    before: str = field(default="", compare=False)
    after: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """The report's sha and the place, so that labels of another text are noticed."""
        return f"{self.sha}.{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Coded:
    """What is said of a statement; `kind` is "" where nobody has coded it. Offsets of entities index the report's text."""

    unit: Unit
    kind: str = ""
    subtype: str = ""
    instruments: tuple[str, ...] = ()
    status: str = ""
    entities: tuple[GoldEntity, ...] = ()
    note: str = ""

    def to_gold(self) -> GoldStatement:
        """Give it as a statement of a corpus."""
        return GoldStatement(
            file=self.unit.file,
            start=self.unit.start,
            end=self.unit.end,
            text=self.unit.text,
            role="body",
            kind=self.kind,
            subtype=self.subtype,
            alternatives=(),
            instruments=self.instruments,
            status=self.status,
            entities=self.entities,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """Statements drawn for coders, the texts of their reports by `Unit.sha`, and how they were drawn."""

    coded: tuple[Coded, ...]
    texts: dict[str, str]
    about: dict[str, str] = field(default_factory=dict)


def make_unit(identifier: str, file: str, text: str) -> Unit:
    """Make a unit of what a coder's file holds.

    Raises:
        ValueError: the id is none, or the text has another length than the id says.
    """
    match = IDENTIFIER.fullmatch(identifier.strip())
    if not match:
        raise ValueError(f"«{identifier[:60]}» is no id of a statement")
    unit = Unit(file, match[1], int(match[2]), int(match[3]), text)
    if len(text) != unit.end - unit.start:
        raise ValueError(f"the text is not the one that {identifier} stands for")
    return unit


def plain(text: str) -> str:
    r"""Replace what files of other programs would change or lose, one character by one: offsets stay.

    Example:
        >>> plain("设立\r\n基金\x00")
        '设立 \n基金�'
    """
    return CHANGED.sub(substitute, text)


def substitute(match: re.Match[str]) -> str:
    found = match[0]
    if found == "\r\n":
        return " \n"
    return {"\r": "\n", "\ufeff": " ", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}.get(found, "\ufffd")
