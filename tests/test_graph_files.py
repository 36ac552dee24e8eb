"""Graph files: other people's readers find every node, edge, weight and attribute; names run nothing; bytes repeat."""

import csv
import errno
import hashlib
import json
import math
import re
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import openpyxl
import pytest

from policynlp.codebook import load_codebook
from policynlp.errors import StoreError
from policynlp.network import build_graph
from policynlp.network.relation_graph import build_relation_graph
from policynlp.presentation.graph_files import FORMATS, write_graph
from policynlp.presentation.graph_tables import write_graph_tables, write_matrix, write_neo4j
from policynlp.presentation.harmless import harmless

NAMES = [
    "</script><script>alert(1)</script>基金",
    "<img src=x onerror=alert(1)>",
    "“种子”'基金'\"平台\"\\",
    "=1+1",
    "@SUM(A1)",
    "甲\u2028乙\u2029丙",
    "银行\u202e卡",
    "零\x00号",
    "零\x01号",
    "两 行\n名;称,",
    "*Edges",
    "e1",
]
KINDS = ["FUND", "PLATFORM", "INDUSTRY", "ACTOR"]
GEXF = {"g": "http://www.gexf.net/1.2draft", "viz": "http://www.gexf.net/1.2draft/viz"}
GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}


def edge(count, weight, **more):
    numbers = {"goals": 0, "measures": count, "institutions": 0, "enumerated": 0}
    return {"count": count, "weight": weight, "statements": ("r#s1", "r#s2;")[: count or 1], **numbers, "part_of": False} | more


@pytest.fixture
def hostile():
    """A graph whose names attack every format."""
    graph = nx.Graph(reports=1, windows=9, unit="statement", note="a\x00</graph>")
    for i, name in enumerate(NAMES):
        node = {"kind": KINDS[i % 4], "subtype": "=cmd", "named": i % 2 == 0, "mentions": i + 1, "count": i + 1}
        graph.add_node(name, **node, statements=("r#s1", "=r#s2"))
    for a, b in pairwise(NAMES):
        graph.add_edge(b, a, **edge(2, 0.25))
    graph.add_edge(NAMES[0], NAMES[5], **edge(0, 0.0, part_of=True))
    return graph


@pytest.fixture(scope="module")
def graph(benxi):
    return build_graph(benxi)


@pytest.fixture(scope="module")
def relations(benxi):
    """The relation graph, with a pair that two statements tie by one relation."""
    graph = build_relation_graph(benxi)
    assert graph.number_of_edges() > 20
    head, tail, data = next(iter(graph.edges(data=True)))
    graph.add_edge(head, tail, **data | {"statement": "benxi-2014#twin"})
    return graph


def read(path):
    """Read a graph file by networkx."""
    if path.suffix == ".json":
        return nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges")
    if path.suffix == ".cyjs":
        return nx.cytoscape_graph(json.loads(path.read_text("utf-8")))
    return {".gexf": nx.read_gexf, ".graphml": nx.read_graphml, ".net": nx.read_pajek}[path.suffix](path)


def write(graph, folder, suffix):
    path = folder / f"graph{suffix}"
    write_graph(graph, path)
    return path


def xml(path):
    return ElementTree.parse(path).getroot()  # noqa: S314  the file is our own


def cells(path, encoding="utf-8-sig"):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, strict=True))


def pairs(graph):
    return sorted(tuple(sorted(map(str, ends))) for ends in graph.edges())


def column(rows, head):
    return [row[rows[0].index(head)] for row in rows[1:]]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_node_edge_and_weight_comes_back(graph, tmp_path, suffix):
    back = read(write(graph, tmp_path, suffix))
    assert not back.is_directed()
    assert set(back) == set(graph)
    assert pairs(back) == pairs(graph)
    least = min(data["weight"] for _, _, data in graph.edges(data=True) if data["weight"] > 0)
    for a, b, data in nx.Graph(back).edges(data=True):
        assert data["weight"] == (graph.edges[a, b]["weight"] or least)


