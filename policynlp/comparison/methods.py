"""What a paper says of a comparison: the methods, with every parameter, and the sources of the measures."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from policynlp.annotation.periods import reviewed_year
from policynlp.comparison.intervals import CONFIDENCE
from policynlp.comparison.keyness import PRIOR_SIZE, find_keywords
from policynlp.comparison.likeness import PERMUTATIONS
from policynlp.comparison.maps import map_groups
from policynlp.comparison.presence import find_missing
from policynlp.comparison.profiles import compare_profiles
from policynlp.comparison.reuse import find_reuse
from policynlp.comparison.shingles import FEWEST, SHINGLE, WINDOW
from policynlp.comparison.specialisation import SMOOTHING, compare_specialisation
from policynlp.comparison.years import match_promises
from policynlp.resources import data_path

if TYPE_CHECKING:
    from policynlp.comparison.comparison import Comparison
    from policynlp.schema import Analysis

__all__ = ["describe_methods", "list_references"]

LANGUAGES = ("zh", "en")
SHOWN = 12  # digits of a hash
COMMA = {"zh": "、", "en": ", "}
JOINT = {"zh": "", "en": " "}


def describe_methods(comparison: Comparison, lang: str = "zh") -> str:
    """Write the methods of a comparison: the sample, the annotation, then the measures.

    Args:
        comparison: as `compare` makes it.
        lang: zh or en.

    Returns:
        Paragraphs, each on a line, with the versions and hashes of what annotated, the numbers of reports and statements, and the
        parameters of each measure.

    Raises:
        ValueError: `lang` is unknown.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> compared = compare([policynlp.analyze("设立种子基金。"), policynlp.analyze("发展数字经济。")], by="report")
        >>> describe_methods(compared, "zh").startswith("样本为 2 份报告，按报告分为 2 组。")
        True
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}; it must be one of {', '.join(LANGUAGES)}")
    values = describe_sample(comparison, lang) | describe_tool(comparison, lang) | parameters() | {"seed": str(comparison.seed)}
    parts = read_data("methods.toml")["part"]
    paragraphs = groupby(parts_of(comparison), key=lambda name: parts[name]["paragraph"])
    return "\n".join(JOINT[lang].join(parts[name][lang].format(**values) for name in names) for _, names in paragraphs)


def list_references(comparison: Comparison) -> list[str]:
    """Give the sources of the measures that the methods name, in order of names.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> list_references(compare([policynlp.analyze("设立种子基金。")]))[0][:13]
        'Altschul, S. '
    """
    sources = read_data("references.toml")
    return sorted({source for part in parts_of(comparison) for source in sources.get(part, ())})


@cache
def read_data(name: str) -> dict[str, Any]:
    return tomllib.loads(data_path(name).read_text("utf-8"))


def parts_of(comparison: Comparison) -> list[str]:
    """Give the parts of the methods that the comparison uses, in order."""
    years: dict[str, set[int | None]] = {}
    for analysis in reports_of(comparison):
        years.setdefault(analysis.report.zone or analysis.report.id, set()).add(reviewed_year(analysis))
    so = {"upper": bool(comparison.upper), "years": any(len(found - {None}) > 1 for found in years.values())}
    return [name for name, part in read_data("methods.toml")["part"].items() if "when" not in part or so[part["when"]]]


def reports_of(comparison: Comparison) -> list[Analysis]:
    return [analysis for group in comparison.groups for _, analysis in group.reports]


def describe_sample(comparison: Comparison, lang: str) -> dict[str, str]:
    """Give what the methods say of the sample."""
    sample, words = comparison.table("sample"), read_data("methods.toml")
    statements, uncertain = int(sample["statements"].sum()), int(sample["uncertain"].sum())
    upper = [analysis.report.title or key for key, analysis in comparison.upper]
    family = words["family"]["focus" if comparison.focus else "all"][lang].format(focus=comparison.focus)
    return {
        "reports": f"{len(sample)}",
        "groups": f"{len(comparison.groups)}",
        "by": words["by"].get(comparison.by, {}).get(lang, comparison.by),
        "characters": f"{sample['characters'].sum():,}",
        "characters_clean": f"{sample['characters_clean'].sum():,}",
        "statements": f"{statements:,}",
        "uncertain": f"{uncertain:,}",
        "uncertain_share": f"{uncertain / max(1, statements):.1%}",
        "upper": f"{len(upper)}",
        "upper_names": COMMA[lang].join(upper),
        "family": family,
    }


def describe_tool(comparison: Comparison, lang: str) -> dict[str, str]:
    """Give the versions and hashes of what annotated the reports, all of them where they differ."""
    made = [analysis.provenance for analysis in reports_of(comparison)]
    models = sorted({f"{name} {sha256[:SHOWN]}" for provenance in made for name, sha256 in provenance.models})
    return {
        "version": COMMA[lang].join(sorted({provenance.version for provenance in made})),
        "codebook": COMMA[lang].join(sorted({provenance.codebook[:SHOWN] for provenance in made})),
        "models": COMMA[lang].join(models),
    }


def parameters() -> dict[str, str]:
    """Give the parameters of the measures, as the functions have them."""
    return {
        "confidence": f"{CONFIDENCE:.0%}",
        "draws": default(compare_profiles, "draws"),
        "min_groups": default(find_missing, "min_groups"),
        "min_mentions": default(compare_specialisation, "min_count"),
        "smoothing": f"{SMOOTHING:g}",
        "prior": f"{PRIOR_SIZE:g}",
        "min_words": default(find_keywords, "min_count"),
        "limit": default(find_keywords, "limit"),
        "shuffles": f"{PERMUTATIONS['tfidf']}",
        "shuffles_entities": f"{PERMUTATIONS['entities']}",
        "qap": f"{PERMUTATIONS['graph']}",
        "map_groups": default(map_groups, "min_groups"),
        "shingle": f"{SHINGLE}",
        "window": f"{WINDOW}",
        "letters": default(find_reuse, "minimum"),
        "boilerplate": f"{FEWEST}",
        "tolerance": f"{inspect.signature(match_promises).parameters['tolerance'].default:.0%}",
    }


def default(function: Callable[..., object], option: str) -> str:
    """Give what an option of a function is if nothing is said."""
    return str(inspect.signature(function).parameters[option].default)
