"""How far two coders agree on the same statements."""

from __future__ import annotations

from pathlib import Path

from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldStatement, load_gold
from policynlp.evaluation.scores import CORE, cohen_kappa, outermost

__all__ = ["measure_agreement"]


def measure_agreement(first: str | Path, second: str | Path) -> dict[str, float | int]:
    """Compare the statements that both folders label, matched by file and offsets.

    Returns:
        `reports`, `statements`, `class_agreement`, `class_kappa`, `instrument_agreement` (primary, on agreed measures),
        `entities_core_f1` and `entities_all_f1` (strict span and type, outermost).

    Raises:
        ReportError: the folders have no statement in common.

    Source:
        Hripcsak, G., & Rothschild, A. S. (2005). Agreement, the F-measure, and reliability in information retrieval. JAMIA,
        12(3), 296-298 (why F1 for spans).
    """
    ours, theirs = index_labels(Path(first)), index_labels(Path(second))
    pairs = [(ours[key], theirs[key]) for key in sorted(set(ours) & set(theirs))]
    pairs = [(a, b) for a, b in pairs if a.role not in ("title", "boilerplate")]
    if not pairs:
        raise ReportError(second, f"no statement of it is labelled in {first}", "name folders of labels for the same reports")
    classes = [(a.kind, b.kind) for a, b in pairs]
    measures = [(a, b) for a, b in pairs if a.kind == b.kind == "MEASURE" and a.instruments and b.instruments]
    return {
        "reports": len({a.file for a, _ in pairs}),
        "statements": len(pairs),
        "class_agreement": round(sum(a == b for a, b in classes) / len(classes), 4),
        "class_kappa": round(cohen_kappa(classes) or 0.0, 4),
        "instrument_agreement": round(sum(a.instruments[0] == b.instruments[0] for a, b in measures) / max(1, len(measures)), 4),
        "entities_core_f1": span_agreement(pairs, CORE),
        "entities_all_f1": span_agreement(pairs, None),
    }


def index_labels(folder: Path) -> dict[tuple[str, int, int], GoldStatement]:
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise ReportError(folder, "there is no .jsonl file in it", "name a folder of labels")
    return {(row.file, row.start, row.end): row for path in paths for rows in load_gold(path).values() for row in rows}


def span_agreement(pairs: list[tuple[GoldStatement, GoldStatement]], kinds: frozenset[str] | None) -> float:
    left = right = both = 0
    for a, b in pairs:
        x, y = (
            {s for s in outermost((e.start, e.end, e.kind) for e in row.entities if not e.nested) if kinds is None or s[2] in kinds}
            for row in (a, b)
        )
        left, right, both = left + len(x), right + len(y), both + len(x & y)
    return round(2 * both / max(1, left + right), 4)
