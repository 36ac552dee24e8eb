"""The graph, the word clouds and saved figures: legible, whole, the same bytes each time, and Chinese on every machine."""

import hashlib
import importlib
import os
import re
import subprocess
import sys
import zlib

import networkx as nx
import numpy as np
import pytest
from drawn import leaving, mark_boxes, overlapping, pixels, said, text_boxes, texts
from matplotlib.collections import LineCollection

import policynlp
from policynlp.codebook import load_codebook, shipped_codebook
from policynlp.errors import StoreError
from policynlp.presentation.labels import overlap, place_beside
from policynlp.presentation.layout import arrange, place_nodes, shorten, strong_part, text_width, visible_part
from policynlp.presentation.markers import mark_outline
from policynlp.presentation.packing import fill_rows, fit_shapes
from policynlp.presentation.saving import save_figure
from policynlp.presentation.terms import load_background, load_stopwords, weigh_terms
from policynlp.resources import corpora_path, data_path

HOSTILE = "发展$\\frac{数字$经济产业，支持</text><script>alert(1)</script>企业和\u202e龙头\x00企业，建设“{0}%s”平台。"


@pytest.fixture(scope="module")
def graph(benxi):
    return policynlp.build_graph(benxi)


@pytest.fixture(scope="module")
def cities(city_paths):
    return list(policynlp.analyze_many(city_paths[:20]))


def small_graph(*edges):
    """A graph as `build_graph` gives it, of edges (name, name, weight)."""
    graph = nx.Graph()
    for a, b, weight in edges:
        for name in (a, b):
            graph.add_node(name, kind="INDUSTRY", count=graph.nodes[name]["count"] + 1 if name in graph else 1)
        graph.add_edge(a, b, weight=weight, count=weight, enumerated=0, part_of=False)
    return graph


def drawn_edges(figure):
    return [segment for axes in figure.axes for c in axes.collections if isinstance(c, LineCollection) for segment in c.get_segments()]


# The graph


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_label_of_the_graph_covers_a_label_or_a_mark(graph, lang):
    figure = policynlp.draw_graph(graph, title="本溪高新区 2014", lang=lang)
    assert len(texts(figure)) > 60
    assert overlapping(text_boxes(figure)) == 0
    assert overlapping(text_boxes(figure), mark_boxes(figure)) == 0
    assert leaving(figure) == 0


def test_a_large_graph_shows_its_strongest_part_and_says_so(cities):
    graph = policynlp.build_graph(cities)
    figure = policynlp.draw_graph(graph, limit=60)
    assert overlapping(text_boxes(figure)) == 0
    assert leaving(figure) == 0
    assert len(drawn_edges(figure)) <= 2.5 * 60 + 60
    strongest = max(graph.edges(data=True), key=lambda edge: edge[2]["weight"])
    assert {*strongest[:2]} <= {*said(figure)}
    assert any(f"{len(graph)} 个实体" in text and "最强的 60 个" in text for text in said(figure))


def test_the_visible_part_takes_the_heaviest_edges():
    graph = small_graph(("甲", "乙", 5), ("乙", "丙", 4), ("丁", "戊", 3), ("己", "甲", 1))
    assert sorted(visible_part(graph, 3)) == sorted("甲乙丙")
    assert sorted(visible_part(graph, 4)) == sorted("甲乙丙己")  # 丁 and 戊 are two and don't fit in
    assert sorted(visible_part(graph, 5)) == sorted("甲乙丙丁戊")
    assert len(visible_part(graph, 1)) == 0


def test_the_strong_part_keeps_whole_weights_and_a_spanning_forest():
    edges = [(a, b, 1) for i, a in enumerate("甲乙丙丁戊") for b in "甲乙丙丁戊"[i + 1 :]]
    graph = small_graph(*edges[:-2], ("丙", "戊", 3), ("丁", "戊", 2))
    part, floor = strong_part(graph, 5)
    weights = sorted(data["weight"] for _, _, data in part.edges(data=True))
    assert floor == 2
    assert weights == [1, 1, 2, 3]  # all of weight 2 and more; two light edges join the rest
    assert nx.is_connected(part)
    assert strong_part(graph, 10) == (graph, 0.0)


def test_equal_edges_stay_together():
    graph = small_graph(*[(a, b, 1) for i, a in enumerate("甲乙丙丁戊己") for b in "甲乙丙丁戊己"[i + 1 :]])
    part, _ = strong_part(graph, 5)
    assert part.number_of_edges() == 15


