"""What made a folder of results: version, codebook, models, settings, inputs and outputs, so that it can be made again."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

from policynlp.network.communities import LEIDEN, find_communities
from policynlp.network.cooccurrence import build_graph
from policynlp.presentation.records import to_json
from policynlp.schema import Analysis, Report

__all__ = ["PROVENANCE", "hash_file", "hash_files", "holds_results", "stated_of", "write_provenance"]

PROVENANCE = "provenance.json"
NAME = re.compile(r"[\w.-]+")
CHUNK = 1 << 20
GRAPH_STEPS: tuple[Callable[..., Any], ...] = (build_graph, find_communities)


def write_provenance(
    place: Path,
    command: str,
    analyses: Sequence[Analysis],
    *,
    upper: Sequence[Analysis] = (),
    settings: Mapping[str, object],
) -> None:
    """Write `provenance.json` into a folder of results, after all else in it.

    Args:
        place: the folder; its files are hashed.
        command: what `replay` has to call: analyze, graph or compare.
        analyses: what the results were made of.
        upper: upper-level documents that they were compared with.
        settings: the options that the results depend on.
    """
    record = describe(command, analyses, upper=upper, settings=settings) | {"outputs": hash_files(place)}
    Path(place, PROVENANCE).write_text(to_json(record, indent=1) + "\n", "utf-8", newline="\n")


def holds_results(folder: Path, command: str, analyses: Sequence[Analysis], *, settings: Mapping[str, object]) -> bool:
    """Tell whether a folder holds what `command` would write of these analyses now, every file as it was written.

    Args:
        folder: it may be absent.
        command: as for `write_provenance`.
        analyses: only their reports and provenances are looked at.
        settings: as for `write_provenance`.
    """
    try:
        record = json.loads((folder / PROVENANCE).read_text("utf-8"))
        outputs = record.pop("outputs")
        same = record == json.loads(to_json(describe(command, analyses, settings=settings)))
        return same and all(hash_file(folder / name) == sha256 for name, sha256 in outputs.items())
    except (OSError, ValueError, AttributeError, KeyError, TypeError):  # nothing there, or not of our making
        return False


def describe(
    command: str, analyses: Sequence[Analysis], *, upper: Sequence[Analysis] = (), settings: Mapping[str, object]
) -> dict[str, Any]:
    """Say what results come of: all of `provenance.json` but the hashes of the results."""
    return {
        "command": command,
        "settings": dict(settings),
        "graph": {step.__name__: options_of(step) for step in GRAPH_STEPS},
        "software": describe_software([*analyses, *upper]),
        "inputs": [describe_input(a) for a in analyses] + [describe_input(a) | {"upper": True} for a in upper],
    }


def describe_software(analyses: Sequence[Analysis]) -> dict[str, str]:
    """Give what results depend on beside inputs and settings: name -> version or sha256.

    Example:
        >>> import policynlp
        >>> found = describe_software([policynlp.analyze("设立种子基金。")])
        >>> found["communities"].split()[0] in ("Leiden", "Louvain"), "numpy" in found, "model statements" in found
        (True, True, True)
    """
    made: dict[str, set[str]] = defaultdict(set)
    for provenance in (analysis.provenance for analysis in analyses):
        made["policynlp"].add(provenance.version)
        made["codebook"].add(provenance.codebook)
        for name, sha256 in provenance.models:
            made[f"model {name}"].add(sha256)
        for name, value in provenance.settings:
            made[name].add(value)
    return {
        **{name: " ".join(sorted(values)) for name, values in made.items()},
        "communities": f"Leiden ({LEIDEN} {version_of(LEIDEN)})" if find_spec(LEIDEN) else "Louvain (networkx)",
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        **{name: version_of(name) for name in dependencies()},
    }


def dependencies() -> list[str]:
    """Name the packages that policynlp cannot do without, as its metadata say."""
    names = [NAME.match(line) for line in requires("policynlp") or () if "extra ==" not in line]
    return sorted({match.group() for match in names if match}, key=str.casefold)


def version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def options_of(step: Callable[..., Any]) -> dict[str, Any]:
    """Give the options that a step is called with: the bundles leave all as they are."""
    return {name: p.default for name, p in signature(step).parameters.items() if p.default is not p.empty}


def describe_input(analysis: Analysis) -> dict[str, Any]:
    """Give a report's id, file and sha256, what a manifest or a row said of it, and its lines that a folder's reports share."""
    report = analysis.report
    stated = stated_of(report)
    row: dict[str, Any] = {"id": report.id, "file": report.path, "sha256": report.sha256}
    if stated:
        row["stated"] = stated
    if report.extra:
        row["extra"] = dict(report.extra)
    if repeated := sorted({mark.text for mark in report.furniture if mark.rule == "repeated"}):
        row["repeated"] = repeated  # the other reports of its folder showed them, and they may be no inputs
    return row


def stated_of(report: Report) -> dict[str, str]:
    """Give what a manifest or a row said of a report: field -> value."""
    return {fact.field: fact.value for fact in report.facts if fact.origin.startswith("manifest")}


def hash_files(folder: Path) -> dict[str, str]:
    """Give the sha256 of every file below a folder but `provenance.json` itself, in order of names with forward slashes."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path.name != PROVENANCE}
    return {name: hash_file(files[name]) for name in sorted(files)}


def hash_file(path: Path) -> str:
    """Give the sha256 of a file, which may be larger than memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
