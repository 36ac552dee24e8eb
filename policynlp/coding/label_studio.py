"""Coding files for Label Studio: tasks with predictions, and the labelling interface that belongs to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

from policynlp.atomic import replace_file
from policynlp.coding.coded import Coded, Sample, Unit, make_unit
from policynlp.coding.scheme import LAYERS, Problems, Scheme, label_codes, make_coded
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldEntity
from policynlp.reading.files import read_bytes
from policynlp.reading.limits import LIMITS
from policynlp.version import __version__

__all__ = ["labelling_interface", "read_label_studio", "write_label_studio"]

SPANS, NOTE = "entity", "note"


def write_label_studio(sample: Sample, path: Path, scheme: Scheme) -> list[Path]:
    """Write the tasks to `path` and the labelling interface beside it as .xml.

    What the analysis says is a prediction, which a coder takes over or not; without labels a task has none.

    Source:
        Label Studio's documentation, basic JSON format, and the tags Labels, Choices, Text and TextArea.
    """
    tasks = [make_task(coded, scheme) for coded in sample.coded]
    interface = path.with_suffix(".xml")
    with replace_file(path) as temporary:
        temporary.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")
    with replace_file(interface) as temporary:
        temporary.write_text(labelling_interface(scheme), "utf-8", newline="\n")
    return [path, interface]


def labelling_interface(scheme: Scheme) -> str:
    """Give the interface: the statement between its neighbours, types for spans, one row of choices a layer, a note."""
    view = Tree.Element("View")
    Tree.SubElement(view, "Header", value="$section")
    Tree.SubElement(view, "Text", name="before", value="$before")
    labels = Tree.SubElement(view, "Labels", name=SPANS, toName="text")
    for code, label in scheme.layers["entity"].items():
        Tree.SubElement(labels, "Label", value=scheme.shown("entity", code), background=label.colour)
    Tree.SubElement(view, "Text", name="text", value="$text")
    Tree.SubElement(view, "Text", name="after", value="$after")
    for layer in LAYERS:
        how = {"name": layer, "toName": "text", "choice": "multiple" if layer == "further" else "single", "showInLine": "true"}
        Tree.SubElement(view, "Header", value=layer)
        choices = Tree.SubElement(view, "Choices", how | ({"required": "true"} if layer == "class" else {}))
        for code in scheme.layers[layer]:
            Tree.SubElement(choices, "Choice", value=scheme.shown(layer, code))
    Tree.SubElement(view, "TextArea", name=NOTE, toName="text")
    Tree.indent(view)
    return Tree.tostring(view, encoding="unicode") + "\n"


def make_task(coded: Coded, scheme: Scheme) -> dict[str, Any]:
    unit = coded.unit
    data = {name: getattr(unit, name) for name in ("text", "file", "section", "before", "after")} | {"statement": unit.id}
    results = list(make_results(coded, scheme))
    return {"data": data} | ({"predictions": [{"model_version": f"policynlp {__version__}", "result": results}]} if results else {})


def make_results(coded: Coded, scheme: Scheme) -> Iterator[dict[str, Any]]:
    """Give what is said of a statement as Label Studio's results."""
    unit = coded.unit
    for number, e in enumerate(coded.entities):
        start, end = e.start - unit.start, e.end - unit.start
        value = {"start": start, "end": end, "text": unit.text[start:end], "labels": [scheme.shown("entity", e.kind)]}
        yield {"id": f"e{number}", "from_name": SPANS, "to_name": "text", "type": "labels", "value": value}
    for layer, codes in label_codes(coded).items():
        if codes:
            value = {"choices": [scheme.shown(layer, code) for code in codes]}
            yield {"id": layer, "from_name": layer, "to_name": "text", "type": "choices", "value": value}
    if coded.note:
        yield {"id": NOTE, "from_name": NOTE, "to_name": "text", "type": "textarea", "value": {"text": [coded.note]}}


def read_label_studio(path: Path, scheme: Scheme) -> dict[str, list[Coded]]:
    """Read an export of Label Studio (JSON, not JSON-MIN): one coder for each person who annotated.

    Predictions are what the machine said and are not read. A cancelled annotation is no coding.
    """
    problems = Problems(str(path))
    coders: dict[str, dict[str, Coded]] = {}
    blank: dict[str, Coded] = {}
    for number, task in enumerate(read_tasks(path), 1):
        place = f"task {number}"
        try:
            unit = make_unit(str(task["data"]["statement"]), str(task["data"]["file"]), str(task["data"]["text"]))
            blank[unit.id] = Coded(unit)
            for annotation in task.get("annotations") or []:
                if not annotation.get("was_cancelled"):
                    rows = coders.setdefault(coder_of(annotation), {})
                    if unit.id in rows:
                        raise ValueError(f"{unit.id} is annotated twice by {coder_of(annotation)}")
                    rows[unit.id] = read_results(annotation["result"], unit, scheme)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.add(place, error if isinstance(error, ValueError) else f"it is no task of ours ({error!r})")
    problems.check()
    return {name: [rows.get(identifier, left) for identifier, left in blank.items()] for name, rows in sorted(coders.items())} or {
        "": list(blank.values())
    }


def read_tasks(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(read_bytes(path, LIMITS.member_bytes).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ReportError(path, "it is no JSON in UTF-8", "export the project as JSON") from error
    if not isinstance(tasks, list):
        raise ReportError(path, "it is no list of tasks", "export the project as JSON")
    return tasks


def coder_of(annotation: Mapping[str, Any]) -> str:
    who = annotation.get("completed_by")
    return str(who.get("email") or who.get("id")) if isinstance(who, dict) else str(who or "coder")


def read_results(results: list[dict[str, Any]], unit: Unit, scheme: Scheme) -> Coded:
    """Read what one person said of a statement."""
    labels: dict[str, tuple[str, ...]] = {}
    entities: list[GoldEntity] = []
    notes: list[str] = []
    for result in results:
        name, value = result["from_name"], result["value"]
        if name == SPANS:
            entities += read_spans(value, unit, scheme)
        elif name in LAYERS:
            labels[name] = scheme.codes(name, map(str, value["choices"]))
        elif name == NOTE:
            notes += [str(text) for text in value["text"]]
        else:
            raise ValueError(f"«{str(name)[:60]}» is no field of our labelling interface")
    return make_coded(unit, labels, entities, " ".join(notes))


def read_spans(value: Mapping[str, Any], unit: Unit, scheme: Scheme) -> Iterator[GoldEntity]:
    start, end = value["start"], value["end"]
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(unit.text)):
        raise ValueError(f"the span {start}-{end} lies outside the text")
    if value.get("text", unit.text[start:end]) != unit.text[start:end]:
        raise ValueError(f"the span {start}-{end} is not «{str(value['text'])[:60]}» in the text")
    for label in value["labels"]:
        yield GoldEntity(unit.start + start, unit.start + end, scheme.code("entity", str(label)))