def test_marks_and_lines_grow_with_counts_and_weights():
    graph = small_graph(("甲", "乙", 1), ("乙", "丙", 4))
    figure = policynlp.draw_graph(graph)
    widths = {w for axes in figure.axes for c in axes.collections if isinstance(c, LineCollection) for w in c.get_linewidths()}
    assert max(widths) == pytest.approx(2 * min(widths))


def test_marks_are_of_one_area_and_of_different_shapes():
    types = list(shipped_codebook().types)
    shapes = {mark_outline(kind).tobytes() for kind in types}
    assert len(shapes) == len(types)
    for kind in types:
        x, y = mark_outline(kind).T
        assert abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2 == pytest.approx(np.pi)


def test_communities_colour_the_nodes(graph):
    marked = graph.copy()
    nx.set_node_attributes(marked, {name: i % 3 for i, name in enumerate(marked)}, "community")
    figure = policynlp.draw_graph(marked, colour_by="community")
    assert sum(bool(re.search(r"等 \d+ 个", text)) for text in said(figure)) == 3
    assert overlapping(text_boxes(figure)) == 0
    with pytest.raises(ValueError, match="community"):
        policynlp.draw_graph(graph, colour_by="community")
    with pytest.raises(ValueError, match="colour_by"):
        policynlp.draw_graph(graph, colour_by="size")


def test_the_graph_is_not_changed_and_its_order_does_not_matter(graph, tmp_path):
    before = (dict(graph.nodes(data=True)), list(graph.edges(data=True)))
    turned = nx.Graph()
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from((b, a, data) for a, b, data in reversed(list(graph.edges(data=True))))
    for name, each in (("a", graph), ("b", turned)):
        save_figure(policynlp.draw_graph(each), tmp_path / f"{name}.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert before == (dict(graph.nodes(data=True)), list(graph.edges(data=True)))


def test_small_and_empty_graphs():
    assert "没有共现的实体" in said(policynlp.draw_graph(nx.Graph(), title="空"))
    lonely = nx.Graph()
    lonely.add_node("数字经济", kind="INDUSTRY", count=3)
    assert "没有共现的实体" in said(policynlp.draw_graph(lonely))
    assert {"甲", "乙"} <= set(said(policynlp.draw_graph(small_graph(("甲", "乙", 1)))))
    with pytest.raises(ValueError, match="limit"):
        policynlp.draw_graph(lonely, limit=0)


# Layout


@pytest.mark.parametrize("seed", range(4))
def test_boxes_of_any_graph_do_not_overlap(seed):
    rng = np.random.default_rng(seed)
    plain = nx.gnm_random_graph(40, [10, 30, 60, 200][seed], seed=seed)
    graph = small_graph(*[(f"名{a}", f"名{b}", int(rng.integers(1, 9))) for a, b in plain.edges])
    sizes = {name: (float(rng.uniform(0.3, 2)), float(rng.uniform(0.2, 0.6))) for name in graph}
    places, extent = arrange(graph, sizes, 1.5)
    boxes = [(x - sizes[n][0] / 2, y - sizes[n][1] / 2, x + sizes[n][0] / 2, y + sizes[n][1] / 2) for n, (x, y) in places.items()]
    shrunk = [(a + 1e-5, b + 1e-5, c - 1e-5, d - 1e-5) for a, b, c, d in boxes]
    assert not any(overlap(a, b) for i, a in enumerate(shrunk) for b in shrunk[i + 1 :])
    assert min(min(box[:2]) for box in boxes) > -1e-6
    assert max(box[2] for box in boxes) <= extent[0] + 1e-6


def test_place_nodes_takes_graphs_of_counts_alone():
    graph = nx.Graph([("甲", "乙", {"count": 2, "enumerated": 1})])
    graph.add_node("丙")
    places = place_nodes(graph, 1.4)
    assert set(places) == {"甲", "乙", "丙"}
    assert all(0 <= x <= 1.4 and 0 <= y <= 1 for x, y in places.values())
    assert place_nodes(nx.Graph()) == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_part_of_many_nodes_is_no_circle_and_keeps_neighbours_near(seed):
    plain = nx.random_partition_graph([30] * 20, 0.2, 0.002, seed=seed)
    graph = nx.relabel_nodes(plain.subgraph(max(nx.connected_components(plain), key=len)), lambda i: f"名{i:03}")
    assert len(graph) > 500
    places = place_nodes(graph, 1.0)
    assert place_nodes(graph, 1.0) == places
    points = np.array([places[name] for name in graph])
    radii = np.hypot(*(points - points.mean(0)).T)
    assert radii.std() > 0.2 * radii.mean()  # of a circle it is 0
    ends = np.array([[places[a], places[b]] for a, b in graph.edges])
    pairs = points[np.random.default_rng(seed).integers(len(points), size=(2000, 2))]
    joined, any_two = (np.hypot(*(two[:, 0] - two[:, 1]).T).mean() for two in (ends, pairs))
    assert joined < 0.7 * any_two


def test_shapes_are_fitted_without_sharing_a_cell():
    rng = np.random.default_rng(3)
    shapes = [rng.random((rng.integers(1, 12), rng.integers(1, 9))) > 0.3 for _ in range(15)]
    taken = np.zeros((200, 200), int)
    for (x, y), shape in zip(fit_shapes(shapes, 1.4), shapes, strict=True):
        taken[x : x + shape.shape[0], y : y + shape.shape[1]] += shape
    assert taken.max() == 1
    assert fill_rows([], 1.0, gap=1) == []


def test_labels_beside_points_keep_clear_of_each_other_and_stay_inside():
    rng = np.random.default_rng(5)
    points = [(float(x), float(y), 0.1) for x, y in rng.uniform(1, 5, (25, 2))]
    boxes = [box for box in place_beside(points, [(1.0, 0.15)] * 25, (0, 0, 6, 6)) if box]
    assert len(boxes) == 25
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert place_beside([(0.5, 0.5, 0.1)], [(3, 1)], (0, 0, 1, 1)) == [None]


def test_labels_are_short_and_on_one_line():
    assert shorten("药都\n种子基金") == "药都 种子基金"
    assert text_width(shorten("很" * 500)) <= 18


# Saving


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_figure_saved_twice_is_the_same_bytes(benxi, tmp_path, suffix):
    for name in ("a", "b"):
        save_figure(policynlp.draw_graph(policynlp.build_graph(benxi, kinds=["FUND", "ORG"])), tmp_path / f"{name}.{suffix}", dpi=60)
        save_figure(policynlp.draw_wordcloud(benxi, of="terms", limit=30), tmp_path / f"{name}-cloud.{suffix}", dpi=60)
    for kind in ("", "-cloud"):
        one, two = ((tmp_path / f"{name}{kind}.{suffix}").read_bytes() for name in ("a", "b"))
        assert one == two
        assert len(one) > 5000
        assert not re.search(rb"20\d\d-\d\d-\d\d|CreationDate|matplotlib v", one)


def test_another_process_saves_the_same_bytes(tmp_path):
    text = "支持科技型中小企业、龙头企业和高校发展数字经济、海洋经济和氢能产业。"
    code = (
        f"import policynlp; from policynlp.presentation.saving import save_figure; g = policynlp.build_graph(policynlp.analyze({text!r}));"
        "save_figure(policynlp.draw_graph(g), 'other.svg')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": "77"}, check=True)
    save_figure(policynlp.draw_graph(policynlp.build_graph(policynlp.analyze(text))), tmp_path / "here.svg")
    digests = [hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("other.svg", "here.svg")]
    assert digests[0] == digests[1]


