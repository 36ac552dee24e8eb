"""Who has what: the canonical entities that all, some or one of the groups speak of, and how sure that is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import false_discovery_control, hypergeom

from policynlp.comparison.groups import Group
from policynlp.comparison.intervals import log_choose
from policynlp.network.weights import settled
from policynlp.schema import Analysis, Entity

__all__ = ["compare_presence", "find_missing", "make_presence_matrix"]

Floats = npt.NDArray[np.float64]
WHERE = frozenset({("PLACE", "admin"), ("PLACE", "brand")})  # say where a report is from, not what it has
OWN = frozenset({"FUND", "PLATFORM", "PLACE"})  # a named one of these is one zone's, whatever others are called
WIDE = frozenset({"ORG", "PROGRAM"})  # a named one of these may be the whole country's
LOCAL = re.compile("[全我本]?(?:省|市(?![场域值])|县(?!域)|区(?![域块])|州|旗(?!舰)|镇|乡(?!村))|我(?!国)|本(?!科)")
PRESENT = ("name", "kind", "zone", "shared", "groups", "group", "count", "reports", "rate", "expected", "p", "p_bh", "statements")
MISSING = ("group", "name", "kind", "zone", "shared", "groups", "elsewhere", "expected", "p", "p_bh")


class Key(NamedTuple):
    """What makes an entity the same in two reports: its name, and the zone where it is one zone's own, else ""."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Presence:
    """Which statements hold each entity.

    Attributes:
        groups: their names, in order.
        keys: the entities, in order.
        kinds: of each its type, the commonest.
        statements: of each and each group that has it the ids of the statements that hold it, in order.
        counts: how many those are, entities × groups.
        sizes: how many statements could hold it: all of the group, or those of the entity's zone; entities × groups.
    """

    groups: tuple[str, ...]
    keys: tuple[Key, ...]
    kinds: tuple[str, ...]
    statements: dict[tuple[int, int], tuple[str, ...]]
    counts: Floats
    sizes: Floats

    @property
    def expected(self) -> Floats:
        """How many statements of each group would hold it if all spoke of it at one rate."""
        total: Floats = self.counts.sum(axis=1, keepdims=True) * self.sizes / np.maximum(self.sizes.sum(axis=1, keepdims=True), 1)
        return total

    @property
    def shared(self) -> list[str]:
        """Whether all groups that could have an entity have it, or only some, or one alone."""
        had, could = (self.counts > 0).sum(axis=1).tolist(), (self.sizes > 0).sum(axis=1).tolist()
        return ["unique" if has == 1 else "all" if has == can else "some" for has, can in zip(had, could, strict=True)]


def compare_presence(groups: Sequence[Group], *, kinds: Sequence[str] | None = None, focus: str | None = None) -> pd.DataFrame:
    """Give the entities of each group, which of them others have too, and how sure it is that others lack them.

    Entities are the same where their canonical names are (codebook A5), with this exception: a named fund, platform or place, a
    named organisation or programme that its name calls local (市…, 我省…) and a formula (三大工程) are their zone's own, and another
    zone's of the same name is another thing. The report's own zone, administrative places and city brands are left out.

    That a report does not speak of a thing does not mean that its zone has none. The less a group says, the less it has that
    others lack, and the more others lack of what a long report says once. `p` takes that out: of all statements that
    hold the entity, how often would so many or more stand in this group, if they were dealt out by chance? For a unique one it is the
    chance to see it nowhere else although all speak of it at one rate. A thing said once can never be sure. What is one zone's
    own, others cannot have: no p.

    Args:
        groups: what is compared; their order changes nothing.
        kinds: entity types to give; all by default.
        focus: the one group to give; all by default.

    Returns:
        A row an entity and group that has it: `name`, `kind`, `zone` (whose own it is; empty for what zones can share), `shared` (all, some
        or unique), `groups` (how many have it), `group`, `count` (statements that hold it), `reports` (of the group that
        do), `rate` (per 100 statements), `expected` (statements that would hold it at the rate of all groups together), `p`
        (hypergeometric, one-sided), `p_bh` (Benjamini-Hochberg: among rows up to this number, that share may be there by chance),
        corrected for all entities that the group could have, and all groups unless there is a focus; `statements` (ids, a
        tuple). The surest first, group by group.

    Raises:
        ValueError: `focus` is no group.

    Source:
        Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal Statistical Society, 98, 39-82. Benjamini,
        Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society B, 57, 289-300.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "设立种子基金。扩大种子基金。发展数字经济。", "b": "发展数字经济。加快改革。提高水平。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> table = compare_presence(group_analyses(analyses, by="report"))
        >>> table[["group", "name", "shared", "count", "p"]].values.tolist()
        [['a', '种子基金', 'unique', 2, 0.2], ['a', '数字经济', 'all', 1, 0.8], ['b', '数字经济', 'all', 1, 0.8]]
    """
    found = count_presence(groups, kinds)
    columns = pick(found, focus)
    p: Floats = np.asarray(hypergeom.sf(found.counts - 1, *margins(found)))
    corrected = correct(p, found, columns)
    expected, shared, had = found.expected, found.shared, (found.counts > 0).sum(axis=1)
    rows = []
    for (i, j), statements in found.statements.items():
        if j in columns:
            count = len(statements)
            reports = len({identifier.rpartition("#")[0] for identifier in statements})
            rate, numbers = 100 * count / found.sizes[i, j], (expected[i, j], p[i, j], corrected[i, j])
            entity = (found.keys[i].name, found.kinds[i], found.keys[i].zone, shared[i], int(had[i]))
            rows.append((*entity, found.groups[j], count, reports, settled(float(rate)), *settled_all(numbers), statements))
    table = pd.DataFrame(rows, columns=list(PRESENT))
    return table.sort_values(["group", "p", "count", "name", "zone"], ascending=[True, True, False, True, True], ignore_index=True)


