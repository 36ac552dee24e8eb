"""Reads a researcher's own codebook: one TOML file, a table of terms as Excel saves it, or both together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from policynlp.codebook.drafting import Draft, closest
from policynlp.codebook.places import Places
from policynlp.codebook.shipped import extend_shipped
from policynlp.codebook.term_table import TABLE_FORMATS, add_term_table, load_bytes
from policynlp.codebook.values import Codebook
from policynlp.errors import CodebookError
from policynlp.reading.encodings import decode

__all__ = ["find_faults", "read_codebook"]

TOP = ("name", "tables", "edges", "negative", "types", "classes", "cues", "instruments", "rules")
# The tables of a file and the keys that their rows may have; the cues of a class have names of their own.
TABLES: dict[str, tuple[str, ...]] = {
    "types": ("zh", "en", "colour", "tier", "heads", "terms", "aliases", "negative", "subtypes"),
    "classes": ("zh", "en", "colour"),
    "instruments": ("zh", "en", "cue"),
    "cues": (),
}
RULE = ("class", "text", "without", "role", "subtype", "cue", "id")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
AT_END = re.compile(r"(?:line|row) (\d+)$")
TYPED = "“”‘’，＝"  # what a Chinese keyboard or a word processor puts in place of the signs of TOML


def read_codebook(path: str | Path) -> Codebook:
    r"""Read a researcher's own codebook and lay it over the shipped one.

    Her terms are never cut and win over the models; her head nouns make entities of the compounds before them; nothing lies
    inside her negative terms. A new type needs no more than that; a new class needs rules, or a model of her own. What her file
    does not speak of stays as it is shipped.

    Args:
        path: a .toml file (`policynlp codebook init FILE` writes one to begin with), or a table of terms (.csv, .tsv, .xlsx) with
            the columns term, type, canonical, negative, head. UTF-8, UTF-16 and GBK, byte-order marks and all line ends are read.

    Returns:
        The `Codebook`, for `analyze(…, codebook=…)`; `own` holds what the file adds, `own.sha256` goes into every provenance.

    Raises:
        CodebookError: the file cannot be read or something in it is wrong; it names the line.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "mine.toml")
        ...     _ = file.write_text('[types.TALENT_PLAN]\nzh = "人才计划"\nterms = ["百川计划"]', "utf-8")
        ...     codebook = read_codebook(file)
        >>> codebook.types["TALENT_PLAN"].label.zh, codebook.terms["百川计划"]
        ('人才计划', 'TALENT_PLAN')
    """
    return extend_shipped(draft_codebook(Path(path)).finish())


def find_faults(path: str | Path) -> list[CodebookError]:
    """Give everything that is wrong with a codebook file, in the order of its lines; nothing where it can be used.

    Raises:
        CodebookError: the file cannot be read at all, or is no valid TOML.
    """
    draft = draft_codebook(Path(path))
    try:
        draft.finish()
    except CodebookError:
        return sorted(draft.faults, key=lambda fault: [int(digits) for digits in AT_END.findall(fault.path)])
    return []


def draft_codebook(path: Path) -> Draft:
    draft = Draft(str(path))
    if path.suffix.lower() in TABLE_FORMATS:
        add_term_table(path, draft)
        return draft
    if path.suffix.lower() != ".toml":
        raise CodebookError(path, f"a codebook cannot be a {path.suffix or 'nameless'} file", "save it as .toml, .csv, .tsv or .xlsx")
    decoded = decode(load_bytes(path))
    if decoded is None:
        raise CodebookError(path, "this is no text file", "save it as UTF-8")
    if decoded.replaced:
        raise CodebookError(path, f"{decoded.replaced} characters cannot be read as {decoded.encoding}", "save it as UTF-8")
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    TomlReader(path, parse(text, path), Places(text), draft).read()
    return draft


def parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise CodebookError(path, "its brackets are nested too deeply", "write flat lists") from error
    except tomllib.TOMLDecodeError as error:
        found = AT_LINE.search(str(error))
        number = int(found[1]) if found else len(text.splitlines())
        line = text.splitlines()[number - 1] if 0 < number <= len(text.splitlines()) else ""
        remedy = "mend this line; every text stands in straight quotes, lists in [ ], parted by commas"
        if wrong := [sign for sign in TYPED if sign in line]:
            remedy = f'the line holds {" ".join(wrong)}: write the plain signs " , = outside of the words'
        elif re.match(r"\s*\[|[^=\"']+=", line) and not line.split("=")[0].isascii():
            remedy = 'put Chinese keys in quotes: [types."人才计划"], "英才计划" = [...]'
        problem = AT_LINE.sub("", str(error)).strip()
        raise CodebookError(f"{path}, line {number}", f"it is no valid TOML ({problem})", remedy) from error


class TomlReader:
    """Walks through the tables of a file and hands each piece to the draft, with its line."""

    def __init__(self, path: Path, tables: Mapping[str, Any], places: Places, draft: Draft) -> None:
        self.path, self.tables, self.places, self.draft = path, tables, places, draft

    def at(self, *path: str | int, word: object = "") -> str:
        """Name a place in the file."""
        return f"{self.path}, line {self.places.line(*path, word=str(word))}"

    def read(self) -> None:
        """Read all tables: types and classes first, because others name them."""
        draft = self.draft
        self.check_keys(self.tables, TOP)
        for name, keys in TABLES.items():
            self.check_tables(name, keys)
        for name, add in (("types", draft.add_type), ("classes", draft.add_class), ("instruments", draft.add_instrument)):
            for code, row in self.rows(name):
                add(self.at(name, code), code, row)
        for code, row in self.rows("types"):
            if code in draft.all_types():
                self.read_type(code, row)
        for word in self.words(self.tables, "edges"):
            draft.add_term(self.at("edges", word=word), word, "")
        for word in self.words(self.tables, "negative"):
            draft.add_negative(self.at("negative", word=word), word)
        self.read_cues()
        self.read_rules()
        for table in self.words(self.tables, "tables"):
            add_term_table(self.path.parent / str(table), draft)

    def read_cues(self) -> None:
        """Read the cues of classes."""
        for kind, row in self.rows("cues"):
            if self.is_class(kind, "cues", kind):
                for name, pattern in row.items():
                    self.draft.add_cue(self.at("cues", kind, name), kind, name, pattern)

    def read_type(self, code: str, row: Mapping[str, Any]) -> None:
        """Read the words of a type."""
        draft, subtypes = self.draft, self.draft.all_types()[code].subtypes
        heads = row.get("heads", [])
        by_subtype = heads if isinstance(heads, dict) else {"": heads}
        for subtype, words in by_subtype.items():
            if subtype and subtype not in subtypes:
                draft.fault(self.at("types", code, "heads", subtype), f"{code} has no subtype {subtype!r}", closest(subtype, subtypes))
                continue
            default = subtype or next(iter(subtypes), "")
            for word in self.words({"heads": words}, "heads", "types", code):
                draft.add_head(self.at("types", code, "heads", word=word), word, code, default)
        for word in self.words(row, "terms", "types", code):
            draft.add_term(self.at("types", code, "terms", word=word), word, code)
        for word in self.words(row, "negative", "types", code):
            draft.add_negative(self.at("types", code, "negative", word=word), word, code)
        aliases = row.get("aliases", {})
        if not isinstance(aliases, dict):
            draft.fault(self.at("types", code, "aliases"), "aliases is no table", 'write "英才计划" = ["英才工程"] under [types.X.aliases]')
            return
        for name in aliases:
            for word in self.words(aliases, name, "types", code, "aliases"):
                draft.add_term(self.at("types", code, "aliases", name, word=word), word, code, name)

    def read_rules(self) -> None:
        """Read the rules that decide classes."""
        rules = self.tables.get("rules", [])
        if not isinstance(rules, list) or not all(isinstance(row, dict) for row in rules):
            self.draft.fault(self.at("rules"), "the rules are no tables", "write [[rules]] before each")
            return
        for number, row in enumerate(rules):
            place = self.at("rules", number)
            self.check_keys(row, RULE, "rules", number)
            if missing := [key for key in ("class", "text") if key not in row]:
                self.draft.fault(place, f"the rule has no {missing[0]}", "a rule has class = \"…\" and text = '…'")
            elif self.is_class(row["class"], "rules", number, "class"):
                self.draft.add_rule(place, row)

    def is_class(self, kind: object, *path: str | int) -> bool:
        known = self.draft.shipped.classes | self.draft.classes
        if isinstance(kind, str) and kind in known:
            return True
        self.draft.fault(self.at(*path), f"there is no class {kind!r}", f"add [classes.{kind}], or {closest(str(kind), known)}")
        return False

    def check_tables(self, name: str, keys: tuple[str, ...]) -> None:
        """Note what is no table under a name, and keys that mean nothing; without `keys` every one may stand there."""
        tables = self.tables.get(name, {})
        if not isinstance(tables, dict):
            self.draft.fault(self.at(name), f"{name} is no table", f"write [{name}.CODE]")
            return
        for code, row in tables.items():
            if not isinstance(row, dict):
                self.draft.fault(self.at(name, code), f"{name}.{code} is no table", f"write [{name}.{code}] on a line of its own")
            elif keys:
                self.check_keys(row, keys, name, code)

    def rows(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the tables under a name."""
        tables = self.tables.get(name, {})
        return ((code, row) for code, row in (tables.items() if isinstance(tables, dict) else ()) if isinstance(row, dict))

    def words(self, row: Mapping[str, Any], key: str, *path: str | int) -> list[object]:
        """Give a list of words; what is no list is a fault."""
        words = row.get(key, [])
        if isinstance(words, list):
            return words
        self.draft.fault(self.at(*path, key), f"{key} is no list", f'write {key} = ["…", "…"]')
        return []

    def check_keys(self, row: Mapping[str, Any], known: tuple[str, ...], *path: str | int) -> None:
        """Let no line be dropped silently: a key that means nothing is a fault."""
        for key in row:
            if key not in known:
                self.draft.fault(self.at(*path, key), f"«{key}» means nothing here", closest(key, known))
