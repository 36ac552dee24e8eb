"""Writes tables for spreadsheets: one workbook, or one CSV a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from policynlp.atomic import replace_file
from policynlp.network.alignment import align_goals
from policynlp.network.measures import describe_network, describe_nodes
from policynlp.network.themes import find_themes
from policynlp.presentation.harmless import harmless
from policynlp.reading.audit import audit_table
from policynlp.schema import Analysis

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["network_frames", "write_csvs", "write_frame_csvs", "write_frames", "write_tables"]

LONGEST_CELL = 32_767  # Excel's limit
# A cell that starts so is taken for a formula by some spreadsheet that opens a CSV.
LIVE = re.compile(r"\A(?:[\s\u200b\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])")
STAMP = datetime(2020, 1, 1)  # a workbook records when it was made; the same analysis must give the same bytes
WIDTHS = {"text": 70, "section": 30, "cues": 28, "statements": 24, "name": 24, "members": 30, "surfaces": 30, "parts": 60}


def write_tables(analysis: Analysis, path: str | Path) -> None:
    """Write the tables of a report as an Excel workbook, one sheet each.

    Text is only ever text: no cell becomes a formula or a link. A cell holds at most 32,767 characters, Excel's limit.

    Args:
        analysis: of one report.
        path: the .xlsx file to write; it appears whole or not at all.

    Raises:
        StoreError: the file cannot be written.
        ValueError: the suffix is not .xlsx.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp(), "tables.xlsx")
        >>> write_tables(policynlp.analyze("设立种子基金。"), target)
        >>> target.stat().st_size > 0
        True
    """
    write_frames(report_frames(analysis), path)


def report_frames(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Give the tables of a report: its results, and the audit of its file."""
    return analysis.to_frames() | {"audit": audit_table([analysis.report])}


def write_frames(frames: Mapping[str, pd.DataFrame], path: str | Path) -> None:
    """Write tables as an Excel workbook, one sheet each, as `write_tables` does; tuples in cells are joined by «|».

    Raises:
        StoreError: the file cannot be written.
        ValueError: the suffix is not .xlsx.
    """
    import pandas as pd

    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ValueError(f"{target.name}: the workbook's name must end in .xlsx")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with (
        replace_file(target) as temporary,
        pd.ExcelWriter(temporary, engine="xlsxwriter", engine_kwargs={"options": options}) as writer,
    ):
        writer.book.set_properties({"created": STAMP})
        for name, frame in frames.items():
            safe = frame.rename(columns=clean).map(clean)
            safe.to_excel(writer, sheet_name=name, index=False)
            sheet = writer.sheets[name]
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(safe), 1), len(safe.columns) - 1)
            for i, column in enumerate(safe.columns):
                sheet.set_column(i, i, WIDTHS.get(str(column), 13))


def network_frames(analyses: Analysis | Sequence[Analysis], graph: nx.Graph[str]) -> dict[str, pd.DataFrame]:
    """Give the tables of a graph: the network's figures, its nodes and edges, its themes, and goals beside measures and institutions.

    Args:
        analyses: what the graph was built from.
        graph: as `build_graph` gives it.
    """
    import pandas as pd

    edges = [{"source": a, "target": b, **data} for a, b, data in graph.edges(data=True)]
    return {
        "network": describe_network(graph),
        "nodes": describe_nodes(graph),
        "edges": pd.DataFrame(edges) if edges else pd.DataFrame(columns=["source", "target", "count", "weight", "statements"]),
        "themes": find_themes(graph),
        "alignment": align_goals(analyses),
    }


def write_csvs(analysis: Analysis, folder: str | Path) -> list[Path]:
    """Write the tables of a report as CSV files, UTF-8 with byte-order mark so that Excel reads the Chinese.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.

    Returns:
        The files written.

    Raises:
        StoreError: a file cannot be written.
    """
    return write_frame_csvs(report_frames(analysis), folder)


def write_frame_csvs(frames: Mapping[str, pd.DataFrame], folder: str | Path) -> list[Path]:
    """Write tables as CSV files, as `write_csvs` does."""
    written = []
    for name, frame in frames.items():
        path = Path(folder, f"{name}.csv")
        with replace_file(path) as temporary:
            disarm(frame).to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        written.append(path)
    return written


def disarm(frame: pd.DataFrame) -> pd.DataFrame:
    """Make every cell and heading harmless for spreadsheets that read formulas from text."""
    return frame.rename(columns=disarmed).map(disarmed)


def disarmed(value: Any) -> Any:
    """Give a cell that no spreadsheet takes for a formula: an apostrophe in front keeps it text."""
    value = clean(value)
    return f"'{value}" if isinstance(value, str) and LIVE.match(value) else value


def clean(value: Any) -> Any:
    """Give a cell without what a worksheet cannot hold."""
    if isinstance(value, tuple):
        value = "|".join(map(str, value))
    return harmless(value)[:LONGEST_CELL] if isinstance(value, str) else value
