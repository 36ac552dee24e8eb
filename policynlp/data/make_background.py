"""Counts in how many texts of a folder each word stands; made `background.tsv` from the texts of `corpora/annotated/texts`.

    python make_background.py corpora/annotated/texts background.tsv

The first line holds the number of texts. Words of one character, words without a Chinese character, and words of a single
text are left out: whoever reads the table takes a missing word for one of a single text.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from policynlp.annotation.segmentation import load_segmenter
from policynlp.atomic import replace_file

WORD = re.compile(r"(?=.*[\u4e00-\u9fff])\w{2,}")


def main(folder: str, target: str) -> None:
    """Count the words of the .txt files in `folder` and write `target`, the same bytes each time."""
    segmenter = load_segmenter()
    paths = sorted(Path(folder).glob("*.txt"))
    found: Counter[str] = Counter()
    for path in paths:
        words, _ = segmenter.segment(path.read_text("utf-8"))
        found.update({word for word in words if WORD.fullmatch(word)})
    rows = sorted((word, number) for word, number in found.items() if number > 1)
    with replace_file(target) as temporary:
        lines = [f"texts\t{len(paths)}", *(f"{word}\t{number}" for word, number in rows)]
        temporary.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
