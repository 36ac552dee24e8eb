"""Every value that crosses a module: frozen, slotted dataclasses.

Offsets are Python str indices into `Report.text`, the text exactly as read: `text[x.start:x.end] == x.text`.
`kind` is the name of the label everywhere: the class of a statement, the type of an entity or relation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from dataclasses import fields as fields_of
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Analysis",
    "Duplicate",
    "Entity",
    "Fact",
    "Formula",
    "FormulaPart",
    "Furniture",
    "Indicator",
    "Provenance",
    "Relation",
    "Report",
    "Section",
    "Statement",
    "maker",
]

Fields = ParamSpec("Fields")
Record = TypeVar("Record")


def maker(record: Callable[Fields, Record]) -> Callable[Fields, Record]:
    """Give a function that makes instances of a class of this module, faster than the class does.

    A frozen class sets every field by a call of its own. Here a twin of the class that is not frozen, with the same slots, sets
    them all at once and then becomes the class. Fields given in order take a quarter of the time, by name half of it.

    Args:
        record: a frozen, slotted dataclass whose fields have no `default_factory`.

    Example:
        >>> make_section = maker(Section)
        >>> make_section(1, "一、", "目标", 0, 4, ()) == Section(1, "一、", "目标", 0, 4, ())
        True
    """
    kind = cast("type[Any]", record)
    twin = make_dataclass(kind.__name__, [(f.name, f.type, field(default=f.default)) for f in fields_of(kind)], slots=True)

    def make(*args: Any, **named: Any) -> Any:
        made = twin(*args, **named)
        made.__class__ = kind
        return made

    return cast("Callable[Fields, Record]", make)


@dataclass(frozen=True, slots=True)
class Furniture:
    """A line of the page rather than of the report: title, date, source, menu, print link.

    `kind` is `title` or `boilerplate`; `rule` names the pattern that recognised it.
    """

    kind: str
    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A block of lines that stands twice.

    `start:end` is the first copy, on which offsets are reported; `copy_start:copy_end` is the later one, whose place
    decides the reading order (codebook S3). `similarity` is 1 for a second copy and less for a near-duplicate, of which
    both are read.
    """

    start: int
    end: int
    copy_start: int
    copy_end: int
    lines: int
    similarity: float = 1.0

    @property
    def shift(self) -> int:
        """What to subtract from an offset in the later copy to reach the first."""
        return self.copy_start - self.start


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of metadata and where it was read.

    `origin` is `text`, `file name`, `manifest`, or what another value implies (`zone`, `published`); `start:end` is the
    place in the text and 0:0 for every other origin.
    """

    field: str
    value: str
    origin: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """One report as read: the raw text, and what was learnt of it without changing it.

    `issuer`, `number` and `genre` are the issuing body, the document's number and its genre (工作总结); `facts` says where
    each piece of metadata was read; `extra` holds a manifest's own columns.
    `format` names the reader (text, html, docx, …). `replaced` counts the characters U+FFFD that stand for bytes that could not be
    read; `replaced_at` holds the offsets of the first hundred. `omitted` holds the first hundred lines of the file that are not in
    `text`: menus of a web page, running heads and page numbers of a PDF.
    """

    id: str
    text: str
    path: str = ""
    sha256: str = ""
    encoding: str = ""
    replaced: int = 0
    title: str = ""
    zone: str = ""
    region: str = ""
    year: int | None = None
    source: str = ""
    published: date | None = None
    furniture: tuple[Furniture, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    issuer: str = ""
    number: str = ""
    genre: str = ""
    facts: tuple[Fact, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    format: str = ""
    replaced_at: tuple[int, ...] = ()
    omitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its place in the outline; `path` holds the enclosing headings, outermost first."""

    level: int
    marker: str
    title: str
    start: int
    end: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The coding unit: a sentence, a heading, or one item of 一是…二是… (codebook section 1).

    `role` is title, boilerplate, heading, runin_heading or body; `kind` is GOAL, MEASURE, INSTITUTION or OTHER.
    `section` is the path of the enclosing headings. `cues` are what decided the class, readable in Chinese.
    `instruments` holds policy instrument codes, the primary one first; it is empty unless `kind` is MEASURE.
    `copies` are the later places where the same statement stands again.
    """

    id: str
    role: str
    start: int
    end: int
    text: str
    marker: str = ""
    section: tuple[str, ...] = ()
    paragraph: int = 0
    kind: str = ""
    score: float = 0.0
    cues: tuple[str, ...] = ()
    rule: str = ""
    subtype: str = ""
    instruments: tuple[str, ...] = ()
    status: str = "unmarked"
    uncertain: bool = False
    copies: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention of an entity.

    `name` is the canonical form; `members` the expansions of a headless coordination (国家、省技术中心) and else empty.
    `statement` is the id of the statement it stands in; `nested` is true inside a longer entity; `zone` is true where
    the report speaks of its own zone; `group` numbers the enumeration it belongs to within its statement (0: none).
    """

    kind: str
    name: str
    text: str
    start: int
    end: int
    statement: str
    rule: str
    score: float = 1.0
    subtype: str = ""
    named: bool = False
    nested: bool = False
    zone: bool = False
    group: int = 0
    members: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The graph nodes this mention stands for: its members, or its canonical name."""
        return self.members or (self.name,)


@dataclass(frozen=True, slots=True)
class FormulaPart:
    """One slot of a formula: `declared` is the number promised, `members` the canonical names found for it."""

    key: str
    declared: int | None
    members: tuple[str, ...]
    surfaces: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A numeric package such as “1+6”科技金融服务体系 or 七个主导产业 and the members the text names for it.

    `complete` is True where every declared count is met, False where one is not, None where the text expands nothing.
    """

    expression: str
    whole: str
    start: int
    end: int
    statement: str
    parts: tuple[FormulaPart, ...] = ()
    complete: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A typed relation between two canonical names, with the statement that says so.

    Where `kind` is an action (ESTABLISH, SUPPORT, …), `head` is the actor, ZONE (the body that speaks) or GUIDED_ACTOR, and
    `verb` the word that says it.
    """

    kind: str
    head: str
    tail: str
    statement: str
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quantified target or result: 到2025年，研发投入强度达到3.5%.

    Attributes:
        name: canonical, such as 地区生产总值 for GDP, so that years and zones can be compared.
        text: the number with its unit as written; `start:end` is its place.
        value: in `unit`; the lower end of a range; None where the text gives no number (两位数增长).
        high: the upper end of a range, else None.
        unit: 亿元, 万元, 元, 万平方米, %, 百分点, 倍, 位 (of ranks), 家, 个, 人 …; 万 and 亿 before a counted thing are multiplied out.
        comparator: what the number is: reach (a level), exceed (a level that is surpassed), grow, fall (a change), add (what
            comes new or is done within the period), rank.
        bound: at_least (以上, 不低于, 超, 余), at_most (以内, 不超过, 降至), about (左右, 约, 近) or "".
        baseline: the value before, in 由2.1%提高到3.4%.
        base_year: the year compared with, where the text names one (比2020年, 较上年).
        deadline: the year that the value is of: the year by which it is promised or in which it was reached; None where neither
            the statement nor its heading names one.
        status: done, planned or unmarked.
        statement: the id of its statement.
        name_start, name_end: where the name stands; equal where it is taken from a clause before.
    """

    name: str
    text: str
    value: float | None
    unit: str
    comparator: str
    status: str
    statement: str
    start: int
    end: int
    high: float | None = None
    bound: str = ""
    baseline: float | None = None
    base_year: int | None = None
    deadline: int | None = None
    name_start: int = 0
    name_end: int = 0


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an analysis, so that it can be made again.

    `models` maps a model's name to the sha256 of its weights.
    """

    version: str
    codebook: str
    models: tuple[tuple[str, str], ...]
    report: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What policynlp knows of one report.

    Statements come in reading order; entities in the order of their statements, outer before inner.

    Example:
        >>> import policynlp
        >>> analysis = policynlp.analyze("设立1亿元种子基金，支持科技型中小企业发展。")
        >>> [(e.kind, e.name) for e in analysis.entities]
        [('FUND', '种子基金'), ('TARGET', '科技型中小企业')]
    """

    report: Report
    sections: tuple[Section, ...]
    statements: tuple[Statement, ...]
    entities: tuple[Entity, ...]
    formulas: tuple[Formula, ...]
    relations: tuple[Relation, ...]
    provenance: Provenance
    _index: dict[str, Statement] = field(default_factory=dict, repr=False, compare=False)

    def statement(self, identifier: str) -> Statement:
        """Give the statement with this id.

        Raises:
            KeyError: no statement has the id; ids are those of `statements`.
        """
        if not self._index:
            self._index.update((s.id, s) for s in self.statements)
        return self._index[identifier]

    def explain(self, statement: Statement | str, *, codebook: Any = None, models: Any = None) -> Any:
        """Say why a statement, or the one with this id, is read as it is: an `annotation.explanations.Explanation`.

        Args:
            statement: of this analysis, or its id.
            codebook: what `analyze` was given.
            models: what `analyze` was given.

        Example:
            >>> import policynlp
            >>> decision = policynlp.analyze("完善考核办法。").explain("s0001").decisions[0]
            >>> decision.decided, decision.rule.id, decision.rule.text
            ('INSTITUTION', 'C8', '完善考核办法')
        """
        return import_module("policynlp.annotation.explanations").explain(self, statement, codebook=codebook, models=models)

    def _repr_html_(self) -> str:
        """Show the page in a notebook; only there is what draws loaded."""
        shown: str = import_module("policynlp.presentation.notebook").show_analysis(self)
        return shown

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Give the results as tables: statements, entities, formulas, relations, sections, furniture, duplicates, facts and report.

        Returns:
            One DataFrame a table; a column for each field, the report's id first; tuples joined by «|». Relations also hold
            the class, instruments and status of their statement; `report` is one row about the file: format, encoding, what was
            replaced and omitted, metadata.

        Example:
            >>> import policynlp
            >>> frames = policynlp.analyze("培育壮大氢能产业。").to_frames()
            >>> frames["statements"][["id", "kind"]].values.tolist()
            [['s0001', 'GOAL']]
        """
        import pandas as pd

        tables: dict[str, tuple[Any, tuple[Any, ...]]] = {
            "statements": (Statement, self.statements),
            "entities": (Entity, self.entities),
            "formulas": (Formula, self.formulas),
            "relations": (Relation, self.relations),
            "sections": (Section, self.sections),
            "furniture": (Furniture, self.report.furniture),
            "duplicates": (Duplicate, self.report.duplicates),
            "facts": (Fact, self.report.facts),
        }
        frames = {
            name: pd.DataFrame(
                [[self.report.id, *(cell(getattr(row, f)) for f in row_type.__dataclass_fields__)] for row in rows],
                columns=["report", *row_type.__dataclass_fields__],
            )
            for name, (row_type, rows) in tables.items()
        }
        said = [self.statement(relation.statement) for relation in self.relations]
        frames["relations"]["statement_kind"] = pd.Series([s.kind for s in said], dtype=object)
        frames["relations"]["instruments"] = pd.Series(["|".join(s.instruments) for s in said], dtype=object)
        frames["relations"]["status"] = pd.Series([s.status for s in said], dtype=object)
        elsewhere = {"id", "text", "path", "furniture", "duplicates", "facts", "extra"}
        kept = [name for name in Report.__dataclass_fields__ if name not in elsewhere]
        about = {"report": self.report.id, **{name: cell(getattr(self.report, name)) for name in kept}}
        about |= {heading: value for heading, value in self.report.extra if heading not in about}
        frames["report"] = pd.DataFrame([about])
        return frames


def cell(value: object) -> object:
    """Flatten a field for a table cell."""
    if isinstance(value, FormulaPart):
        return f"{value.key}={'、'.join(value.members)}"
    if isinstance(value, tuple):
        return "|".join(f"{v[0]}-{v[1]}" if isinstance(v, tuple) else str(cell(v)) for v in value)
    return value
