"""Directives that make reference pages from the package itself, so that nothing can be forgotten."""

from collections.abc import Iterator
from importlib import import_module

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from typer.main import get_command
from typer.testing import CliRunner

import policynlp
from policynlp.cli import app
from policynlp.codebook import load_codebook

SCREEN = {"COLUMNS": "88", "TERM": "dumb"}  # what fits the page


class Written(Directive):
    """Puts reStructuredText that is made here into a page."""

    def lines(self) -> Iterator[str]:
        """Give the text."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Parse the text where the directive stands."""
        holder = nodes.container()
        self.state.nested_parse(StringList(list(self.lines()), "generated"), 0, holder)
        return list(holder.children)


class PublicNames(Written):
    """Documents the public names that live in a package: `network`, `presentation`."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """Give an autodoc directive for each name."""
        for name, home in policynlp.HOMES.items():
            if home.split(".")[0] != self.arguments[0]:
                continue
            value = getattr(import_module(f"policynlp.{home}"), name)
            if not isinstance(value, type):
                yield from (f".. autofunction:: policynlp.{name}", "")
            elif issubclass(value, Exception):
                yield from (f".. autoexception:: policynlp.{name}", "   :show-inheritance:", "")
            else:
                yield from (f".. autoclass:: policynlp.{name}", "   :members:", "   :exclude-members: __init__, __new__", "")


class CommandHelp(Written):
    """Shows the help of every command, as it is printed."""

    def lines(self) -> Iterator[str]:
        """Give a literal block for each command and sub-command."""
        for words in commands(get_command(app), ()):
            shown = CliRunner().invoke(app, [*words, "--help"], env=SCREEN, prog_name="policynlp").output
            yield from (f"**policynlp {' '.join(words)}**", "", ".. code-block:: none", "")
            yield from (f"   {line}".rstrip() for line in shown.strip().splitlines())
            yield ""


def commands(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the words of every command that does something."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words
    for name, part in (inner or {}).items():
        yield from commands(part, (*words, name))


class CodebookLabels(Written):
    """Lists the labels of a layer of the codebook: subtypes, instruments, types or actions."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """Give a table of codes and names."""
        book = load_codebook()
        rows = {
            "subtypes": [(code, label.zh, label.en) for code, label in book.subtypes.items()],
            "instruments": [(code, label.zh, label.en, book.families[code[0]].zh) for code, label in book.instruments.items()],
            "types": [(code, t.label.zh, t.label.en, "、".join(s.zh for s in t.subtypes.values())) for code, t in book.types.items()],
            "actions": [(code, a.label.zh, a.label.en, "、".join(a.verbs[:6])) for code, a in book.actions.items()],
        }[self.arguments[0]]
        heads = {"subtypes": (), "instruments": ("family",), "types": ("subtypes",), "actions": ("some of its verbs",)}[self.arguments[0]]
        yield from table(("code", "中文", "English", *heads), rows)


class FrameColumns(Written):
    """Lists the columns of each table of an analysis."""

    def lines(self) -> Iterator[str]:
        """Give a row for each table."""
        frames = policynlp.analyze("设立种子基金。").to_frames()
        yield from table(("table", "columns"), [(name, ", ".join(map(str, frame.columns))) for name, frame in frames.items()])


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Write a list table."""
    yield from (".. list-table::", "   :header-rows: 1", "")
    for row in (heads, *rows):
        for number, cell in enumerate(row):
            yield f"   {'* -' if number == 0 else '  -'} {cell}"
    yield ""


def setup(sphinx: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    for name, directive in {
        "public-names": PublicNames,
        "command-help": CommandHelp,
        "codebook-labels": CodebookLabels,
        "frame-columns": FrameColumns,
    }.items():
        sphinx.add_directive(name, directive)
    return {"parallel_read_safe": True}
