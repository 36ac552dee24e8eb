"""Keywords against scipy and hand-worked numbers, and on halves of one report."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import policynlp
from policynlp.annotation.wordlists import load_background
from policynlp.comparison.concordance import find_concordance
from policynlp.comparison.groups import Group, group_analyses
from policynlp.comparison.incidence import count_entities, count_words
from policynlp.comparison.keyness import PRIOR_SIZE, find_keywords, g2, log_odds, log_ratio

TEXTS = {
    "a": "发展生物医药。做强生物医药。支持生物医药。建设平台。",
    "b": "发展数字经济。壮大数字经济。做优数字经济。建设平台。",
    "c": "建设平台。",
}


def groups_of(texts):
    return group_analyses([policynlp.analyze(policynlp.make_report(t, path=f"{name}.txt")) for name, t in texts.items()], by="report")


@pytest.fixture(scope="module")
def cities(city_paths, benxi):
    return [benxi, *(policynlp.analyze(path) for path in city_paths[:4])]


def part_of(analysis, name, numbers):
    """A group of some statements of a report."""
    statements = [s for s in analysis.statements if s.role not in ("title", "boilerplate")]
    kept = dataclasses.replace(analysis, statements=tuple(statements[i] for i in sorted(numbers)), _index={})
    return Group(name, ((name, kept),))


# Measures


def test_log_odds_by_hand():
    """Monroe et al., equations 16 and 18 to 22, with y = 4 of 10, y' = 1 of 20 and a prior of 2 of 6."""
    here, there, alpha = np.array([4.0, 6.0]), np.array([1.0, 19.0]), np.array([2.0, 4.0])
    odds, z = log_odds(here, there, alpha)
    expected = math.log((4 + 2) / (10 + 6 - 4 - 2)) - math.log((1 + 2) / (20 + 6 - 1 - 2))
    assert odds[0] == pytest.approx(expected)
    assert z[0] == pytest.approx(expected / math.sqrt(1 / (4 + 2) + 1 / (1 + 2)))
    assert odds[1] == pytest.approx(-odds[0])  # of two words the one's odds are the other's, turned


def test_log_ratio_by_hand():
    # Hardie: 8 in 1000 against 1 in 1000 is 3; none counts as a half.
    found = log_ratio(np.array([8.0, 2, 990]), np.array([1.0, 0, 999]))
    assert found[:2].tolist() == [3, 2]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=6))
def test_g2_is_scipys(pairs):
    here, there = np.array(pairs, float).T
    found = g2(here, there)
    for i in range(len(pairs)):
        table = np.array([[here[i], there[i]], [here.sum() - here[i], there.sum() - there[i]]])
        if (table.sum(axis=0) > 0).all() and (table.sum(axis=1) > 0).all():
            expected = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
            assert found[i] == pytest.approx(expected, abs=1e-7)
        else:
            assert found[i] == pytest.approx(0, abs=1e-9)


def test_rows_hold_what_they_say(cities):
    groups = group_analyses(cities)
    incidence = count_words(groups)
    totals = incidence.totals
    alpha = PRIOR_SIZE * totals.sum(axis=0) / totals.sum()
    table = find_keywords(groups)
    assert len(table) == 50 * len(groups)
    for row in table.iloc[::11].itertuples():
        i, j = incidence.groups.index(row.group), incidence.names.index(row.term)
        y, n, other, size = row.count, row.total, row.elsewhere, row.total_elsewhere
        assert (y, n) == (totals[i, j], totals[i].sum())
        assert (other, size) == (totals[:, j].sum() - y, totals.sum() - n)
        odds = math.log((y + alpha[j]) / (n + PRIOR_SIZE - y - alpha[j])) - math.log(
            (other + alpha[j]) / (size + PRIOR_SIZE - other - alpha[j])
        )
        assert row.log_odds == pytest.approx(odds)
        assert row.z == pytest.approx(odds / math.sqrt(1 / (y + alpha[j]) + 1 / (other + alpha[j])))
        assert row.log_ratio == pytest.approx(math.log2(y / n / (max(other, 0.5) / size)))
        assert row.g2 == pytest.approx(stats.chi2_contingency([[y, other], [n - y, size - other]], False, "log-likelihood").statistic)
        assert row.tfidf == pytest.approx(y * (math.log((1 + len(groups)) / (1 + row.groups)) + 1))
        assert row.reports == 1
    assert table.groupby("group")["z"].is_monotonic_decreasing.all()
    assert (table["z"] > 0).all()


def test_tfidf_is_that_of_scikit_learn():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    groups = groups_of(TEXTS)
    incidence = count_words(groups)
    weights = text.TfidfTransformer(norm=None).fit_transform(incidence.totals).toarray()
    for row in find_keywords(groups, min_count=1).itertuples():
        assert row.tfidf == pytest.approx(weights[incidence.groups.index(row.group), incidence.names.index(row.term)])


# Keywords


