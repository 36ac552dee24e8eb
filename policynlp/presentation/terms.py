"""Weighs the words of reports: frequent here, rare in the background."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.wordlists import load_background, load_stopwords
from policynlp.codebook import load_codebook
from policynlp.network.counts import each_report
from policynlp.schema import Analysis

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["weigh_terms"]

HAN = re.compile("[\u4e00-\u9fff]")
COLUMNS = ("term", "kind", "count", "reports", "background", "tfidf")
NOUNS = frozenset({"n", "nr", "nt", "nz", "vn", "an", "j"})  # jieba's tags of nouns, nouns made of verbs, and abbreviations


def weigh_terms(analyses: Analysis | Iterable[Analysis], *, limit: int = 100, min_count: int = 2) -> pd.DataFrame:
    """Weigh the words of one or several reports by TF-IDF against the shipped background.

    The weight is tf · ln((N + 1) / (df + 1)): how often the word stands in the reports, times how rare it is among the N texts
    of the background; a word of all of them weighs nothing. Words are jieba's, with the codebook's terms whole. Only nouns of
    two characters or more count, and neither stop words nor places but city brands (药都). The report's own zone, titles,
    page furniture and second copies are left out.

    Args:
        analyses: one analysis or several.
        limit: the most words to give.
        min_count: how often a word must stand in the reports.

    Returns:
        The words, the heaviest first, with the columns `term`, `kind` (the class of statement where it stands most often),
        `count` (tf), `reports` (how many hold it), `background` (df; 1 where the background holds it once or never) and `tfidf`.

    Raises:
        ValueError: `limit` or `min_count` is below 1.

    Source:
        Spärck Jones, K. (1972). A statistical interpretation of term specificity and its application in retrieval. Journal of
        Documentation, 28(1), 11-21.

    Example:
        >>> import policynlp
        >>> analysis = policynlp.analyze("本溪推进制药产业发展，建设制药园区。支持制药企业发展。")
        >>> weigh_terms(analysis)[["term", "count"]].values.tolist()
        [['制药', 3]]
    """
    import pandas as pd

    if limit < 1 or min_count < 1:
        raise ValueError(f"limit is {limit} and min_count {min_count}; both must be 1 or more")
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    reports: defaultdict[str, set[str]] = defaultdict(set)
    for report, analysis in each_report(analyses):
        for word, kind in content_words(analysis):
            kinds[word][kind] += 1
            reports[word].add(report)
    texts, frequencies = load_background()
    rows = []
    for word, found in kinds.items():
        count, known = found.total(), frequencies.get(word, 1)
        if count >= min_count:
            kind = min(found, key=lambda kind: (-found[kind], kind))
            rows.append((word, kind, count, len(reports[word]), known, round(count * math.log((texts + 1) / (known + 1)), 4)))
    rows.sort(key=lambda row: (-row[5], -row[2], row[0]))
    return pd.DataFrame(rows[:limit], columns=list(COLUMNS))


def content_words(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Give the words that say something, each time they stand, with the class of their statement."""
    segmenter, stopwords, brands = load_segmenter(), load_stopwords(), load_codebook().brands
    own: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for entity in analysis.entities:
        if entity.zone:
            own[entity.statement].append((entity.start, entity.end))
    for statement in analysis.statements:
        if statement.role in ("title", "boilerplate"):
            continue
        text = statement.text
        for start, end in own[statement.id]:
            text = text[: start - statement.start] + "，" * (end - start) + text[end - statement.start :]
        for word, tag in segmenter.tag(text):
            if len(word) > 1 and (tag in NOUNS or word in brands) and word not in stopwords and HAN.search(word):
                yield word, statement.kind
