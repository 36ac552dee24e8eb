"""Cuts the shipped font: Noto Sans SC Regular with the characters of GBK.

    npm pack @expo-google-fonts/noto-sans-sc && tar xzf expo-google-fonts-noto-sans-sc-*.tgz
    python cut_font.py package/400Regular/NotoSansSC_400Regular.ttf NotoSansSC-GBK.ttf

Needs fonttools. GB2312 alone misses characters that names use (镕 喆 昇).
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont


def gbk() -> set[int]:
    """Give the code points of GBK, ASCII, and the marks that reports use beyond them."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | {0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2192}
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                points.update(map(ord, bytes((high, low)).decode("gbk")))
            except UnicodeDecodeError:
                continue
    return points


def main(source: str, target: str) -> None:
    """Cut `source` to GBK and write `target`, the same bytes each time."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=["kern"], hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=gbk())
    cutter.subset(font)
    font.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