@pytest.mark.parametrize("suffix", [".gexf", ".graphml", ".json", ".cyjs"])
def test_every_attribute_comes_back_with_its_type(graph, tmp_path, suffix):
    back = read(write(graph, tmp_path, suffix))
    lists = suffix in (".json", ".cyjs")
    for found, wanted in [(back.nodes[n], graph.nodes[n]) for n in graph] + [(back.edges[e], graph.edges[e]) for e in graph.edges]:
        for key in set(wanted) - {"weight"}:
            value = wanted[key]
            value = (list(value) if lists else "|".join(value)) if isinstance(value, tuple) else value
            assert found.get(key, "") == value, key
            assert type(found.get(key, "")) is type(value), key


@pytest.mark.parametrize("suffix", [".graphml", ".json", ".cyjs"])
def test_the_attributes_of_the_graph_come_back(graph, tmp_path, suffix):
    assert graph.graph.items() <= read(write(graph, tmp_path, suffix)).graph.items()


def test_gexf_says_what_the_graph_was_counted_from(graph, tmp_path):
    text = xml(write(graph, tmp_path, ".gexf")).findtext("g:meta/g:description", "", GEXF)
    assert f"windows: {graph.graph['windows']}" in text


def test_gexf_holds_the_look_that_gephi_reads(graph, tmp_path):
    root = xml(write(graph, tmp_path, ".gexf"))
    nodes = root.findall("g:graph/g:nodes/g:node", GEXF)
    types = load_codebook().types
    places = set()
    for node in nodes:
        data = graph.nodes[node.get("id")]
        colour, size, place = (node.find(f"viz:{name}", GEXF).attrib for name in ("color", "size", "position"))
        assert "#" + "".join(f"{int(colour[c]):02x}" for c in "rgb") == types[data["kind"]].label.colour.lower()
        assert float(size["value"]) == pytest.approx(10 * math.sqrt(data["count"]), abs=0.01)
        assert next(iter(size)) == "value"  # Gephi looks at the first attribute alone
        places.add((float(place["x"]), float(place["y"])))
    assert len(places) == len(nodes) == len(graph)
    assert all(float(e.get("weight")) > 0 for e in root.iter(f"{{{GEXF['g']}}}edge"))
    declared = {(a.get("class"), x.get("id")): x.get("type") for a in root.iterfind(".//g:attributes", GEXF) for x in a}
    used = {(scope, v.get("for")) for scope in ("node", "edge") for v in root.iterfind(f".//g:{scope}/g:attvalues/g:attvalue", GEXF)}
    assert used == set(declared)
    assert set(declared.values()) == {"string", "boolean", "long"}


def test_graphml_keys_have_ids_of_their_own(graph, tmp_path):
    root = xml(write(graph, tmp_path, ".graphml"))
    keys = {key.get("id"): key for key in root.findall("g:key", GRAPHML)}
    assert len(keys) == len(root.findall("g:key", GRAPHML))
    assert not {"d3", "d7"} & set(keys)  # Gephi takes these for labels
    for scope in ("node", "edge"):
        for data in root.iterfind(f".//g:{scope}/g:data", GRAPHML):
            assert keys[data.get("key")].get("for") == scope
            if keys[data.get("key")].get("attr.type") == "boolean":
                assert data.text in ("true", "false")


def test_pajek_finds_a_mark_numbers_and_quoted_labels(graph, tmp_path):
    content = write(graph, tmp_path, ".net").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf*Network ")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[1] == f"*Vertices {len(graph)}"
    for number, line in enumerate(lines[2 : 2 + len(graph)], start=1):
        found = re.fullmatch(r'(\d+) "([^"]+)" (0\.\d{4}) (0\.\d{4}) 0\.5000', line)
        assert int(found[1]) == number
        assert found[2] in graph
        assert 0.05 <= min(float(found[3]), float(found[4])) <= max(float(found[3]), float(found[4])) <= 0.95
    assert lines[2 + len(graph)] == "*Edges"


