"""The co-occurrence graph of a store, by group-by: only the edges that stay come into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from policynlp.network.cooccurrence import ENUMERATIONS, Enumerations

if TYPE_CHECKING:
    from policynlp.corpus.store import Corpus

__all__ = ["build_stored_graph"]

CHOSEN = "create temp table chosen as select k.* from keys k join documents d using (document) where {where}"
NODES = """
    with found as (select m.*, c.key, c.number from mentions m join chosen c using (document) where {layer}),
    kinds as (select name, kind, count(*) as n from found group by all),
    subtypes as (select name, subtype, count(*) as n from found group by all),
    places as (select distinct name, number, place, key || '#' || statement as id from found)
    select f.name, k.kind, s.subtype, bool_or(f.named) as named, count(*) as mentions, any_value(p.count) as count, any_value(p.ids) as ids
    from found f
    join (select name, first(kind order by n desc, kind) as kind from kinds group by name) k using (name)
    join (select name, first(subtype order by n desc, subtype) as subtype from subtypes group by name) s using (name)
    join (select name, count(*) as count, {ids} as ids from places group by name) p using (name)
    group by f.name, k.kind, s.subtype order by f.name"""
EDGES = """
    with found as (select p.*, c.key, c.number from pairs p join chosen c using (document) where p.part_of or {layer}),
    named as (select distinct m.document, m.name from mentions m join chosen c using (document) where {layer}),
    known as (
        select * from found where not part_of union all
        select f.* from found f semi join named a on a.document = f.document and a.name = f.head
        semi join named b on b.document = f.document and b.name = f.tail where f.part_of),
    totals as (
        select head, tail, count(*) filter (not part_of) as count,
            count(*) filter (not part_of and layer = 'GOAL') as goals,
            count(*) filter (not part_of and layer = 'MEASURE') as measures,
            count(*) filter (not part_of and layer = 'INSTITUTION') as institutions,
            count(*) filter (not part_of and others > 0) as enumerated,
            coalesce(sum(1 / others) filter (not part_of and others > 0), 0) as shared,
            bool_or(part_of) as part_of
        from known group by head, tail),
    kept as (
        select *, round(count - enumerated + {weight}, 6) as weight from totals
        where part_of or (count >= ? and count - enumerated + {weight} > 0))
    select k.head, k.tail, any_value(k.count), any_value(k.weight),
        {ids} filter (f.part_of = (k.count = 0)) as ids,
        any_value(k.goals), any_value(k.measures), any_value(k.institutions), any_value(k.enumerated), any_value(k.part_of)
    from kept k join known f using (head, tail) group by k.head, k.tail order by k.head, k.tail"""
ALL = "list({id} order by {number}, {place})"
FIRST = "arg_min({id}, {number} * 4294967296 + {place}, {evidence})"  # 2 ** 32: no document has so many statements
NODE_IDS = {"id": "id", "number": "number", "place": "place"}
EDGE_IDS = {"id": "f.key || '#' || f.statement", "number": "f.number", "place": "f.place"}
WEIGHTS = {"keep": "enumerated", "share": "shared", "drop": "0"}
EDGE_FIELDS = ("count", "weight", "statements", "goals", "measures", "institutions", "enumerated", "part_of")


def build_stored_graph(
    corpus: Corpus,
    *,
    where: str = "true",
    layer: str | None = None,
    min_count: int = 1,
    enumerations: Enumerations = "keep",
    evidence: int | None = None,
) -> nx.Graph[str]:
    """Build the graph that `build_graph` would give for the documents of a store, with the statement as window.

    Reports come in the order of their documents' ids. For large corpora choose `min_count` so that the edges fit into memory
    (networkx is comfortable up to about a million), and `evidence` so that the ids of their statements do.

    Args:
        corpus: the store.
        where: a condition in SQL on the columns of `documents`, such as `year = 2024`.
        layer: GOAL, MEASURE, INSTITUTION or OTHER keeps only statements of that class.
        min_count: the smallest number of statements that an edge needs; `part_of` edges stay in any case.
        enumerations: as for `build_graph`: keep, share or drop.
        evidence: how many statements to name behind each node and edge, the first ones; all by default. Counts count all.

    Returns:
        A graph with the attributes that `build_graph` describes.

    Raises:
        ValueError: an option is unknown, or `where` is no condition.
        StoreError: a file of the store is damaged.

    Example:
        >>> import tempfile
        >>> from policynlp.corpus.store import open_store
        >>> from policynlp.resources import corpora_path
        >>> with open_store(tempfile.mkdtemp() + "/store", create=True) as corpus:
        ...     added = corpus.add([corpora_path("reports", "benxi-2014.txt")])
        ...     graph = build_stored_graph(corpus, where="year = 2014", min_count=2)
        >>> graph.graph["reports"], graph.graph["unit"]
        (1, 'statement')
    """
    if min_count < 1:
        raise ValueError(f"min_count is {min_count}; it must be 1 or more")
    if evidence is not None and evidence < 1:
        raise ValueError(f"evidence is {evidence}; it must be 1 or more, or None for all")
    if enumerations not in ENUMERATIONS:
        raise ValueError(f"enumerations is {enumerations!r}; it must be one of {', '.join(ENUMERATIONS)}")
    condition = f"layer = '{layer.replace(chr(39), chr(39) * 2)}'" if layer else "true"
    windows = f"select count(*) from said join chosen using (document) where {condition.replace('layer', 'kind', 1)}"  # noqa: S608
    corpus.run("drop table if exists chosen")
    corpus.run(CHOSEN.format(where=f"({where})"))
    reports = corpus.run("select count(*) from chosen")[0][0]
    graph: nx.Graph[str] = nx.Graph(reports=reports, windows=corpus.run(windows)[0][0], unit="statement", enumerations=enumerations)
    ids_of = ALL if evidence is None else FIRST
    nodes = NODES.format(layer=condition, ids=ids_of.format(**NODE_IDS, evidence=evidence))
    for name, kind, subtype, named, mentions, count, ids in corpus.run(nodes):
        graph.add_node(name, kind=kind, subtype=subtype, named=named, mentions=mentions, count=count, statements=tuple(ids))
    edges = EDGES.format(layer=condition, weight=WEIGHTS[enumerations], ids=ids_of.format(**EDGE_IDS, evidence=evidence))
    for head, tail, *values in corpus.run(edges, [min_count]):
        graph.add_edge(head, tail, **dict(zip(EDGE_FIELDS, values, strict=True)))
        graph.edges[head, tail]["statements"] = tuple(values[2])
    return graph