def test_chinese_is_outlines_in_svg_and_embedded_truetype_in_pdf(graph, tmp_path):
    figure = policynlp.draw_graph(graph, title="本溪高新区")
    save_figure(figure, tmp_path / "图.svg")
    svg = (tmp_path / "图.svg").read_text("utf-8")
    assert "<text" not in svg
    assert "font-family" not in svg
    save_figure(figure, tmp_path / "图.pdf")
    pdf = (tmp_path / "图.pdf").read_bytes()
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    streams = [zlib.decompress(data) for data in re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.S)]
    mapped = b"".join(stream for stream in streams if b"begincmap" in stream).lower()
    for character in "药都种子基金":  # what a reader copies from the PDF is the text
        assert f"<{ord(character):04x}>".encode() in mapped or f"{ord(character):04x}".encode() in mapped


def test_chinese_glyphs_are_drawn(tmp_path):
    figure = policynlp.draw_graph(small_graph(("镕喆昇", "药都", 1)))
    boxes = {text.get_text(): text.get_window_extent(figure.canvas.get_renderer()) for text in texts(figure)}
    ink = {}
    for name in ("药都", "镕喆昇"):
        box, picture = boxes[name], pixels(figure, dpi=100)
        part = picture[int(picture.shape[0] - box.y1) : int(picture.shape[0] - box.y0), int(box.x0) : int(box.x1)]
        ink[name] = (part < 128).mean()
    assert all(0.1 < share < 0.6 for share in ink.values())  # more than the outline of a missing glyph


