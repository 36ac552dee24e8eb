"""Goals, measures and institutions side by side: which names are wanted, which are worked on, which are run by rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policynlp.codebook import load_codebook
from policynlp.network.counts import each_report
from policynlp.schema import Analysis, Statement

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["align_goals"]

CORE = ("FUND", "PLATFORM", "INDUSTRY")
LAYERS = {"GOAL": "goals", "MEASURE": "measures", "INSTITUTION": "institutions"}


@dataclass
class Touches:
    """The statements that hold a name, by class, and the instruments of its measures."""

    kinds: Counter[str] = field(default_factory=Counter)
    statements: dict[str, dict[str, Statement]] = field(default_factory=lambda: defaultdict(dict))


def align_goals(analyses: Analysis | Iterable[Analysis], *, kinds: Sequence[str] = CORE) -> pd.DataFrame:
    """Count for each name the goals, the measures (by instrument) and the institutions that speak of it.

    A statement counts once for a name and under its one class; its further functions (`also` in the codebook) are not known to
    the program. Headings count by their class, titles and page furniture never. A measure counts under its primary instrument,
    so that the instruments of a name add up to its measures.

    Args:
        analyses: one analysis or several.
        kinds: entity types; funds, platforms and industries by default.

    Returns:
        One row a name, those with most statements first: `name`, `type`, `goals`, `measures`, `institutions`; a column for each family
        of instruments (`S`, `E`, `D`, `X`) and each instrument code that occurs, both counting measures; `gap`: «goal without measure»,
        «measure without institution», «goal without measure or institution», or "" where no link is missing; `goal_statements`,
        `measure_statements`, `institution_statements` (ids `report#statement`).

    Raises:
        ValueError: `kinds` holds an unknown type.

    Source:
        The alignment of goals and instruments: Howlett, M. (2009). Governance modes, policy regimes and operational plans.
        Policy Sciences, 42, 73-89.

    Example:
        >>> import policynlp
        >>> table = align_goals(policynlp.analyze("培育壮大数字经济。设立1亿元种子基金。"))
        >>> table[["name", "goals", "measures", "gap"]].values.tolist()
        [['数字经济', 1, 0, 'goal without measure or institution'], ['种子基金', 0, 1, 'measure without institution']]
    """
    import pandas as pd

    codebook = load_codebook()
    if unknown := sorted(set(kinds) - set(codebook.types)):
        raise ValueError(f"kinds holds {', '.join(unknown)}; known are {', '.join(codebook.types)}")
    names: dict[str, Touches] = defaultdict(Touches)
    for report, analysis in each_report(analyses):
        for entity in analysis.entities:
            statement = analysis.statement(entity.statement)
            if entity.nested or entity.zone or entity.kind not in kinds or statement.kind not in LAYERS:
                continue
            for name in entity.names:
                names[name].kinds[entity.kind] += 1
                names[name].statements[statement.kind][f"{report}#{statement.id}"] = statement
    rows = [row_of(name, touches) for name, touches in names.items()]
    rows.sort(key=lambda row: (-sum(int(str(row[layer])) for layer in LAYERS.values()), str(row["name"])))
    used = [code for code in codebook.instruments if any(row.get(code) for row in rows)]
    columns = [
        "name",
        "type",
        *LAYERS.values(),
        *codebook.families,
        *used,
        "gap",
        *(f"{layer[:-1]}_statements" for layer in LAYERS.values()),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame[[*codebook.families, *used]] = frame[[*codebook.families, *used]].fillna(0).astype(int)
    return frame


def row_of(name: str, touches: Touches) -> dict[str, object]:
    """Give the row of a name."""
    measures = touches.statements["MEASURE"]
    codes = Counter(s.instruments[0] for s in measures.values() if s.instruments)
    counts = {layer: len(touches.statements[kind]) for kind, layer in LAYERS.items()}
    return {
        "name": name,
        "type": min(touches.kinds, key=lambda kind: (-touches.kinds[kind], kind)),
        **counts,
        **Counter(code[0] for code in codes.elements()),
        **codes,
        "gap": gap_of(**counts),
        **{f"{layer[:-1]}_statements": tuple(touches.statements[kind]) for kind, layer in LAYERS.items()},
    }


def gap_of(goals: int, measures: int, institutions: int) -> str:
    """Name the link that is missing between goal, measure and institution."""
    if goals and not measures:
        return "goal without measure" if institutions else "goal without measure or institution"
    return "measure without institution" if measures and not institutions else ""
