"""Agreement: against published tables, an independent implementation, and the definition."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.errors import ReportError
from policynlp.evaluation.agreement import krippendorff_alpha, measure_agreement
from policynlp.evaluation.gold import GoldEntity, GoldStatement

# Krippendorff (2011), Computing Krippendorff's alpha-reliability: example B (two observers, nominal) and C (any number, missing).
OBSERVERS = ["a a b b d c c c e d d a", "b a b b b c c c e d d d"]
MISSING = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]


def table(lines):
    return list(zip(*([x if x != "." else "" for x in line.split()] for line in lines), strict=True))


def statement(number, kind="GOAL", *, file="a.txt", entities=(), subtype="", instruments=(), status="planned", text="设立种子基金"):
    return GoldStatement(file, number * 10, number * 10 + 6, text, "body", kind, subtype, (), instruments, status, entities)


def coders(*labels):
    return {f"c{i}": [statement(n, kind) for n, kind in enumerate(line) if kind] for i, line in enumerate(labels)}


def test_alpha_is_that_of_krippendorffs_own_examples():
    assert krippendorff_alpha(table(OBSERVERS)) == pytest.approx(0.692, abs=5e-4)
    assert krippendorff_alpha(table(MISSING)) == pytest.approx(0.743, abs=5e-4)
    binary = ["0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"]
    assert krippendorff_alpha(table(binary)) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_labels_that_never_vary_is_undefined():
    assert math.isnan(krippendorff_alpha([("a", "a"), ("a", "a")]))
    assert math.isnan(krippendorff_alpha([("a", ""), ("", "b")]))


def alpha_by_definition(rows):
    """One minus the share of unlike pairs within statements over that among all values, pair by pair."""
    rows = [[x for x in row if x] for row in rows]
    rows = [row for row in rows if len(row) > 1]
    values = [x for row in rows for x in row]
    observed = sum(sum(a != b for a, b in itertools.permutations(row, 2)) / (len(row) - 1) for row in rows)
    expected = sum(a != b for a, b in itertools.permutations(values, 2)) / (len(values) - 1) if len(values) > 1 else 0
    return 1 - observed / expected if expected else math.nan


@settings(max_examples=80, deadline=None)
@given(
    st.integers(2, 4).flatmap(lambda width: st.lists(st.tuples(*[st.sampled_from(["", "x", "y", "z"])] * width), min_size=1, max_size=12))
)
def test_alpha_is_its_definition(rows):
    assert krippendorff_alpha(rows) == pytest.approx(alpha_by_definition(rows), abs=1e-4, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")), min_size=2, max_size=30))
def test_kappa_is_that_of_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    left, right = zip(*pairs, strict=True)
    measured = measure_agreement(coders(left, right), draws=1).figures
    assert measured["class_agreement"][0] == pytest.approx(np.mean([a == b for a, b in pairs]), abs=1e-4)
    if len({*left, *right}) == 1:
        assert math.isnan(measured["class_kappa"][0])
    else:
        assert measured["class_kappa"][0] == pytest.approx(metrics.cohen_kappa_score(left, right), abs=1e-4)


def test_figures_of_a_table_worked_by_hand():
    """Cohen's own layout: 20 and 15 agreed, 5 and 10 not; κ = (0.70 - 0.50) / 0.50."""
    left = ["GOAL"] * 25 + ["MEASURE"] * 25
    right = ["GOAL"] * 20 + ["MEASURE"] * 5 + ["GOAL"] * 10 + ["MEASURE"] * 15
    found = measure_agreement(coders(left, right))
    assert found.figures["class_agreement"][0] == 0.7
    assert found.figures["class_kappa"][0] == 0.4
    assert found.pairs["class", "GOAL", "MEASURE"] == 5
    assert found.pairs["class", "MEASURE", "GOAL"] == 10
    value, low, high, size = found.figures["class_kappa"]
    assert low < value < high
    assert size == 50
    # The interval of 500 statements of the same kind is about √10 narrower.
    _, low10, high10, _ = measure_agreement(coders(left * 10, right * 10)).figures["class_kappa"]
    assert (high - low) / (high10 - low10) == pytest.approx(math.sqrt(10), rel=0.15)


def test_intervals_are_about_those_of_theory():
    """The share of 70 of 100 has a standard error of 0.046."""
    left, right = ["GOAL"] * 100, ["GOAL"] * 70 + ["OTHER"] * 30
    _, low, high, _ = measure_agreement(coders(left, right), draws=2000).figures["class_agreement"]
    assert high - low == pytest.approx(2 * 1.96 * math.sqrt(0.7 * 0.3 / 100), rel=0.1)


def test_intervals_of_many_reports_are_over_reports():
    """Where a report is wholly agreed or wholly not, its statements tell nothing new."""
    rows = {"a": [], "b": []}
    for report in range(12):
        for number in range(20):
            rows["a"].append(statement(number, "GOAL", file=f"{report}.txt"))
            rows["b"].append(statement(number, "GOAL" if report % 2 else "OTHER", file=f"{report}.txt"))
    _, low, high, _ = measure_agreement(rows).figures["class_agreement"]
    assert high - low > 0.4
    assert measure_agreement(rows).reports == 12


def test_more_than_two_coders_and_blanks():
    found = measure_agreement(coders(["A", "A", "B", ""], ["A", "B", "B", "A"], ["A", "A", "", "A"]))
    assert found.coders == ("c0", "c1", "c2")
    assert found.statements == 4
    assert found.blank == {"c0": 1, "c1": 0, "c2": 1}
    shares = [2 / 3, 2 / 2, 2 / 3]  # of the pairs of coders, over the statements that both coded
    assert found.figures["class_agreement"][0] == pytest.approx(sum(shares) / 3, abs=1e-4)
    assert found.figures["class_alpha"][0] == pytest.approx(alpha_by_definition(["AAA", "ABA", "BB", "AA"]), abs=1e-4)
    (row,) = found.disagreements.to_dict("records")
    assert (row["start"], row["layer"], row["c0"], row["c1"], row["c2"]) == (10, "class", "A", "B", "A")


def test_spans_count_strictly_and_subtypes_and_instruments_where_both_gave_one():
    fund, place = GoldEntity(2, 6, "FUND"), GoldEntity(2, 6, "PLACE")
    one = [statement(0, "MEASURE", entities=(fund,), instruments=("E-TAX",)), statement(1, "OTHER", subtype="background")]
    other = [statement(0, "MEASURE", entities=(place,), instruments=("E-TAX", "S-TECH")), statement(1, "GOAL")]
    found = measure_agreement({"a": one, "b": other})
    assert found.figures["entities_all_f1"][0] == 0
    assert math.isnan(found.figures["entities_core_f1"][0])
    assert found.figures["instrument_agreement"] == (1.0, 1.0, 1.0, 1)
    assert found.figures["subtype_agreement"][3] == 0
    layers = Counter(found.disagreements["layer"])
    assert layers == {"class": 1, "entities": 1}
    assert found.disagreements["a"].tolist()[-2:] != found.disagreements["b"].tolist()[-2:]
    frames = found.to_frames()
    assert set(frames) == {"figures", "pairs", "disagreements"}


def test_what_cannot_be_compared_is_said():
    with pytest.raises(ValueError, match="at least two"):
        measure_agreement({"a": [statement(0)]})
    with pytest.raises(ReportError, match="no coded statement in common"):
        measure_agreement({"a": [statement(0)], "b": [statement(1)]})
    with pytest.raises(ReportError, match="different texts at 0-6"):
        measure_agreement({"a": [statement(0)], "b": [statement(0, text="别的文字啊")]})
