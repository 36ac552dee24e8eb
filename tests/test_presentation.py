"""Figures, page, tables and files: Chinese shows, bytes repeat, hostile text stays text."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys

import networkx as nx
import numpy as np
import openpyxl
import pandas as pd
import pytest

import policynlp
from policynlp.presentation.bundle import write_bundle
from policynlp.presentation.fonts import font_path
from policynlp.presentation.layout import spread
from policynlp.presentation.messages import messages
from policynlp.presentation.page import page_html
from policynlp.presentation.records import to_record
from policynlp.presentation.saving import save_figure
from policynlp.presentation.tables import write_csvs, write_frame_csvs
from policynlp.reading.furniture import load_furniture

HOSTILE = (
    "支持</script><script>alert(1)</script>龙头企业发展<img src=x onerror=alert(1)>数字经济。\n"
    '=HYPERLINK("http://evil","x")设立“{{data}}”种子基金\u2028和\u202e科技银行，建设数字经济。\n'
)
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\n=", " =", "\u00a0=", "\u200b=", "\u3000-", "\ufeff@", "＝", "＋", "－", "＠", " \u200b＝")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_bundle_is_whole_and_repeats_byte_for_byte(benxi, tmp_path):
    for name in ("a", "b"):
        write_bundle(benxi, tmp_path / name, file="benxi-2014.txt")
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert {"csv/audit.csv", "csv/facts.csv", "csv/report.csv", "csv/duplicates.csv"} <= {file.as_posix() for file in files}
    for file in files:
        assert digest(tmp_path / "a" / file) == digest(tmp_path / "b" / file), file


def test_another_process_writes_the_same_bytes(tmp_path):
    text = "支持科技型中小企业、龙头企业和高校发展数字经济、海洋经济和氢能产业。设立种子基金，发展氢能产业。\n" * 2
    code = f"import policynlp; from policynlp.presentation.bundle import write_bundle; write_bundle(policynlp.analyze({text!r}), 'other')"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": "77"}, check=True)
    write_bundle(policynlp.analyze(text), tmp_path / "here")
    files = sorted(p.relative_to(tmp_path / "here") for p in (tmp_path / "here").rglob("*") if p.is_file())
    assert {".html", ".png", ".svg", ".pdf", ".gexf", ".graphml", ".xlsx", ".csv", ".net", ".json", ".cyjs"} <= {f.suffix for f in files}
    assert [f for f in files if digest(tmp_path / "here" / f) != digest(tmp_path / "other" / f)] == []


def test_the_font_holds_what_reports_use(benxi):
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        glyphs = font.getBestCmap()
    assert {c for c in benxi.report.text if c > " "} <= {chr(p) for p in glyphs}
    assert {ord(c) for c in "镕喆昇“”—…·"} <= set(glyphs)


def test_figures_show_chinese_without_a_warning(benxi, recwarn, tmp_path):
    graph = policynlp.build_graph(benxi)
    for lang in ("zh", "en"):
        save_figure(policynlp.draw_graph(graph, title="本溪高新区", lang=lang), tmp_path / f"{lang}.png", dpi=60)
    save_figure(policynlp.draw_wordcloud(benxi), tmp_path / "cloud.svg")
    save_figure(policynlp.draw_graph(graph), tmp_path / "graph.pdf")
    assert not [w for w in recwarn if "Glyph" in str(w.message)]
    assert (tmp_path / "graph.pdf").read_bytes().startswith(b"%PDF")


def test_labels_do_not_overlap(benxi):
    figure = policynlp.draw_graph(policynlp.build_graph(benxi))
    renderer = figure.canvas.get_renderer()
    boxes = [t.get_window_extent(renderer) for t in figure.axes[0].texts]
    assert len(boxes) >= 40
    overlapping = sum(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert overlapping == 0


def test_spread_parts_all_boxes():
    rng = np.random.default_rng(1)
    sizes = np.column_stack([rng.uniform(0.5, 2, 60), rng.uniform(0.2, 0.5, 60)])
    points = spread(rng.uniform(0, 4, (60, 2)), sizes)
    need = (sizes[:, None] + sizes[None]) / 2
    overlap = ((need - np.abs(points[:, None] - points[None])) > 1e-6).all(2)
    np.fill_diagonal(overlap, False)
    assert not overlap.any()


def test_empty_results_are_drawn_as_such(tmp_path):
    analysis = policynlp.analyze("大家辛苦了。")
    write_bundle(analysis, tmp_path / "out")
    assert (tmp_path / "out" / "page.html").exists()


def test_hostile_text_stays_text_on_the_page():
    page = page_html(policynlp.analyze(HOSTILE))
    assert page.count("<script") == page_html(policynlp.analyze("设立种子基金。")).count("<script")
    assert "<img" not in page
    assert "\u2028" not in page
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
    plain = json.dumps(data, ensure_ascii=False)
    assert "</script><script>alert(1)</script>龙头企业" in plain
    assert "{{data}}" in plain
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["']?https?:""", page)


