"""Loads the codebook that travels with the package, and knows what the codes of other codebooks are called."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from policynlp.codebook.values import Action, Codebook, EntityType, Head, Label, Own
from policynlp.errors import CodebookError
from policynlp.resources import data_path
from policynlp.schema import Analysis

__all__ = ["CLASSES", "codebook_of", "extend_shipped", "load_codebook", "name_labels", "shipped_codebook", "tables_hash"]

CLASSES = ("GOAL", "MEASURE", "INSTITUTION", "OTHER")
_extended: dict[str, Codebook] = {}  # by the hash of what was added
_labelled: list[Codebook] = []  # the shipped codebook with the labels of all others


def load_codebook() -> Codebook:
    """Load the codebook that travels with the package.

    Its types, classes and instruments include those of the codebooks that were read in this process, so that every output can
    name them. Nothing else of those is in it: reports are analysed by it as they would be without them.

    Raises:
        CodebookError: a file is not valid TOML, lacks a table or contradicts another.

    Example:
        >>> load_codebook().types["FUND"].label.zh
        '基金'
    """
    return _labelled[0] if _labelled else shipped_codebook()


def codebook_of(analyses: Iterable[Analysis]) -> Codebook:
    """Give the codebook whose labels an output of these analyses lists: the shipped ones, and of others those in use.

    What else was read in this process is not in it, so that the same analyses give the same output.
    """
    shipped, named = shipped_codebook(), load_codebook()
    used: set[str] = set()
    for analysis in analyses:
        used.update(entity.kind for entity in analysis.entities)
        for statement in analysis.statements:
            used.update((statement.kind, *statement.instruments))
    return replace(
        shipped,
        types={code: kind for code, kind in named.types.items() if code in shipped.types or code in used},
        classes={code: label for code, label in named.classes.items() if code in shipped.classes or code in used},
        instruments={code: label for code, label in named.instruments.items() if code in shipped.instruments or code in used},
    )


def name_labels(
    *,
    types: Mapping[str, EntityType] | None = None,
    classes: Mapping[str, Label] | None = None,
    instruments: Mapping[str, Label] | None = None,
) -> None:
    """Let outputs know what codes are called; a code that had a name before gets the new one."""
    before = load_codebook()
    named: dict[str, Any] = {
        "types": dict(sorted((before.types | dict(types or {})).items(), key=lambda item: item[1].tier)),
        "classes": before.classes | dict(classes or {}),
        "instruments": before.instruments | dict(instruments or {}),
    }
    if any(getattr(before, name) != labels for name, labels in named.items()):  # what is remembered by codebook stays of use
        _labelled[:] = [replace(before, **named)]


def extend_shipped(own: Own) -> Codebook:
    """Give the shipped codebook with what `own` adds, the same object for the same content."""
    if own.sha256 not in _extended:
        _extended[own.sha256] = shipped_codebook().extended(own)
    name_labels(types=own.types, classes=own.classes, instruments=own.instruments)
    return _extended[own.sha256]


@cache
def shipped_codebook() -> Codebook:
    """Load the codebook that travels with the package, as it is."""
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
