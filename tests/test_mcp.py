"""The MCP server, spoken to by the protocol's own client over stdio, in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

mcp = pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
anyio = pytest.importorskip("anyio")

from mcp.client import Client  # noqa: E402
from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: E402

from policynlp.agents.workbench import MOST_ROWS, RequestError, Workbench  # noqa: E402

TEXT = "青岭高新区2022年工作总结\n设立种子基金，支持科技型中小企业发展数字经济。\n完善考核机制。\n"
OTHER = "白沙高新区2022年工作总结\n设立产业基金，发展数字经济。\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root") / "reports"
    (folder / "2022").mkdir(parents=True)
    (folder / "青岭高新区.txt").write_text(TEXT, "utf-8")
    (folder / "2022" / "白沙高新区.txt").write_text(OTHER, "utf-8")
    (folder.parent / "secret.txt").write_text("秘密。", "utf-8")
    return folder


@pytest.fixture
def bench(root):
    return Workbench(root)


def talk(root, *calls):
    """Give the tools, and an answer (is it an error, what it says) for each call, of a server in its own process."""

    async def converse():
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "policynlp", "mcp", "--root", str(root)], env=dict(os.environ) | {"PYTHONUTF8": "1"}
        )
        with anyio.fail_after(120):
            async with Client(stdio_client(command)) as client:
                tools = (await client.list_tools()).tools
                answers = [await client.call_tool(name, arguments) for name, arguments in calls]
        return tools, [(a.is_error, a.structured_content if not a.is_error else a.content[0].text) for a in answers]

    return anyio.run(converse)


def test_a_client_lists_analyses_queries_and_compares_with_evidence(root):
    both = ["青岭高新区.txt", "2022"]
    tools, answers = talk(
        root,
        ("list_files", {}),
        ("analyze", {"path": "青岭高新区.txt"}),
        ("query", {"paths": both, "entity": "数字经济", "kind": "MEASURE"}),
        ("compare", {"paths": both, "table": "presence"}),
        ("analyze", {"path": "../secret.txt"}),
        ("analyze", {"path": "青岭高新区.txt", "limit": 10_000}),
        ("compare", {"paths": both, "table": "nonsense"}),
        ("analyze", {"path": "nowhere.txt"}),
    )
    assert [tool.name for tool in tools] == ["list_files", "analyze", "query", "compare"]
    assert all(tool.description for tool in tools)
    assert [error for error, _ in answers] == [False] * 4 + [True] * 4
    files, analysis, found, comparison = (answer for _, answer in answers[:4])
    assert [row["file"] for row in files["files"]] == ["2022/白沙高新区.txt", "青岭高新区.txt"]
    assert analysis["report"]["zone"] == "青岭高新区"
    assert analysis["report"]["file"] == "青岭高新区.txt"
    for row in analysis["statements"]:
        assert TEXT[row["start"] : row["end"]] == row["text"]
    assert {"type": "FUND", "name": "种子基金"} in [e for row in analysis["statements"] for e in row["entities"]]
    assert sorted(row["id"].partition("#")[0] for row in found["statements"]) == ["白沙高新区", "青岭高新区"]
    shared = next(row for row in comparison["rows"] if row["name"] == "数字经济")
    assert shared["shared"] == "all"
    assert any("数字经济" in text for text in comparison["evidence"].values())
    refused, too_many, unknown, missing = (answer for _, answer in answers[4:])
    assert "outside" in refused
    assert "秘密" not in refused
    assert "100" in too_many
    assert "presence" in unknown
    assert "nowhere.txt" in missing


def test_the_command_needs_a_folder():
    done = subprocess.run([sys.executable, "-m", "policynlp", "mcp", "--root", __file__], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "must be a folder" in done.stderr.replace("\n", " ")


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "..", "2022/../../secret.txt", "\0", "x" * 5000, "nowhere", ""])
def test_only_what_lies_below_the_root_is_read(bench, name):
    if name == "":
        assert bench.list_files(name)["total"] == 2
        return
    with pytest.raises(RequestError):
        bench.analyze(name)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_outside_is_refused_also_within_a_folder(tmp_path):
    (tmp_path / "root" / "in").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.txt").write_text("秘密。", "utf-8")
    (tmp_path / "root" / "in" / "a.txt").symlink_to(tmp_path / "secret" / "a.txt")
    bench = Workbench(tmp_path / "root")
    for name in ("in/a.txt", "in", "."):
        with pytest.raises(RequestError, match="outside"):
            bench.query([name])
    (tmp_path / "root" / "in" / "a.txt").unlink()
    (tmp_path / "root" / "in" / "b").symlink_to(tmp_path / "secret")
    with pytest.raises(RequestError, match="outside"):
        bench.query(["in"])


def test_answers_are_of_bounded_size_and_pages_join(tmp_path):
    (tmp_path / "long.txt").write_text("\n".join(f"设立第{n}号种子基金{'，支持企业' * 400}。" for n in range(230)), "utf-8")
    bench = Workbench(tmp_path)
    seen, offset = [], 0
    while offset is not None:
        found = bench.analyze("long.txt", offset=offset, limit=MOST_ROWS)
        assert len(json.dumps(found, ensure_ascii=False, allow_nan=False)) < 200_000
        assert all(len(row["text"]) <= 600 for row in found["statements"])
        seen += [row["id"] for row in found["statements"]]
        offset = found["next"]
    assert len(seen) == len(set(seen)) == found["total"]


def test_a_report_that_cannot_be_read_is_an_error_that_names_no_path_of_the_machine(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(RequestError, match=r"^empty\.txt: the file is empty"):
        Workbench(tmp_path).query(["empty.txt"])


@pytest.mark.parametrize("options", [{"offset": -1}, {"limit": 0}, {"limit": 101}])
def test_pages_out_of_bounds_are_refused(bench, options):
    with pytest.raises(RequestError, match="limit"):
        bench.query(["青岭高新区.txt"], **options)


@pytest.mark.parametrize("paths", [["."], ["青岭高新区.txt"]], ids=["two reports", "one report"])
def test_every_table_of_a_comparison_is_json(bench, paths):
    for name in bench.compare(paths)["tables"]:
        json.dumps(bench.compare(paths, table=name), allow_nan=False)


def test_too_many_reports_are_refused(tmp_path):
    for n in range(51):
        (tmp_path / f"{n}.txt").write_text("发展。", "utf-8")
    with pytest.raises(RequestError, match="more than 50"):
        Workbench(tmp_path).query(["."])
