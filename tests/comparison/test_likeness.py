"""Likeness against scikit-learn and scipy, QAP against all permutations, maps against a table from the textbook."""

import dataclasses
import itertools
import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import cophenet
from scipy.spatial.distance import jensenshannon, squareform

import policynlp
from policynlp.annotation.wordlists import load_stopwords
from policynlp.comparison.graph_likeness import compare_graphs, correlate
from policynlp.comparison.groups import Group, group_analyses
from policynlp.comparison.incidence import count_entities, count_words
from policynlp.comparison.likeness import compare_likeness, explain_likeness, make_matrix, shannon_parts
from policynlp.comparison.maps import cluster_groups, map_groups, map_table

TEXTS = {
    "a": "发展数字经济和海洋经济。设立种子基金。支持科技型中小企业发展数字经济。",
    "b": "发展数字经济。建设创新平台。支持科技型中小企业发展。",
    "c": "设立种子基金和创投基金。建设重点实验室。",
}


def groups_of(texts, by="report"):
    return group_analyses([policynlp.analyze(policynlp.make_report(t, path=f"{name}.txt")) for name, t in texts.items()], by=by)


@pytest.fixture(scope="module")
def cities(city_paths, benxi):
    return [benxi, *(policynlp.analyze(path) for path in city_paths[:5])]


@pytest.fixture(scope="module")
def groups(benxi):
    return [*group_analyses([benxi]), *groups_of(TEXTS)]


def part_of(analysis, name, numbers):
    """A group of some statements of a report."""
    statements = [s for s in analysis.statements if s.role not in ("title", "boilerplate")]
    kept = dataclasses.replace(analysis, statements=tuple(statements[i] for i in sorted(numbers)), _index={})
    return Group(name, ((name, kept),))


# Words


def test_tfidf_is_the_cosine_of_scikit_learn(groups):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    incidence = count_words(groups)
    documents = [[name for name, n in zip(incidence.names, row.astype(int), strict=True) for _ in range(n)] for row in incidence.totals]
    vectors = text.TfidfVectorizer(analyzer=lambda words: words).fit_transform(documents)
    cosines = pd.DataFrame((vectors @ vectors.T).toarray(), index=list(incidence.groups), columns=list(incidence.groups))
    found = make_matrix(compare_likeness(groups, permutations=0))
    assert cosines.loc["a", "b"] > 0.1
    pd.testing.assert_frame_equal(found, cosines.loc[found.index, found.columns], atol=1e-8)


def test_words_leave_out_stop_words_numbers_and_the_own_zone(benxi):
    incidence = count_words(group_analyses([benxi]))
    assert not {"本溪高新区", "进一步"} & set(incidence.names)
    assert "高新区" not in count_words(groups_of({"a": "青岭高新区工作总结\n青岭高新区发展氢能产业。青岭高新区建设平台。"})).names
    assert not load_stopwords() & set(incidence.names)
    assert "种子基金" in incidence.names
    assert all(len(name) > 1 and not name.isdigit() for name in incidence.names)


def test_entities_count_once_a_statement_and_leave_out_where_a_report_is_from():
    incidence = count_entities(groups_of({"a": "四川省设立种子基金，种子基金支持龙头企业。设立种子基金。"}))
    assert dict(zip(incidence.names, incidence.totals[0].tolist(), strict=True)) == {"种子基金": 2, "龙头企业": 1}
    assert incidence.evidence(0, incidence.names.index("种子基金")) == ("a#s0001", "a#s0002")


# Entities


def test_divergence_is_scipys(groups):
    incidence = count_entities(groups)
    totals = dict(zip(incidence.groups, incidence.totals, strict=True))
    table = compare_likeness(groups, measure="entities", permutations=0)
    for row in table.itertuples():
        expected = jensenshannon(totals[row.group_a], totals[row.group_b], base=2) ** 2
        assert row.divergence == pytest.approx(expected, abs=1e-8)
        assert row.likeness == pytest.approx(1 - expected, abs=1e-8)
    assert table["divergence"].between(0.1, 0.9).any()