def test_cytoscape_finds_ids_places_and_interactions(graph, tmp_path):
    data = json.loads(write(graph, tmp_path, ".cyjs").read_text("utf-8"))
    nodes, edges = data["elements"]["nodes"], data["elements"]["edges"]
    ids = [x["data"]["id"] for x in nodes + edges]
    assert len(set(ids)) == len(ids)
    assert len({tuple(node["position"].values()) for node in nodes}) == len(nodes)
    assert {e["data"]["interaction"] for e in edges} <= {"CO_OCCURS", "IN_PACKAGE_WITH"}
    assert all((e["data"]["count"] == 0) == (e["data"]["interaction"] == "IN_PACKAGE_WITH") for e in edges)
    assert isinstance(data["data"], dict)


def test_all_programs_show_the_same_picture(graph, tmp_path):
    gexf, pajek, cytoscape = (read(write(graph, tmp_path, suffix)) for suffix in (".gexf", ".net", ".cyjs"))
    elements = json.loads((tmp_path / "graph.cyjs").read_text("utf-8"))["elements"]["nodes"]
    screen = {node["data"]["id"]: node["position"] for node in elements}
    for axis, direction in (("x", 1), ("y", -1)):  # Gephi's y grows upwards, the others' downwards
        ours = [direction * gexf.nodes[name]["viz"]["position"][axis] for name in graph]
        assert np.corrcoef(ours, [screen[name][axis] for name in graph])[0, 1] == pytest.approx(1)
        assert np.corrcoef(ours, [pajek.nodes[name][axis] for name in graph])[0, 1] == pytest.approx(1, abs=1e-4)
    assert set(cytoscape) == set(screen)


@pytest.mark.parametrize("suffix", FORMATS)
def test_relations_keep_direction_and_parallel_edges(relations, tmp_path, suffix):
    back = read(write(relations, tmp_path, suffix))
    assert back.is_directed()
    assert back.is_multigraph()
    assert set(back) == set(relations)
    assert sorted(back.edges()) == sorted(relations.edges())
    assert {data["weight"] for _, _, data in back.edges(data=True)} == {1.0}
    if suffix == ".net":
        assert sorted(d["l"] for _, _, d in back.edges(data=True)) == sorted(d["relation"] for _, _, d in relations.edges(data=True))
        return
    keys = ("relation", "verb", "statement", "kind", "instrument", "status")
    found, wanted = (sorted((a, b, *(d.get(k, "") for k in keys)) for a, b, d in g.edges(data=True)) for g in (back, relations))
    assert found == wanted
    assert len({key for _, _, key in back.edges(keys=True)}) == relations.number_of_edges()


def test_gephi_keeps_parallel_edges_apart_by_their_kind(relations, tmp_path):
    root = xml(write(relations, tmp_path, ".gexf"))
    found = sorted((e.get("source"), e.get("target"), e.get("kind")) for e in root.iterfind(".//g:edge", GEXF))
    assert found == sorted((a, b, data["relation"]) for a, b, data in relations.edges(data=True))
    assert {e.get("label") for e in root.iterfind(".//g:edge", GEXF)} & {"设立", "支持", "建设", "推进"}


@pytest.mark.parametrize("suffix", [s for s in FORMATS if s != ".net"])
def test_hostile_names_are_text(hostile, tmp_path, suffix):
    path = write(hostile, tmp_path, suffix)
    back = read(path)
    wanted = {harmless(name) for name in NAMES} | {"零\ufffd号~2"}
    assert set(back) == wanted
    assert back.number_of_edges() == hostile.number_of_edges()
    text = path.read_text("utf-8")
    assert "\x00" not in text
    assert "<script" not in text
    assert "<img" not in text
    if suffix in (".json", ".cyjs"):
        assert not set("<>&\u2028\u2029") & set(text)


def test_hostile_names_are_labels_in_pajek(hostile, tmp_path):
    path = write(hostile, tmp_path, ".net")
    back = read(path)
    assert len(back) == len(NAMES)
    assert back.number_of_edges() == hostile.number_of_edges()
    assert {"=1+1", "*Edges", "甲 乙 丙", "两 行 名;称,", "“种子”'基金'＂平台＂＼", "零\ufffd号", "零\ufffd号~2"} <= set(back)
    assert len(path.read_bytes().decode("utf-8-sig").splitlines()) == 3 + len(NAMES) + hostile.number_of_edges()


