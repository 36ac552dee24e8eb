"""Draws all figures of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from policynlp.comparison.groups import Group
from policynlp.comparison.maps import map_groups
from policynlp.comparison.profiles import compare_profiles
from policynlp.presentation.comparison_charts import MOST_PANELS, draw_keywords, draw_promises
from policynlp.presentation.comparison_heat_maps import draw_likeness, draw_presence, draw_specialisation
from policynlp.presentation.comparison_map import draw_group_map
from policynlp.presentation.comparison_shares import draw_differences, draw_group_shares, draw_yearly_shares
from policynlp.presentation.messages import check_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from policynlp.comparison.comparison import Comparison
    from policynlp.schema import Analysis

__all__ = ["draw_comparison_figures"]


def draw_comparison_figures(comparison: Comparison, *, lang: str = "zh") -> dict[str, Figure]:
    """Draw all figures that a comparison has the data for.

    Args:
        comparison: as `compare` makes it; without a focus the first group is set off.
        lang: zh or en.

    Returns:
        Name -> matplotlib `Figure`: shares_class, shares_instrument, shares_type, differences, presence, specialisation, keywords,
        likeness_words, likeness_entities, map, promises, years. Nothing is saved.

    Raises:
        ValueError: `lang` is unknown.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> texts = {"甲": "设立种子基金。发展数字经济。", "乙": "发展数字经济。建设平台。"}
        >>> found = compare([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()], by="report")
        >>> "shares_class" in draw_comparison_figures(found)
        True
    """
    check_language(lang)
    names = [group.name for group in comparison.groups]
    focus = comparison.focus or names[0]
    table = comparison.table
    profiles, keywords = table("profiles"), table("keywords")
    figures: dict[str, Figure] = {}
    for layer, limit in (("class", 4), ("instrument", 6), ("type", 7)):
        if (profiles["layer"] == layer).any():
            figures[f"shares_{layer}"] = draw_group_shares(profiles, layer=layer, focus=focus, lang=lang, limit=limit)
    if len(names) > 1:
        figures["differences"] = draw_differences(table("differences"), focus=focus, lang=lang)
    if len(table("presence")):
        figures["presence"] = draw_presence(table("presence"), focus=focus, lang=lang)
    if len(table("specialisation")):
        figures["specialisation"] = draw_specialisation(table("specialisation"), focus=focus, lang=lang)
    if len(keywords):
        few = [focus, *(name for name in names if name != focus)] if len(names) <= MOST_PANELS else [focus]
        figures["keywords"] = draw_keywords(keywords, groups=few, lang=lang)
    if len(names) > 2:
        for measure in ("words", "entities"):
            figures[f"likeness_{measure}"] = draw_likeness(table(f"likeness_{measure}"), focus=focus, lang=lang)
        figures["map"] = draw_group_map(map_groups(comparison.groups), focus=focus, lang=lang)
    told = table("promises")
    if told["verdict"].isin(["met", "missed"]).any():
        figures["promises"] = draw_promises(told, lang=lang)
    if len(years := yearly_profiles(comparison)):
        figures["years"] = draw_yearly_shares(years, lang=lang)
    return figures


def yearly_profiles(comparison: Comparison) -> pd.DataFrame:
    """Give the profiles of each year of the zones that have several, with `zone` and `year`."""
    years: dict[tuple[str, int], list[tuple[str, Analysis]]] = {}
    for group in comparison.groups:
        for key, analysis in group.reports:
            if analysis.report.year is not None:
                years.setdefault((analysis.report.zone or key, analysis.report.year), []).append((key, analysis))
    several = [place for place in years if sum(other[0] == place[0] for other in years) > 1]
    groups = [Group(f"{zone}\t{year}", tuple(years[zone, year])) for zone, year in sorted(several)]
    table = compare_profiles(groups, layers=["class"])
    parts = table["group"].str.rpartition("\t") if len(table) else pd.DataFrame(columns=[0, 1, 2])
    return table.assign(zone=parts[0], year=parts[2])
