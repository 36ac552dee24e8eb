"""Scores of an evaluation for reading: one self-contained HTML page, and a JSON record."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from policynlp.atomic import replace_file
from policynlp.codebook import load_codebook
from policynlp.evaluation.scores import Comparison, Figure, Scores, instrument_pairs
from policynlp.presentation.harmless import harmless
from policynlp.presentation.html_files import embed_font, fill_template, source_hash
from policynlp.presentation.messages import check_language, message
from policynlp.resources import data_path
from policynlp.version import __version__

__all__ = ["scores_record", "write_evaluation"]

WIDTH, HEIGHT, LEFT, BOTTOM = 520, 260, 48, 36


def write_evaluation(scores: Scores, folder: str | Path, *, name: str, lang: str = "zh") -> None:
    """Write `evaluation.html` and `evaluation.json`: figures with intervals, confusion, genres, coverage, and every error with its text.

    Args:
        scores: of `policynlp.evaluation.scores.score`.
        folder: where the two files go.
        name: what was evaluated; stands in the title.
        lang: zh or en.

    Raises:
        StoreError: a file cannot be written.
        ValueError: `lang` is unknown.
    """
    check_language(lang)
    for file, text in (
        ("evaluation.html", make_page(scores, name, lang)),
        ("evaluation.json", json.dumps(scores_record(scores, name), ensure_ascii=False, indent=1) + "\n"),
    ):
        with replace_file(Path(folder, file)) as temporary:
            temporary.write_text(text, "utf-8", newline="\n")


def scores_record(scores: Scores, name: str) -> dict[str, Any]:
    """Give the scores as plain lists and dicts, the errors with their texts."""
    return {
        "gold": name,
        "version": __version__,
        "statements": len(scores.comparisons),
        "figures": scores.figures,
        "entity_types": scores.types,
        "confusion": [{"gold": a, "found": b, "statements": n} for (a, b), n in sorted(scores.confusion.items())],
        "genres": scores.genres,
        "coverage": scores.coverage,
        "class_errors": [
            {
                "file": c.gold.file,
                "start": c.gold.start,
                "gold": c.gold.kind,
                "found": c.found.kind,
                "score": c.found.score,
                "text": c.gold.text,
            }
            for c in class_errors(scores.comparisons)
            if c.found
        ],
        "entity_errors": [
            {
                "file": c.gold.file,
                "start": c.gold.start,
                "missed": span_texts(c, c.wanted - c.spans),
                "extra": span_texts(c, c.spans - c.wanted),
                "text": c.gold.text,
            }
            for c in entity_errors(scores.comparisons)
        ],
    }


def class_errors(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """Give the statements that are classed otherwise, the surest answers first."""
    return sorted((c for c in comparisons if c.found and c.found.kind != c.gold.kind), key=lambda c: -(c.found.score if c.found else 0))


def entity_errors(comparisons: Iterable[Comparison]) -> list[Comparison]:
    return [c for c in comparisons if c.wanted != c.spans]


def span_texts(comparison: Comparison, spans: Iterable[tuple[int, int, str]]) -> list[str]:
    gold = comparison.gold
    return [f"{kind}:{gold.text[start - gold.start : end - gold.start]}" for start, end, kind in sorted(spans)]


def make_page(scores: Scores, name: str, lang: str) -> str:
    title = message("evaluation", "title", lang, name=name)
    made = message("evaluation", "made", lang, version=__version__, codebook=load_codebook().sha256[:12])
    body = "\n".join(part for part in sections(scores, lang) if part)
    style = data_path("page", "evaluation.css").read_text("utf-8") + embed_font(title + body + made)
    return fill_template(
        "evaluation.html",
        {
            "lang": lang,
            "title": clean(title),
            "style": style,
            "style_hash": source_hash(style),
            "made": clean(made),
            "body": body,
        },
    )


def sections(scores: Scores, lang: str) -> list[str]:
    """Give the sections of the page."""

    def say(key: str, **values: object) -> str:
        return message("evaluation", key, lang, **values)

    labels = load_codebook().classes
    kinds = [kind for kind in labels if any(kind in pair for pair in scores.confusion)]
    names = {kind: clean(labels[kind].name(lang)) for kind in kinds}
    confusion = [
        [
            names[a],
            *(cell(scores.confusion.get((a, b), 0), right=a == b) for b in kinds),
            str(sum(scores.confusion.get((a, b), 0) for b in kinds)),
        ]
        for a in kinds
    ]
    instruments = Counter((a, b) for a, b in instrument_pairs(scores.comparisons) if a != b).most_common(12)
    genres = [[clean(genre), *(show(figures.get(key)) for key in GENRE_FIGURES)] for genre, figures in scores.genres.items()]
    types = load_codebook().types
    return [
        section(
            say("figures", count=len(scores.comparisons)), [say("figure"), say("value"), say("interval")], figure_rows(scores.figures, lang)
        ),
        section(say("types"), [say("type"), "F1"], [[clean(types[k].label.name(lang)), f"{v:.3f}"] for k, v in scores.types.items()]),
        section(say("confusion"), [say("gold_found"), *names.values(), say("total")], confusion),
        section(say("genres"), [say("genre"), *(say(key) for key in GENRE_FIGURES)], genres),
        f"<h2>{clean(say('coverage'))}</h2>{draw_curve(scores.coverage, say('share_kept'), say('class_accuracy'))}"
        if scores.coverage
        else "",
        section(
            say("instrument_errors"), [say("gold"), say("found"), say("count")], [[clean(a), clean(b), str(n)] for (a, b), n in instruments]
        ),
        section(
            say("class_errors"), [say("gold"), say("found"), say("probability"), say("text")], class_error_rows(scores.comparisons, lang)
        ),
        section(say("entity_errors"), [say("missed"), say("extra"), say("text")], entity_error_rows(scores.comparisons)),
    ]


GENRE_FIGURES = ("class_accuracy", "class_kappa", "instrument_primary", "entities_core", "entities_all")


def figure_rows(figures: dict[str, Figure], lang: str) -> list[list[str]]:
    return [
        [clean(message("evaluation", name, lang)), f"{value:.3f}", f"{low:.3f} – {high:.3f}"]
        for name, (value, low, high) in figures.items()
    ]


def class_error_rows(comparisons: Iterable[Comparison], lang: str) -> list[list[str]]:
    labels = load_codebook().classes
    return [
        [clean(labels[c.gold.kind].name(lang)), clean(labels[c.found.kind].name(lang)), f"{c.found.score:.2f}", f"|{clean(c.gold.text)}"]
        for c in class_errors(comparisons)
        if c.found
    ]


def entity_error_rows(comparisons: Iterable[Comparison]) -> list[list[str]]:
    return [
        [
            "、".join(map(clean, span_texts(c, c.wanted - c.spans))),
            "、".join(map(clean, span_texts(c, c.spans - c.wanted))),
            f"|{marked(c)}",
        ]
        for c in entity_errors(comparisons)
    ]


def marked(comparison: Comparison) -> str:
    """Mark in the text of a statement what was missed, what is extra and what both have."""
    gold = comparison.gold
    places = sorted(
        {place for s in comparison.wanted | comparison.spans for place in (s[0], s[1])} | {gold.start, gold.start + len(gold.text)}
    )
    parts = []
    for start, end in pairwise(places):
        wanted, found = (any(a <= start < b for a, b, _ in spans) for spans in (comparison.wanted, comparison.spans))
        text = clean(gold.text[start - gold.start : end - gold.start])
        kind = "both" if wanted and found else "missed" if wanted else "extra" if found else ""
        parts.append(f'<mark class="{kind}">{text}</mark>' if kind else text)
    return "".join(parts)


def section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a section with a table; cells are HTML, and those that begin with «|» hold running text. Nothing where there are no rows."""
    if not rows:
        return ""
    top = "".join(f"<th>{clean(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(td(value) for value in row) + "</tr>" for row in rows)
    return f'<h2>{clean(title)}</h2><div class="scroll"><table><tr>{top}</tr>{body}</table></div>'


def td(value: str) -> str:
    if value.startswith("<td"):
        return value
    return f'<td class="text">{value[1:]}</td>' if value.startswith("|") else f"<td>{value}</td>"


def cell(count: int, *, right: bool) -> str:
    return f'<td class="{"right" if right else "zero" if not count else ""}">{count}</td>'


def show(figure: Figure | None) -> str:
    return f"{figure[0]:.3f}" if figure else "–"


def draw_curve(curve: Sequence[tuple[float, float]], across: str, upwards: str) -> str:
    """Draw accuracy against coverage."""
    low = min(0.5, *(value for _, value in curve))

    def x(share: float) -> float:
        return LEFT + share * (WIDTH - LEFT - 12)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (1 - low) * (HEIGHT - BOTTOM - 14)

    ticks = [low + (1 - low) * k / 5 for k in range(6)]
    lines = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 12}" y1="{y(t):.1f}" y2="{y(t):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y(t) + 4:.1f}" text-anchor="end">{t:.2f}</text>'
        for t in ticks
    )
    marks = "".join(
        f'<text x="{x(s):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{s:.0%}</text>' for s in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    points = " ".join(f"{x(share):.1f},{y(value):.1f}" for share, value in curve)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{clean(upwards)}">{lines}{marks}'
        f'<polyline class="curve" points="{points}"/><text x="{LEFT}" y="11">{clean(upwards)}</text>'
        f'<text x="{WIDTH - 12}" y="{HEIGHT - 4}" text-anchor="end">{clean(across)}</text></svg>'
    )


def clean(text: str) -> str:
    return html.escape(harmless(text))
