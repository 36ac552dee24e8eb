"""Explanations in words, Chinese or English."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from policynlp.codebook import load_codebook
from policynlp.resources import data_path

if TYPE_CHECKING:
    from policynlp.annotation.explanations import Decision, EntityReason, Explanation

__all__ = ["feature_name", "spell_explanation"]

SHOWN = 8  # features of a decision


@cache
def wording() -> dict[str, dict[str, dict[str, str]]]:
    loaded: dict[str, dict[str, dict[str, str]]] = tomllib.loads(data_path("explanations.toml").read_text("utf-8"))
    return loaded


def say(key: str, lang: str, **values: object) -> str:
    return wording()["line"][key][lang].format(**values)


def feature_name(feature: str, lang: str, words: Sequence[str] = ()) -> str:
    r"""Give a feature in words; `words` are those that a word class means here.

    Example:
        >>> feature_name("w2=设立\t基金", "zh"), feature_name("cue=MEASURE.支持、鼓励|plan", "en")
        ('相邻词“设立 基金”', 'cue “支持、鼓励” (MEASURE, plan)')
    """
    if not feature:
        return {"zh": "（任何语句）", "en": "(any statement)"}[lang]
    family, _, value = feature.partition("=")
    shown = value.replace("\t", " ")
    label = wording()["family"][family][lang]
    if family not in ("cue", "before", "after"):
        return label.format(value=shown or "–") + (f"（{'、'.join(words)}）" if words else "")
    kind, _, name = shown.partition(".")
    name, mark, period = name.partition("|")
    where = f"{kind}, {period or '–'}" if mark else kind
    return f"{label.format(value=name)} ({where})"


def label_name(layer: str, code: str, lang: str) -> str:
    book = load_codebook()
    tables = {"class": book.classes, "subtype": book.subtypes, "instrument": book.instruments}
    label = tables[layer].get(code.rpartition(".")[2])
    return label.name(lang) if label else code


def spell_explanation(explanation: Explanation, lang: str) -> Iterator[str]:
    """Give the lines of an explanation."""
    statement = explanation.statement
    yield say("head", lang, id=statement.id, text=statement.text)
    for decision in explanation.decisions:
        yield from spell_decision(decision, lang)
        if decision.layer == "class" and statement.uncertain:
            yield say("uncertain", lang, threshold=explanation.threshold)
    if explanation.entities:
        yield say("entities", lang)
    for reason in explanation.entities:
        kind = load_codebook().types[reason.entity.kind].label.name(lang)
        yield say("entity", lang, text=reason.entity.text, type=kind, why=spell_reason(reason, lang))


def spell_decision(decision: Decision, lang: str) -> Iterator[str]:
    layer, label, second = (
        wording()["layer"][decision.layer][lang],
        label_name(decision.layer, decision.label, lang),
        label_name(decision.layer, decision.second, lang),
    )
    if decision.rule:
        named = label_name(decision.layer, decision.decided, lang)
        rule = decision.rule
        yield say("rule", lang, layer=layer, label=named, rule=rule.id, cue=rule.cue, found=rule.text)
        yield say("without", lang, label=label, probability=decision.probability)
        return
    probabilities = {"probability": decision.probability, "other": decision.second_probability}
    yield say("model", lang, layer=layer, label=label, second=second, **probabilities)
    yield say("weights", lang, label=label, second=second)
    for weight in decision.weights[:SHOWN]:
        yield say("weight", lang, weight=weight.weight, feature=feature_name(weight.feature, lang, weight.words))
    if decision.flipped:
        words = {weight.feature: weight.words for weight in decision.weights}
        features = "、".join(feature_name(name, lang, words[name]) for name in decision.flip[:SHOWN]) + (
            "…" if len(decision.flip) > SHOWN else ""
        )
        flipped = label_name(decision.layer, decision.flipped, lang)
        yield say("flip", lang, count=len(decision.flip), label=flipped, features=features)
    else:
        yield say("no_flip", lang)


def spell_reason(reason: EntityReason, lang: str) -> str:
    parts = [say(f"by_{reason.rule.replace(' ', '_')}", lang, score=reason.score)]
    if reason.head:
        parts.append(say("by_head", lang, head=reason.head))
    if reason.entity.name != reason.entity.text:
        parts.append(say("by_name", lang, name=reason.entity.name))
    return "；".join(parts) if lang == "zh" else "; ".join(parts)
