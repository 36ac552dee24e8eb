"""A store as DuckDB sees it: a table over the files of all parts, and ready views on top."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import duckdb

from policynlp.corpus.files import Folder, RemoteFolder
from policynlp.corpus.manifest import Part
from policynlp.corpus.parts import part_path
from policynlp.corpus.tables import TABLES

__all__ = ["VIEWS", "connect", "tables_in"]

# In the order in which they build on each other. Titles and page furniture are no statements (codebook S).
VIEWS = {
    # What a document is called in graphs and comparisons: its report's name, numbered where several share it.
    "keys": """
        select document, report || case when turn > 1 then '~' || turn else '' end as key,
            row_number() over (order by document) as number
        from (select document, report, row_number() over (partition by report order by document) as turn from documents)""",
    "said": "select * from statements where role not in ('title', 'boilerplate')",
    # Each mention that counts for the graph, the members of a headless coordination one by one (codebook G).
    "mentions": """
        select e.document, e.statement, s.place, s.kind as layer, e.kind, e.subtype, e.named,
            unnest(case when len(e.members) > 0 then e.members else [e.name] end) as name
        from entities e join said s on s.document = e.document and s.id = e.statement
        where not e.nested and not e.zone""",
    "pair_counts": """
        select head, tail, count(*) as count, count(distinct document) as documents,
            count(*) filter (layer = 'GOAL') as goals, count(*) filter (layer = 'MEASURE') as measures,
            count(*) filter (layer = 'INSTITUTION') as institutions, count(*) filter (others > 0) as enumerated
        from pairs where not part_of group by head, tail""",
    "entities_by_zone_and_year": """
        select coalesce(nullif(d.zone, ''), d.report) as zone, d.year, m.kind, m.name,
            count(*) as mentions, count(distinct m.document) as documents
        from mentions m join documents d using (document) group by all""",
    "classes": """
        select coalesce(nullif(d.zone, ''), d.report) as zone, coalesce(nullif(d.region, ''), '?') as region,
            coalesce(cast(d.year as varchar), '?') as year, s.kind, count(*) as statements
        from said s join documents d using (document) group by all""",
    "class_shares_by_zone": """
        select zone, kind, sum(statements)::bigint as statements,
            sum(statements) / sum(sum(statements)) over (partition by zone) as share
        from classes group by zone, kind""",
    "class_shares_by_year": """
        select year, kind, sum(statements)::bigint as statements,
            sum(statements) / sum(sum(statements)) over (partition by year) as share
        from classes group by year, kind""",
    "instruments_by_zone_and_year": """
        select coalesce(nullif(d.zone, ''), d.report) as zone, d.year, s.instrument, count(*) as statements
        from (select document, unnest(instruments) as instrument from said) s join documents d using (document) group by all""",
}


def connect(folder: Folder, parts: Sequence[Part]) -> duckdb.DuckDBPyConnection:
    """Open a connection that sees just these parts and, on a disk, no file outside the store."""
    link = duckdb.connect(":memory:")
    link.execute("set autoinstall_known_extensions = false")
    if isinstance(folder, RemoteFolder):
        link.register_filesystem(folder.system)
    for table, schema in TABLES.items():
        files = [
            folder.place(part_path(part.name, f"{table}.parquet")) for part in parts if any(f.table == table and f.rows for f in part.files)
        ]
        if files:
            link.execute(f"create view {table} as select * from read_parquet({quote(files)})")  # noqa: S608
        else:
            link.register(f"no_{table}", schema.empty_table())
            link.execute(f"create view {table} as select * from no_{table}")  # noqa: S608
    for name, sql in VIEWS.items():
        with suppress(duckdb.BinderException, duckdb.CatalogException):  # a store of older code has not every column
            link.execute(f"create view {name} as {sql}")
    if not isinstance(folder, RemoteFolder):
        link.execute(f"set allowed_directories = {quote([folder.place('')])}")
        link.execute("set enable_external_access = false")
    link.execute("set lock_configuration = true")
    return link


def tables_in(sql: str) -> set[str]:
    """Give the tables whose names, or those of views on them, stand in a statement; rather one too many.

    Example:
        >>> sorted(tables_in("select * from classes"))
        ['documents', 'statements']
    """
    text = sql.casefold()
    for name in reversed(VIEWS):
        if name in text:
            text += VIEWS[name]
    return {name for name in TABLES if name in text}


def quote(values: Sequence[str]) -> str:
    """Write strings as a SQL list."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
