"""Coders' files by their suffix: which module writes and reads what."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from policynlp.codebook import Codebook
from policynlp.coding.coded import Coded, Sample
from policynlp.coding.doccano import read_doccano, write_doccano
from policynlp.coding.label_studio import read_label_studio, write_label_studio
from policynlp.coding.refi_qda import read_refi_qda, write_refi_qda
from policynlp.coding.scheme import load_scheme
from policynlp.coding.sheets import read_sheet, write_sheet
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldStatement, load_gold

__all__ = ["READERS", "WRITERS", "file_hash", "read_coded", "read_coders", "write_sample"]

WRITERS = {
    ".xlsx": write_sheet,
    ".json": write_label_studio,
    ".jsonl": write_doccano,
    ".qdpx": write_refi_qda,
}
READERS = {".xlsx": read_sheet, ".json": read_label_studio, ".jsonl": read_doccano, ".qdpx": read_refi_qda}


def write_sample(sample: Sample, path: str | Path, *, codebook: Codebook | None = None) -> list[Path]:
    """Write statements for coders: .xlsx a sheet, .json Label Studio, .jsonl doccano, .qdpx REFI-QDA.

    Returns:
        The files written; the labelling interface (.xml) stands beside Label Studio's tasks, the codebook (.qdc) beside a REFI-QDA project.

    Raises:
        ValueError: the suffix is none of these.
        StoreError: a file cannot be written.

    Example:
        >>> import policynlp, tempfile
        >>> from policynlp.coding.samples import draw_sample
        >>> sample = draw_sample(policynlp.analyze("设立种子基金。"))
        >>> [path.name for path in write_sample(sample, Path(tempfile.mkdtemp(), "check.json"))]
        ['check.json', 'check.xml']
    """
    target = Path(path)
    writer = WRITERS.get(target.suffix.lower())
    if writer is None:
        raise ValueError(f"{target.name}: the name must end in {', '.join(WRITERS)}")
    return writer(sample, target, load_scheme(codebook))


def read_coded(path: str | Path, *, codebook: Codebook | None = None) -> dict[str, list[Coded]]:
    """Read a coder's file back, whichever format it has.

    Returns:
        For each coder what she said of each statement; a Label Studio file may hold several, the others hold one.

    Raises:
        ReportError: the file cannot be read, holds labels outside the codebook (the message names the rows) or none at all.

    Example:
        >>> import policynlp, tempfile
        >>> from policynlp.coding.samples import draw_sample
        >>> path = Path(tempfile.mkdtemp(), "check.xlsx")
        >>> _ = write_sample(draw_sample(policynlp.analyze("设立种子基金。")), path)
        >>> [(c.unit.text, c.kind, len(c.entities)) for c in read_coded(path)["check.xlsx"]]
        [('设立种子基金。', 'MEASURE', 1)]
    """
    source = Path(path)
    reader = READERS.get(source.suffix.lower())
    if reader is None:
        raise ReportError(path, "it is no file of coded statements", f"name one that ends in {', '.join(READERS)}")
    coders = reader(source, load_scheme(codebook))
    if not any(coded.kind for rows in coders.values() for coded in rows):
        raise ReportError(path, "no statement in it is coded", "fill in the classes, or export submitted annotations")
    return {source.name if len(coders) == 1 else f"{source.name} {name}": rows for name, rows in coders.items()}


def read_coders(paths: Sequence[str | Path], *, codebook: Codebook | None = None) -> dict[str, list[GoldStatement]]:
    """Read what several coders said of the same statements: folders of labels, or coders' files of any format.

    Raises:
        ReportError: a file cannot be read, or two files hold labels of different texts of one name.
    """
    coders: dict[str, list[GoldStatement]] = {}
    texts: dict[str, tuple[str, Path]] = {}
    for path in map(Path, paths):
        if path.is_dir() or is_corpus(path):
            add_coder(coders, path.name, read_folder(path))
            continue
        for name, rows in read_coded(path, codebook=codebook).items():
            for coded in rows:
                sha, first = texts.setdefault(coded.unit.file, (coded.unit.sha, path))
                if sha != coded.unit.sha:
                    raise ReportError(path, f"its labels are of another text of {coded.unit.file} than those of {first}", "code one sample")
            add_coder(coders, name, [coded.to_gold() for coded in rows])
    return coders


def add_coder(coders: dict[str, list[GoldStatement]], name: str, rows: list[GoldStatement]) -> None:
    number = 2
    chosen = name
    while chosen in coders:
        chosen, number = f"{name} ({number})", number + 1
    coders[chosen] = rows


def is_corpus(path: Path) -> bool:
    """Tell a corpus' own labels from what doccano exports, by the first line."""
    if path.suffix.lower() != ".jsonl":
        return False
    try:
        with path.open(encoding="utf-8") as file:
            return '"class"' in file.readline(1_000_000)
    except (OSError, UnicodeDecodeError):
        return False


def read_folder(path: Path) -> list[GoldStatement]:
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise ReportError(path, "there is no .jsonl file in it", "name a folder of labels")
    return [row for file in files for rows in load_gold(file).values() for row in rows]


def file_hash(path: Path) -> str:
    """Give the sha256 of a file, by which a model's card remembers it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
