"""What a codebook holds, and how a researcher's own lies over the shipped one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

__all__ = ["Action", "Codebook", "EntityType", "Head", "Label", "Own"]

GREY = "#666666"


@dataclass(frozen=True, slots=True)
class Label:
    """What a code is called, and its colour in figures."""

    zh: str
    en: str
    colour: str = GREY

    def name(self, lang: str) -> str:
        """Give the name in `lang`, zh or en."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Head:
    """A head noun with the type and subtype that it decides."""

    text: str
    kind: str
    subtype: str


@dataclass(frozen=True, slots=True)
class EntityType:
    """An entity type: its label, its tier (1 core, 2 around it, 3 target groups) and its subtypes."""

    code: str
    label: Label
    tier: int
    subtypes: dict[str, Label]


@dataclass(frozen=True, slots=True)
class Action:
    """What a statement can do to an entity: its label and its verbs."""

    label: Label
    verbs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Own:
    """What a researcher's own file adds to the shipped codebook; what it only repeats is not here.

    Attributes:
        path: the file.
        sha256: of what the file says: byte-order mark, line ends and the order of its tables make no difference.
        types: new types, and shipped ones with new subtypes.
        heads: head noun -> `Head`.
        terms: name that is never cut -> its type, or "" where it only fixes token edges.
        variants: (type, spelling) -> canonical spelling.
        negatives: words in which nothing is an entity -> the types that this is said of; none: of all.
        classes: new classes.
        instruments: new instruments.
        cues: class -> name -> regular expression.
        instrument_cues: instrument -> regular expression.
        rules: rows that decide a class, tried before the shipped ones.
        notes: what the file says that has no effect, in words.
    """

    path: str
    sha256: str
    types: Mapping[str, EntityType] = field(default_factory=dict)
    heads: Mapping[str, Head] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[tuple[str, str], str] = field(default_factory=dict)
    negatives: Mapping[str, frozenset[str]] = field(default_factory=dict)
    classes: Mapping[str, Label] = field(default_factory=dict)
    instruments: Mapping[str, Label] = field(default_factory=dict)
    cues: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    instrument_cues: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)  # known by identity, so that results can be remembered by codebook
class Codebook:
    """A codebook as loaded.

    Attributes:
        types: entity types in order of tier.
        heads: head noun -> `Head`.
        terms: lexicalised name -> entity type, or "" where it only fixes token edges.
        brands: city brands (药都), PLACE/brand.
        bare: head nouns that are no entity by themselves.
        acts: verbs and adverbs that are never inside a name.
        either: words that govern a name as often as they stand in one.
        variants: (type, spelling) -> canonical spelling (A4).
        self_places, self_offices: how a report names its own zone and offices (A3).
        classes: GOAL, MEASURE, INSTITUTION, OTHER with label and subtypes.
        instruments: instrument code -> label; the family is the letter before the hyphen.
        families: family letter -> label.
        instrument_cues: instrument code -> regular expression.
        actions: relation -> label and the verbs that state it (R4).
        rules: the classification tables (`classes.toml`), as read.
        sha256: hash of the files, printed in every output.
        own: what a researcher's own file adds; None in the shipped codebook.
        base: the codebook that `own` was added to.
    """

    types: dict[str, EntityType]
    heads: dict[str, Head]
    terms: dict[str, str]
    brands: frozenset[str]
    bare: frozenset[str]
    acts: frozenset[str]
    either: frozenset[str]
    variants: dict[tuple[str, str], str]
    self_places: frozenset[str]
    self_offices: frozenset[str]
    classes: dict[str, Label]
    subtypes: dict[str, Label]
    instruments: dict[str, Label]
    families: dict[str, Label]
    instrument_cues: dict[str, str]
    actions: dict[str, Action]
    rules: dict[str, Any]
    sha256: str
    own: Own | None = None
    base: Codebook | None = None

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        # Workers rebuild it from what was added, once a process: the files may have changed since.
        from policynlp.codebook.shipped import extend_shipped, shipped_codebook

        return (shipped_codebook, ()) if self.own is None else (extend_shipped, (self.own,))

    def extended(self, own: Own) -> Codebook:
        """Give this codebook with what `own` adds; where both speak of a word, `own` is right.

        Example:
            >>> from policynlp.codebook import load_codebook
            >>> own = Own("mine.toml", "0" * 64, terms={"英才计划": "PROGRAM"})
            >>> load_codebook().extended(own).terms["英才计划"]
            'PROGRAM'
        """
        shipped_cues = self.rules["cues"]
        cues = {kind: {**shipped_cues.get(kind, {}), **own.cues.get(kind, {})} for kind in (shipped_cues | dict(own.cues))}
        return replace(
            self,
            types=dict(sorted((self.types | dict(own.types)).items(), key=lambda item: item[1].tier)),
            heads=self.heads | dict(own.heads),
            terms=self.terms | dict(own.terms),
            variants=self.variants | dict(own.variants),
            classes=self.classes | dict(own.classes),
            instruments=self.instruments | dict(own.instruments),
            instrument_cues=self.instrument_cues | dict(own.instrument_cues),
            rules=self.rules | {"cues": cues, "rule": [*own.rules, *self.rules["rule"]]},
            sha256=hashlib.sha256(f"{self.sha256}{own.sha256}".encode()).hexdigest(),
            own=own,
            base=self,
        )

    @cached_property
    def for_models(self) -> Codebook:
        """The codebook as the models can read it: head nouns and terms of types that they were not trained for left out.

        A word whose head noun is hers keeps what the shipped codebook says of it, so that the models see it as ever.
        """
        if self.own is None or self.base is None:
            return self
        known = {(head.kind, head.subtype) for head in self.base.heads.values()}
        heads = {word: head for word, head in self.own.heads.items() if (head.kind, head.subtype) in known}
        terms = {term: kind for term, kind in self.own.terms.items() if kind in self.base.types}
        return replace(self.base, heads=self.base.heads | heads, terms=self.base.terms | terms)

    def head_of(self, name: str) -> Head | None:
        """Give the longest head noun at the end of a name.

        Example:
            >>> from policynlp.codebook import load_codebook
            >>> load_codebook().head_of("科技融资担保公司")
            Head(text='担保公司', kind='ORG', subtype='fin')
        """
        for start in range(max(0, len(name) - self.longest_head), len(name)):
            if head := self.heads.get(name[start:]):
                return head
        return None

    @cached_property
    def longest_head(self) -> int:
        """The number of characters of the longest head noun."""
        return max(map(len, self.heads))
