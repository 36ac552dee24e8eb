"""Writes everything of one report, or of several together, into a folder: the page, figures, graph files, tables and the record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import networkx as nx

from policynlp.atomic import replace_files
from policynlp.network.alignment import align_goals
from policynlp.network.cooccurrence import build_graph
from policynlp.network.relation_graph import build_relation_graph
from policynlp.network.themes import find_themes
from policynlp.presentation.charts import draw_shares
from policynlp.presentation.clouds import draw_wordcloud
from policynlp.presentation.flows import draw_goal_instruments
from policynlp.presentation.graph_figures import draw_graph
from policynlp.presentation.graph_files import write_graph
from policynlp.presentation.graph_tables import write_matrix
from policynlp.presentation.heat_maps import draw_alignment
from policynlp.presentation.page import write_page
from policynlp.presentation.page_data import page_title
from policynlp.presentation.provenance import write_provenance
from policynlp.presentation.records import RECORD, write_record
from policynlp.presentation.saving import save_figure
from policynlp.presentation.strategic import draw_themes
from policynlp.presentation.tables import network_frames, write_csvs, write_frame_csvs, write_frames, write_tables
from policynlp.reading.audit import audit_table
from policynlp.schema import Analysis

__all__ = ["settings_of", "write_bundle", "write_joint_bundle"]

GRAPH_FILES = ("graph.gexf", "graph.graphml", "graph.net", "graph.json", "graph.cyjs")


def write_bundle(analysis: Analysis, folder: str | Path, *, file: str = "", lang: str = "zh") -> None:
    """Write every output of one report into `folder`: all of them, or on an error none.

    Beside what `write_joint_bundle` writes: `analysis.json`, `tables.xlsx` and `csv/*.csv`. Other files in the folder stay.
    `provenance.json` says what made it all; `replay` makes it again.

    Args:
        analysis: of one report.
        folder: made if absent.
        file: the report's file as the user named it.
        lang: language of figures and page, zh or en.

    Raises:
        StoreError: the folder cannot be written.
    """
    report = analysis.report
    title = " ".join(filter(None, [report.zone or report.title or report.id, str(report.year or "")]))
    with replace_files(folder) as place:
        write_record(analysis, place / RECORD, file=file)
        write_tables(analysis, place / "tables.xlsx")
        write_csvs(analysis, place / "csv")
        write_views([analysis], place, title, lang)
        write_provenance(place, "analyze", [analysis], settings=settings_of(file, lang))


def settings_of(file: str, lang: str) -> dict[str, object]:
    """Give the settings that the outputs of one report depend on."""
    return {"file": file, "lang": lang}


def write_joint_bundle(analyses: Sequence[Analysis], folder: str | Path, *, lang: str = "zh") -> None:
    """Write what several reports show together: one page, figures, graph files and tables; all of them, or on an error none.

    The files are `page.html`; in `figures/` the graph (png, svg, pdf), word cloud, shares, alignment, goals with their
    instruments and themes; in `network/` the graph for other programs, the relations, the adjacency matrix and the
    tables; `network.xlsx`; `audit.csv`, what became of each file; `provenance.json`.

    Args:
        analyses: of one report or more.
        folder: made if absent; other files in it stay.
        lang: language of figures and page, zh or en.

    Raises:
        StoreError: the folder cannot be written.
    """
    with replace_files(folder) as place:
        write_views(analyses, place, page_title(analyses, lang), lang)
        write_frame_csvs({"audit": audit_table(analysis.report for analysis in analyses)}, place)
        write_provenance(place, "graph", analyses, settings={"lang": lang})


def write_views(analyses: Sequence[Analysis], place: Path, title: str, lang: str) -> None:
    """Write page, figures, graph files and network tables."""
    graph = build_graph(analyses)
    write_page(analyses, place / "page.html", lang=lang)
    write_figures(analyses, graph, place / "figures", title, lang)
    for name in GRAPH_FILES:
        write_graph(graph, place / "network" / name)
    write_graph(build_relation_graph(analyses), place / "network" / "relations.graphml")
    write_matrix(graph, place / "network" / "matrix.csv")
    frames = network_frames(analyses, graph)
    write_frames(frames, place / "network.xlsx")
    write_frame_csvs(frames, place / "network")


def write_figures(analyses: Sequence[Analysis], graph: nx.Graph[str], place: Path, title: str, lang: str) -> None:
    """Write the figures for print."""
    picture = draw_graph(graph, title=title, lang=lang)
    for suffix in ("png", "svg", "pdf"):
        save_figure(picture, place / f"graph.{suffix}")
    alignment = align_goals(analyses)
    for name, figure in {
        "wordcloud": draw_wordcloud(analyses, lang=lang),
        "shares": draw_shares(analyses, title=title, lang=lang),
        "alignment": draw_alignment(alignment, title=title, lang=lang),
        "goals": draw_goal_instruments(alignment, title=title, lang=lang),
        "themes": draw_themes(find_themes(graph), title=title, lang=lang),
    }.items():
        save_figure(figure, place / f"{name}.png")
