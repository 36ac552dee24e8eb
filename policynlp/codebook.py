"""Loads and checks the codebook: entity types with head nouns, terms, aliases, classes, cues, instruments.

The codebook is data (`policynlp/data/codebook/*.toml`); the annotation guidelines behind it are described in the documentation.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from policynlp.errors import CodebookError
from policynlp.resources import data_path

__all__ = ["Action", "Codebook", "EntityType", "Head", "Label", "load_codebook", "tables_hash"]

CLASSES = ("GOAL", "MEASURE", "INSTITUTION", "OTHER")


@dataclass(frozen=True, slots=True)
class Label:
    """What a code is called, and its colour in figures."""

    zh: str
    en: str
    colour: str = "#666666"

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


@dataclass(frozen=True, eq=False)  # known by identity, so that results can be remembered by codebook
class Codebook:
    """The codebook as loaded.

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

    def head_of(self, name: str) -> Head | None:
        """Give the longest head noun at the end of a name.

        Example:
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


@cache
def load_codebook() -> Codebook:
    """Load the codebook that travels with the package.

    Raises:
        CodebookError: a file is not valid TOML, lacks a table or contradicts another.

    Example:
        >>> load_codebook().types["FUND"].label.zh
        '基金'
    """
    tables = {
        name: read_table(data_path("codebook", f"{name}.toml"))
        for name in ("types", "terms", "verbs", "aliases", "classes", "instruments", "actions")
    }
    path = data_path("codebook", "types.toml")
    types: dict[str, EntityType] = {}
    heads: dict[str, Head] = {}
    for code, row in tables["types"].items():
        subtypes = {k: Label(v["zh"], v["en"]) for k, v in row["subtypes"].items()}
        types[code] = EntityType(code, Label(row["zh"], row["en"], row["colour"]), row["tier"], subtypes)
        for subtype, words in row["heads"].items():
            for word in words:
                if word in heads:
                    raise CodebookError(path, f"the head «{word}» belongs to {heads[word].kind} and {code}", "keep it in one place")
                heads[word] = Head(word, code, subtype)
    terms = dict.fromkeys(tables["terms"]["edges"]["words"], "")
    terms |= {word: kind for kind, words in tables["terms"]["entities"].items() for word in words}
    aliases = tables["aliases"]
    classes = tables["classes"]
    return Codebook(
        types=types,
        heads=heads,
        terms=terms,
        brands=frozenset(tables["terms"]["brands"]["words"]),
        bare=frozenset(tables["terms"]["bare"]["words"]),
        acts=frozenset(tables["verbs"]["acts"]),
        either=frozenset(tables["verbs"]["either"]) - frozenset(tables["verbs"]["acts"]),
        variants={(v["type"], s): v["canonical"] for v in aliases["variant"] for s in v["surfaces"]},
        self_places=frozenset(aliases["self"]["place"]),
        self_offices=frozenset(aliases["self"]["office"]),
        classes={code: Label(**classes["class"][code]) for code in CLASSES},
        subtypes={code: Label(**row) for code, row in classes["subtype"].items()},
        instruments={code: Label(**row) for code, row in tables["instruments"]["instrument"].items()},
        families={code: Label(**row) for code, row in tables["instruments"]["family"].items()},
        instrument_cues=tables["instruments"]["cues"],
        actions={code: Action(Label(row["zh"], row["en"]), tuple(row["verbs"])) for code, row in tables["actions"].items()},
        rules=classes,
        sha256=tables_hash(),
    )


def read_table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CodebookError(path, f"cannot be read ({error})", "mend the file or install the package again") from error


def tables_hash(*names: str) -> str:
    """Give the sha256 of some tables of the shipped codebook, such as terms and verbs; of all without names."""
    digest = hashlib.sha256()
    for path in sorted(data_path("codebook").glob("*.toml")):
        if not names or path.stem in names:
            # Line ends differ between systems after a checkout; the codebook does not.
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
