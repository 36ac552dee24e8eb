"""Rich text (.rtf): the body's text, with the code page of each font."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from policynlp.errors import ReportError
from policynlp.reading.content import CELL, Content, clean_line, join_cells
from policynlp.reading.limits import Deadline, Limits

__all__ = ["read_rtf"]

TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\")
# Groups that hold no text of the body.
# fmt: off
PASSED_OVER = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf", "footer", "footerl",
    "footerr", "footerf", "footnote", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "xmlnstbl", "themedata",
    "colorschememapping", "datastore", "latentstyles", "fldinst", "shppict", "nonshppict", "bkmkstart", "bkmkend", "annotation",
    "filetbl", "mmathPr",
})
# fmt: on
SIGNS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "tab": " ", "cell": CELL, "row": "\n", "nestcell": CELL, "nestrow": "\n"}
SIGNS |= {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " "}
SYMBOLS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
CHARSETS = {134: "gb18030", 136: "big5", 128: "cp932", 129: "cp949"}
CODE_PAGES = {936: "gb18030", 950: "big5", 54936: "gb18030", 932: "cp932", 949: "cp949", 65001: "utf-8"}
DEEPEST = 10_000
MOST_SKIPPED = 8
CHECK_EVERY = 10_000


@dataclass(slots=True)
class State:
    """What a group inherits from the one around it."""

    shown: bool = True
    fonts: bool = False
    skip: int = 1
    encoding: str = ""


@dataclass(slots=True)
class Writer:
    """Collects the text; bytes wait until their run is complete, because a Chinese character is two of them."""

    pieces: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)
    encoding: str = "cp1252"

    def add_bytes(self, data: bytes, encoding: str) -> None:
        """Add bytes in an encoding."""
        if encoding != self.encoding:
            self.flush()
            self.encoding = encoding
        self.waiting += data

    def add(self, text: str) -> None:
        """Add characters."""
        self.flush()
        self.pieces.append(text)

    def flush(self) -> None:
        """Decode the bytes that wait."""
        if self.waiting:
            self.pieces.append(self.waiting.decode(self.encoding, errors="replace"))
            self.waiting.clear()


def read_rtf(data: bytes, name: str, limits: Limits) -> Content:
    """Read the body of a rich text file; headers, notes, pictures and instructions of fields stay out.

    Source: Microsoft, Rich Text Format (RTF) Specification 1.9.1.

    Raises:
        ReportError: its groups are nested too deeply, or it takes too long.
    """
    body = Body(name)
    deadline = Deadline(name, limits)
    for count, token in enumerate(TOKEN.finditer(data)):
        if count % CHECK_EVERY == 0:
            deadline.check()
        body.take(token)
    body.writer.flush()
    # The two halves of a character beyond U+FFFF come one by one.
    joined = "".join(body.writer.pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    rows = (line.split(CELL) for line in joined.split("\n"))
    text = "\n".join(line for line in (join_cells(row) if len(row) > 1 else clean_line(row[0]) for row in rows) if line)
    places = tuple(match.start() for match in re.finditer("\ufffd", text))
    return Content(text, replaced=len(places), replaced_at=places[: limits.noted])


class Body:
    """The state of reading: groups, fonts, code pages."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.writer = Writer()
        self.state = State()
        self.stack: list[State] = []
        self.fonts: dict[int, str] = {}
        self.page = "cp1252"
        self.font = 0
        self.skipping = 0  # characters that stand in for a \\u that was understood
        self.opened = False  # the last token opened a group: a destination may follow

    def take(self, token: re.Match[bytes]) -> None:
        """Take the next token."""
        word, value, code, symbol, brace, plain = token.groups()
        first, self.opened = self.opened, brace == b"{" or (self.opened and symbol == b"*")
        if brace == b"{":
            if len(self.stack) >= DEEPEST:
                raise ReportError(self.name, "its groups are nested too deeply", "open it in a text program and save it again")
            self.stack.append(self.state)
            self.state, self.skipping = replace(self.state), 0
        elif brace == b"}":
            self.state, self.skipping = (self.stack.pop() if self.stack else self.state), 0
        elif symbol == b"*" and first:
            self.state.shown = False
        elif word is not None:
            self.take_word(word.decode("ascii"), int(value) if value else None, first)
        elif self.state.shown:
            self.take_text(code, symbol, plain)

    def take_text(self, code: bytes | None, symbol: bytes | None, plain: bytes | None) -> None:
        """Take text of the body: a byte in hexadecimal digits, a sign, or plain ASCII."""
        encoding = self.state.encoding or self.page
        if code is not None:
            if not self.skipping:
                self.writer.add_bytes(bytes.fromhex(code.decode("ascii")), encoding)
            self.skipping = max(0, self.skipping - 1)
        elif symbol in SYMBOLS:
            self.writer.add(SYMBOLS[symbol])
        elif plain is not None:
            self.writer.add_bytes(plain[self.skipping :], encoding)
            self.skipping = max(0, self.skipping - len(plain))

    def take_word(self, word: str, value: int | None, first: bool) -> None:
        """Take a control word."""
        state, number = self.state, value or 0
        if first and word in PASSED_OVER:
            state.shown, state.fonts = False, word == "fonttbl"
        elif word == "ansicpg":
            self.page = CODE_PAGES.get(number, "cp1252")
        elif word == "f":
            self.font = number
            state.encoding = "" if state.fonts else self.fonts.get(number, "")
        elif word == "fcharset" and state.fonts:
            self.fonts[self.font] = CHARSETS.get(number, "")
        elif word == "uc":
            state.skip = max(0, min(number, MOST_SKIPPED))
        elif state.shown and word == "u":
            self.writer.add(chr(number % 0x10000))
            self.skipping = state.skip
        elif state.shown and word in SIGNS:
            self.writer.add(SIGNS[word])
