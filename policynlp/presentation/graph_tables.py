"""Writes graphs as tables: matrices for UCINET, node and edge lists, import files for Neo4j."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from policynlp.atomic import replace_file, replace_files
from policynlp.presentation.graph_rows import GraphRows, graph_rows, plain_text, unique
from policynlp.presentation.tables import LIVE, STAMP, WIDTHS, clean

__all__ = ["write_graph_tables", "write_matrix", "write_neo4j"]

Cells = Sequence[Any]
MOST_ROWS = 1_048_576  # of a worksheet
MOST_IN_MATRIX = 2_000  # nodes of a matrix in a workbook: four million cells, which take some ten seconds to write and as long to open
MOST_IN_MEMORY = 1_000  # rows of a matrix; a larger one goes to the disk row by row
NUMBERS = (int, float)
NEO4J_TYPES = {bool: ":boolean", int: ":long", float: ":double", str: "", list: ":string[]"}


def write_matrix(graph: nx.Graph[str], path: str | Path) -> None:
    """Write the adjacency matrix of a graph: names in the first row and column, weights in the cells, 0 where no edge is.

    UCINET reads it by Data > Import Excel > Matrices, R by `read.csv(row.names = 1)`. Weights are those of `write_graph`;
    those of parallel edges add up. Rows are sources and columns targets where the graph is directed.

    Args:
        graph: as `build_graph` or `build_relation_graph` gives it; it is not changed.
        path: .xlsx or .csv (UTF-8 with byte-order mark); the file appears whole or not at all. In a CSV a name that a
            spreadsheet would take for a formula gets an apostrophe in front.

    Raises:
        StoreError: the file cannot be written.
        ValueError: another suffix, or an .xlsx of more than 2,000 nodes; a .csv takes any number.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp(), "matrix.csv")
        >>> write_matrix(policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。")), target)
        >>> print(target.read_text("utf-8-sig").strip())
        ,数字经济,科技型中小企业
        数字经济,0,1
        科技型中小企业,1,0
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise ValueError(f"{target.name}: a matrix is written as .xlsx or .csv")
    rows = graph_rows(graph)
    size = len(rows.nodes) + 1
    if suffix == ".xlsx" and size > MOST_IN_MATRIX + 1:
        raise ValueError(f"{target.name}: a workbook is for {MOST_IN_MATRIX} nodes at most, and the graph has {size - 1}; write a .csv")
    with replace_file(target) as temporary:
        if suffix == ".csv":
            write_csv(matrix_rows(rows), temporary)
        else:
            write_workbook({"matrix": matrix_rows(rows)}, temporary, stream=size > MOST_IN_MEMORY)


def matrix_rows(rows: GraphRows) -> Iterator[Cells]:
    """Give the rows of the adjacency matrix one by one: only one is ever in memory."""
    weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for edge in rows.edges:
        weights[edge.source][edge.target] += edge.data["weight"]
        if not rows.directed and edge.source != edge.target:
            weights[edge.target][edge.source] += edge.data["weight"]
    names = [node.name for node in rows.nodes]
    yield ["", *names]
    for name in names:
        row = weights.get(name, {})
        yield [name, *(short(row.get(other, 0.0)) for other in names)]


def short(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def write_graph_tables(graph: nx.Graph[str], path: str | Path) -> None:
    """Write the nodes and the edges of a graph as tables: two sheets of a workbook, or two CSV files.

    Nodes: `name`, then every attribute. Edges: `source`, `target`, `weight` (as in `write_graph`), then every attribute;
    statement ids joined by «|». Text is only ever text: no cell becomes a formula or a link; in a CSV one that a spreadsheet
    would take for a formula gets an apostrophe in front. A cell holds at most 32,767 characters, Excel's limit.

    Args:
        graph: as `build_graph` or `build_relation_graph` gives it; it is not changed.
        path: a .xlsx file with the sheets nodes and edges, or a folder (no suffix) for nodes.csv and edges.csv, UTF-8 with
            byte-order mark. Both tables appear, or neither.

    Raises:
        StoreError: a file cannot be written.
        ValueError: another suffix, or more edges than a worksheet has rows.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp(), "graph")
        >>> write_graph_tables(policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。")), folder)
        >>> (folder / "edges.csv").read_text("utf-8-sig").splitlines()[1][:16]
        '数字经济,科技型中小企业,1.0'
    """
    target = Path(path)
    if target.suffix.lower() not in (".xlsx", ""):
        raise ValueError(f"{target.name}: graph tables are a .xlsx file, or CSV files in a folder whose name has no suffix")
    rows = graph_rows(graph)
    tables = {
        "nodes": list_rows(["name"], rows.node_types, [([node.name], node.data) for node in rows.nodes]),
        "edges": list_rows(["source", "target"], rows.edge_types, [([e.source, e.target], e.data) for e in rows.edges]),
    }
    if not target.suffix:
        with replace_files(target) as folder:
            for name, table in tables.items():
                write_csv(table, folder / f"{name}.csv")
        return
    if max(map(len, tables.values())) > MOST_ROWS:
        raise ValueError(f"{target.name}: a worksheet has {MOST_ROWS} rows and the graph more; give a folder, for CSV files")
    with replace_file(target) as temporary:
        write_workbook(tables, temporary)


def list_rows(heads: list[str], types: Mapping[str, type], items: Iterable[tuple[list[str], Mapping[str, Any]]]) -> list[Cells]:
    """Give a table of nodes or edges; what is missing is None."""
    columns = [key for key in types if key not in heads]
    cells = [[*names, *(data.get(key) for key in columns)] for names, data in items]
    return [[*heads, *columns], *([plain_text(c) if isinstance(c, list) else c for c in row] for row in cells)]


def write_neo4j(graph: nx.Graph[str], folder: str | Path) -> None:
    """Write a graph as CSV files for Neo4j: `nodes.csv` and `relationships.csv`.

    `neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv` reads them. A node's label is its
    entity type. The type of a relationship is the relation; CO_OCCURS in a co-occurrence graph, and IN_PACKAGE_WITH where a
    formula alone ties the names. Neo4j gives every relationship a direction; for these two it means nothing, so ask without
    an arrow. Weights are those of `write_graph`.

    Columns are typed (long, double, boolean, string[] with «;» between). A value that a spreadsheet would take for a formula
    gets an apostrophe in front, in names and in the ids that refer to them.

    Args:
        graph: as `build_graph` or `build_relation_graph` gives it; it is not changed.
        folder: made if absent; other files in it stay. Both files appear, or neither.

    Raises:
        StoreError: the folder cannot be written.

    Source:
        Neo4j Operations Manual, Import: CSV header format.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> write_neo4j(policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。")), folder)
        >>> (folder / "nodes.csv").read_text("utf-8").splitlines()[0]
        'name:ID,:LABEL,subtype,named:boolean,mentions:long,count:long,statements:string[]'
    """
    rows = graph_rows(graph)
    ids = dict(zip((n.name for n in rows.nodes), unique(neo4j_cell(n.name) for n in rows.nodes), strict=True))
    properties = {key: kind for key, kind in rows.node_types.items() if key not in ("kind", "name")}
    details = {key: kind for key, kind in rows.edge_types.items() if key != "relation"}
    nodes = [[ids[n.name], n.data.get("kind") or "ENTITY", *(n.data.get(key) for key in properties)] for n in rows.nodes]
    ties = [[ids[e.source], ids[e.target], e.relation, *(e.data.get(key) for key in details)] for e in rows.edges]
    tables: dict[str, list[Cells]] = {
        "nodes": [["name:ID", ":LABEL", *neo4j_heads(properties)], *nodes],
        "relationships": [[":START_ID", ":END_ID", ":TYPE", *neo4j_heads(details)], *ties],
    }
    with replace_files(folder) as place:
        for name, table in tables.items():
            with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([neo4j_cell(value) for value in row] for row in table)


def neo4j_heads(types: Mapping[str, type]) -> list[str]:
    return [key + NEO4J_TYPES[kind] for key, kind in types.items()]


def neo4j_cell(value: Any) -> str:
    """Spell a value on one line, as Neo4j expects by default; «;» would part an array."""
    if isinstance(value, list):
        value = ";".join(item.replace(";", "；") for item in value)
    return disarmed("" if value is None else " ".join(plain_text(value).splitlines()))


def disarmed(text: str) -> str:
    """Put an apostrophe before what a spreadsheet that opens the CSV would take for a formula."""
    return "'" + text if LIVE.match(text) else text


def write_csv(rows: Iterable[Cells], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(
            [clean(disarmed(value)) if isinstance(value, str) else value for value in row] for row in rows
        )


def write_workbook(sheets: Mapping[str, Iterable[Cells]], path: Path, *, stream: bool = False) -> None:
    """Write sheets whose first row is the header.

    Args:
        sheets: name -> rows.
        path: the file to write.
        stream: keep no more than a row in memory; text then stands in the cells, not in a shared table, which old readers miss.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": stream}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            book.set_properties({"created": STAMP})
            for name, rows in sheets.items():
                fill(book.add_worksheet(name), rows)
    except FileCreateError as error:
        raise OSError(str(error)) from error


def fill(sheet: Worksheet, rows: Iterable[Cells]) -> None:
    heads: Cells = []
    last = 0
    for last, row in enumerate(rows):
        heads = heads or row
        for column, value in enumerate(row):
            if type(value) in NUMBERS:
                sheet.write_number(last, column, value)  # without a look at what it might be: most cells of a matrix
            else:
                sheet.write(last, column, clean(value))
    for column, head in enumerate(heads):
        sheet.set_column(column, column, WIDTHS.get(head, 13))
    sheet.freeze_panes(1, 1)
    if heads[0]:  # a matrix has nothing above its names, and needs no filter
        sheet.autofilter(0, 0, max(last, 1), len(heads) - 1)
