"""Statements × names: how often each word or entity stands in each statement of the groups that are compared."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.wordlists import load_stopwords
from policynlp.comparison.groups import Group
from policynlp.schema import Analysis, Statement

__all__ = ["COUNTERS", "Incidence", "count_entities", "count_words"]

Floats = npt.NDArray[np.float64]
WHERE = frozenset({("PLACE", "admin"), ("PLACE", "brand")})  # say where a report is from, not what it is about
HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Incidence:
    """How often each name stands in each statement.

    Attributes:
        groups: their names, in order.
        names: the words or entities, in order.
        statements: the ids of all statements, `report#statement`, group by group.
        owners: of each statement the number of its group.
        counts: statements × names.
    """

    groups: tuple[str, ...]
    names: tuple[str, ...]
    statements: tuple[str, ...]
    owners: npt.NDArray[np.int64]
    counts: sparse.csr_array

    @property
    def totals(self) -> Floats:
        """How often each name stands in each group: groups × names."""
        shape = (len(self.groups), len(self.statements))
        belongs = sparse.csr_array((np.ones(len(self.owners)), (self.owners, np.arange(len(self.owners)))), shape=shape)
        totals: Floats = (belongs @ self.counts).toarray()
        return totals

    def evidence(self, group: int, name: int) -> tuple[str, ...]:
        """Give the ids of the statements of a group that hold a name, in order."""
        mine = np.flatnonzero(self.owners == group)
        rows = mine[self.counts[mine][:, [name]].nonzero()[0]]
        return tuple(self.statements[row] for row in rows.tolist())


def count_words(groups: Sequence[Group]) -> Incidence:
    """Count the words of each statement, each time they stand: jieba's, with the codebook's terms whole.

    Words of one character, stop words, numbers and the names by which a report speaks of its own zone are left out.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> count_words(group_analyses([policynlp.analyze("发展生物医药，做强医药产业。")])).names
        ('医药产业', '生物医药')
    """
    return count(groups, words_of)


def count_entities(groups: Sequence[Group]) -> Incidence:
    """Count the canonical entities of each statement, once however often they stand there (codebook G4).

    Outermost entities, the members of a headless coordination one by one. The report's own zone, administrative places and
    city brands are left out: they would make neighbours alike.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> count_entities(group_analyses([policynlp.analyze("设立种子基金，种子基金支持龙头企业。")])).counts.toarray().tolist()
        [[1.0, 1.0]]
    """
    return count(groups, entities_of)


def count(groups: Sequence[Group], names_of: Callable[[Analysis], Iterator[tuple[str, list[str]]]]) -> Incidence:
    """Count what `names_of` gives for the statements of each report, by their ids; groups come in the order of their names."""
    ordered = sorted(groups, key=lambda group: group.name)
    ids, owners, found = [], [], []
    for number, group in enumerate(ordered):
        names = {f"{key}#{statement}": here for key, analysis in sorted(group.reports) for statement, here in names_of(analysis)}
        for identifier, _ in sorted(group.statements):
            ids.append(identifier)
            owners.append(number)
            found.append(Counter(names.get(identifier, ())))
    vocabulary = sorted({name for names in found for name in names})
    column = {name: i for i, name in enumerate(vocabulary)}
    rows = np.repeat(np.arange(len(found)), [len(names) for names in found])
    columns = np.array([column[name] for names in found for name in names], np.int64)
    values = np.array([number for names in found for number in names.values()], np.float64)
    counts = sparse.csr_array((values, (rows, columns)), shape=(len(found), len(vocabulary)))
    return Incidence(tuple(group.name for group in ordered), tuple(vocabulary), tuple(ids), np.array(owners, np.int64), counts)


def words_of(analysis: Analysis) -> Iterator[tuple[str, list[str]]]:
    """Give the words of each statement."""
    segmenter, stopwords = load_segmenter(), load_stopwords()
    own: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for entity in analysis.entities:
        if entity.zone:
            own[entity.statement].append((entity.start, entity.end))
    for statement in analysis.statements:
        words = segmenter.segment(without(statement, own[statement.id]))[0]
        yield statement.id, [word for word in words if len(word) > 1 and word not in stopwords and HAN.search(word)]


def without(statement: Statement, spans: Sequence[tuple[int, int]]) -> str:
    """Give the text of a statement with some parts blanked out."""
    text = statement.text
    for start, end in spans:
        text = text[: start - statement.start] + "，" * (end - start) + text[end - statement.start :]
    return text


def entities_of(analysis: Analysis) -> Iterator[tuple[str, list[str]]]:
    """Give the entities of each statement that has any."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for entity in analysis.entities:
        if not entity.nested and not entity.zone and (entity.kind, entity.subtype) not in WHERE:
            names[entity.statement].update(entity.names)
    return ((statement, sorted(found)) for statement, found in names.items())


COUNTERS = {"entities": count_entities, "words": count_words}
