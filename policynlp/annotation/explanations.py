"""Why a statement has its class and why its entities were found: rules, features with weights, and what would change the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from policynlp.annotation.classification import match_rule, softmax
from policynlp.annotation.classifier import LAYERS, Floats, StatementClassifier
from policynlp.annotation.explanation_text import spell_explanation
from policynlp.annotation.features import observe
from policynlp.annotation.marks import load_marks
from policynlp.annotation.pipeline import Tools, load_tools
from policynlp.annotation.tokens import tokenize
from policynlp.annotation.vocabulary import current_vocabulary
from policynlp.codebook import Codebook
from policynlp.reading.scripts import simplify_if_traditional
from policynlp.schema import Analysis, Entity, Statement

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Decision", "EntityReason", "Explanation", "Rule", "Weight", "explain"]

FURNITURE = ("title", "boilerplate")


@dataclass(frozen=True, slots=True)
class Weight:
    """A feature and what it adds to the log-odds of the answer against the second-best one; negative: it speaks for that one.

    `words` are those of the statement that belong to the word class which the feature names.
    """

    feature: str
    weight: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the codebook that decided: its id, its cue in words, and what it found in the statement."""

    id: str
    cue: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer about a statement.

    Attributes:
        layer: class, subtype or instrument.
        label: the answer of the model; where a `rule` decided, the model's answer without it.
        probability, second, second_probability: of the model.
        weights: the features that are there, the strongest first; together with what the model assumes of any statement (its
            intercepts, the weight named «») they sum to the log-odds of `label` against `second`.
        flip: the fewest features without which the model would say `flipped`; empty where none can change it.
        flipped: that other answer; "" where there is none.
        rule: the rule that decided instead of the model, or None.
        decided: the answer given: the rule's where there is one.
    """

    layer: str
    label: str
    probability: float
    second: str
    second_probability: float
    weights: tuple[Weight, ...]
    flip: tuple[str, ...]
    flipped: str
    rule: Rule | None
    decided: str


@dataclass(frozen=True, slots=True)
class EntityReason:
    """Why an entity was found: `rule` is model, term, nested, own term or own head; `head` the head noun of its type, or ""."""

    entity: Entity
    rule: str
    score: float
    head: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a statement is read as it is; `str()` gives it in Chinese, `to_text` in either language."""

    statement: Statement
    decisions: tuple[Decision, ...]
    entities: tuple[EntityReason, ...]
    threshold: float

    def __str__(self) -> str:
        return self.to_text()

    def to_text(self, lang: str = "zh") -> str:
        """Give the explanation as lines of text, in `lang`, zh or en."""
        return "\n".join(spell_explanation(self, lang))

    def to_frame(self) -> pd.DataFrame:
        """Give the features as a table: layer, feature, weight, flip (whether it is among the fewest that change the answer)."""
        import pandas as pd

        rows = [(d.layer, w.feature, w.weight, w.feature in d.flip) for d in self.decisions for w in d.weights]
        return pd.DataFrame(rows, columns=["layer", "feature", "weight", "flip"])


def explain(
    analysis: Analysis, statement: Statement | str, *, codebook: Codebook | str | Path | None = None, models: str | Path | None = None
) -> Explanation:
    """Explain one statement of an analysis.

    Features are taken away as such, with the rest as it was: what stands in the flip is what the model leant on, not a text without
    these words.

    Args:
        analysis: as `analyze` gives it.
        statement: of the analysis, or its id.
        codebook: the one that the analysis was made with, as in `analyze`.
        models: those that it was made with, as in `analyze`.

    Returns:
        Class, subtype and primary instrument as far as it has them, and its entities.

    Raises:
        KeyError: no statement of the analysis has the id.
        ValueError: it is a title or boilerplate, which are not classed, or other models made the analysis.

    Example:
        >>> import policynlp
        >>> analysis = policynlp.analyze("设立1亿元种子基金，支持科技型中小企业发展。")
        >>> explanation = explain(analysis, "s0001")
        >>> [(decision.layer, decision.decided) for decision in explanation.decisions]
        [('class', 'MEASURE'), ('instrument', 'E-FINANCE')]
        >>> [(reason.entity.text, reason.rule) for reason in explanation.entities]
        [('种子基金', 'model'), ('科技型中小企业', 'model')]
    """
    chosen = analysis.statement(statement) if isinstance(statement, str) else statement
    if chosen.role in FURNITURE:
        raise ValueError(f"{chosen.id} is a {chosen.role} line, which has no class to explain")
    tools = load_tools(codebook, models)
    if (analysis.provenance.models, analysis.provenance.codebook) != (tools.hashes, tools.codebook.sha256):
        raise ValueError("the analysis was made by other models or another codebook; name them, or analyse the report again")
    classifier = tools.classifier
    simple = simplify_if_traditional(analysis.report.text)  # what the models read
    statements = [s if simple is analysis.report.text else replace(s, text=simple[s.start : s.end]) for s in analysis.statements]
    tokens = tokenize([s.text for s in statements], tools.segmenter, current_vocabulary(tools.codebook, classifier.word_classes))
    observations = observe([statements], tokens)
    number = analysis.statements.index(chosen)
    vector = classifier.encode(observations)[number]
    first, last = int(tokens.first[number]), int(tokens.last[number])
    rules = observations.found.rules.get(number, [])
    words = [tokens.text[a:b] for a, b in pairwise(tokens.offsets[first : last + 1].tolist())]
    return Explanation(
        statement=chosen,
        decisions=tuple(name_classes(d, words, classifier) for d in decide(vector, statements[number], rules, tools)),
        entities=tuple(reason_of(entity, tools.codebook) for entity in analysis.entities if entity.statement == chosen.id),
        threshold=classifier.threshold,
    )