def test_a_tie_of_a_formula_weighs_as_the_lightest_edge(hostile, tmp_path):
    for suffix in (".gexf", ".graphml", ".json", ".cyjs"):
        back = read(write(hostile, tmp_path, suffix))
        tie = back.edges[NAMES[0], NAMES[5]]
        assert (tie["weight"], tie["count"], tie["part_of"]) == (0.25, 0, True)
    lone = nx.Graph()
    lone.add_edge("甲", "乙", **edge(0, 0.0, part_of=True))
    assert read(write(lone, tmp_path, ".gexf")).edges["甲", "乙"]["weight"] == 1.0


@pytest.mark.parametrize("suffix", FORMATS)
def test_odd_values_and_graphs_are_written(tmp_path, suffix):
    odd = nx.Graph()
    odd.add_node("甲", kind="FUND", count=np.int64(2), score=float("nan"), rank=1, tags={"b", "a"}, mixed="x", none=None)
    odd.add_node("乙", kind="没有", count=np.int64(3), score=np.float64(0.5), rank=1.5, tags=(), mixed=2, none=None)
    odd.add_edge("甲", "甲", weight=float("inf"))
    odd.add_edge("甲", "乙", weight=np.float32(0.5))
    back = read(write(odd, tmp_path, suffix))
    assert {frozenset(ends): data["weight"] for *ends, data in back.edges(data=True)} == {frozenset("甲"): 1.0, frozenset("甲乙"): 0.5}
    if suffix != ".net":
        first, second = back.nodes["甲"], back.nodes["乙"]
        assert (first["count"], first["rank"], first["mixed"]) == (2, 1.0, "x")
        assert (second["score"], second["rank"], second["mixed"]) == (0.5, 1.5, "2")
        assert first["tags"] in ("a|b", ["a", "b"])
        assert "score" not in first
        assert "none" not in first
    assert len(read(write(nx.Graph(), tmp_path, suffix))) == 0


def shuffled(graph):
    """The same graph, its nodes, edges and ends put in another way round."""
    other = type(graph)(**graph.graph)
    other.add_nodes_from(reversed(list(graph.nodes(data=True))))
    other.add_edges_from((b, a, data) for a, b, data in reversed(list(graph.edges(data=True))))
    return other


