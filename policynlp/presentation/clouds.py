"""Draws the word cloud of a report's entities."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from policynlp.codebook import load_codebook
from policynlp.presentation.fonts import chinese_text, font_path
from policynlp.presentation.harmless import harmless
from policynlp.presentation.messages import check_language, message
from policynlp.schema import Analysis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_wordcloud"]

PIXELS = (1200, 675)
SCALE = 2  # the words are placed on a grid half as fine as the picture
SEED = 7


def draw_wordcloud(analysis: Analysis, *, lang: str = "zh", limit: int = 80) -> Figure:
    """Draw the entities of a report as a word cloud: size by mentions, colour by type.

    Canonical names are drawn, nested mentions and the report's own zone left out; second copies count for nothing.

    Args:
        analysis: of one report.
        lang: language of the legend, zh or en.
        limit: the most names to draw.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown or `limit` below 1.

    Example:
        >>> import policynlp
        >>> type(draw_wordcloud(policynlp.analyze("设立种子基金，发展数字经济。"))).__name__
        'Figure'
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from wordcloud import WordCloud

    check_language(lang)
    if limit < 1:
        raise ValueError(f"limit is {limit}; it must be 1 or more")
    counts: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for entity in analysis.entities:
        if not entity.nested and not entity.zone:
            for name in map(harmless, entity.names):
                counts[name] += 1
                kinds.setdefault(name, entity.kind)
    types = load_codebook().types
    with chinese_text():
        figure = Figure(figsize=(12, 7.2), dpi=100)
        axes = figure.add_axes((0.01, 0.01, 0.98, 0.9))
        axes.set_axis_off()
        if not counts:
            axes.text(0.5, 0.5, message("figure", "cloud_empty", lang), ha="center", fontsize=14, color="#666666")
            return figure
        cloud = WordCloud(
            font_path=str(font_path()),
            width=PIXELS[0],
            height=PIXELS[1],
            scale=SCALE,
            background_color="white",
            prefer_horizontal=1.0,
            relative_scaling=0.45,
            max_font_size=95,
            min_font_size=9,
            margin=5,
            max_words=limit,
            random_state=SEED,
            color_func=lambda word, **_: types[kinds[word]].label.colour,
        )
        # Ties are broken by name, so that the picture does not depend on the order of reading.
        cloud.generate_from_frequencies(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))
        axes.imshow(cloud.to_array(), interpolation="bilinear")
        present = {kinds[name] for name, _ in counts.most_common(limit)}
        handles = [
            Line2D([], [], marker="o", linestyle="", markersize=9, color=t.label.colour, label=t.label.name(lang))
            for code, t in types.items()
            if code in present
        ]
        figure.legend(handles=handles, loc="upper center", ncols=len(handles), frameon=False, fontsize=12, handletextpad=0.2)
    return figure
