"""Results say what made them, and are made again from that, byte for byte."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import networkx
import pytest

import policynlp
from policynlp.comparison.comparison import compare
from policynlp.errors import StoreError
from policynlp.presentation.bundle import write_bundle, write_joint_bundle
from policynlp.presentation.comparison_bundle import write_comparison
from policynlp.reproduction import hash_within, replay

TEXTS = {
    "青岭高新区2022年工作总结.txt": "青岭高新区2022年工作总结\n设立种子基金，支持科技型中小企业发展数字经济。\n完善考核机制。\n",
    "白沙高新区2022年工作总结.txt": "白沙高新区2022年工作总结\n建设公共服务平台，发展生物医药产业。\n到2025年，总产值达到300亿元。\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with two reports and their graph, made from inside it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "reports").mkdir()
    for name, text in TEXTS.items():
        (folder / "reports" / name).write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_joint_bundle(policynlp.analyze_many(sorted(Path("reports").iterdir())), "graph", lang="en")
    return folder


@pytest.fixture
def joint(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Path("graph")


@pytest.fixture
def reports(joint):
    return sorted(Path("reports").iterdir())


def load(folder):
    return json.loads((folder / "provenance.json").read_text("utf-8"))


def change(folder, edit):
    record = load(folder)
    edit(record)
    (folder / "provenance.json").write_text(json.dumps(record), "utf-8")


def test_the_record_names_what_the_results_depend_on(reports, joint):
    record = load(joint)
    assert record["command"] == "graph"
    assert record["settings"] == {"lang": "en"}
    assert [row["file"] for row in record["inputs"]] == [str(path) for path in reports]
    assert record["graph"]["build_graph"] == {"unit": "statement", "kinds": None, "layer": None, "min_count": 1, "enumerations": "keep"}
    assert record["graph"]["find_communities"]["seed"] == 0
    software = record["software"]
    assert software["networkx"] == networkx.__version__
    assert software["policynlp"] == policynlp.__version__
    assert software["python"] == ".".join(map(str, sys.version_info[:3]))
    assert software["communities"].startswith(("Leiden (graspologic_native ", "Louvain"))
    assert {"codebook", "model statements", "model entities", "model words", "numpy"} <= set(software)
    assert {"page.html", "network.xlsx", "network/graph.gexf"} <= set(record["outputs"])
    assert "provenance.json" not in record["outputs"]


def test_one_report_comes_out_byte_for_byte(benxi, benxi_path, tmp_path):
    write_bundle(benxi, tmp_path / "out", file=str(benxi_path))
    found = replay(tmp_path / "out" / "provenance.json", tmp_path / "again")
    assert found.same
    assert len(found.files) > 20
    for name in [*found.files, "provenance.json"]:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_several_reports_come_out_byte_for_byte(joint):
    found = replay(joint)
    assert found.same
    assert not found.software
    assert not found.edited


def test_a_changed_input_is_named_and_the_files_that_follow_it_differ(reports, joint):
    reports[0].write_text(reports[0].read_text("utf-8") + "设立产业基金。\n", "utf-8")
    found = replay(joint)
    assert found.changed == (str(reports[0]),)
    assert not found.same
    assert found.files["page.html"] == "differs"
    assert found.files["network/nodes.csv"] == "differs"


def test_a_missing_input_is_named_and_the_rest_is_done(reports, joint):
    reports[1].unlink()
    found = replay(joint)
    assert found.missing == (f"{reports[1]}: there is no such file",)
    assert not found.same
    assert found.files["page.html"] == "differs"


def test_moved_inputs_are_found_in_the_folder_named(joint):
    shutil.move("reports", "elsewhere")
    with pytest.raises(StoreError, match="no input is left"):
        replay(joint)
    assert replay(joint, inputs="elsewhere").same


@pytest.mark.slow
def test_a_comparison_with_an_upper_document_comes_out_byte_for_byte(joint, reports):
    Path("plan.txt").write_text("省科技创新规划\n设立种子基金，支持科技型中小企业发展数字经济。\n", "utf-8")
    analyses = [policynlp.analyze(path) for path in reports]
    write_comparison(compare(analyses, upper=[policynlp.analyze(Path("plan.txt"))], focus="青岭高新区", seed=3), "compared", lang="en")
    record = load(Path("compared"))
    assert record["settings"] == {"by": "zone", "focus": "青岭高新区", "seed": 3, "lang": "en"}
    assert [row.get("upper", False) for row in record["inputs"]] == [False, False, True]
    assert replay("compared").same
    next(path for path in reports if "青岭" in path.name).unlink()
    with pytest.raises(StoreError, match="cannot be made again"):
        replay("compared")


def test_edits_of_the_old_folder_other_versions_and_files_gone_and_new_are_told_apart(joint):
    with (joint / "network" / "nodes.csv").open("a") as file:
        file.write("mine")

    def edit(record):
        record["outputs"]["figures/old.png"] = record["outputs"].pop("page.html")
        record["software"].update(networkx="1.0", codebook="0" * 64)

    change(joint, edit)
    found = replay(joint)
    assert found.edited == ("figures/old.png", "network/nodes.csv")
    assert {name: state for name, state in found.files.items() if state != "equal"} == {"figures/old.png": "gone", "page.html": "new"}
    assert found.software == {
        "codebook": ("0" * 64, policynlp.analyze("发展。").provenance.codebook),
        "networkx": ("1.0", networkx.__version__),
    }


@pytest.mark.slow
def test_members_of_archives_and_rows_of_sheets_are_read_again(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, text in TEXTS.items():
            archive.writestr(f"2022/{name}", text)
    rows = ["zone,year,text", *(f"园区{n},2020,{text.splitlines()[1]}" for n, text in enumerate(TEXTS.values()))]
    (tmp_path / "rows.csv").write_text("\n".join(rows), "utf-8")
    analyses = [policynlp.analyze(report) for report in policynlp.read_reports([tmp_path / "all.zip", tmp_path / "rows.csv"])]
    assert len(analyses) == 4
    write_joint_bundle(analyses, tmp_path / "out")
    assert replay(tmp_path / "out").same
    shutil.move(tmp_path / "all.zip", tmp_path / "out" / "all.zip")
    assert replay(tmp_path / "out", inputs=tmp_path / "out").same


@pytest.mark.slow
def test_what_a_manifest_said_is_said_again(reports, tmp_path):
    (tmp_path / "manifest.csv").write_text(f"file,zone,year,批次\n{reports[0].name},岭上高新区,2019,甲\n", "utf-8")
    read = list(policynlp.read_reports(reports, manifest=tmp_path / "manifest.csv"))
    assert read[0].zone == "岭上高新区"
    write_joint_bundle([policynlp.analyze(report) for report in read], tmp_path / "out")
    assert load(tmp_path / "out")["inputs"][0]["stated"]["zone"] == "岭上高新区"
    assert replay(tmp_path / "out").same


@pytest.mark.slow
def test_lines_that_a_folder_shares_are_marked_again_without_the_folder(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    for year in range(2018, 2024):
        (folder / f"{year}.txt").write_text(f"{year}年总结\n岭上开发区门户\n培育壮大氢能产业，{year}年产值增长。\n岭上通", "utf-8")
    first = next(iter(policynlp.read_reports(folder)))
    assert [mark.rule for mark in first.furniture].count("repeated") == 2
    write_bundle(policynlp.analyze(first), tmp_path / "out")
    assert replay(tmp_path / "out").same


def test_a_text_without_a_file_cannot_be_read_again(tmp_path):
    write_bundle(policynlp.analyze("设立种子基金。"), tmp_path / "out")
    with pytest.raises(StoreError, match="it was a text and no file"):
        replay(tmp_path / "out")


def test_the_old_results_are_never_overwritten(joint):
    with pytest.raises(StoreError, match="Choose another folder"):
        replay(joint, joint)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "[" * 100_000, '{"command": "rm"}', '{"command":"shell","settings":{},"software":{},"inputs":[],"outputs":{}}',
     '{"command":"graph","settings":{"lang":1},"software":{},"inputs":[],"outputs":{}}',
     '{"command":"graph","settings":{"lang":"zh"},"software":{},"inputs":[{"file":1}],"outputs":{}}',
     '{"command":["graph"],"settings":{"lang":"zh"},"software":{},"inputs":[],"outputs":{}}'],
)  # fmt: skip
def test_a_record_that_is_none_is_explained(text, tmp_path):
    (tmp_path / "provenance.json").write_text(text, "utf-8")
    with pytest.raises(StoreError, match=r"provenance\.json"):
        replay(tmp_path)


def test_a_record_cannot_make_files_outside_be_looked_at(tmp_path):
    (tmp_path / "secret").write_text("x", "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "page.html").write_text("x", "utf-8")
    assert hash_within(tmp_path / "out", "page.html") == hashlib.sha256(b"x").hexdigest()
    for name in ("../secret", str(tmp_path / "secret"), "../out/../secret"):
        assert hash_within(tmp_path / "out", name) is None


@pytest.mark.slow
def test_the_order_and_ids_of_equal_names_come_back(reports, tmp_path):
    twice = [replace(policynlp.analyze(reports[0]), report=replace(policynlp.read_report(reports[0]), id=name)) for name in ("乙", "甲")]
    write_joint_bundle(twice, tmp_path / "out")
    assert replay(tmp_path / "out").same


def test_the_command_says_what_differs_and_leaves_with_a_code(reports, joint):
    def run(*arguments):
        command = [sys.executable, "-m", "policynlp", *map(str, arguments)]
        environment = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "120"}
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=120)

    done = run("replay", joint, "-o", "again", "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "byte for byte the same" in done.stdout
    assert Path("again", "page.html").is_file()
    reports[0].write_text("设立产业基金。\n", "utf-8")
    done = run("replay", joint / "provenance.json", "--lang", "en")
    assert done.returncode == 1
    assert f"Input changed: {reports[0]}" in done.stdout
    assert "differs  page.html" in done.stdout
    done = run("replay", "nowhere.json")
    assert done.returncode == 1
    assert "nowhere.json" in done.stderr
