"""Collects what a researcher's codebook says, checks each piece where it stands, and keeps every fault."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from policynlp.codebook.expressions import fault_of
from policynlp.codebook.shipped import shipped_codebook
from policynlp.codebook.values import EntityType, Head, Label, Own
from policynlp.errors import CodebookError, ReportError
from policynlp.reading.scripts import simplify_if_traditional

__all__ = ["Draft", "closest"]

CODE = re.compile(r"[\w-]{1,40}")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SHORTEST, LONGEST = 2, 60  # characters of a term
# For new types and classes without a colour: they differ from those of the shipped codebook.
COLOURS = ("#aa3377", "#17a2b8", "#7f6000", "#5254a3", "#66a61e", "#e7298a")


class Draft:
    """An `Own` in the making; every method takes the place that an error names.

    Args:
        path: of the file, for `Own` and for errors.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.shipped = shipped_codebook()
        self.faults: list[CodebookError] = []
        self.notes: list[str] = []
        self.repeated = 0
        self.types: dict[str, EntityType] = {}
        self.heads: dict[str, Head] = {}
        self.terms: dict[str, str] = {}
        self.variants: dict[tuple[str, str], str] = {}
        self.negatives: dict[str, frozenset[str]] = {}
        self.classes: dict[str, Label] = {}
        self.instruments: dict[str, Label] = {}
        self.cues: dict[str, dict[str, str]] = {}
        self.instrument_cues: dict[str, str] = {}
        self.rules: list[dict[str, Any]] = []
        self.said: dict[tuple[str, str], str] = {}  # what was said of a word, and where

    def fault(self, place: str, problem: str, remedy: str) -> None:
        """Note an error; the rest is checked all the same."""
        self.faults.append(CodebookError(place, problem, remedy))

    def all_types(self) -> dict[str, EntityType]:
        """Give the shipped types and hers."""
        return self.shipped.types | self.types

    def add_type(self, place: str, code: str, row: Mapping[str, Any]) -> None:
        """Add a type, or names, colour and subtypes of a shipped one."""
        if not self.is_code(place, code):
            return
        before = self.all_types().get(code)
        label = self.label(place, code, row, before.label if before else None, len(self.types))
        rows = row.get("subtypes", {})
        if not isinstance(rows, dict) or not all(isinstance(v, dict) for v in rows.values()):
            remedy = 'write [types.X.subtypes] and below it code = { zh = "…", en = "…" }'
            self.fault(place, "subtypes is no table of tables", remedy)
            rows = {}
        subtypes = {k: Label(str(v.get("zh", k)), str(v.get("en", k))) for k, v in rows.items()}
        tier = row.get("tier", before.tier if before else 1)
        if tier not in (1, 2, 3) or isinstance(tier, bool):
            self.fault(place, f"tier is {tier!r}", "write 1 (core), 2 (around it) or 3 (target groups)")
            tier = 1
        made = EntityType(code, label, tier, (before.subtypes if before else {}) | subtypes)
        if made != self.shipped.types.get(code):
            self.types[code] = made

    def label(self, place: str, code: str, row: Mapping[str, Any], before: Label | None, number: int) -> Label:
        """Read zh, en and colour; what is missing is taken from the code."""
        before = before or Label(code, str(row.get("zh", code)), COLOURS[number % len(COLOURS)])
        colour = row.get("colour", before.colour)
        if not isinstance(colour, str) or not COLOUR.fullmatch(colour):
            self.fault(place, f"colour is {colour!r}", 'write it as "#aa3377"')
            colour = before.colour
        return Label(str(row.get("zh", before.zh)), str(row.get("en", before.en)), colour)

    def is_code(self, place: str, code: str) -> bool:
        """Check a code."""
        if CODE.fullmatch(code):
            return True
        self.fault(place, f"«{code[:40]}» cannot be a code", "use letters, digits, _ and -, at most 40")
        return False

    def word(self, place: str, word: object, what: str, shortest: int = SHORTEST) -> str:
        """Check a word; "" where it cannot be used."""
        if not isinstance(word, str):
            self.fault(place, f"{what} is {word!r}, which is no text", "put it in quotes")
            return ""
        word = self.simplified(place, unicodedata.normalize("NFC", word.strip()))
        if not shortest <= len(word) <= LONGEST:
            self.fault(place, f"{what} «{word[:LONGEST]}» has {len(word)} characters", f"use {shortest} to {LONGEST}")
            return ""
        if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in word):
            self.fault(place, f"{what} «{word!r}» holds a control character", "take it out")
            return ""
        return word

    def simplified(self, place: str, text: str) -> str:
        """Write a word or an expression in the characters that reports are analysed in."""
        try:
            return simplify_if_traditional(text)
        except ReportError as error:  # what converts it is not installed
            self.fault(place, f"«{text[:LONGEST]}» is in traditional characters, and {error.problem}", error.remedy)
            return text

    def once(self, place: str, layer: str, word: str, value: str, shown: str) -> bool:
        """Tell whether this may be said of a word: not what contradicts what was said before."""
        before = self.said.setdefault((layer, word), value)
        if before != value:
            self.fault(place, f"«{word}» is {shown} here and {before or 'without a type'} before", "keep it in one place")
        return before == value

    def add_head(self, place: str, word: object, kind: str, subtype: str) -> None:
        """Add a head noun."""
        text = self.word(place, word, "the head noun", shortest=1)
        if text and self.once(place, "head", text, kind, f"a head noun of {kind}"):
            head = Head(text, kind, subtype)
            if self.shipped.heads.get(text) == head:
                self.repeated += 1
            else:
                self.heads[text] = head

    def add_term(self, place: str, word: object, kind: str, canonical: object = "") -> None:
        """Add a term, with the canonical name where it is but another spelling."""
        text = self.word(place, word, "the term")
        if not text or not self.once(place, "term", text, kind, kind or "without a type"):
            return
        if canonical and self.shipped.variants.get((kind, text)) == canonical:
            self.repeated += 1
            return
        if self.shipped.terms.get(text) == kind:
            self.repeated += 1
        else:
            self.terms[text] = kind
        name = self.word(place, canonical, "the canonical name") if canonical else ""
        if not name or name == text:
            return
        if self.once(place, f"canonical {kind}", text, name, f"another word for {name}"):
            if self.shipped.variants.get((kind, text)) != name:
                self.variants[kind, text] = name
            if name not in self.terms and self.shipped.terms.get(name) != kind:
                self.add_term(place, name, kind)

    def add_negative(self, place: str, word: object, kind: str = "") -> None:
        """Add a word in which nothing is an entity, or nothing of a type."""
        text = self.word(place, word, "the negative term")
        if text:
            before = self.negatives.get(text)
            self.negatives[text] = frozenset() if not kind or before == frozenset() else (before or frozenset()) | {kind}

    def add_class(self, place: str, code: str, row: Mapping[str, Any]) -> None:
        """Add a class, or names and colour of a shipped one."""
        if self.is_code(place, code):
            label = self.label(place, code, row, self.shipped.classes.get(code), len(self.classes))
            if label != self.shipped.classes.get(code):
                self.classes[code] = label

    def add_instrument(self, place: str, code: str, row: Mapping[str, Any]) -> None:
        """Add an instrument, or another name of a shipped one."""
        families = self.shipped.families
        if not self.is_code(place, code) or code[0] not in families or code[1:2] != "-":
            known = ", ".join(f"{letter}- ({label.zh})" for letter, label in families.items())
            self.fault(place, f"the instrument «{code[:40]}» is of no family", f"begin its code with {known}")
            return
        before = self.shipped.instruments.get(code) or Label(code, str(row.get("zh", code)))
        label = Label(str(row.get("zh", before.zh)), str(row.get("en", before.en)), before.colour)
        if label != self.shipped.instruments.get(code):
            self.instruments[code] = label
        cue = row.get("cue", self.shipped.instrument_cues.get(code))
        if cue is None:
            self.fault(place, f"the instrument «{code}» has no cue", 'add cue = "人才公寓|住房补贴", the words that speak of it')
        elif cue != self.shipped.instrument_cues.get(code) and self.is_expression(place, "cue", cue):
            self.instrument_cues[code] = self.simplified(place, cue)

    def add_cue(self, place: str, kind: str, name: str, pattern: object) -> None:
        """Add a cue of a class."""
        known = self.shipped.rules["cues"].get(kind, {})
        if known.get(name) == pattern:
            self.repeated += 1
        elif name in known:
            self.fault(place, f"the shipped codebook has a cue «{name}» already, and the models know it", "choose another name")
        elif self.is_expression(place, f"the cue «{name}»", pattern):
            self.cues.setdefault(kind, {})[name] = self.simplified(place, str(pattern))

    def add_rule(self, place: str, row: Mapping[str, Any]) -> None:
        """Add a rule that decides a class."""
        if dict(row) in self.shipped.rules["rule"]:
            self.repeated += 1
            return
        subtype = row.get("subtype", "")
        if subtype and (not isinstance(subtype, str) or subtype not in self.shipped.subtypes):
            self.fault(place, f"there is no subtype {subtype!r}", f"use one of {', '.join(self.shipped.subtypes)}, or leave it out")
        roles = row.get("role", ["heading", "runin_heading", "body"])
        if not isinstance(roles, list) or not set(map(str, roles)) <= {"heading", "runin_heading", "body"}:
            self.fault(place, f"role is {roles!r}", 'write a list of "heading", "runin_heading", "body", or leave it out')
        sound = [self.is_expression(place, key, row[key]) for key in ("text", "without") if key in row]
        if all(sound):
            texts = {key: self.simplified(place, str(row[key])) for key in row if key != "role"}
            self.rules.append({"id": "own", "cue": texts["text"], "role": roles} | texts)

    def is_expression(self, place: str, what: str, pattern: object) -> bool:
        """Check a regular expression."""
        fault = fault_of(pattern) if isinstance(pattern, str) else (f"{pattern!r} is no text", "put it in quotes")
        if fault:
            self.fault(place, f"{what}: {fault[0]}", fault[1])
        return not fault

    def finish(self) -> Own:
        """Check what only the whole can tell, and give the result.

        Raises:
            CodebookError: the first fault, with the number of further ones.
        """
        for text, kinds in self.negatives.items():
            if text in self.terms and (not kinds or self.terms[text] in kinds):
                self.fault(self.path, f"«{text}» is a term and a negative term", "keep one of the two")
        if self.faults:
            first, more = self.faults[0], len(self.faults) - 1
            remedy = first.remedy + (f" (there are {more} more faults: policynlp codebook check lists them)" if more else "")
            raise CodebookError(first.path, first.problem, remedy)
        if self.repeated:
            self.notes.append(f"{self.repeated} entries repeat the shipped codebook")
        own = Own(
            path=self.path,
            sha256="",
            types=self.types,
            heads=self.heads,
            terms=self.terms,
            variants=self.variants,
            negatives=self.negatives,
            classes=self.classes,
            instruments=self.instruments,
            cues=self.cues,
            instrument_cues=self.instrument_cues,
            rules=tuple(self.rules),
            notes=tuple(self.notes),
        )
        return replace(own, sha256=content_hash(own))


def content_hash(own: Own) -> str:
    """Hash what a codebook says, not how its file writes it."""
    said = {k: v for k, v in asdict(own).items() if k not in ("path", "sha256", "notes")}
    said["variants"] = sorted([kind, text, name] for (kind, text), name in own.variants.items())
    said["negatives"] = {text: sorted(kinds) for text, kinds in own.negatives.items()}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def closest(word: str, known: Collection[str]) -> str:
    """Say what a word may have been meant to be."""
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean «{near[0]}»? Known are {', '.join(known)}" if near else f"use one of {', '.join(known)}"
