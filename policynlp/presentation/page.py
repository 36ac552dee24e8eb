"""Writes one self-contained page: the text coloured by class, its entities, the graph, and the sentences behind each."""

from __future__ import annotations

import base64
import html
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from policynlp.atomic import replace_file
from policynlp.codebook import Label, load_codebook
from policynlp.network.cooccurrence import build_graph
from policynlp.presentation.fonts import font_path
from policynlp.presentation.html_files import escape_json, fill_template, source_hash
from policynlp.presentation.layout import place_nodes, spread, text_width, visible_part
from policynlp.presentation.messages import LANGUAGES, check_language, message, messages
from policynlp.resources import data_path
from policynlp.schema import Analysis, Entity, Statement

__all__ = ["write_page"]

WIDTH, HEIGHT = 1180.0, 760.0
LABEL = 12.5
MARGIN = 26.0


def write_page(analysis: Analysis, path: str | Path, *, lang: str = "zh", limit: int = 90) -> None:
    """Write the page of one report: one HTML file that needs no network, no server and no font on the reader's machine.

    Args:
        analysis: of one report.
        path: the file to write; it appears whole or not at all.
        lang: the language the page opens in, zh or en; a button switches.
        limit: the most nodes to draw in the graph; the table holds all.

    Raises:
        StoreError: the file cannot be written.
        ValueError: `lang` is unknown.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp(), "page.html")
        >>> write_page(policynlp.analyze("设立种子基金。"), target)
        >>> "种子基金" in target.read_text("utf-8")
        True
    """
    check_language(lang)
    text = make_page(analysis, lang, limit)
    with replace_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")


def make_page(analysis: Analysis, lang: str, limit: int) -> str:
    data = page_data(analysis, lang, limit)
    name = data["report"]["name"]
    payload = escape_json(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    script = data_path("page", "page.js").read_text("utf-8")
    style = data_path("page", "page.css").read_text("utf-8") + font_face(payload + script)
    values = {
        "lang": lang,
        "title": html.escape(message("page", "title", lang, name=name)),
        "style_hash": source_hash(style),
        "script_hash": source_hash(script),
        "style": style,
        "script": script,
        "data": payload,
    }
    return fill_template("page.html", values)


def page_data(analysis: Analysis, lang: str, limit: int) -> dict[str, Any]:
    """Collect what the page shows, ready for JSON."""
    codebook, report = load_codebook(), analysis.report
    inside: dict[str, list[Entity]] = {}
    for entity in analysis.entities:
        if not entity.nested:
            inside.setdefault(entity.statement, []).append(entity)
    provenance = analysis.provenance
    stamp = {"version": provenance.version, "codebook": provenance.codebook[:12], "text": provenance.report[:12]}
    families = codebook.families
    return {
        "lang": lang,
        "messages": {code: messages("page", code) for code in LANGUAGES},
        "types": {code: label_row(t.label) for code, t in codebook.types.items()},
        "classes": {code: label_row(label) for code, label in codebook.classes.items()},
        "instruments": {code: label_row(label) | {"colour": families[code[0]].colour} for code, label in codebook.instruments.items()},
        "report": {
            "name": " ".join(filter(None, [report.zone or report.title or report.id, str(report.year or "")])),
            "zone": report.zone,
            "year": report.year,
            "source": report.source,
            "published": report.published.isoformat() if report.published else "",
            "duplicates": [d.lines for d in report.duplicates],
        },
        "statements": [statement_row(s, inside.get(s.id, [])) for s in analysis.statements],
        "formulas": [
            {
                "expression": f.expression,
                "whole": f.whole,
                "statement": f.statement,
                "complete": f.complete,
                "parts": [{"key": p.key, "members": p.members, "statement": p.statement} for p in f.parts],
            }
            for f in analysis.formulas
        ],
        "graph": graph_data(analysis, limit),
        "made": {code: message("page", "made", code, **stamp) for code in LANGUAGES},
    }


def label_row(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en, "colour": label.colour}


def statement_row(statement: Statement, entities: list[Entity]) -> dict[str, Any]:
    return {
        "id": statement.id,
        "role": statement.role,
        "marker": statement.marker,
        "paragraph": statement.paragraph,
        "section": statement.section,
        "text": statement.text,
        "kind": statement.kind,
        "score": statement.score,
        "cues": statement.cues,
        "rule": statement.rule,
        "instruments": statement.instruments,
        "uncertain": statement.uncertain,
        "entities": [
            {"start": e.start - statement.start, "end": e.end - statement.start, "kind": e.kind, "names": e.names} for e in entities
        ],
    }


def graph_data(analysis: Analysis, limit: int) -> dict[str, Any]:
    """Give nodes and edges with the places of the drawn ones; statement ids without the report's name."""
    graph = build_graph(analysis)
    picture = visible_part(graph, limit)
    places, width, height = place_in_pixels(picture)

    def ids(keys: tuple[str, ...]) -> list[str]:
        return [key.rpartition("#")[2] for key in keys]

    nodes = []
    for name, data in graph.nodes(data=True):
        kinds = Counter(analysis.statement(i).kind for i in ids(data["statements"]))
        x, y = places.get(name, (None, None))
        nodes.append(
            {
                "name": name,
                "kind": data["kind"],
                "count": data["count"],
                "mentions": data["mentions"],
                "statements": ids(data["statements"]),
                "goals": kinds["GOAL"],
                "measures": kinds["MEASURE"],
                "institutions": kinds["INSTITUTION"],
                "x": x,
                "y": y,
                "r": round(radius(data["count"]), 1),
            }
        )
    edges = [
        {"a": a, "b": b, "part": d["part_of"], "statements": ids(d["statements"])}
        | {key: d[key] for key in ("count", "goals", "measures", "institutions", "enumerated")}
        for a, b, d in graph.edges(data=True)
    ]
    return {"nodes": nodes, "edges": edges, "width": width, "height": height}


def radius(count: int) -> float:
    return 4.5 * float(np.sqrt(count + 1))


def place_in_pixels(picture: nx.Graph[str]) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Place the nodes so that no label covers another; give the size of the drawing too."""
    if not len(picture):
        return {}, WIDTH, 80.0
    names = list(picture)
    placed = place_nodes(picture, WIDTH / HEIGHT)
    centres = np.array([[placed[n][0] * HEIGHT * 0.86, placed[n][1] * HEIGHT * 0.86] for n in names])
    radii = [radius(picture.nodes[n]["count"]) for n in names]
    wide = [max(text_width(n) * LABEL, 2 * r) + 8 for n, r in zip(names, radii, strict=True)]
    sizes = np.array([[w, 2 * r + LABEL + 12] for w, r in zip(wide, radii, strict=True)])
    moved = spread(centres, sizes)
    lower, upper = (moved - sizes / 2).min(0), (moved + sizes / 2).max(0)
    moved = moved - lower + MARGIN
    extent = upper - lower + 2 * MARGIN
    return (
        {n: (round(float(x), 1), round(float(y), 1)) for n, (x, y) in zip(names, moved, strict=True)},
        round(float(extent[0])),
        round(float(extent[1])),
    )


def font_face(text: str) -> str:
    """Embed the glyphs that the page uses, for readers without a Chinese font."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    used = {ord(c) for c in text}
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, flavor="woff")
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=used)
    buffer = io.BytesIO()
    with TTFont(font_path(), recalcTimestamp=False, lazy=True) as font:
        cutter.subset(font)
        font.flavor = "woff"
        font.save(buffer)
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return f'@font-face {{ font-family: "PolicySans"; src: url(data:font/woff;base64,{encoded}) format("woff"); }}\n'
