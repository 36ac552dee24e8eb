"""繁體 to 简体, character for character, so that every offset holds in both."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from policynlp.reading.content import load_library, replace_surrogates

__all__ = ["is_traditional", "simplify_if_traditional", "to_simplified"]

# The commonest characters of policy prose that only the traditional script has: about every eighth character of such a text,
# and none of a simplified one. Looking for them first keeps OpenCC unloaded for nearly all reports.
TRADITIONAL = frozenset(
    "國學發業經會時動產實進對關長開電體機現點數區氣強務計劃質應準備線號議員類續術團網絡優勢創園濟與個為來說們這過還後設規據歷導"
    "總結級處項組織際領頭專營護環節約轉變從將標準樣權屬維確認識訊資農鄉鎮縣廣東兩萬億達興辦協調劑險貿財稅銀錢費購銷勞動職醫療衛"
    "養師書報連運輸車鐵陸島灣橋樓廠礦鋼銅鋁鋅鋰煉熱燈濱漢臺灣華聯謝讓論證許諾課題訓練試驗評價選舉勵榮譽觀覽顯爭奪戰衝擊壓縮擴寬"
)
SAMPLE = 4_000  # characters that are looked at: a report is in one script
ENOUGH = 0.03  # of the Chinese characters
TELLING = re.compile("[" + "".join(sorted(TRADITIONAL)) + "]")
HAN = re.compile("[\u4e00-\u9fff]")
LINE = re.compile(r"[^\n]*\n?")


def is_traditional(text: str) -> bool:
    """Tell whether a text is in traditional characters, by those that only this script has.

    Example:
        >>> is_traditional("高新區設立產業引導基金"), is_traditional("高新区设立产业引导基金")
        (True, False)
    """
    if not TELLING.search(text, 0, SAMPLE):  # nearly always, and told at once
        return False
    han = HAN.findall(text[:SAMPLE])
    return sum(c in TRADITIONAL for c in han) > ENOUGH * len(han)


def simplify_if_traditional(text: str) -> str:
    """Give the text that is to be analysed: the same one, or a traditional one in simplified characters of equal length.

    Example:
        >>> simplify_if_traditional("設立種子基金"), simplify_if_traditional("乾隆年间设立")
        ('设立种子基金', '乾隆年间设立')
    """
    return to_simplified(text) if is_traditional(text) else text


def to_simplified(text: str) -> str:
    """Write a text in simplified characters; the result has the same length.

    Words decide about characters with several counterparts (乾隆, 乾燥). Where a word would change the length, its line is
    converted character by character. Lone surrogates become U+FFFD.

    Raises:
        ReportError: OpenCC is not installed.

    Example:
        >>> to_simplified("高新區設立產業引導基金")
        '高新区设立产业引导基金'
    """
    text = replace_surrogates(text)
    converted: str = converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(simplify_line(line) for line in LINE.findall(text))


def simplify_line(line: str) -> str:
    converted: str = converter().convert(line)
    return converted if len(converted) == len(line) else "".join(map(simplify_character, line))


def simplify_character(character: str) -> str:
    converted: str = converter().convert(character)
    return converted if len(converted) == 1 else character


@cache
def converter() -> Any:
    return load_library("traditional characters", "opencc").OpenCC("t2s")
