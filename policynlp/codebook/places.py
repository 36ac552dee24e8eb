"""On which line of a TOML file something stands: the parser does not say."""

from __future__ import annotations

import re

__all__ = ["Places"]

PART = re.compile(r"""\s{0,9}(?:"(?P<basic>[^"]{0,200})"|'(?P<literal>[^']{0,200})'|(?P<bare>[\w-]{1,200}))\s{0,9}(?:\.|$)""", re.ASCII)
HEADER = re.compile(r"(?P<open>\[{1,2})(?P<name>[^\[\]]{1,200})\]{1,2}\s{0,80}(?:#.*)?$")
KEY = re.compile(r"""(?P<key>(?:"[^"]{0,200}"|'[^']{0,200}'|[\w.-]{1,200}))\s{0,80}=""")


class Places:
    r"""The lines of the tables and keys of a TOML file.

    Args:
        text: of the file.

    Example:
        >>> places = Places('[types.FUND]\nterms = [\n  "a",\n  "b",\n]\n[[rules]]\nclass = "X"')
        >>> places.line("types", "FUND", "terms"), places.line("types", "FUND", "terms", word="b"), places.line("rules", 0, "class")
        (2, 4, 7)
    """

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.known: dict[tuple[str | int, ...], int] = {}
        counts: dict[tuple[str | int, ...], int] = {}
        table: tuple[str | int, ...] = ()
        for number, line in enumerate(self.lines, 1):
            if header := HEADER.match(line.strip()):
                table = parts_of(header["name"])
                if header["open"] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, counts[table])
                self.known.setdefault(table, number)
            elif key := KEY.match(line.strip()):
                self.known.setdefault((*table, *parts_of(key["key"])), number)

    def line(self, *path: str | int, word: str = "") -> int:
        """Give the line of a key, or of the nearest table around it; with `word` the line behind it that quotes the word."""
        number = next((self.known[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.known), 1)
        quoted = (f'"{word}"', f"'{word}'")
        if word:
            for later in range(number, len(self.lines) + 1):
                if any(sign in self.lines[later - 1] for sign in quoted):
                    return later
        return number


def parts_of(name: str) -> tuple[str | int, ...]:
    """Part a dotted key."""
    return tuple(part["basic"] or part["literal"] or part["bare"] or "" for part in PART.finditer(name))