def test_hostile_cells_stay_text(tmp_path):
    analysis = policynlp.analyze("=1+1设立种子基金，支持龙头企业。\n+44建设平台。")
    policynlp.write_tables(analysis, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["statements"]
    texts = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and c.value.startswith(("=", "+"))]
    assert texts
    assert all(c.data_type == "s" for c in texts)
    write_csvs(analysis, tmp_path)
    content = (tmp_path / "statements.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in content.decode("utf-8-sig")


@pytest.mark.parametrize("start", LIVE)
def test_no_cell_or_heading_of_a_csv_can_be_a_formula(start, tmp_path):
    live = start + "cmd|' /C calc'!A0"
    write_frame_csvs({"t": pd.DataFrame({live: [live, "支持企业", 3, None]})}, tmp_path)
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0][:1] for row in rows] == ["'", "'", "支", "3", ""]


def test_the_audit_stands_in_every_output(benxi, tmp_path):
    policynlp.write_tables(benxi, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert {"audit", "facts", "report", "duplicates"} <= set(book.sheetnames)
    heads, *rows = book["audit"].iter_rows(values_only=True)
    size = sum(dict(zip(heads, row, strict=True))["bytes"] for row in rows)
    record = to_record(benxi)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page_html(benxi), re.DOTALL)[1])
    assert size == sum(row["bytes"] for row in record["audit"]) == sum(row[4] for row in data["reports"][0]["audit"]) == 17234
    assert {row["what"] for row in record["audit"]} == {"title", "blank", "furniture", "kept", "second copy"}
    assert (record["report"]["format"], record["report"]["omitted"]) == ("text", ())
    assert {fact["field"]: fact["origin"] for fact in record["facts"]}["region"] == "zone"


def test_every_word_of_the_audit_is_translated():
    rules = {name for name, _ in load_furniture().patterns} | {"menu", "repeated", "first line", "line of text", "white space", "like"}
    whats = {"kept", "title", "furniture", "second copy", "replaced", "blank", "byte-order mark", "omitted", "stands first"}
    keys = {f"audit_{word.replace(' ', '_').replace('-', '_')}" for word in rules | whats}
    assert keys <= set(messages("audit", "zh"))


def test_control_characters_reach_no_file(tmp_path):
    analysis = policynlp.analyze("支持龙头\x0b企业\x00发展数字经济\x1f，建设\ud800平台种子基金。")
    write_bundle(analysis, tmp_path / "out")
    nx.read_gexf(tmp_path / "out" / "network" / "graph.gexf")
    nx.read_graphml(tmp_path / "out" / "network" / "graph.graphml")
    json.loads((tmp_path / "out" / "analysis.json").read_text("utf-8"))


def test_graph_files_keep_weights_colours_and_evidence(benxi, tmp_path):
    graph = policynlp.build_graph(benxi)
    policynlp.write_graph(graph, tmp_path / "g.gexf")
    policynlp.write_graph(graph, tmp_path / "g.graphml")
    for read, path in ((nx.read_gexf, "g.gexf"), (nx.read_graphml, "g.graphml")):
        back = read(tmp_path / path)
        assert set(back) == set(graph)
        assert {frozenset(e) for e in back.edges} == {frozenset(e) for e in graph.edges}
        a, b = "药都种子基金", "药都创投基金"
        assert back.edges[a, b]["weight"] == graph.edges[a, b]["count"]
        assert back.edges[a, b]["statements"] == "|".join(graph.edges[a, b]["statements"])
    assert "viz:color" in (tmp_path / "g.gexf").read_text("utf-8")
    with pytest.raises(ValueError, match="gexf"):
        policynlp.write_graph(graph, tmp_path / "g.txt")


def test_frames(benxi):
    frames = benxi.to_frames()
    assert set(frames) == {"statements", "entities", "formulas", "relations", "sections", "furniture", "duplicates", "facts", "report"}
    assert len(frames["statements"]) == len(benxi.statements)
    assert set(frames["statements"]["report"]) == {"benxi-2014"}


def test_unknown_language_and_suffix(benxi, tmp_path):
    with pytest.raises(ValueError, match="zh, en"):
        policynlp.draw_wordcloud(benxi, lang="fr")
    with pytest.raises(ValueError, match="png"):
        save_figure(policynlp.draw_wordcloud(benxi), tmp_path / "x.bmp")
