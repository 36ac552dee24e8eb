"""Writes everything of one report into a folder: the page, figures, graph files, tables and the record."""

from __future__ import annotations

from pathlib import Path

from policynlp.atomic import replace_files
from policynlp.network.cooccurrence import build_graph
from policynlp.presentation.clouds import draw_wordcloud
from policynlp.presentation.fonts import save_figure
from policynlp.presentation.graph_figures import draw_graph
from policynlp.presentation.graph_files import write_graph
from policynlp.presentation.page import write_page
from policynlp.presentation.records import write_record
from policynlp.presentation.tables import write_csvs, write_tables
from policynlp.schema import Analysis

__all__ = ["write_bundle"]


def write_bundle(analysis: Analysis, folder: str | Path, *, file: str = "", lang: str = "zh") -> None:
    """Write every output of one report into `folder`: all of them, or on an error none.

    The files are `analysis.json`, `page.html`, `graph.png`, `wordcloud.png`, `graph.gexf`, `graph.graphml`, `tables.xlsx` and
    `csv/*.csv`. Other files in the folder stay.

    Args:
        analysis: of one report.
        folder: made if absent.
        file: the report's file as the user named it.
        lang: language of figures and page, zh or en.

    Raises:
        StoreError: the folder cannot be written.
    """
    graph = build_graph(analysis)
    report = analysis.report
    title = " ".join(filter(None, [report.zone or report.title or report.id, str(report.year or "")]))
    with replace_files(folder) as place:
        write_record(analysis, place / "analysis.json", file=file)
        write_page(analysis, place / "page.html", lang=lang)
        save_figure(draw_graph(graph, title=title, lang=lang), place / "graph.png")
        save_figure(draw_wordcloud(analysis, lang=lang), place / "wordcloud.png", dpi=150)
        write_graph(graph, place / "graph.gexf")
        write_graph(graph, place / "graph.graphml")
        write_tables(analysis, place / "tables.xlsx")
        write_csvs(analysis, place / "csv")