def decide(vector: sparse.csr_matrix, statement: Statement, rules: Sequence[int], tools: Tools) -> Iterator[Decision]:
    """Explain the answers of every layer that the statement has."""
    classifier = tools.classifier
    decided = {
        "class": statement.kind,
        "subtype": statement.subtype and f"{statement.kind}.{statement.subtype}",
        "instrument": "".join(statement.instruments[:1]),
    }
    for layer in LAYERS:
        # The subtype is chosen among those of the class that was decided.
        allowed = [i for i, label in enumerate(classifier.labels[layer]) if layer != "subtype" or label.startswith(f"{statement.kind}.")]
        if decided[layer] and len(allowed) > 1:
            rule = find_rule(layer, statement, rules, tools)
            yield explain_layer(vector, layer, allowed, classifier, rule, decided[layer])


def find_rule(layer: str, statement: Statement, rules: Sequence[int], tools: Tools) -> Rule | None:
    """Find the rule of the codebook that decided in a layer; None where the model did."""
    if layer == "instrument":
        code = statement.instruments[0]
        if code in tools.classifier.labels[layer]:
            return None
        pattern = tools.codebook.instrument_cues[code]  # of an instrument that only a researcher's codebook knows
        row: Mapping[str, Any] | None = {"id": "own", "cue": code, "text": pattern}
    else:
        row = match_rule(statement, rules, load_marks(tools.codebook), tools.classifier.labels["class"])
    if row is None or (layer == "subtype" and not row.get("subtype")):
        return None
    match = re.search(row["text"], statement.text)
    return Rule(row["id"], row["cue"], match[0] if match else "")


def explain_layer(
    vector: sparse.csr_matrix, layer: str, allowed: Sequence[int], classifier: StatementClassifier, rule: Rule | None, decided: str
) -> Decision:
    """Explain the answer of the model in one layer, among the labels with these numbers."""
    temperature = classifier.temperature if layer == "class" else 1.0
    columns = np.arange(len(classifier.intercepts))[classifier.parts[layer]][list(allowed)]
    added = vector.data[:, None] * classifier.weights[vector.indices][:, columns] / temperature  # (features, labels)
    assumed = classifier.intercepts[columns] / temperature
    scores = assumed + added.sum(0)
    probabilities = softmax(scores[None])[0]
    best, second = np.argsort(-scores, kind="stable")[:2].tolist()
    names = list(classifier.columns)
    found = [names[column] for column in vector.indices.tolist()]
    gains = added[:, best] - added[:, second]
    weights = [Weight(found[i], round(float(gains[i]), 4)) for i in np.argsort(-np.abs(gains), kind="stable").tolist()]
    flip, other = fewest_features(added, scores, best)
    labels = [classifier.labels[layer][number] for number in allowed]
    return Decision(
        layer=layer,
        label=labels[best],
        probability=round(float(probabilities[best]), 3),
        second=labels[second],
        second_probability=round(float(probabilities[second]), 3),
        weights=(*weights, Weight("", round(float(assumed[best] - assumed[second]), 4))),
        flip=tuple(found[i] for i in flip),
        flipped=labels[other] if other is not None else "",
        rule=rule,
        decided=decided,
    )


def name_classes(decision: Decision, words: Sequence[str], classifier: StatementClassifier) -> Decision:
    """Add to the features of word classes the words of the statement that are meant."""
    classes = classifier.word_classes.levels[0]
    weights = []
    for weight in decision.weights:
        family, _, value = weight.feature.partition("=")
        wanted = value.partition("\t")[0] if family.endswith("class") else None
        named = dict.fromkeys(word for word in words if wanted and classes.get(word) == wanted)
        weights.append(replace(weight, words=tuple(named)))
    return replace(decision, weights=tuple(weights))


def fewest_features(added: Floats, scores: Floats, best: int) -> tuple[list[int], int | None]:
    """Find the fewest features without which another label has the highest score, and that label.

    For one rival the fewest are the first ones in order of what they add to the lead over it, until the lead is gone; the answer is the
    shortest of these, which is exact because the score is a sum.
    """
    shortest: tuple[int, float, int, list[int]] | None = None
    for rival in range(len(scores)):
        if rival == best:
            continue
        gains = added[:, best] - added[:, rival]
        order = np.argsort(-gains, kind="stable")
        left = scores[best] - scores[rival] - np.cumsum(gains[order])
        enough = np.flatnonzero(left < 0)
        if len(enough):
            size = int(enough[0]) + 1
            entry = (size, float(left[size - 1]), rival, order[:size].tolist())
            shortest = min(shortest, entry) if shortest else entry
    if shortest is None:
        return [], None
    remaining = scores - added[shortest[3]].sum(0)
    return shortest[3], int(remaining.argmax())


def reason_of(entity: Entity, codebook: Codebook) -> EntityReason:
    """Give why an entity was found."""
    head = codebook.head_of(entity.text.rstrip("”》）)"))
    return EntityReason(entity, entity.rule, entity.score, head.text if head and head.kind == entity.kind else "")