def test_a_figure_that_cannot_be_saved_leaves_the_old_one(graph, tmp_path):
    figure = policynlp.draw_graph(graph)
    save_figure(figure, tmp_path / "new" / "a.png", dpi=30)
    before = (tmp_path / "new" / "a.png").read_bytes()
    with pytest.raises(ValueError, match=r"\.png, \.svg or \.pdf"):
        save_figure(figure, tmp_path / "a.bmp")
    with pytest.raises(ValueError, match="dpi"):
        save_figure(figure, tmp_path / "new" / "a.png", dpi=0)
    with pytest.raises(StoreError):
        save_figure(figure, tmp_path / "new" / "a.png" / "b.png")
    assert (tmp_path / "new" / "a.png").read_bytes() == before
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["a.png"]


@pytest.mark.filterwarnings("ignore:Glyph")
def test_hostile_names_are_drawn_as_they_stand(tmp_path):
    analysis = policynlp.analyze(HOSTILE)
    figure = policynlp.draw_graph(policynlp.build_graph(analysis), title=HOSTILE)
    save_figure(figure, tmp_path / "a.svg")
    assert "<script" not in (tmp_path / "a.svg").read_text("utf-8")
    assert not any(text.get_parse_math() for text in texts(figure))
    save_figure(policynlp.draw_wordcloud(analysis), tmp_path / "b.pdf")


# Word clouds


@pytest.mark.parametrize("of", ["entities", "terms"])
def test_no_word_of_a_cloud_covers_another(benxi, of):
    figure = policynlp.draw_wordcloud(benxi, of=of)
    words = [text for text in texts(figure) if text.get_ha() == "left" and text.get_va() == "baseline"]
    assert len(words) > 50
    for artist in [*figure.axes[0].texts, *figure.axes[0].collections]:
        artist.set_visible(False)
    inked = np.zeros_like(pixels(figure), int)
    for word in words:
        word.set_visible(True)
        inked += pixels(figure) < 100
        word.set_visible(False)
    assert inked.max() == 1
    assert leaving(figure) == 0


def test_a_cloud_of_entities_has_the_colours_of_types_and_the_sizes_of_mentions(benxi):
    figure = policynlp.draw_wordcloud(benxi)
    words = {text.get_text(): text for text in texts(figure)}
    types = load_codebook().types
    assert words["药都种子基金"].get_color() == types["FUND"].label.colour
    assert words["药都种子基金"].get_fontsize() > words["医药工业"].get_fontsize()
    assert types["FUND"].label.zh in words


def test_a_cloud_of_several_reports_counts_them_together(benxi):
    one, two = (policynlp.draw_wordcloud(source) for source in (benxi, [benxi, benxi]))
    assert set(said(one)) == set(said(two))
    assert "没有可画的实体" in said(policynlp.draw_wordcloud(policynlp.analyze("大家辛苦了。")))
    assert "No term to draw" in said(policynlp.draw_wordcloud([], of="terms", lang="en"))
    with pytest.raises(ValueError, match="entities or terms"):
        policynlp.draw_wordcloud(benxi, of="words")


def test_terms_weigh_what_the_formula_says():
    table = weigh_terms(policynlp.analyze("推进制药园区建设。支持制药企业发展，制药研发中心投用。")).set_index("term")
    texts, frequencies = load_background()
    assert table.loc["制药", "count"] == 3
    assert table.loc["制药", "tfidf"] == pytest.approx(3 * np.log((texts + 1) / (frequencies["制药"] + 1)), abs=1e-4)
    assert not {"推进", "支持", "发展", "建设"} & set(table.index)


def test_terms_of_the_report_leave_out_stop_words_and_its_own_zone(benxi):
    table = weigh_terms(benxi)
    assert not set(table["term"]) & load_stopwords()
    assert "高新区" not in set(table["term"].head(5))
    assert table["tfidf"].is_monotonic_decreasing
    assert (table["count"] >= 2).all()


def test_the_stop_list_is_clean():
    lines = [line for line in data_path("stopwords.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(set(lines)) > 250
    assert all(line == line.strip() and " " not in line for line in lines)


def test_the_shipped_background_is_what_its_script_makes(tmp_path):
    script = importlib.import_module("policynlp.data.make_background")
    script.main(str(corpora_path("annotated", "texts")), str(tmp_path / "b.tsv"))
    texts, frequencies = load_background()
    made = dict(line.split("\t") for line in (tmp_path / "b.tsv").read_text("utf-8").splitlines())
    assert int(made.pop("texts")) == texts
    # The codebook's terms fix word edges; while it grows, a few words come and go.
    same = sum(frequencies.get(word) == int(number) for word, number in made.items())
    assert same > 0.97 * max(len(made), len(frequencies))
    assert data_path("background.tsv").stat().st_size < 300_000