def find_missing(
    groups: Sequence[Group], *, kinds: Sequence[str] | None = None, focus: str | None = None, min_groups: int = 2
) -> pd.DataFrame:
    """Give what each group lacks and others have, and how sure it is that this is no matter of length.

    Args:
        groups: what is compared; their order changes nothing.
        kinds: entity types to give; all by default.
        focus: the one group to give; all by default.
        min_groups: how many others must have it.

    Returns:
        A row a group and entity it lacks: `group`, `name`, `kind`, `zone`, `shared`, `groups` (how many have it), `elsewhere`
        (statements that hold it), `expected` (statements of this group that would at the rate of all together), `p` (the chance that
        none does, hypergeometric), `p_bh` (corrected as in `compare_presence`). The surest first, group by group. The
        evidence is that of the others in `compare_presence`.

    Raises:
        ValueError: `focus` is no group, or `min_groups` below 1.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "设立种子基金。", "b": "扩大种子基金。加快改革。", "c": "加快改革。提高水平。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> find_missing(group_analyses(analyses, by="report"))[["group", "name", "elsewhere", "p"]].values.tolist()
        [['c', '种子基金', 2, 0.3]]
    """
    if min_groups < 1:
        raise ValueError(f"min_groups is {min_groups}; it must be 1 or more")
    found = count_presence(groups, kinds)
    columns = pick(found, focus)
    lacks = (found.counts == 0) & (found.sizes > 0)
    p = np.where(lacks, chance_of_none(*margins(found)), 1.0)
    corrected = correct(p, found, columns)
    expected, shared, had = found.expected, found.shared, (found.counts > 0).sum(axis=1)
    total = found.counts.sum(axis=1)
    rows = []
    for i, j in zip(*(side.tolist() for side in np.nonzero(lacks & (had >= min_groups)[:, None])), strict=True):
        if j in columns:
            entity = (found.keys[i].name, found.kinds[i], found.keys[i].zone, shared[i], int(had[i]), int(total[i]))
            rows.append((found.groups[j], *entity, *settled_all((expected[i, j], p[i, j], corrected[i, j]))))
    table = pd.DataFrame(rows, columns=list(MISSING))
    return table.sort_values(["group", "p", "name", "zone"], ignore_index=True)


