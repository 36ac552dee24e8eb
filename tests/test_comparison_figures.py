"""The figures of a comparison: legible, whole, the same bytes each time, and true to the tables."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from drawn import leaving, overlapping, said, text_boxes, texts

import policynlp
from policynlp.codebook import load_codebook
from policynlp.comparison.comparison import compare
from policynlp.comparison.maps import map_groups
from policynlp.presentation.comparison_charts import draw_keywords, draw_promises
from policynlp.presentation.comparison_figures import draw_comparison_figures
from policynlp.presentation.comparison_heat_maps import draw_likeness, draw_presence, draw_specialisation
from policynlp.presentation.comparison_map import draw_group_map
from policynlp.presentation.comparison_shares import draw_differences, draw_group_shares, draw_yearly_shares
from policynlp.presentation.comparison_sheets import FOCUS
from policynlp.presentation.saving import save_figure
from policynlp.resources import corpora_path

HOSTILE = "发展$\\frac{数字$经济产业，支持</text><script>alert(1)</script>企业和\u202e龙头\x00企业，建设“{0}%s”平台。"
FOCUS_GROUP = "本溪高新区"
NAMES = (
    *("shares_class", "shares_instrument", "shares_type", "differences", "presence", "specialisation", "keywords"),
    *("likeness_words", "likeness_entities", "map", "promises", "years"),
)


@pytest.fixture(scope="module")
def compared():
    paths = sorted(corpora_path("reports").glob("*.txt"))
    return compare([policynlp.analyze(path) for path in paths], focus=FOCUS_GROUP)


@pytest.fixture(scope="module")
def figures(compared):
    return draw_comparison_figures(compared)


def test_there_is_a_figure_for_each_table(figures):
    assert tuple(figures) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_a_figure_covers_another_or_leaves_the_sheet(figures, name):
    assert len(texts(figures[name])) > 8
    assert overlapping(text_boxes(figures[name])) == 0
    assert leaving(figures[name]) == 0


def test_english_figures_fit_too(compared):
    for figure in draw_comparison_figures(compared, lang="en").values():
        assert overlapping(text_boxes(figure)) == 0
        assert leaving(figure) == 0
    with pytest.raises(ValueError, match="lang"):
        draw_comparison_figures(compared, lang="fr")


@pytest.mark.slow
def test_twenty_one_groups_stay_legible(city_paths, benxi_path):
    found = compare([policynlp.analyze(path) for path in (benxi_path, *city_paths[:20])], focus=FOCUS_GROUP)
    for figure in draw_comparison_figures(found).values():
        assert overlapping(text_boxes(figure)) == 0
        assert leaving(figure) == 0


def test_figures_have_the_same_bytes_each_time(compared, tmp_path):
    hashes = []
    for turn in "ab":
        for name, figure in draw_comparison_figures(compared).items():
            save_figure(figure, tmp_path / turn / f"{name}.svg")
        hashes.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / turn).iterdir())])
    assert hashes[0] == hashes[1]


def test_the_focus_stands_out_and_groups_are_sorted_by_the_first_share(compared, figures):
    profiles = compared.table("profiles")
    first = profiles[profiles["layer"] == "class"].groupby("label", sort=False)["count"].sum().idxmax()
    rows = profiles[(profiles["layer"] == "class") & (profiles["label"] == first)].sort_values(["share", "group"], ascending=[False, True])
    names = [text for text in texts(figures["shares_class"]) if text.get_text() in set(rows["group"])]
    assert [text.get_text() for text in names] == rows["group"].tolist()
    assert [text.get_text() for text in names if text.get_color() == FOCUS] == [FOCUS_GROUP]


def test_what_is_common_in_the_focus_has_a_panel(compared):
    profiles = compared.table("profiles").query("layer == 'instrument'")
    mine = profiles[profiles["group"] == FOCUS_GROUP].sort_values("share", ascending=False)
    shown = said(draw_group_shares(profiles, layer="instrument", focus=FOCUS_GROUP, limit=3))
    assert load_codebook().instruments[mine.iloc[0]["label"]].zh in shown


def test_dots_and_whiskers_stand_where_the_shares_are(compared):
    table = compared.table("profiles")
    table = table[(table["layer"] == "class") & (table["label"] == "GOAL")]
    figure = draw_group_shares(table, limit=1)
    lines = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    shown = np.array([line.get_xdata()[0] for line in lines])
    shares = table.sort_values(["share", "group"], ascending=[False, True])["share"].to_numpy()
    assert np.corrcoef(shown, shares)[0, 1] == pytest.approx(1)


def test_only_differences_that_pass_the_correction_are_full(compared, figures):
    table = compared.table("differences")
    shown = table[(table["group_a"] == FOCUS_GROUP) & table["layer"].isin(["class", "instrument", "type"])]
    dots = [line for line in figures["differences"].axes[0].lines if line.get_marker() == "o"]
    assert len(dots) == len(shown)
    assert sum(dot.get_markerfacecolor() != "white" for dot in dots) == (shown["p_holm"] < 0.05).sum() > 0
    assert sum("*" in text for text in said(figures["differences"])) == (shown["p_holm"] < 0.05).sum() + 1  # and the note


def test_the_presence_figure_shows_the_counts(compared, figures):
    mine = compared.table("presence").query("group == @FOCUS_GROUP")
    sure = mine[mine["p_bh"] < 0.05]["name"].tolist()
    marked = [text.get_text() for text in texts(figures["presence"]) if text.get_color() == FOCUS]
    assert set(sure) | {"本\n溪\n高\n新\n区"} == set(marked)
    assert any(f"共 {len(mine)} 个名称" in text for text in said(figures["presence"]))


def test_unsure_quotients_are_hatched():
    row = {"group": "甲", "name": "数字经济", "count": 3, "log2_lq": 1.0, "sure": 0}
    table = pd.DataFrame([row, row | {"group": "乙", "sure": 1}, row | {"group": "丙", "count": 0}])
    patches = draw_specialisation(table).axes[0].patches
    assert sum(bool(patch.get_hatch()) for patch in patches) == 1


def test_the_likeness_matrix_stands_in_the_order_of_the_tree():
    pairs = pd.DataFrame(
        [("甲", "乙", 0.1), ("甲", "丙", 0.8), ("甲", "丁", 0.2), ("乙", "丙", 0.15), ("乙", "丁", 0.7), ("丙", "丁", 0.1)],
        columns=["group_a", "group_b", "likeness"],
    )
    words = said(draw_likeness(pairs))
    order = [word for word in words if word in "甲乙丙丁"][:4]
    assert abs(order.index("甲") - order.index("丙")) == abs(order.index("乙") - order.index("丁")) == 1
    assert words.count("80") == words.count("70") == 2


def test_of_very_many_groups_those_that_matter_stay():
    names = [f"区{number:02}" for number in range(45)]
    pairs = pd.DataFrame(
        [(a, b, 0.9 if "区07" in (a, b) and int(b[1:]) < 36 else 0.2) for i, a in enumerate(names) for b in names[i + 1 :]],
        columns=["group_a", "group_b", "likeness"],
    )
    figure = draw_likeness(pairs, focus="区07")
    assert overlapping(text_boxes(figure)) == leaving(figure) == 0
    assert any("共 45 组，图中 30 组" in text for text in said(figure))
    assert "区44" not in said(figure)
    rows = [{"group": name, "name": "数字经济", "count": 45 - i, "log2_lq": 0.5, "sure": 1} for i, name in enumerate(names)]
    figure = draw_specialisation(pd.DataFrame(rows), focus="区44")
    assert overlapping(text_boxes(figure)) == leaving(figure) == 0


def test_promises_are_counted():
    table = pd.DataFrame({"zone": ["甲"] * 4, "verdict": ["met", "met", "missed", "not due"]})
    assert "达到 2/3" in said(draw_promises(table))


def test_yearly_shares_need_zone_and_year(compared):
    with pytest.raises(ValueError, match="zone"):
        draw_yearly_shares(compared.table("profiles"))


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (draw_group_shares, "compare_profiles"),
        (draw_specialisation, "compare_specialisation"),
        (draw_keywords, "find_keywords"),
        (draw_likeness, "compare_likeness"),
        (draw_group_map, "map_groups"),
        (draw_promises, "match_promises"),
        (lambda table: draw_presence(table, focus="甲"), "compare_presence"),
        (lambda table: draw_differences(table, focus="甲"), "find_differences"),
    ],
)
def test_the_wrong_table_is_refused(draw, name):
    with pytest.raises(ValueError, match=name):
        draw(pd.DataFrame({"x": [1]}))


def test_empty_tables_give_a_sheet_that_says_so(compared):
    none = compared.table("profiles").head(0)
    assert "没有语句" in said(draw_group_shares(none))
    assert "没有语句" in said(draw_differences(compared.table("differences").head(0), focus="甲"))
    assert "没有可画的实体" in said(draw_presence(compared.table("presence").head(0), focus="甲"))
    assert "没有可画的实体" in said(draw_group_map(map_groups(compared.groups).head(0)))


@pytest.mark.filterwarnings("ignore:Glyph")
def test_hostile_names_are_drawn_as_they_stand(tmp_path):
    reports = [policynlp.make_report(HOSTILE * turns + "发展海洋经济。", path=f"$a{turns}$<b>.txt") for turns in (1, 2, 3)]
    found = compare([policynlp.analyze(report) for report in reports], by="report")
    for name, figure in draw_comparison_figures(found).items():
        assert not any(text.get_parse_math() for text in texts(figure))
        save_figure(figure, tmp_path / f"{name}.svg")
        assert "<script" not in (tmp_path / f"{name}.svg").read_text("utf-8")


def test_one_group_or_no_entity_draws_what_there_is():
    assert "shares_class" in draw_comparison_figures(compare([policynlp.analyze("发展数字经济。")]))
    assert draw_comparison_figures(compare([policynlp.analyze("大家辛苦了，掌声。"), policynlp.analyze("谢谢代表，再见。")], by="report"))
