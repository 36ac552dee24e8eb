"""Makes a folder of results again from its `provenance.json` and says what differs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from policynlp.annotation.pipeline import load_tools, make_analyses
from policynlp.comparison.comparison import compare
from policynlp.errors import PolicyNLPError, StoreError
from policynlp.presentation.bundle import write_bundle, write_joint_bundle
from policynlp.presentation.comparison_bundle import write_comparison
from policynlp.presentation.provenance import PROVENANCE, hash_file, stated_of
from policynlp.reading.collection import read_reports
from policynlp.reading.furniture import mark_repeated
from policynlp.reading.manifest import Manifest, ManifestRow
from policynlp.schema import Analysis, Report

__all__ = ["Replay", "replay"]

Record = Mapping[str, Any]
SHAPE = {"command": str, "settings": dict, "software": dict, "inputs": list, "outputs": dict}
SETTINGS: dict[str, dict[str, tuple[type, ...]]] = {
    "analyze": {"file": (str,), "lang": (str,)},
    "graph": {"lang": (str,)},
    "compare": {"by": (str,), "focus": (str, type(None)), "seed": (int,), "lang": (str,)},
}


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of making results again.

    Attributes:
        files: file -> `equal` (byte for byte what was written then), `differs`, `gone` (no longer made) or `new`.
        edited: files in the folder of old that are not, or no longer, what was written then; `replay` compares with what was.
        changed: inputs that are not the bytes of then.
        missing: inputs that are no longer found or cannot be read, each with the reason. The results were made without them.
        software: what was of another version: name -> (then, now); «absent» where it was not there.
    """

    files: dict[str, str]
    edited: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    software: dict[str, tuple[str, str]]

    @property
    def same(self) -> bool:
        """True where every file came out byte for byte and every input was there."""
        return not self.missing and not self.changed and set(self.files.values()) <= {"equal"}


def replay(
    path: str | Path,
    out: str | Path | None = None,
    *,
    inputs: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    codebook: str | Path | None = None,
    models: str | Path | None = None,
) -> Replay:
    """Make a folder of results again from its `provenance.json` and compare the files.

    An input is looked for under the path that was given then, and after that under the same path, and the bare name, in `inputs`.
    Where the results were made with a codebook or models of one's own, give the same; the comparison says whether they are.

    Args:
        path: `provenance.json`, or the folder that it stands in.
        out: a folder for the new results; by default they are thrown away once compared.
        inputs: a folder to which the inputs have been moved.
        columns: of sheets, as `read_reports` takes them, where they were given then.
        codebook: the file of your own codebook, where one was used.
        models: the folder of your own models, where they were used.

    Raises:
        StoreError: the record is missing or malformed, `out` is the old folder or cannot be written, or no input is left.
        CodebookError: the codebook cannot be read.
        ModelError: the models cannot be read.

    Example:
        >>> import policynlp, tempfile
        >>> from policynlp.presentation.bundle import write_bundle
        >>> from policynlp.resources import corpora_path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_bundle(policynlp.analyze(corpora_path("reports", "benxi-2014.txt")), folder)
        ...     replay(folder).same
        True
    """
    tools = load_tools(codebook, models)
    file = Path(path, PROVENANCE) if Path(path).is_dir() else Path(path)
    record = load_record(file)
    old = file.parent
    if out is not None and Path(out).resolve() == old.resolve():
        raise StoreError(out, "the new results would take the place of the old ones", "choose another folder")
    reports, changed, missing = read_inputs(record["inputs"], Path(inputs) if inputs is not None else None, columns)
    if not any(not upper for _, upper in reports):
        raise StoreError(file, f"no input is left ({'; '.join(missing)})", "put the files back or name their folder with `inputs`")
    analyses = make_analyses([report for report, _ in reports], tools)
    with ExitStack() as stack:
        place = Path(out) if out is not None else Path(stack.enter_context(tempfile.TemporaryDirectory()), "replay")
        try:
            COMMANDS[record["command"]](list(zip(analyses, (upper for _, upper in reports), strict=True)), place, record["settings"])
        except ValueError as error:  # such as a focus whose only report is missing
            raise StoreError(file, f"its results cannot be made again ({error})", "put the missing inputs back") from error
        again = load_record(place / PROVENANCE)
    then, new = record["outputs"], again["outputs"]
    return Replay(
        files={name: compare_hashes(then.get(name), new.get(name)) for name in sorted({*then, *new})},
        edited=tuple(name for name in sorted(then) if hash_within(old, name) != then[name]),
        changed=tuple(changed),
        missing=tuple(missing),
        software=compare_software(record["software"], again["software"]),
    )


def compare_software(then: Record, now: Record) -> dict[str, tuple[str, str]]:
    """Give what was of another version: name -> (then, now)."""
    names = sorted({*then, *now})
    return {name: (str(then.get(name, "absent")), str(now.get(name, "absent"))) for name in names if then.get(name) != now.get(name)}


def hash_within(folder: Path, name: str) -> str | None:
    """Give the sha256 of a file below the folder, or None; a record that names files elsewhere gets nothing of them."""
    file = Path(folder, name)
    inside = ".." not in file.relative_to(folder).parts if file.is_relative_to(folder) else False
    return hash_file(file) if inside and file.is_file() else None