def make_presence_matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Make a table of entities × groups.

    Args:
        table: as `compare_presence` gives it, without focus.

    Returns:
        How many statements of each group (columns, in order of names) hold each entity (rows, by name and zone); what most groups have
        comes first. Groups without any entity have no column.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "设立种子基金。发展数字经济。", "b": "发展数字经济。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> matrix = make_presence_matrix(compare_presence(group_analyses(analyses, by="report")))
        >>> matrix.loc["种子基金"].values.tolist(), matrix.index[0]
        ([[1, 0]], ('数字经济', ''))
    """
    matrix = table.pivot_table(index=["name", "zone"], columns="group", values="count", aggfunc="sum", fill_value=0).astype(int)
    order = np.lexsort((-matrix.sum(axis=1).to_numpy(), -(matrix > 0).sum(axis=1).to_numpy()))  # equal ones stay in order of names
    return matrix.iloc[order]


def count_presence(groups: Sequence[Group], kinds: Sequence[str] | None) -> Presence:
    """Count which statements hold which entities."""
    ordered = sorted(groups, key=lambda group: group.name)
    places: defaultdict[Key, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    types: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    sizes: Counter[tuple[str, int]] = Counter()
    own = {mark for group in ordered for key, analysis in group.reports for mark in own_names(analysis, zone_of(key, analysis))}
    for number, group in enumerate(ordered):
        zones = {key: zone_of(key, analysis) for key, analysis in group.reports}
        body = {identifier for identifier, _ in group.statements}
        for identifier in body:
            sizes["", number] += 1
            sizes[zones[identifier.rpartition("#")[0]], number] += 1
        for report, analysis in sorted(group.reports):
            for entity in analysis.entities:
                identifier = f"{report}#{entity.statement}"
                if identifier in body and counts_as_presence(entity) and (kinds is None or entity.kind in kinds):
                    for name in entity.names:
                        key = Key(name, zones[report] if Key(name, zones[report]) in own else "")
                        places[key][number].append(identifier)
                        types[key][entity.kind] += 1
    keys = sorted(places)
    statements = {(i, j): tuple(sorted(set(places[key][j]))) for i, key in enumerate(keys) for j in sorted(places[key])}
    counts = np.zeros((len(keys), len(ordered)))
    for place, held in statements.items():
        counts[place] = len(held)
    could = np.array([[sizes[key.zone, j] for j in range(len(ordered))] for key in keys], float).reshape(counts.shape)
    commonest = tuple(min(types[key], key=lambda kind: (-types[key][kind], kind)) for key in keys)
    return Presence(tuple(group.name for group in ordered), tuple(keys), commonest, statements, counts, could)


def zone_of(key: str, analysis: Analysis) -> str:
    """Give the zone of a report; one that names none is a zone by itself."""
    return analysis.report.zone or key


def counts_as_presence(entity: Entity) -> bool:
    """Say whether a mention counts: it is outermost, and does not say where the report is from."""
    return not entity.nested and not entity.zone and (entity.kind, entity.subtype) not in WHERE


def own_names(analysis: Analysis, zone: str) -> Iterator[Key]:
    """Give the names that are one zone's own: proper names somewhere in a report, and not of national scope (A5)."""
    for entity in analysis.entities:
        if entity.named and counts_as_presence(entity):
            for name in entity.names:
                local = entity.subtype == "formula" or LOCAL.match(name) is not None
                if entity.kind in OWN or (entity.kind in WIDE and local):
                    yield Key(name, zone)


def pick(found: Presence, focus: str | None) -> list[int]:
    """Give the numbers of the groups to give."""
    if focus is not None and focus not in found.groups:
        raise ValueError(f"focus is {focus!r}; it must be one of {', '.join(found.groups)}")
    return [j for j, name in enumerate(found.groups) if focus in (None, name)]


def margins(found: Presence) -> tuple[Floats, Floats, Floats]:
    """Give the statements of all groups, those that hold each entity, and the statements of each group."""
    return found.sizes.sum(axis=1, keepdims=True), found.counts.sum(axis=1, keepdims=True), found.sizes


def chance_of_none(everything: Floats, holding: Floats, size: Floats) -> Floats:
    """Give the chance that none of the statements that hold an entity is among those of a group: scipy's hypergeom.pmf(0), fast."""
    without = everything - holding
    logs = log_choose(without, np.minimum(size, without)) - log_choose(everything, size)
    return np.where(size <= without, np.exp(logs), 0.0)


def correct(p: Floats, found: Presence, columns: list[int]) -> Floats:
    """Correct p values for all entities and groups where there is something to test, and take away those where there is not.

    Entities that a group lacks count too. Without them, every name that a short report alone has would look sure: it is there
    because it was found there.
    """
    tested = (found.sizes > 0) & ((found.sizes > 0).sum(axis=1, keepdims=True) > 1)
    p[~tested] = np.nan
    corrected = np.full_like(p, np.nan)
    part = corrected[:, columns]
    family = tested[:, columns]
    if family.any():
        part[family] = false_discovery_control(np.clip(p[:, columns][family], 0, 1))
    corrected[:, columns] = part
    return corrected


def settled_all(numbers: Sequence[float]) -> list[float]:
    """Round several numbers."""
    return [settled(float(number)) for number in numbers]
