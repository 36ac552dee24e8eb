"""Asks a language model about the statements that policynlp is uncertain of, and keeps its answers apart from ours."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policynlp.agents.endpoint import EndpointError, ask, chat_url, read_key
from policynlp.atomic import replace_file
from policynlp.codebook import load_codebook
from policynlp.presentation.harmless import harmless
from policynlp.resources import data_path
from policynlp.schema import Analysis, Statement

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["second_opinion", "uncertain_statements"]

COLUMNS = ("report", "statement", "text", "ours", "score", "theirs", "agrees", "quotes", "places", "reason", "problem", "model")
FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
MOST_QUOTES, LONGEST_REASON, LONGEST_ANSWER = 10, 300, 20_000
PATIENCE = 3  # failures in a row after which the endpoint is left alone
Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of a statement, as far as it could be verified: without a class, `problem` says why."""

    kind: str = ""
    quotes: tuple[str, ...] = ()
    reason: str = ""
    problem: str = ""


def second_opinion(
    analysis: Analysis | Iterable[Analysis],
    *,
    url: str,
    model: str,
    key_env: str = "",
    timeout: float = 60.0,
    cache: str | Path | None = None,
) -> pd.DataFrame:
    """Ask an OpenAI-compatible chat endpoint about the `uncertain` statements, and give its answers as a table of their own.

    The analysis stays as it is. Sent are, for each uncertain statement, its text and the headings above it, with the
    instruction in `data/second_opinion.toml`; nothing of the rest of the report, no file name, no class of ours. Nothing is
    sent where no statement is uncertain or the answer is already known. An answer counts only where its class is one of the
    codebook and it quotes the statement, each quotation word for word.

    Args:
        analysis: one analysis or several.
        url: the endpoint, such as http://localhost:8000/v1; https where it is another machine. Redirects are not followed.
        model: the endpoint's name for the model.
        key_env: the environment variable that holds the key; "" for none.
        timeout: seconds for one answer. After three failures in a row no further statement is sent.
        cache: folder where accepted answers are kept, by the hash of statement, prompt, model and address; by default
            `policynlp/second_opinions` in the user's cache folder.

    Returns:
        A row a uncertain statement: `report`, `statement`, `text`, `ours` and its `score`, `theirs` (a class or ""), `agrees`
        (None without an answer), `quotes` (tuple), `places` (of the quotes in the report's text, tuple of (start, end)),
        `reason`, `problem` (why there is no answer, or ""), `model`.

    Raises:
        ValueError: `url` is none, or the variable `key_env` holds no key.
        StoreError: the cache cannot be written.

    Example:
        >>> import policynlp
        >>> second_opinion(policynlp.analyze("设立种子基金。"), url="http://localhost:9/v1", model="any").empty
        True
    """
    import pandas as pd

    address, key = chat_url(url), read_key(key_env)
    folder = Path(cache) if cache is not None else cache_folder()
    rows: list[dict[str, Any]] = []
    failures = 0
    for one in [analysis] if isinstance(analysis, Analysis) else analysis:
        for statement in uncertain_statements(one):
            messages = make_messages(statement)
            kept = folder / f"{hash_question(messages, model, address)}.json"
            content = read_kept(kept)
            opinion = read_answer(content, statement.text) if content is not None else Opinion(problem="never asked")
            if opinion.problem and failures >= PATIENCE:
                opinion = Opinion(problem="not asked: the endpoint failed three times in a row")
            elif opinion.problem:
                try:
                    content = ask(address, messages, model=model, key=key, timeout=timeout)
                    opinion, failures = read_answer(content, statement.text), 0
                    if not opinion.problem:
                        keep_answer(kept, content)
                except EndpointError as error:
                    opinion, failures = Opinion(problem=str(error)), failures + 1
            rows.append(describe(one, statement, opinion, model))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"agrees": object})


def uncertain_statements(analysis: Analysis) -> list[Statement]:
    """Give the statements that a second opinion would be asked about."""
    return [s for s in analysis.statements if s.uncertain and s.role not in ("title", "boilerplate")]


def make_messages(statement: Statement) -> Messages:
    """Make the question about a statement: the whole of what is sent."""
    question, codebook = load_question(), load_codebook()
    lines = (f"{code} {label.zh}：{question['meaning'].get(code, label.en)}" for code, label in codebook.classes.items())
    material = {"headings": list(statement.section), "statement": statement.text}
    return [
        {"role": "system", "content": question["system"].strip().format(classes="\n".join(lines))},
        {"role": "user", "content": json.dumps(material, ensure_ascii=False)},
    ]


@cache
def load_question() -> dict[str, Any]:
    return tomllib.loads(data_path("second_opinion.toml").read_text("utf-8"))


def read_answer(content: str, text: str) -> Opinion:
    """Read what a model says of a statement and verify it.

    Example:
        >>> read_answer('{"class": "GOAL", "quotes": ["氢能产业"], "reason": "方向"}', "培育壮大氢能产业。").kind
        'GOAL'
        >>> read_answer('{"class": "GOAL", "quotes": ["氢能基金"]}', "培育壮大氢能产业。").problem
        'it quotes what the statement does not say: 氢能基金'
    """
    if len(content) > LONGEST_ANSWER:
        return Opinion(problem="the answer is too long")
    fenced = FENCED.search(content)
    try:
        answer = json.loads(fenced.group(1) if fenced else content)
    except (ValueError, RecursionError):
        return Opinion(problem="the answer is no JSON")
    if not isinstance(answer, dict):
        return Opinion(problem="the answer is no JSON object")
    kind, quotes, reason = answer.get("class"), answer.get("quotes"), answer.get("reason")
    if not isinstance(kind, str) or kind not in load_codebook().classes:
        return Opinion(problem="its class is none of the codebook")
    if not isinstance(quotes, list) or not 1 <= len(quotes) <= MOST_QUOTES or not all(isinstance(q, str) and q.strip() for q in quotes):
        return Opinion(problem="it quotes nothing of the statement")
    for quote in quotes:
        if quote not in text:
            return Opinion(problem=f"it quotes what the statement does not say: {harmless(quote)[:60]}")
    return Opinion(kind, tuple(quotes), harmless(reason)[:LONGEST_REASON] if isinstance(reason, str) else "")


def describe(analysis: Analysis, statement: Statement, opinion: Opinion, model: str) -> dict[str, Any]:
    """Give the row of a statement."""
    starts = [statement.start + statement.text.find(quote) for quote in opinion.quotes]
    return {
        "report": analysis.report.id,
        "statement": statement.id,
        "text": statement.text,
        "ours": statement.kind,
        "score": statement.score,
        "theirs": opinion.kind,
        "agrees": opinion.kind == statement.kind if opinion.kind else None,
        "quotes": opinion.quotes,
        "places": tuple((start, start + len(quote)) for start, quote in zip(starts, opinion.quotes, strict=True)),
        "reason": opinion.reason,
        "problem": opinion.problem,
        "model": model,
    }


def hash_question(messages: Messages, model: str, address: str) -> str:
    return hashlib.sha256(json.dumps([list(messages), model, address], sort_keys=True).encode()).hexdigest()


def cache_folder() -> Path:
    """Give the folder of kept answers, by the custom of the system."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "policynlp" / "second_opinions"


def read_kept(path: Path) -> str | None:
    """Give the answer kept in a file; None where there is none or it is damaged."""
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    content = kept.get("content") if isinstance(kept, dict) else None
    return content if isinstance(content, str) else None


def keep_answer(path: Path, content: str) -> None:
    with replace_file(path) as temporary:
        temporary.write_text(json.dumps({"content": content}), "utf-8")
