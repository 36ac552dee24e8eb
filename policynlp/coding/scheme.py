"""The labels that coders choose from, as they read them, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from policynlp.codebook import Codebook, Label, load_codebook
from policynlp.coding.coded import Coded, Unit
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldEntity

__all__ = ["LAYERS", "Problems", "Scheme", "label_codes", "load_scheme", "make_coded"]

# What is said of a whole statement, each layer by one label; `further` are the instruments beside the primary one.
LAYERS = ("class", "subtype", "instrument", "further", "status")
STATUS = {"done": Label("已完成", "done"), "planned": Label("计划中", "planned"), "unmarked": Label("未标明", "unmarked")}
SHOWN_PROBLEMS = 20


@dataclass
class Problems:
    """What is wrong in a coder's file, with the places; a file with problems is refused whole and nothing of it is dropped."""

    path: str
    found: list[str] = field(default_factory=list)

    def add(self, place: str, what: object) -> None:
        """Note a problem."""
        self.found.append(f"{place}: {what}")

    def check(self) -> None:
        """Raise a `ReportError` that names the places, where there is a problem."""
        if self.found:
            more = f"; and {len(self.found) - SHOWN_PROBLEMS} more" if len(self.found) > SHOWN_PROBLEMS else ""
            raise ReportError(
                self.path, "; ".join(self.found[:SHOWN_PROBLEMS]) + more, "mend these places; a codebook of your own is to be named"
            )


@dataclass(frozen=True)
class Scheme:
    """The labels of every layer by code, entity types among them as the layer `entity`."""

    layers: dict[str, dict[str, Label]]

    @cached_property
    def _codes(self) -> dict[str, dict[str, str]]:
        return {
            layer: {name.casefold(): code for code, label in labels.items() for name in (label.en, label.zh, code, self.shown(layer, code))}
            for layer, labels in self.layers.items()
        }

    def shown(self, layer: str, code: str) -> str:
        """Give a label as coders read it.

        Example:
            >>> load_scheme().shown("class", "GOAL")
            'GOAL 目标'
        """
        return f"{code} {self.layers[layer][code].zh}"

    def code(self, layer: str, text: str) -> str:
        """Give the code of a label as a coder wrote it: as shown, its code alone, or its name; "" for a blank.

        Raises:
            ValueError: it is in no codebook.

        Example:
            >>> scheme = load_scheme()
            >>> scheme.code("class", "GOAL 目标"), scheme.code("class", "goal"), scheme.code("class", " 措施 ")
            ('GOAL', 'GOAL', 'MEASURE')
        """
        written = text.strip()
        if not written:
            return ""
        known = self._codes[layer]
        code = known.get(" ".join(written.split()).casefold()) or known.get(written.split()[0].casefold())
        if not code:
            raise ValueError(f"«{written[:60]}» is no {layer} of the codebook")
        return code

    def codes(self, layer: str, texts: Iterable[str]) -> tuple[str, ...]:
        """Give the codes of several labels, blanks and repetitions left out."""
        return tuple(dict.fromkeys(filter(None, (self.code(layer, text) for text in texts))))

    def tag(self, layer: str, code: str) -> str:
        """Give a label with its layer in front, for programs that keep all labels in one list."""
        return f"{layer}:{self.shown(layer, code)}"

    def untag(self, tag: str) -> tuple[str, str]:
        """Give layer and code of a label with its layer in front.

        Raises:
            ValueError: there is no such layer or label.
        """
        layer, mark, text = tag.partition(":")
        if not mark or layer not in self.layers or not text.strip():
            raise ValueError(f"«{tag[:60]}» is no label of the codebook")
        return layer, self.code(layer, text)

    def tags(self, coded: Coded) -> list[str]:
        """Give all that is said of a whole statement as labels with their layers in front."""
        return [self.tag(layer, code) for layer, codes in label_codes(coded).items() for code in codes]

    def join(self, tags: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Sort labels with their layers in front by layer.

        Raises:
            ValueError: one is no label, or a layer but `further` has two.
        """
        found: dict[str, list[str]] = {layer: [] for layer in LAYERS}
        for tag in dict.fromkeys(tags):
            layer, code = self.untag(tag)
            if layer not in found:
                raise ValueError(f"«{tag[:60]}» is no label of a whole statement")
            found[layer].append(code)
        for layer, codes in found.items():
            if len(codes) > 1 and layer != "further":
                raise ValueError(f"it has {len(codes)} labels of {layer}: {', '.join(codes)}")
        return {layer: tuple(codes) for layer, codes in found.items()}


def load_scheme(codebook: Codebook | None = None) -> Scheme:
    """Give the labels of a codebook, of the shipped one by default."""
    book = codebook or load_codebook()
    entities = {code: kind.label for code, kind in book.types.items()}
    layers = (book.classes, book.subtypes, book.instruments, book.instruments, STATUS)
    return Scheme(dict(zip(LAYERS, layers, strict=True)) | {"entity": entities})


def label_codes(coded: Coded) -> dict[str, tuple[str, ...]]:
    """Give what is said of a statement by layer."""
    values = ((coded.kind,), (coded.subtype,), coded.instruments[:1], coded.instruments[1:], (coded.status,))
    return {layer: tuple(filter(None, codes)) for layer, codes in zip(LAYERS, values, strict=True)}


def make_coded(unit: Unit, labels: Mapping[str, Sequence[str]], entities: Iterable[GoldEntity] = (), note: str = "") -> Coded:
    """Make what is said of a statement of its labels by layer; entities inside longer ones are marked as nested.

    Raises:
        ValueError: there are labels but no class, or further instruments but no primary one.
    """
    one = {layer: "".join(labels.get(layer, ())[:1]) for layer in LAYERS}
    further = tuple(code for code in labels.get("further", ()) if code != one["instrument"])
    if not one["class"] and any(one.values()):
        raise ValueError("it has labels but no class")
    if further and not one["instrument"]:
        raise ValueError("it has further instruments but no primary one")
    spans = sorted(set(entities), key=lambda e: (e.start, -e.end, e.kind))
    nested = tuple(
        replace(e, nested=any(o.start <= e.start and e.end <= o.end and o.end - o.start > e.end - e.start for o in spans)) for e in spans
    )
    instruments = (one["instrument"], *further) if one["instrument"] else ()
    return Coded(unit, one["class"], one["subtype"], instruments, one["status"], nested, note.strip())