def test_the_same_graph_gives_the_same_bytes(graph, hostile, tmp_path):
    for name, chosen in (("benxi", graph), ("hostile", hostile)):
        for turn, given in (("a", chosen), ("b", shuffled(chosen))):
            folder = tmp_path / name / turn
            for suffix in FORMATS:
                write(given, folder, suffix)
            for suffix in (".xlsx", ".csv"):
                write_matrix(given, folder / f"matrix{suffix}")
            write_graph_tables(given, folder / "tables.xlsx")
            write_graph_tables(given, folder / "tables")
            write_neo4j(given, folder / "neo4j")
        a, b = (
            {p.relative_to(tmp_path / name / turn): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
            for turn in "ab"
            if (files := sorted(p for p in (tmp_path / name / turn).rglob("*") if p.is_file()))
        )
        assert len(a) == len(FORMATS) + 7
        assert a == b


def test_a_graph_is_not_changed_by_writing(graph, tmp_path):
    before = json.dumps(nx.node_link_data(graph, edges="edges"), sort_keys=True)
    for suffix in FORMATS:
        write(graph, tmp_path, suffix)
    write_matrix(graph, tmp_path / "m.csv")
    assert json.dumps(nx.node_link_data(graph, edges="edges"), sort_keys=True) == before


def sheet_rows(path, name):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[name].iter_rows()]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_matrix_is_the_adjacency_matrix(graph, tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    write_matrix(graph, path)
    rows = cells(path) if suffix == ".csv" else sheet_rows(path, "matrix")
    names = rows[0][1:]
    assert not rows[0][0]
    assert [row[0] for row in rows[1:]] == names == sorted(graph)
    found = np.array([row[1:] for row in rows[1:]], dtype=float)
    heavy = graph.copy()
    for _, _, data in heavy.edges(data=True):
        data["weight"] = data["weight"] or 1.0  # the lightest edge of this graph
    assert np.array_equal(found, nx.to_numpy_array(heavy, nodelist=names))


def test_the_matrix_of_relations_has_a_direction_and_adds_up(relations, tmp_path):
    write_matrix(relations, tmp_path / "m.csv")
    rows = cells(tmp_path / "m.csv")
    found = np.array([row[1:] for row in rows[1:]], dtype=float)
    assert np.array_equal(found, nx.to_numpy_array(relations, nodelist=rows[0][1:]))
    assert found.max() >= 2
    assert not np.array_equal(found, found.T)


def test_a_large_matrix_goes_to_the_disk(tmp_path, monkeypatch):
    ring = nx.cycle_graph(8)
    write_matrix(ring, tmp_path / "small.xlsx")
    monkeypatch.setattr("policynlp.presentation.graph_tables.MOST_IN_MEMORY", 5)
    write_matrix(ring, tmp_path / "large.xlsx")
    small, large = (sheet_rows(tmp_path / name, "matrix") for name in ("small.xlsx", "large.xlsx"))
    assert small == large
    assert small[1][1:] == [0, 1, 0, 0, 0, 0, 0, 1]
    assert "xl/sharedStrings.xml" not in zipfile.ZipFile(tmp_path / "large.xlsx").namelist()
    monkeypatch.setattr("policynlp.presentation.graph_tables.MOST_IN_MATRIX", 7)
    with pytest.raises(ValueError, match=r"has 8; write a \.csv"):
        write_matrix(ring, tmp_path / "larger.xlsx")
    write_matrix(ring, tmp_path / "larger.csv")


def test_tables_hold_what_the_graph_holds(graph, tmp_path):
    write_graph_tables(graph, tmp_path / "t.xlsx")
    write_graph_tables(graph, tmp_path / "t")
    assert sorted(p.name for p in (tmp_path / "t").iterdir()) == ["edges.csv", "nodes.csv"]
    for name, size in (("nodes", len(graph)), ("edges", graph.number_of_edges())):
        sheet, file = sheet_rows(tmp_path / "t.xlsx", name), cells(tmp_path / "t" / f"{name}.csv")
        assert len(sheet) == len(file) == size + 1
        assert sheet[0] == file[0]
    nodes, edges = (sheet_rows(tmp_path / "t.xlsx", name) for name in ("nodes", "edges"))
    assert nodes[0] == ["name", "kind", "subtype", "named", "mentions", "count", "statements"]
    assert dict(zip(column(nodes, "name"), column(nodes, "count"), strict=True)) == dict(graph.nodes("count"))
    assert edges[0][:3] == ["source", "target", "weight"]
    for a, b, count, statements in zip(*(column(edges, h) for h in ("source", "target", "count", "statements")), strict=True):
        assert count == graph.edges[a, b]["count"]
        assert statements == "|".join(graph.edges[a, b]["statements"])


def test_tables_of_relations_have_a_row_an_edge(relations, tmp_path):
    write_graph_tables(relations, tmp_path / "t")
    edges = cells(tmp_path / "t" / "edges.csv")
    assert sorted(column(edges, "statement")) == sorted(data["statement"] for _, _, data in relations.edges(data=True))
    assert {"relation", "verb", "kind", "instrument", "status"} <= set(edges[0])


def test_no_cell_is_a_formula(hostile, tmp_path):
    write_matrix(hostile, tmp_path / "m.xlsx")
    write_graph_tables(hostile, tmp_path / "t.xlsx")
    for name in ("m.xlsx", "t.xlsx"):
        book = openpyxl.load_workbook(tmp_path / name)
        found = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
        assert {c.data_type for c in found} <= {"s", "n", "b"}
        assert not [c for c in found if c.hyperlink]
        assert "=1+1" in {c.value for c in found}
    write_matrix(hostile, tmp_path / "m.csv")
    write_graph_tables(hostile, tmp_path / "t")
    write_neo4j(hostile, tmp_path / "n")
    for path in (tmp_path / "m.csv", *(tmp_path / "t").iterdir(), *(tmp_path / "n").iterdir()):
        values = [value for row in cells(path) for value in row]
        assert not [value for value in values if value.startswith(("=", "@", "+", "-", "\t", "\r"))], path
        assert {"'=1+1", "'@SUM(A1)"} <= set(values), path
        assert b"\x00" not in path.read_bytes()


NEO4J_READERS = {"long": int, "double": float, "boolean": {"true": True, "false": False}.__getitem__}


def neo4j_rows(path):
    """Read a Neo4j file as its importer does: on lines, by the types in the header."""
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    heads, *rows = cells(path, "utf-8")
    assert len(rows) == path.read_text("utf-8").count("\n") - 1
    fields = [head.partition(":") for head in heads]
    assert {kind for _, _, kind in fields} <= {"", "ID", "LABEL", "START_ID", "END_ID", "TYPE", "string[]", *NEO4J_READERS}
    return [
        {
            name or mark + kind: NEO4J_READERS.get(kind, str)(value) if value else None
            for (name, mark, kind), value in zip(fields, row, strict=True)
        }
        for row in rows
    ]


def test_neo4j_finds_nodes_and_relationships(graph, tmp_path):
    write_neo4j(graph, tmp_path)
    nodes, ties = neo4j_rows(tmp_path / "nodes.csv"), neo4j_rows(tmp_path / "relationships.csv")
    assert {row["name"] for row in nodes} == set(graph)
    for row in nodes:
        data = graph.nodes[row["name"]]
        assert (row[":LABEL"], row["count"], row["named"]) == (data["kind"], data["count"], data["named"])
        assert tuple(row["statements"].split(";")) == data["statements"]
    assert sorted(tuple(sorted((row[":START_ID"], row[":END_ID"]))) for row in ties) == pairs(graph)
    for row in ties:
        data = graph.edges[row[":START_ID"], row[":END_ID"]]
        assert (row["count"], row["part_of"]) == (data["count"], data["part_of"])
        assert row[":TYPE"] == ("CO_OCCURS" if data["count"] else "IN_PACKAGE_WITH")


def test_neo4j_finds_relations(relations, tmp_path):
    write_neo4j(relations, tmp_path)
    ties = neo4j_rows(tmp_path / "relationships.csv")
    keys = (":START_ID", ":END_ID", ":TYPE", "verb", "statement", "kind")
    found = sorted(tuple(row[key] or "" for key in keys) for row in ties)
    assert found == sorted((a, b, *(d[k] for k in ("relation", "verb", "statement", "kind"))) for a, b, d in relations.edges(data=True))


def test_neo4j_ids_of_hostile_names_meet(hostile, tmp_path):
    hostile.add_edge("=1+1", "'=1+1", **edge(1, 1.0))
    write_neo4j(hostile, tmp_path)
    ids = [row["name"] for row in neo4j_rows(tmp_path / "nodes.csv")]
    ties = neo4j_rows(tmp_path / "relationships.csv")
    assert len(set(ids)) == len(ids) == len(hostile)
    assert {row[end] for row in ties for end in (":START_ID", ":END_ID")} == set(ids)
    assert {row["statements"] for row in ties} == {"r#s1", "r#s1;r#s2；"}


def test_unknown_suffixes_are_refused(graph, tmp_path):
    for call, name in ((write_graph, "g.txt"), (write_matrix, "m.ods"), (write_graph_tables, "t.csv")):
        with pytest.raises(ValueError, match=re.escape(name)):
            call(graph, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file(graph, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    for call in (write_graph_tables, write_neo4j):
        with pytest.raises(StoreError):
            call(graph, tmp_path / "file")
    path = tmp_path / "m.xlsx"
    write_matrix(nx.path_graph(["甲", "乙"]), path)
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
    with pytest.raises(StoreError):
        write_matrix(graph, path)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "m.xlsx"]