def compare_hashes(then: str | None, now: str | None) -> str:
    if then is None:
        return "new"
    if now is None:
        return "gone"
    return "equal" if then == now else "differs"


def load_record(path: Path) -> Record:
    """Read a `provenance.json` and check its shape."""
    remedy = "name a provenance.json that policynlp has written"
    try:
        record = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise StoreError(path, f"cannot be read ({error.strerror})", remedy) from error
    except (ValueError, RecursionError) as error:
        raise StoreError(path, "this is no JSON", remedy) from error
    if not isinstance(record, dict) or any(not isinstance(record.get(name), kind) for name, kind in SHAPE.items()):
        raise StoreError(path, f"it lacks one of {', '.join(SHAPE)}", remedy)
    settings = SETTINGS.get(record["command"])
    if settings is None or any(not isinstance(record["settings"].get(name), kinds) for name, kinds in settings.items()):
        raise StoreError(path, "its command or settings are unknown to this version", "replay it with the version that it names")
    if not all(
        isinstance(row, dict) and all(isinstance(row.get(key), str) for key in ("id", "file", "sha256")) for row in record["inputs"]
    ):
        raise StoreError(path, "an input lacks its id, file or sha256", remedy)
    return record


def read_inputs(
    rows: Sequence[Record], folder: Path | None, columns: Mapping[str, str] | None
) -> tuple[list[tuple[Report, bool]], list[str], list[str]]:
    """Read the inputs again: the reports, each with whether it is an upper-level document; what changed; what is missing."""
    found: list[tuple[Report, bool]] = []
    changed: list[str] = []
    missing: list[str] = []
    for upper in (False, True):
        part = [row for row in rows if bool(row.get("upper")) == upper]
        again, failures = read_again(part, folder, columns)
        for row in part:
            report = again.get(row["file"])
            if report is None:
                missing.append(failures.get(row["file"], f"{row['file'] or row['id']}: it was a text and no file"))
                continue
            if report.sha256 != row["sha256"]:
                changed.append(row["file"])
            found.append((restore(report, row), upper))
    return found, changed, missing


def read_again(rows: Sequence[Record], folder: Path | None, columns: Mapping[str, str] | None) -> tuple[dict[str, Report], dict[str, str]]:
    """Read the files, archives and sheets that rows come from: name of then -> report, and name of then -> what is wrong with it."""
    sources = {row["file"]: find_source(row["file"], folder) for row in rows if row["file"]}
    failures = {name: f"{name}: there is no such file" for name, source in sources.items() if source is None}
    files = dict.fromkeys(source[0] for source in sources.values() if source is not None)
    read: dict[str, Report] = {}
    wrong: dict[str, str] = {}
    for report in (report for file in files for report in read_reports(file, columns=columns)):
        if isinstance(report, PolicyNLPError):
            wrong[report.path] = str(report)
        else:
            read[report.path] = report
    again: dict[str, Report] = {}
    for name, source in sources.items():
        if source is None:
            continue
        now = str(source[0]) + source[1]
        if now in read:
            again[name] = read[now]
        else:
            failures[name] = wrong.get(now, f"{name}: it is no longer in {source[0]}")
    return again, failures


def find_source(name: str, folder: Path | None) -> tuple[Path, str] | None:
    """Give the file that a report is in, and the rest of the report's name: a member of an archive, a row of a sheet."""
    whole = Path(name)
    sheet, comma, row = name.rpartition(", row ")
    candidates = [(whole, ""), *((parent, "/" + whole.relative_to(parent).as_posix()) for parent in whole.parents)]
    if comma:
        candidates.append((Path(sheet), comma + row))
    for file, rest in candidates:
        places = [file] if folder is None else [file, folder / file, folder / file.name]
        for place in places:
            if place.is_file():
                return place, rest
    return None


def restore(report: Report, row: Record) -> Report:
    """Give a report the name and id of then, and what was stated of it then."""
    stated, extra = row.get("stated") or {}, row.get("extra") or {}
    if stated_of(report) != stated or dict(report.extra) != extra:
        said = ManifestRow(report.sha256, 1, tuple(stated.items()), tuple(extra.items()))
        report = Manifest((said,)).apply(report)
    return replace(mark_repeated(report, row.get("repeated") or ()), id=row["id"], path=row["file"])


def replay_analysis(analyses: Sequence[tuple[Analysis, bool]], place: Path, settings: Record) -> None:
    write_bundle(analyses[0][0], place, file=settings["file"], lang=settings["lang"])


def replay_graph(analyses: Sequence[tuple[Analysis, bool]], place: Path, settings: Record) -> None:
    write_joint_bundle([analysis for analysis, _ in analyses], place, lang=settings["lang"])


def replay_comparison(analyses: Sequence[tuple[Analysis, bool]], place: Path, settings: Record) -> None:
    reports = [analysis for analysis, upper in analyses if not upper]
    above = [analysis for analysis, upper in analyses if upper]
    found = compare(reports, by=settings["by"], upper=above, focus=settings["focus"], seed=settings["seed"])
    write_comparison(found, place, lang=settings["lang"])


COMMANDS: dict[str, Callable[[Sequence[tuple[Analysis, bool]], Path, Record], None]] = {
    "analyze": replay_analysis,
    "graph": replay_graph,
    "compare": replay_comparison,
}
