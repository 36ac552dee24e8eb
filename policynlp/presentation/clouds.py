"""Draws word clouds of entities and of terms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from policynlp.codebook import Label, load_codebook
from policynlp.network.counts import each_report
from policynlp.presentation.fonts import font_path
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import shorten
from policynlp.presentation.markers import KEY_LINE, draw_key, key_rows
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import MARGIN, QUIET, WIDTH, blank_sheet, check_limit
from policynlp.presentation.terms import weigh_terms
from policynlp.schema import Analysis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_wordcloud"]

CLOUD = (WIDTH - 2 * MARGIN, 4.8)  # inches
GRID = 100  # dots an inch of the grid on which the words are placed
LARGEST = 50  # dots
SEED = 7


def draw_wordcloud(
    analyses: Analysis | Iterable[Analysis], *, of: Literal["entities", "terms"] = "entities", lang: str = "zh", limit: int = 80
) -> Figure:
    """Draw the entities or the terms of one or several reports as a word cloud.

    Entities: size by mentions, colour by type; canonical names are drawn, nested mentions and the report's own zone left out.
    Terms: size by TF-IDF against the shipped background (see `weigh_terms`), colour by the class of statement where the term
    stands most often. Second copies count for nothing. The words are text, not pixels, in SVG and PDF.

    Args:
        analyses: one analysis or several.
        of: entities or terms.
        lang: language of the key, zh or en.
        limit: the most words to draw.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `of` or `lang` is unknown, or `limit` below 1.

    Example:
        >>> import policynlp
        >>> type(draw_wordcloud(policynlp.analyze("设立种子基金，发展数字经济。"))).__name__
        'Figure'
    """
    check_language(lang)
    check_limit(limit)
    if of not in ("entities", "terms"):
        raise ValueError(f"of is {of!r}; it must be entities or terms")
    codebook = load_codebook()
    weights, kinds = count_entities(analyses, limit) if of == "entities" else count_terms(analyses, limit)
    labels = {code: t.label for code, t in codebook.types.items()} if of == "entities" else codebook.classes
    with blank_sheet(WIDTH, CLOUD[1] + 2 * MARGIN + KEY_LINE + 0.1) as (figure, axes):
        if not weights:
            axes.text(WIDTH / 2, CLOUD[1] / 2, message("figure", f"no_{of}", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        draw_words(axes, weights, kinds, labels)
        present = set(kinds.values())
        key = [("", label.colour, label.name(lang)) for code, label in labels.items() if code in present]
        draw_key(axes, key_rows(key, CLOUD[0]), left=MARGIN, top=CLOUD[1] + MARGIN + 0.1 + KEY_LINE)
    return figure


def count_entities(analyses: Analysis | Iterable[Analysis], limit: int) -> tuple[dict[str, float], dict[str, str]]:
    """Count the mentions of each name, the commonest first, and give its commonest type."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _, analysis in each_report(analyses):
        for entity in analysis.entities:
            if not entity.nested and not entity.zone:
                for name in entity.names:
                    found[shorten(harmless(name))][entity.kind] += 1
    # Ties are broken by name, so that the picture does not depend on the order of reading.
    ranked = sorted(found, key=lambda name: (-found[name].total(), name))[:limit]
    kinds = {name: min(found[name], key=lambda kind: (-found[name][kind], kind)) for name in ranked}
    return {name: float(found[name].total()) for name in ranked}, kinds


def count_terms(analyses: Analysis | Iterable[Analysis], limit: int) -> tuple[dict[str, float], dict[str, str]]:
    """Weigh the terms, the heaviest first, and give the class of statement where each stands most often."""
    table = weigh_terms(analyses, limit=limit)
    names = [shorten(harmless(term)) for term in table["term"]]
    weights = {name: float(weight) for name, weight in zip(names, table["tfidf"], strict=True) if weight > 0}
    return weights, {name: kind for name, kind in zip(names, table["kind"], strict=True) if name in weights}


def draw_words(axes: Axes, weights: Mapping[str, float], kinds: Mapping[str, str], labels: Mapping[str, Label]) -> None:
    """Place the words so that none covers another, and write them as text."""
    from PIL import ImageFont
    from wordcloud import WordCloud

    cloud = WordCloud(
        font_path=str(font_path()),
        width=int(CLOUD[0] * GRID),
        height=int(CLOUD[1] * GRID),
        prefer_horizontal=1.0,
        relative_scaling=0.45,
        max_font_size=LARGEST,
        min_font_size=9,
        margin=5,
        max_words=len(weights),
        random_state=SEED,
    )
    cloud.generate_from_frequencies(dict(weights))
    for (word, _), size, (row, column), _, _ in cloud.layout_:
        # A place is where the ink begins, not the line.
        left, top, _, _ = ImageFont.truetype(str(font_path()), size).getbbox(word, anchor="ls")
        x, y = MARGIN + (column - left) / GRID, MARGIN + CLOUD[1] - (row - top) / GRID
        axes.text(x, y, word, fontsize=size / GRID * 72, color=labels[kinds[word]].colour, va="baseline", ha="left")