def test_what_only_one_group_speaks_of_is_its_keyword():
    table = find_keywords(groups_of(TEXTS))
    assert table[["group", "term", "count", "elsewhere", "groups"]].values.tolist() == [
        ["a", "生物医药", 3, 0, 1],
        ["b", "数字经济", 3, 0, 1],
    ]


def test_keywords_of_the_seed_report_say_what_it_is_about(cities):
    table = find_keywords(group_analyses(cities))
    terms = table.loc[table["group"] == "本溪高新区", "term"].tolist()
    assert {"科技", "创新", "科技金融", "技术创新"} <= set(terms[:15])
    assert "药都" in terms


def test_the_background_can_be_the_prior(cities):
    groups = group_analyses(cities)
    frequencies = load_background()[1]
    names = count_words(groups).names
    known = sum(frequencies.get(name, 1) for name in names)
    row = next(find_keywords(groups, prior="background").itertuples())
    a = PRIOR_SIZE * frequencies.get(row.term, 1) / known
    assert row.z == pytest.approx(row.log_odds / math.sqrt(1 / (row.count + a) + 1 / (row.elsewhere + a)))
    assert not find_keywords(groups)["z"].equals(find_keywords(groups, prior="background")["z"])


def test_entities_are_counted_once_a_statement(cities):
    groups = group_analyses(cities)
    incidence = count_entities(groups)
    table = find_keywords(groups, of="entities")
    assert not table.empty
    for row in table.itertuples():
        assert row.count == len(incidence.evidence(incidence.groups.index(row.group), incidence.names.index(row.term)))


@pytest.mark.parametrize("of", ["words", "entities"])
def test_the_concordance_shows_every_place_that_was_counted(cities, of):
    groups = group_analyses(cities)
    by_name = {group.name: group for group in groups}
    for row in find_keywords(groups, of=of, limit=12).itertuples():
        places = find_concordance([by_name[row.group]], row.term, of=of)
        assert row.count == (len(places) if of == "words" else places["statement"].nunique())


def test_reports_of_a_group_are_counted(cities):
    whole = Group("龥", tuple((str(i), analysis) for i, analysis in enumerate(cities[1:])))
    table = find_keywords([*group_analyses(cities[:1]), whole])
    rows = table[table["group"] == "龥"]
    for row in rows.itertuples():
        places = find_concordance([whole], row.term, of="words")
        assert row.reports == places["report"].nunique()
    assert rows["reports"].nunique() > 1


def test_order_of_reports_changes_nothing(cities):
    for of in ("words", "entities"):
        one, other = (find_keywords(groups, of=of) for groups in (group_analyses(cities), group_analyses(cities[::-1])[::-1]))
        pd.testing.assert_frame_equal(one, other)


def test_a_report_has_no_keywords_against_itself_or_alone(benxi):
    (group,) = group_analyses([benxi])
    assert find_keywords([group, Group("同", group.reports)]).empty
    assert find_keywords([group]).empty
    assert find_keywords([]).empty


def test_halves_of_a_report_have_few_keywords(cities):
    """Words of one statement come together, so that a few more than 5 % pass; between reports it is far more."""
    random = np.random.default_rng(4)
    strong, rows = 0, 0
    for analysis in cities[:3]:
        size = sum(s.role not in ("title", "boilerplate") for s in analysis.statements)
        for _ in range(10):
            order = random.permutation(size)
            pair = [part_of(analysis, "a", order[: size // 2]), part_of(analysis, "b", order[size // 2 :])]
            words = count_words(pair).totals.sum(axis=0)
            rows += 2 * int((words >= 6).sum())
            table = find_keywords(pair, limit=10_000)
            strong += int(((table["z"] > 1.96) & (table["count"] + table["elsewhere"] >= 6)).sum())
    between = find_keywords(group_analyses(cities[1:3]), limit=10_000)
    words = count_words(group_analyses(cities[1:3])).totals.sum(axis=0)
    assert rows > 2000
    assert strong / rows < 0.05
    assert (between["z"] > 1.96).sum() / (2 * (words >= 6).sum()) > 2 * strong / rows


def test_options_are_checked(benxi):
    groups = group_analyses([benxi])
    for options, problem in (
        ({"of": "letters"}, "of is 'letters'"),
        ({"prior": "uniform"}, "prior 'uniform'"),
        ({"of": "entities", "prior": "background"}, "counts words, not entities"),
        ({"min_count": 0}, "min_count is 0"),
        ({"limit": 0}, "limit 0"),
    ):
        with pytest.raises(ValueError, match=problem):
            find_keywords(groups, **options)


def test_empty_groups_do_no_harm(benxi):
    table = find_keywords([*group_analyses([benxi]), Group("空", ())])
    assert set(table["elsewhere"]) <= {0}
    assert np.isfinite(table[["z", "log_odds", "log_ratio", "g2", "tfidf"]]).all(axis=None)
    assert find_keywords([Group("空", ()), Group("無", ())]).empty
