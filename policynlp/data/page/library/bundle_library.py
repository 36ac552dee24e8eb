"""Bundles sigma.js and graphology into the one file that every page holds, and gathers their licences.

    python bundle_library.py

Needs npm. The versions are those of package-lock.json; the same versions give the same bytes. A newer version: change
package.json, run `npm install --package-lock-only --omit-lockfile-registry-resolved`, then this script, then the browser tests.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = ("package.json", "package-lock.json", "entry.js")
SETTINGS = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--global-name=PolicyGraph",
    "--target=es2020",
    "--charset=ascii",
    "--legal-comments=none",
)


def main() -> None:
    """Write `graph_library.js` and `LICENSES.txt` beside this script."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in SOURCES:
            shutil.copy(HERE / source, folder)
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=folder, check=True)  # noqa: S603  fixed words
        subprocess.run([npm, "exec", "--", "esbuild", "entry.js", *SETTINGS, "--outfile=bundle.js"], cwd=folder, check=True)  # noqa: S603
        notices = licences(folder)
        (HERE / "LICENSES.txt").write_text(notices, "utf-8", newline="\n")
        # The notices go with every page, as the licences ask.
        bundle = f"/*\n{notices.replace('*/', '* /')}*/\n" + (folder / "bundle.js").read_text("utf-8")
        (HERE / "graph_library.js").write_text(bundle, "utf-8", newline="\n")


def licences(folder: Path) -> str:
    """Give the licence of each bundled package, under its name and version; equal texts once."""
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    names: dict[str, list[str]] = {}
    for place, package in sorted(lock.items()):
        files = sorted((folder / place).glob("LICENSE*")) if place and not package.get("dev") else []
        for file in files[:1]:
            text = "\n".join(line.rstrip() for line in file.read_text("utf-8").strip().splitlines())
            names.setdefault(text, []).append(f"{place.removeprefix('node_modules/')} {package['version']}")
    return "\n".join(f"{', '.join(packages)}\n\n{text}\n" for text, packages in names.items())


if __name__ == "__main__":
    main()
