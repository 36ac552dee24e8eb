"""The store: its tables are those of the analyses, its files are checked, its changes are whole."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import SIZE, tables_of

import policynlp
from policynlp.comparison.groups import group_analyses
from policynlp.corpus.documents import name_documents
from policynlp.corpus.manifest import MANIFEST, checksum
from policynlp.corpus.store import Corpus, open_store
from policynlp.corpus.tables import TABLES, to_array
from policynlp.errors import StoreError
from policynlp.network.cooccurrence import build_graph


@pytest.fixture
def store(undisturbed, tmp_path):
    """A copy of the store to change."""
    shutil.copytree(undisturbed[0], tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture(scope="module")
def analyses(paths):
    return policynlp.analyze_many(paths, on_error=lambda _: None)


def test_rows_are_those_of_the_analyses(undisturbed, analyses, documents):
    plain = (str, int, float, bool)
    with open_store(undisturbed[0]) as corpus:
        for table in ("statements", "entities", "formulas", "relations", "sections"):
            rows = [row for analysis in analyses for row in getattr(analysis, table)]
            fields = rows[0].__dataclass_fields__
            names = [name for name in fields if name != "score" and all(isinstance(getattr(row, name), plain) for row in rows)]
            stored = corpus.run(f"select {', '.join(map(json.dumps, names))} from {table} order by document, place")  # noqa: S608
            assert stored == [tuple(getattr(row, name) for name in names) for row in rows]
        ids = [row[0] for row in corpus.run("select document from documents order by 1")]
        assert ids == [Path(a.report.path).relative_to(documents).as_posix() for a in analyses]


def test_lists_come_back_as_lists(undisturbed, analyses):
    with open_store(undisturbed[0]) as corpus:
        rows = corpus.run("select cues, section, instruments, copies from statements order by document, place")
    expected = [(list(s.cues), list(s.section), list(s.instruments), [list(c) for c in s.copies]) for a in analyses for s in a.statements]
    assert rows == expected


@pytest.mark.parametrize(
    "options",
    [{}, {"layer": "MEASURE"}, {"layer": "GOAL", "min_count": 2}, {"enumerations": "share"}, {"enumerations": "drop", "min_count": 3}],
)
def test_the_graph_by_group_by_is_that_of_the_analyses(undisturbed, analyses, options):
    with open_store(undisturbed[0]) as corpus:
        stored = corpus.graph(**options)
    graph = build_graph(analyses, **options)
    assert graph.number_of_edges() > 10
    assert stored.graph == graph.graph
    assert list(stored.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(stored.edges(data=True)) == list(graph.edges(data=True))


@pytest.mark.parametrize("options", [{}, {"enumerations": "share", "min_count": 2}])
def test_a_graph_may_name_only_the_first_statements(undisturbed, analyses, options):
    with open_store(undisturbed[0]) as corpus:
        stored = corpus.graph(evidence=2, **options)
        with pytest.raises(ValueError, match="evidence is 0"):
            corpus.graph(evidence=0)
    graph = build_graph(analyses, **options)
    for things in (graph.nodes, graph.edges):
        for thing in things:
            things[thing]["statements"] = things[thing]["statements"][:2]
    assert list(stored.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(stored.edges(data=True)) == list(graph.edges(data=True))


def test_a_graph_of_some_documents(undisturbed, analyses):
    with open_store(undisturbed[0]) as corpus:
        stored = corpus.graph(where="year = 2024 and characters > 300")
        assert corpus.graph(where="false").number_of_nodes() == 0
        with pytest.raises(ValueError, match="nonsense"):
            corpus.graph(where="nonsense = 1")
    graph = build_graph([a for a in analyses if a.report.year == 2024 and len(a.report.text) > 300])
    assert [(a, b, d["count"]) for a, b, d in stored.edges(data=True)] == [(a, b, d["count"]) for a, b, d in graph.edges(data=True)]


@pytest.mark.parametrize("by", ["zone", "year"])
def test_class_shares_are_those_of_the_compared_groups(undisturbed, analyses, by):
    with open_store(undisturbed[0]) as corpus:
        stored = {(group, kind): (n, share) for group, kind, n, share in corpus.run(f"select * from class_shares_by_{by}")}  # noqa: S608
    expected = {}
    for group in group_analyses(analyses, by=by):
        counts = Counter(s.kind for _, s in group.statements)
        expected |= {(group.name, kind): (n, pytest.approx(n / counts.total())) for kind, n in counts.items()}
    assert stored == expected


def test_entities_by_zone_and_year(undisturbed, analyses):
    with open_store(undisturbed[0]) as corpus:
        rows = corpus.run("select sum(mentions), count(distinct name) from entities_by_zone_and_year")
    counts = policynlp.count_together(analyses)
    assert rows == [(counts.mentions.total(), len(counts.names))]


def test_bad_files_are_rows_of_errors(undisturbed):
    with open_store(undisturbed[0]) as corpus:
        assert corpus.run("select document, error, problem <> '' and remedy <> '' from errors order by all") == [
            ("a/bad.txt", "ReportError", True),
            ("b/empty.txt", "ReportError", True),
        ]


def test_adding_again_reads_nothing_again(store, paths, documents):
    before = (store / MANIFEST).read_bytes()
    with open_store(store) as corpus:
        assert corpus.add(paths, root=documents, size=SIZE).skipped == len(paths)
    assert (store / MANIFEST).read_bytes() == before


def unscored(store):
    """Give all tables but the scores, whose last digit depends on which reports were analysed together."""
    with store if isinstance(store, Corpus) else open_store(store) as corpus:
        scored = [name for name in TABLES if "score" in TABLES[name].names]
        return {name: corpus.run(f"select * {'exclude (score)' if name in scored else ''} from {name} order by all") for name in TABLES}  # noqa: S608


def test_parts_may_have_any_size(undisturbed, paths, documents, tmp_path):
    with open_store(tmp_path / "store", create=True) as corpus:
        corpus.add(iter(paths[::-1]), root=documents, size=77)
        assert unscored(corpus) == unscored(undisturbed[0])


def test_removed_documents_are_gone_from_every_table(store, undisturbed, documents, paths):
    gone = [path.relative_to(documents).as_posix() for path in paths[3::7]] + ["a/bad.txt"]
    with open_store(store) as corpus:
        corpus.remove(gone)
        column = {table: TABLES[table].names.index("document") for table in TABLES}
        assert tables_of(corpus) == {t: [r for r in rows if r[column[t]] not in set(gone)] for t, rows in undisturbed[1].items()}
        corpus.add(paths, root=documents, size=SIZE)
        assert unscored(corpus) == unscored(undisturbed[0])
        with pytest.raises(ValueError, match="not in the store: 'nowhere'"):
            corpus.remove(["nowhere"])


def test_a_whole_part_is_removed_and_made_again(store, undisturbed, documents, paths):
    with open_store(store) as corpus:
        for _ in range(2):  # a part that was retired is not taken for a finished one
            corpus.remove([path.relative_to(documents).as_posix() for path in paths[:SIZE]])
            corpus.add(paths, root=documents, size=SIZE)
            assert tables_of(corpus) == undisturbed[1]
        assert corpus.verify() == []


def test_replaced_documents_are_read_again(tmp_path):
    files = [tmp_path / f"{name}.txt" for name in "abc"]
    for file in files:
        file.write_text("设立产业引导基金。", "utf-8")
    with open_store(tmp_path / "store", create=True) as corpus:
        corpus.add(files, root=tmp_path)
        files[1].write_text("建设创新平台。", "utf-8")
        assert corpus.add(files, root=tmp_path).skipped == 3
        assert corpus.run("select count(*) from entities where name = '产业引导基金'") == [(3,)]
        with open_store(tmp_path / "store") as reader:
            corpus.replace(files[1:2], root=tmp_path)
            assert reader.run("select count(*) from entities where name = '产业引导基金'") == [(3,)]  # as it was opened
            reader.refresh()
            assert reader.run("select count(*) from entities where name = '产业引导基金'") == [(2,)]
        assert corpus.run("select text from statements where document = 'b.txt'") == [("建设创新平台。",)]
        assert corpus.run("select count(*) from documents") == [(3,)]


def test_a_flipped_bit_never_gives_a_wrong_answer(store):
    with open_store(store) as corpus:
        part = corpus.manifest.parts[-1].name
    target = store / "parts" / part / "statements.parquet"
    whole = target.read_bytes()
    for i in range(40):
        place = len(whole) * i // 40 + i % 7
        target.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << i % 8]) + whole[place + 1 :])
        with open_store(store) as corpus:
            assert corpus.verify() == [str(target)]
            assert corpus.run("select count(*) > 0 from documents") == [(True,)]  # another table
            for table in ("statements", "class_shares_by_year"):
                with pytest.raises(StoreError, match=r"statements\.parquet: the file is damaged"):
                    corpus.query(f"select count(*) from {table}")  # noqa: S608
            with pytest.raises(StoreError, match=r"statements\.parquet: the file is damaged"):
                corpus.remove(pq.read_table(target.with_name("documents.parquet"))["document"].to_pylist()[:1])


def test_a_damaged_part_is_dropped_and_made_again(store, undisturbed, documents, paths):
    with open_store(store) as corpus:
        part = corpus.manifest.parts[2].name
        (store / "parts" / part / "pairs.parquet").unlink()
        (store / "parts" / "stray").mkdir()
        with pytest.raises(StoreError, match=r"pairs\.parquet: the file is damaged or missing\. Call repair"):
            corpus.graph()
        assert corpus.repair() == [part]
        assert not (store / "parts" / "stray").exists()
        assert corpus.verify() == []
        corpus.add(paths, root=documents, size=SIZE)
        assert tables_of(corpus) == undisturbed[1]


def test_a_second_writer_is_refused_and_readers_are_not(store, documents, paths):
    code = (
        "import sys; from policynlp.corpus.store import Corpus, open_store; from policynlp.errors import StoreError\n"
        "corpus = open_store(sys.argv[1]); print(corpus.run('select count(*) from documents'))\n"
        "try: corpus.add([])\n"
        "except StoreError as error: print(error)\n"
    )
    with open_store(store) as corpus, corpus.writing():
        done = subprocess.run([sys.executable, "-c", code, str(store)], capture_output=True, text=True, check=True)
    assert f"[({len(paths) - 2},)]" in done.stdout
    assert "is writing to this store. Wait until it has ended" in done.stdout
    with open_store(store) as corpus:
        corpus.add([])


def test_a_dead_writer_holds_nothing_and_one_of_another_machine_does(store):
    code = (
        "import os, sys; from policynlp.corpus.store import open_store\n"
        "writing = open_store(sys.argv[1]).writing(); writing.__enter__(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(store)]).returncode == 9
    assert (store / ".writer.json").exists()
    with open_store(store) as corpus:
        corpus.add([])
    (store / ".writer.json").write_text(json.dumps({"pid": 1, "host": "elsewhere"}))
    with open_store(store) as corpus, pytest.raises(StoreError, match="process 1 on elsewhere is writing"):
        corpus.add([])


def change_manifest(store, **changes):
    record = json.loads((store / MANIFEST).read_bytes()) | changes
    record.pop("checksum")
    (store / MANIFEST).write_text(json.dumps(record | {"checksum": checksum(record)}), "utf-8")


def test_newer_foreign_and_damaged_stores_are_refused(store, tmp_path):
    text = (store / MANIFEST).read_text("utf-8")
    (store / MANIFEST).write_text(text.replace('"documents": 10', '"documents": 11', 1), "utf-8")
    with pytest.raises(StoreError, match="the manifest is damaged"):
        open_store(store)
    (store / MANIFEST).write_text(text, "utf-8")
    change_manifest(store, schema=99)
    with pytest.raises(StoreError, match=r"has schema 99; this version reads up to \d+\. Update policynlp"):
        open_store(store)
    (store / MANIFEST).write_text('{"name": "x"}')
    with pytest.raises(StoreError, match="no manifest of policynlp"):
        open_store(store)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").touch()
    with pytest.raises(StoreError, match="no store and not empty"):
        open_store(tmp_path / "mine", create=True)
    with pytest.raises(StoreError, match="there is no store here"):
        open_store(tmp_path / "absent")


def test_a_store_of_other_models_can_be_read_but_not_mixed(store):
    record = json.loads((store / MANIFEST).read_bytes())
    change_manifest(store, maker=record["maker"] | {"codebook": "other"})
    with open_store(store) as corpus:
        assert corpus.run("select count(*) > 0 from statements") == [(True,)]
        with pytest.raises(StoreError, match=r"made with version .* another codebook"):
            corpus.add([])


# fmt: off
HOSTILE = [
    "../x.txt", "/etc/passwd", "CON", "=1+1", "'; drop table documents; --", "a\nb.txt",
    "数据/报告.txt", "\udcff.txt", "x" * 300, "%s{0}", "nul\0.txt",
]
# fmt: on


def test_hostile_ids_are_only_values(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_store("store", create=True) as corpus:
        added = corpus.add(HOSTILE)
        assert added.documents + added.errors == len(HOSTILE)
        ids = [row[0] for row in corpus.run("select document from documents union all select document from errors order by 1")]
        assert ids == sorted(document.id for document in name_documents(HOSTILE))
        assert corpus.add(HOSTILE).skipped == len(HOSTILE)
        corpus.remove(ids)
        assert corpus.run("select count(*) from errors") == [(0,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


def test_files_with_hostile_names_are_read(tmp_path):
    names = ["=1+1.txt", "'; drop table documents; --.txt", "a b.txt", "报告.txt", ";.txt"]
    for name in names:
        (tmp_path / name).write_text("设立产业引导基金。", "utf-8")
    with open_store(tmp_path / "it's [a] *store?", create=True) as corpus:
        assert corpus.add([tmp_path / name for name in names], root=tmp_path).documents == len(names)
        assert [row[0] for row in corpus.run("select document from documents order by 1")] == sorted(names)


def test_sql_reads_no_other_file(store, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with open_store(store) as corpus:
        for sql in (
            f"select * from read_csv('{tmp_path / 'secret.csv'}')",  # noqa: S608
            f"copy documents to '{tmp_path / 'out.csv'}'",
            "set enable_external_access = true",
        ):
            with pytest.raises(ValueError, match=r"."):
                corpus.query(sql)
        assert not (tmp_path / "out.csv").exists()
        with pytest.raises(ValueError, match="nonsense"):
            corpus.query("select nonsense")
        assert corpus.query("select count(*) as n from documents where document = ?", ["a/bad.txt"])["n"].tolist() == [0]


def test_an_empty_store_has_all_tables_and_views(tmp_path):
    with open_store(tmp_path / "store", create=True) as corpus:
        assert corpus.add([]).documents == 0
        assert not any(tables_of(corpus).values())
        assert corpus.query("select * from class_shares_by_year").empty
        assert corpus.graph().number_of_nodes() == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=5))
def test_any_text_goes_into_a_column(texts):
    kind = TABLES["errors"].field("problem").type
    stored = to_array(texts, kind).to_pylist()
    assert [a == b or any(0xD800 <= ord(c) <= 0xDFFF for c in b) for a, b in zip(stored, texts, strict=True)] == [True] * len(texts)


@pytest.mark.parametrize("options", [{"workers": 0}, {"size": 0}])
def test_wrong_options_are_refused(tmp_path, options):
    with open_store(tmp_path / "store", create=True) as corpus, pytest.raises(ValueError, match="must be 1 or more"):
        corpus.add([], **options)