def test_divergence_by_hand():
    one, other, weights = np.array([2.0, 2, 0]), np.array([1.0, 0, 1]), np.ones(3)
    # p = (1/2, 1/2, 0), q = (1/2, 0, 1/2): H(m) = 1.5, H(p) = H(q) = 1, JSD = 0.5.
    assert shannon_parts(one, other, weights).tolist() == [0.5, 0, 0]


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_parts_of_a_likeness_add_up_and_are_never_negative(a, b):
    one, other = np.array(a, float), np.array(b, float)
    parts = shannon_parts(one, other, np.ones(4))
    assert (parts >= 0).all()
    if one.any() and other.any():
        assert parts.sum() == pytest.approx(1 - jensenshannon(one, other, base=2) ** 2, abs=1e-7)
    elif one.any() or other.any():
        assert parts.sum() == pytest.approx(0)


# All measures


@pytest.mark.parametrize("measure", ["tfidf", "entities", "graph"])
def test_a_report_is_like_itself_and_unlike_what_shares_nothing(benxi, measure):
    (group,) = group_analyses([benxi])
    strange = groups_of({"x": "修缮古城墙，保护候鸟湿地。", "z": "。"}, by="report")
    table = compare_likeness([group, Group("同", group.reports), *strange], measure=measure, permutations=9)
    likeness = {frozenset((row.group_a, row.group_b)): row.likeness for row in table.itertuples()}
    assert likeness.pop(frozenset((group.name, "同"))) == 1
    assert set(likeness.values()) == {0}
    if measure == "graph":
        same = table[(table["group_a"] == "同") | (table["group_b"] == "同")].sort_values("likeness").iloc[-1]
        assert same[["node_jaccard", "edge_jaccard", "edge_difference", "qap"]].tolist() == [1, 1, 0, 1]
        assert same["qap_p"] == 0.1


@pytest.mark.parametrize("measure", ["tfidf", "entities", "graph"])
def test_order_of_reports_changes_nothing(cities, measure):
    table = compare_likeness(group_analyses(cities), measure=measure, permutations=20)
    again = compare_likeness(group_analyses(cities[::-1])[::-1], measure=measure, permutations=20)
    pd.testing.assert_frame_equal(table, again)
    assert table["likeness"].between(0, 1).all()
    assert len(table) == 15


