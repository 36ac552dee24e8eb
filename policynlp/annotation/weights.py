"""Model files: arrays as npz, terms and settings as JSON, hashes in the card. Nothing is ever unpickled."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from policynlp.atomic import replace_files
from policynlp.errors import ModelError

__all__ = ["load_weights", "model_hash", "save_weights"]

REMEDY = "install the package again, or train the model with policynlp train"


def save_weights(folder: Path, arrays: dict[str, npt.NDArray[Any]], terms: dict[str, Any], card: dict[str, Any]) -> None:
    """Write a model folder: `weights.npz`, `terms.json` and `card.json`; the same bytes from the same values."""
    with replace_files(folder) as place:
        with zipfile.ZipFile(place / "weights.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(arrays):
                # numpy's own writer stamps the time of day into the archive.
                entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w") as file:
                    np.lib.format.write_array(file, arrays[name], allow_pickle=False)
        (place / "terms.json").write_text(json.dumps(terms, ensure_ascii=False, separators=(",", ":")), "utf-8", newline="\n")
        card = card | {"files": {name: file_hash(place / name) for name in ("weights.npz", "terms.json")}}
        (place / "card.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def load_weights(folder: Path, arrays: set[str], terms: set[str]) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Read a model folder and check it against its card.

    Raises:
        ModelError: a file is missing, truncated, altered or of another make.
    """
    try:
        card = json.loads((folder / "card.json").read_text("utf-8"))
        for name, digest in card["files"].items():
            if file_hash(folder / name) != digest:
                raise ModelError(folder / name, "the file is damaged: its hash is not that of the card", REMEDY)
        with np.load(folder / "weights.npz", allow_pickle=False) as archive:
            loaded = {name: archive[name] for name in archive.files}
        words = json.loads((folder / "terms.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(folder, f"the model cannot be read ({error})", REMEDY) from error
    if missing := sorted((arrays - set(loaded)) | (terms - set(words))):
        raise ModelError(folder, f"the model lacks {', '.join(missing)}", REMEDY)
    return loaded, words


def model_hash(folder: Path) -> str:
    """Give the sha256 of a model's weights and terms, as its card records it."""
    try:
        files = json.loads((folder / "card.json").read_text("utf-8"))["files"]
        return hashlib.sha256("".join(files[name] for name in sorted(files)).encode()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(folder, f"the card cannot be read ({error})", REMEDY) from error


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
