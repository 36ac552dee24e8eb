"""The charts: what they say is what the tables hold, and it can be read."""

import pandas as pd
import pytest
from drawn import leaving, mark_boxes, overlapping, said, text_boxes, texts
from matplotlib.patches import Circle, PathPatch, Rectangle

import policynlp
from policynlp.codebook import load_codebook
from policynlp.comparison.intervals import wilson_interval
from policynlp.network.alignment import align_goals
from policynlp.network.themes import find_themes
from policynlp.presentation.charts import draw_shares
from policynlp.presentation.flows import RIGHT, draw_goal_instruments, find_services
from policynlp.presentation.heat_maps import draw_alignment
from policynlp.presentation.saving import save_figure
from policynlp.presentation.strategic import draw_themes, place_in_order

NOTHING = "大家辛苦了。"


@pytest.fixture(scope="module")
def cities(city_paths):
    return list(policynlp.analyze_many(city_paths[:6]))


@pytest.fixture(scope="module")
def alignment():
    columns = ["name", "type", "goals", "measures", "institutions", "S", "E", "D", "X", "S-FISCAL", "E-FINANCE", "E-TAX", "gap"]
    rows = [
        ("数字经济", "INDUSTRY", 9, 4, 1, 1, 3, 0, 0, 1, 2, 1, ""),
        ("种子基金", "FUND", 2, 2, 0, 0, 2, 0, 0, 0, 2, 0, "measure without institution"),
        ("$重点_{实验室", "PLATFORM", 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, "goal without measure or institution"),
        ("科技银行", "ORG", 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, "measure without institution"),
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def themes():
    columns = ["label", "size", "centrality", "density", "quadrant"]
    rows = [
        (f"主题{i}、种子基金、科技银行", 3 + i % 5, float(i % 7), float(i * 7 % 11), ["motor", "basic", "niche", "emerging"][i % 4])
        for i in range(20)
    ]
    return pd.DataFrame(rows, columns=columns)


def patches(figure, kind):
    return [patch for axes in figure.axes for patch in axes.patches if isinstance(patch, kind)]


def legible(figure):
    return overlapping(text_boxes(figure)) == 0 and overlapping(text_boxes(figure), mark_boxes(figure)) == 0 and leaving(figure) == 0


# Shares


@pytest.mark.parametrize(("count", "total"), [(0, 5), (1, 5), (5, 5), (21, 62), (735, 2133)])
def test_the_bounds_of_wilsons_interval_solve_its_equation(count, total):
    share = count / total
    low, high = wilson_interval(count, total)
    assert 0 <= low <= share <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            assert (share - bound) ** 2 == pytest.approx(1.959964**2 * bound * (1 - bound) / total)
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_shares_print_counts_and_per_cent(benxi, lang):
    figure = draw_shares(benxi, title="本溪高新区", lang=lang)
    counted = [s for s in benxi.statements if s.role not in ("title", "boilerplate")]
    goals = sum(s.kind == "GOAL" for s in counted)
    assert {f"{goals}", f"{goals / len(counted):.1%}"} <= set(said(figure))
    bars = patches(figure, Rectangle)
    instruments = {s.instruments[0] for s in counted if s.kind == "MEASURE"}
    assert len(bars) == 4 + len(instruments)
    widest = max(bars, key=lambda bar: bar.get_width())
    kinds = [sum(s.kind == kind for s in counted) for kind in load_codebook().classes]
    assert bars[1].get_width() / bars[0].get_width() == pytest.approx(kinds[1] / kinds[0])
    assert widest.get_x() + widest.get_width() < figure.get_size_inches()[0]
    assert legible(figure)


def test_shares_of_several_reports_are_pooled(benxi):
    one, two = draw_shares(benxi), draw_shares([benxi, benxi])
    assert [b.get_width() for b in patches(two, Rectangle)[:4]] != [
        b.get_width() for b in patches(one, Rectangle)[:4]
    ]  # narrower intervals
    assert {text for text in said(one) if "%" in text} <= set(said(two))
    assert "没有语句" in said(draw_shares([]))


# Alignment


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_heat_map_prints_the_numbers_of_the_table(alignment, lang):
    figure = draw_alignment(alignment, title="对应", lang=lang)
    rows = {}
    for text in texts(figure):
        rows.setdefault(round(text.get_position()[1], 3), []).append(text)
    line = next(sorted(row, key=lambda t: t.get_position()[0]) for row in rows.values() if any(t.get_text() == "数字经济" for t in row))
    assert [t.get_text() for t in line] == ["数字经济", "9", "4", "1", "3", "0", "0", "1"]
    assert legible(figure)
    assert not any(t.get_parse_math() for t in texts(figure))


def test_the_heat_map_is_darkest_where_most_is_and_says_what_it_leaves_out(alignment):
    figure = draw_alignment(alignment, limit=2)
    assert "种子基金" in said(figure)
    assert "科技银行" not in said(figure)
    assert any("4 个实体，图中 2 个" in text for text in said(figure))
    strengths = [cell.get_alpha() for cell in patches(figure, Rectangle) if cell.get_alpha() is not None]
    assert strengths[0] == max(strengths) == 1.0
    assert 0.0 in strengths


# Goals and instruments


def test_ribbons_are_as_thick_as_there_are_measures(alignment):
    figure = draw_goal_instruments(alignment)
    assert {"数字经济  9", "种子基金  2"} <= set(said(figure))
    assert not any("科技银行" in text for text in said(figure))  # in no goal
    ends = [ribbon.get_path().vertices for ribbon in patches(figure, PathPatch)]
    thick = sorted(path[0, 1] - path[-2, 1] for path in ends)
    assert [t / thick[0] for t in thick] == pytest.approx([1, 1, 2, 2])
    posts = [post for post in patches(figure, Rectangle) if post.get_x() == RIGHT]
    assert [round(post.get_height() / thick[0]) for post in posts] == [1, 4, 1]
    assert legible(figure)


def test_goals_without_measures_have_an_empty_post(alignment):
    figure = draw_goal_instruments(alignment)
    assert sum(post.get_facecolor()[:3] == (1, 1, 1) for post in patches(figure, Rectangle)) == 1
    alone = alignment[alignment["measures"] == 0]
    assert "没有措施提及这些实体" in said(draw_goal_instruments(alone))
    assert [s.name for s in find_services(alignment)] == ["数字经济", "$重点_{实验室", "种子基金"]


# Themes


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("number", [4, 20])
def test_labels_of_themes_cover_neither_labels_nor_themes(themes, lang, number):
    figure = draw_themes(themes, title="战略坐标图", lang=lang, limit=number)
    assert legible(figure)
    labels = [text for text in texts(figure) if text.get_text().endswith(")") and "主题" in text.get_text() and text.get_fontsize() == 8.5]
    assert len(labels) == number
    circles = [patch.get_window_extent() for patch in patches(figure, Circle)]
    assert len(circles) == number
    assert overlapping([label.get_window_extent() for label in labels], circles) == 0


def test_crowded_themes_are_numbered_in_their_bubbles_and_named_beside(themes):
    few, many = (draw_themes(themes, limit=limit) for limit in (3, 20))
    assert not {text.get_text() for text in texts(few)} & {"1", "2", "3"}
    for number in map(str, range(1, 21)):
        assert [text.get_text() for text in texts(many)].count(number) == 2


def test_themes_stand_in_the_quadrant_of_the_table(themes):
    figure = draw_themes(themes)
    frame = max(patches(figure, Rectangle), key=lambda patch: patch.get_width() * patch.get_height())
    middle, level = frame.get_x() + frame.get_width() / 2, frame.get_y() + frame.get_height() / 2
    ordered = themes.sort_values(["size", "label"], ascending=[False, True])
    for circle, quadrant in zip(patches(figure, Circle), ordered["quadrant"], strict=True):
        x, y = circle.get_center()
        assert (x > middle) == (quadrant in ("motor", "basic"))
        assert (y > level) == (quadrant in ("motor", "niche"))
    assert place_in_order([3.0], [True], 0, 10) == [pytest.approx(5 + 4.35 / 2)]


def test_themes_of_equal_measure_share_a_spot_and_order_is_kept():
    spots = place_in_order([1.0, 5.0, 1.0, 7.0], [False, True, False, True], 0, 10)
    assert spots[0] == spots[2] < 5 < spots[1] < spots[3]


# All of them


def test_charts_of_reports_are_legible_and_repeat_byte_for_byte(benxi, tmp_path):
    for name in ("a", "b"):
        table, graph = align_goals(benxi), policynlp.build_graph(benxi)
        figures = [draw_shares(benxi), draw_alignment(table), draw_goal_instruments(table), draw_themes(find_themes(graph))]
        for number, figure in enumerate(figures):
            save_figure(figure, tmp_path / f"{number}{name}.svg")
            assert legible(figure), number
    for number in range(4):
        assert (tmp_path / f"{number}a.svg").read_bytes() == (tmp_path / f"{number}b.svg").read_bytes()


def test_charts_of_several_cities_are_legible(cities):
    table = align_goals(cities)
    themes = find_themes(policynlp.build_graph(cities, min_count=2))
    for figure in (draw_shares(cities, lang="en"), draw_alignment(table, lang="en"), draw_goal_instruments(table), draw_themes(themes)):
        assert legible(figure)


def test_empty_tables_are_drawn_as_such():
    analysis = policynlp.analyze(NOTHING)
    table = align_goals(analysis)
    assert "没有可画的实体" in said(draw_alignment(table, title="空"))
    assert "No entity in any goal" in said(draw_goal_instruments(table, lang="en"))
    assert "没有主题" in said(draw_themes(find_themes(policynlp.build_graph(analysis))))


@pytest.mark.parametrize("draw", [draw_alignment, draw_goal_instruments, draw_themes])
def test_wrong_arguments_are_named(draw, alignment, themes):
    table = themes if draw is draw_themes else alignment
    with pytest.raises(ValueError, match="zh, en"):
        draw(table, lang="fr")
    with pytest.raises(ValueError, match="limit is 0"):
        draw(table, limit=0)
    with pytest.raises(ValueError, match="no column"):
        draw(pd.DataFrame({"x": [1]}))