@pytest.mark.parametrize("measure", ["tfidf", "entities"])
def test_the_seed_is_used(cities, measure):
    groups = group_analyses(cities[1:4])
    tables = [compare_likeness(groups, measure=measure, permutations=50, seed=seed) for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    assert not tables[0].equals(tables[2])
    assert tables[0]["likeness"].equals(tables[2]["likeness"])


@pytest.mark.parametrize("measure", ["tfidf", "entities"])
def test_two_halves_of_a_report_differ_no_more_than_chance(benxi, measure):
    size = sum(s.role not in ("title", "boilerplate") for s in benxi.statements)
    random = np.random.default_rng(5)
    small = 0
    for _ in range(40):
        order = random.permutation(size)
        pair = [part_of(benxi, "a", order[: size // 2]), part_of(benxi, "b", order[size // 2 :])]
        table = compare_likeness(pair, measure=measure, permutations=39)
        small += table.loc[0, "p"] <= 0.05
        assert (table.loc[0, "p"] <= 0.05) == (table.loc[0, "likeness"] < table.loc[0, "expected_low"])
    assert small <= 6  # of 40 at 5 %: 2 expected, 7 and more in 1 of 150


def test_reports_of_different_chapters_differ_more_than_chance():
    funds = "".join(f"设立{name}基金。" for name in ("种子", "创投", "天使", "并购", "纾困") * 4)
    firms = "".join(f"发展{name}产业。" for name in ("氢能", "生物医药", "新材料", "航空", "机器人") * 4)
    for measure in ("tfidf", "entities"):
        table = compare_likeness(groups_of({"a": funds, "b": firms}), measure=measure)
        assert table.loc[0, "p"] == 0.01
        assert table.loc[0, "likeness"] < table.loc[0, "expected_low"] <= table.loc[0, "expected"]


def test_options_are_checked(groups):
    with pytest.raises(ValueError, match="measure is 'cosine'"):
        compare_likeness(groups, measure="cosine")
    with pytest.raises(ValueError, match="permutations is -1"):
        compare_likeness(groups, permutations=-1)
    with pytest.raises(ValueError, match="permutations is -1"):
        compare_likeness(groups, measure="graph", permutations=-1)
    assert compare_likeness(groups[:1]).empty
    assert compare_likeness(groups, permutations=0)["p"].isna().all()


# Why


def test_reasons_add_up_to_the_likeness(groups):
    why = explain_likeness(groups, "a", "b", limit=1000)
    for kind, measure in (("entity", "entities"), ("word", "tfidf")):
        reasons = why[why["kind"] == kind]
        table = compare_likeness(groups, measure=measure, permutations=0).set_index(["group_a", "group_b"])
        assert reasons["contribution"].sum() == pytest.approx(table.loc[("a", "b"), "likeness"], abs=1e-7)
        assert reasons["share"].sum() == pytest.approx(1)
        assert reasons["contribution"].is_monotonic_decreasing
    assert {"数字经济", "科技型中小企业"} == set(why.loc[why["kind"] == "entity", "name"])


def test_reasons_have_their_evidence(cities):
    groups = group_analyses(cities)
    texts = {f"{analysis.report.id}#{s.id}": s.text for analysis in cities for s in analysis.statements}
    one, other = groups[0].name, groups[1].name
    why = explain_likeness(groups, one, other, limit=5)
    assert why["kind"].tolist() == ["entity"] * 5 + ["word"] * 5
    for row in why[why["kind"] == "word"].itertuples():
        assert sum(texts[key].count(row.name) for key in row.statements_a) >= row.count_a
        assert all(row.name in texts[key] for key in (*row.statements_a, *row.statements_b))
    for row in why[why["kind"] == "entity"].itertuples():
        assert (len(row.statements_a), len(row.statements_b)) == (row.count_a, row.count_b)
    turned = explain_likeness(groups, other, one, limit=5)
    assert turned[["name", "contribution", "count_b"]].values.tolist() == why[["name", "contribution", "count_a"]].values.tolist()


def test_reasons_ask_for_groups(groups):
    with pytest.raises(ValueError, match="'青岭' is no group; the groups are a, b, c"):
        explain_likeness(groups_of(TEXTS), "a", "青岭")
    with pytest.raises(ValueError, match="limit is 0"):
        explain_likeness(groups, "a", "b", limit=0)


# Graphs


def graph_of(edges, nodes=()):
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_weighted_edges_from(edges)
    return graph


def test_graph_likeness_by_hand():
    one = graph_of([("a", "b", 3), ("b", "c", 1), ("a", "x", 0)])
    other = graph_of([("a", "b", 1), ("c", "d", 1)])
    found = compare_graphs(one, other, permutations=0)
    assert found["shared_nodes"] == 3
    assert found["node_jaccard"] == 3 / 5 == 0.6
    assert found["edge_jaccard"] == pytest.approx(1 / 3)  # the edge of weight 0 is none
    assert found["edge_difference"] == (abs(3 / 4 - 1 / 2) + 1 / 4 + 1 / 2) / 2
    # Pairs ab, ac, bc: 3, 0, 1 against 1, 0, 0.
    assert found["qap"] == pytest.approx(np.corrcoef([3, 0, 1], [1, 0, 0])[0, 1])
    assert math.isnan(found["qap_p"])


def test_qap_of_the_same_graph_is_one_and_of_renamed_nodes_what_numpy_says():
    path = graph_of([("a", "b", 4), ("b", "c", 1), ("c", "d", 2), ("d", "e", 1), ("a", "e", 1), ("b", "e", 3)])
    same = compare_graphs(path, path.copy(), permutations=999)
    assert same["qap"] == 1
    assert same["qap_p"] < 0.02  # 1 of 120 deals is the true one
    renamed = nx.relabel_nodes(path, {"a": "c", "b": "e", "c": "a", "d": "b", "e": "d"})
    pairs = list(itertools.combinations("abcde", 2))
    weights = [[graph.edges[pair]["weight"] if graph.has_edge(*pair) else 0 for pair in pairs] for graph in (path, renamed)]
    assert compare_graphs(path, renamed)["qap"] == pytest.approx(np.corrcoef(*weights)[0, 1])


def test_the_p_value_of_qap_is_that_of_all_permutations():
    random = np.random.default_rng(2)
    one, other = (np.triu(random.integers(0, 3, (5, 5)), 1).astype(float) for _ in range(2))
    one, other = one + one.T, other + other.T
    upper = np.triu_indices(5, 1)
    observed = np.corrcoef(one[upper], other[upper])[0, 1]
    all_of_them = [np.corrcoef(one[np.ix_(p, p)][upper], other[upper])[0, 1] for p in itertools.permutations(range(5))]
    exact = np.mean(np.array(all_of_them) >= observed - 1e-9)
    found, p = correlate(one, other, 20_000, seed=0)
    assert found == pytest.approx(observed)
    assert 0.05 < exact < 0.95
    assert p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 20_000))


def test_the_seed_of_qap_is_used():
    random = np.random.default_rng(4)
    pair = [matrix + matrix.T for matrix in (np.triu(random.random((6, 6)), 1) for _ in range(2))]
    one, again, other = (correlate(*pair, 99, seed=seed) for seed in (0, 0, 1))
    assert one == again
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_qap_needs_three_shared_names_and_weights_that_vary():
    one = graph_of([("a", "b", 1)])
    for other in (graph_of([("a", "b", 2)]), graph_of([("x", "y", 1)]), graph_of([], "abc"), graph_of([])):
        found = compare_graphs(one, other)
        assert math.isnan(found["qap"])
        assert math.isnan(found["qap_p"])
    assert compare_graphs(graph_of([]), graph_of([]))["edge_difference"] == 1
    assert compare_graphs(one, graph_of([]))["edge_difference"] == 1
    triangle = graph_of([("a", "b", 1), ("b", "c", 1), ("a", "c", 1)])
    assert math.isnan(compare_graphs(triangle, triangle)["qap"])


def test_permuting_independent_graphs_finds_as_many_as_it_should():
    random = np.random.default_rng(8)
    found = []
    for _ in range(200):
        pair = [np.triu(random.random((8, 8)), 1) for _ in range(2)]
        found.append(correlate(pair[0] + pair[0].T, pair[1] + pair[1].T, 99, seed=0)[1])
    assert 1 <= sum(p <= 0.05 for p in found) <= 20
    assert 0.4 < np.mean(found) < 0.6


# Trees and maps


def test_matrix_is_square_and_symmetric(groups):
    pairs = compare_likeness(groups, measure="entities", permutations=0)
    matrix = make_matrix(pairs)
    assert matrix.index.tolist() == matrix.columns.tolist() == sorted(group.name for group in groups)
    assert (np.diag(matrix) == 1).all()
    assert matrix.equals(matrix.T)
    assert (np.diag(make_matrix(pairs, "divergence")) == 0).all()
    assert matrix.loc["a", "b"] == pairs.set_index(["group_a", "group_b"]).loc[("a", "b"), "likeness"]
    with pytest.raises(ValueError, match="value is 'group_a'"):
        make_matrix(pairs, "group_a")


@settings(max_examples=40)
@given(st.lists(st.integers(0, 100), min_size=10, max_size=10))
def test_average_linkage_by_its_definition(numbers):
    names = list("甲乙丙丁戊")
    likeness = squareform(np.array(numbers) / 100)
    np.fill_diagonal(likeness, 1)
    tree = cluster_groups(pd.DataFrame(likeness, index=names, columns=names))
    members = {i: [i] for i in range(5)}
    for step, (a, b, height, size) in enumerate(tree):
        one, other = members.pop(int(a)), members.pop(int(b))
        assert height == pytest.approx(np.mean([1 - likeness[i, j] for i in one for j in other]), abs=1e-8)
        members[5 + step] = one + other
        assert size == len(one + other)
    assert len(cophenet(tree)) == 10


def test_trees_ask_for_likenesses():
    names = ["甲", "乙"]

    def frame(*rows):
        return pd.DataFrame(rows, index=names, columns=names)

    for matrix, problem in (
        (frame([0, 0.2], [0.2, 0]), "ones on its diagonal"),
        (frame([1, 0.2], [0.3, 1]), "symmetric"),
        (frame([1, math.nan], [math.nan, 1]), "numbers missing"),
        (pd.DataFrame([[1.0]]), "two or more"),
    ):
        with pytest.raises(ValueError, match=problem):
            cluster_groups(matrix)


SMOKERS = pd.DataFrame(
    [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]],
    index=["SM", "JM", "SE", "JE", "SC"],
    columns=["none", "light", "medium", "heavy"],
)


def test_correspondence_analysis_of_the_smokers():
    """Greenacre's table of staff groups and smoking, with the principal coordinates and inertias of the textbook."""
    points = map_table(SMOKERS).set_index("name")
    assert points["inertia_x"].iloc[0] == pytest.approx(0.8776, abs=5e-5)
    assert points["inertia_y"].iloc[0] == pytest.approx(0.1176, abs=5e-5)
    x = {
        "SM": -0.066,
        "JM": 0.259,
        "SE": -0.381,
        "JE": 0.233,
        "SC": -0.201,
        "none": -0.393,
        "light": 0.099,
        "medium": 0.196,
        "heavy": 0.294,
    }
    y = {
        "SM": 0.194,
        "JM": 0.243,
        "SE": 0.011,
        "JE": -0.058,
        "SC": -0.079,
        "none": 0.030,
        "light": -0.141,
        "medium": -0.007,
        "heavy": 0.198,
    }
    turn = np.sign(points.loc["SE", "x"] * x["SE"])
    turn_y = np.sign(points.loc["JM", "y"] * y["JM"])
    for name in points.index:
        assert points.loc[name, "x"] * turn == pytest.approx(x[name], abs=6e-4)
        assert points.loc[name, "y"] * turn_y == pytest.approx(y[name], abs=6e-4)
    assert points.loc["SE", "contribution_x"] == pytest.approx(0.512, abs=6e-4)
    assert points.loc["SM", "quality"] == pytest.approx(0.893, abs=6e-4)
    # Signs are fixed: of each axis the row that makes most of it lies on the positive side.
    assert points.loc["SE", "x"] > 0
    assert points.loc["JM", "y"] > 0


def test_correspondence_analysis_obeys_its_laws():
    points = map_table(SMOKERS)
    for kind in ("row", "column"):
        side = points[points["kind"] == kind]
        assert side[["mass", "contribution_x", "contribution_y"]].sum().tolist() == pytest.approx([1, 1, 1])
        assert (side["mass"] * side["x"]).sum() == pytest.approx(0, abs=1e-8)
        assert (side["mass"] * side["y"]).sum() == pytest.approx(0, abs=1e-8)
    inertia = (points["mass"] * points["x"] ** 2)[points["kind"] == "row"].sum()
    chi2 = (
        ((SMOKERS - np.outer(SMOKERS.sum(axis=1), SMOKERS.sum()) / 193) ** 2 / (np.outer(SMOKERS.sum(axis=1), SMOKERS.sum()) / 193))
        .sum()
        .sum()
    )
    assert inertia / points["inertia_x"].iloc[0] == pytest.approx(chi2 / 193)
    doubled = map_table(SMOKERS * 2)
    pd.testing.assert_frame_equal(points, doubled, atol=1e-8)


def test_maps_without_axes_and_without_names():
    same = map_table(pd.DataFrame([[2, 4], [1, 2]], index=["a", "b"], columns=["p", "q"]))
    assert (same[["x", "y", "contribution_x", "quality", "inertia_x"]] == 0).all().all()
    one_axis = map_groups(groups_of({"a": TEXTS["a"], "b": TEXTS["b"]}))
    assert (one_axis["y"] == 0).all()
    assert one_axis["inertia_x"].iloc[0] in (0, 1)
    assert map_groups(groups_of({"a": "。", "b": "发展。"})).empty
    assert list(map_groups([])) == list(one_axis)


def test_maps_show_groups_and_the_names_that_make_most(cities):
    groups = group_analyses(cities)
    points = map_groups(groups, limit=12)
    assert points["kind"].tolist() == ["group"] * 6 + ["entity"] * 12
    assert points["name"].tolist()[:6] == [group.name for group in groups]
    made = points["contribution_x"] * points["inertia_x"] + points["contribution_y"] * points["inertia_y"]
    assert made[6:].is_monotonic_decreasing
    whole = map_groups(groups, limit=10**6)
    assert whole.loc[whole["kind"] == "entity", "contribution_x"].sum() == pytest.approx(1)
    pd.testing.assert_frame_equal(points, map_groups(group_analyses(cities[::-1])[::-1], limit=12))
    totals = pd.DataFrame(count_entities(groups).totals, columns=list(count_entities(groups).names))
    assert all((totals[name] > 0).sum() >= 2 for name in whole.loc[whole["kind"] == "entity", "name"])
    assert set(map_groups(groups, of="words")["kind"]) == {"group", "word"}


def test_map_options_are_checked(groups):
    for options, problem in (({"of": "terms"}, "of is 'terms'"), ({"min_groups": 0}, "min_groups is 0"), ({"limit": 0}, "limit is 0")):
        with pytest.raises(ValueError, match=problem):
            map_groups(groups, **options)
