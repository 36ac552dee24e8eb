"""The stages put together: what a batch gives is what each report gives alone."""

from policynlp.annotation.pipeline import make_analyses
from policynlp.network.counts import count_together
from policynlp.reading import read_report
from policynlp.resources import corpora_path


def texts(number):
    return [read_report(path) for path in sorted(corpora_path("annotated", "texts").glob("*.txt"))[:number]]


def test_a_batch_gives_each_report_what_it_would_get_alone():
    reports = texts(24)
    alone = [make_analyses([report])[0] for report in reports]
    assert make_analyses(reports) == alone
    assert make_analyses(reports[::-1]) == alone[::-1]


def test_counts_of_a_report_do_not_depend_on_those_before_it():
    analyses = make_analyses(texts(12))
    together = count_together(analyses)
    alone = [count_together(analysis) for analysis in analyses]
    assert sum((counts.mentions for counts in alone), start=type(together.mentions)()) == together.mentions
    assert {pair: found for counts in alone for pair, found in counts.parts.items()}.keys() == together.parts.keys()
