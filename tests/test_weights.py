"""The measures of association: a table worked by hand, published values, scipy, ranges and symmetry."""

import math
from collections import Counter

import networkx as nx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from policynlp.network.weights import MEASURES, add_weights


def pair_graph(both, first, second, windows, *, reports=10, part_of=False):
    """Two names that stand in `first` and `second` windows and share `both`."""
    graph = nx.Graph(reports=reports, windows=windows, unit="statement", enumerations="keep")
    graph.add_node("产业", count=first)
    graph.add_node("基金", count=second)
    graph.add_edge("产业", "基金", count=both, weight=float(both), part_of=part_of)
    return graph


def value(measure, *numbers, **options):
    return add_weights(pair_graph(*numbers, **options), measure).edges["产业", "基金"].get(measure)


@st.composite
def tables(draw, least=1):
    """Counts of a 2 x 2 table: both, first, second, windows."""
    both, only_first, only_second = draw(st.integers(least, 60)), draw(st.integers(0, 60)), draw(st.integers(0, 60))
    return both, both + only_first, both + only_second, both + only_first + only_second + draw(st.integers(0, 3000))


@pytest.mark.parametrize(
    ("measure", "by_hand"),
    [
        # 20 windows: 8 with the first name, 5 with the second, 4 with both; expected in the four cells 2, 6, 3, 9.
        ("jaccard", 4 / 9),
        ("ochiai", 4 / math.sqrt(40)),
        ("association", 2.0),
        ("npmi", math.log(2) / math.log(5)),
        ("g2", 2 * (4 * math.log(4 / 2) + 4 * math.log(4 / 6) + 1 * math.log(1 / 3) + 11 * math.log(11 / 9))),
    ],
)
def test_a_table_worked_by_hand(measure, by_hand):
    assert value(measure, 4, 8, 5, 20) == pytest.approx(by_hand, rel=1e-8)


@pytest.mark.parametrize(
    ("cells", "published"),
    [((110, 2442, 111, 29114), 270.72), ((29, 13, 123, 31612), 263.90), ((31, 23, 139, 31584), 256.84), ((10, 0, 3, 31764), 167.23)],
)
def test_g2_gives_dunnings_table(cells, published):
    both, only_first, only_second, neither = cells
    assert value("g2", both, both + only_first, both + only_second, both + only_first + only_second + neither) == pytest.approx(
        published, abs=0.006
    )


@given(tables())
def test_g2_agrees_with_scipy(table):
    both, first, second, windows = table
    assume(first < windows and second < windows)
    cells = [[both, first - both], [second - both, windows - first - second + both]]
    expected = chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
    assert value("g2", *table) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(tables())
def test_ranges(table):
    both, first, second, windows = table
    assert 0 < value("jaccard", *table) <= value("ochiai", *table) <= 1
    assert 0 < value("association", *table) <= windows
    assert 0 <= value("g2", *table) < math.inf
    assert value("jaccard", *table) == pytest.approx(1 / (first / both + second / both - 1))
    npmi = value("npmi", *table)
    assert (npmi is None) if both < 3 else (-1 <= npmi <= 1)


@given(tables(least=3), st.sampled_from(sorted(MEASURES)))
def test_the_order_of_the_names_does_not_matter(table, measure):
    both, first, second, windows = table
    assert value(measure, both, first, second, windows) == value(measure, both, second, first, windows)


@given(tables(least=3))
def test_association_and_npmi_agree_on_chance(table):
    association, npmi = value("association", *table), value("npmi", *table)
    assume(abs(association - 1) > 1e-6)
    assert (association > 1) == (npmi > 0)


@pytest.mark.parametrize("windows", [3, 4, 500])
def test_names_that_never_occur_apart_have_npmi_1(windows):
    assert value("npmi", 3, 3, 3, windows) == 1


def test_independent_names_are_at_chance():
    assert value("association", 6, 12, 10, 20) == 1
    assert value("npmi", 6, 12, 10, 20) == pytest.approx(0)
    assert value("g2", 6, 12, 10, 20) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_npmi_leaves_out_pairs_of_fewer_than_three_windows(count):
    assert "npmi" not in add_weights(pair_graph(count, 5, 5, 50, part_of=not count), "npmi").edges["产业", "基金"]


@pytest.mark.parametrize("measure", sorted(set(MEASURES) - {"npmi"}))
def test_a_formula_alone_weighs_nothing(measure):
    assert value(measure, 0, 5, 5, 50, part_of=True) == 0.0


@pytest.mark.parametrize("measure", ["npmi", "g2"])
def test_few_reports_are_warned_of(measure):
    with pytest.warns(UserWarning, match=f"{measure} of 9 report.*G5"):
        assert value(measure, 4, 8, 5, 20, reports=9) == value(measure, 4, 8, 5, 20, reports=10)


@pytest.mark.parametrize("measure", ["jaccard", "ochiai", "association"])
def test_other_measures_say_nothing_of_few_reports(measure):
    assert value(measure, 4, 8, 5, 20, reports=1) > 0  # a warning would be an error


def test_an_unknown_measure_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'lift'.*jaccard, ochiai, association, npmi, g2"):
        add_weights(pair_graph(4, 8, 5, 20), "lift")


def test_a_copy_is_weighed_in_the_same_order():
    graph = pair_graph(4, 8, 5, 20)
    graph.add_node("平台", count=1)
    graph.add_edge("平台", "产业", count=1, weight=1.0, part_of=False)
    weighed = add_weights(add_weights(graph, "jaccard"), "ochiai")
    assert list(weighed.edges) == list(graph.edges)
    assert Counter(key for *_, data in weighed.edges(data=True) for key in data) == Counter(
        dict.fromkeys(["count", "weight", "part_of", "jaccard", "ochiai"], 2)
    )
    assert all(type(data["jaccard"]) is float for *_, data in weighed.edges(data=True))
    assert "jaccard" not in graph.edges["产业", "基金"]


def test_an_empty_graph_stays_empty():
    for measure in MEASURES:
        assert add_weights(nx.Graph(reports=10, windows=0), measure).number_of_edges() == 0
