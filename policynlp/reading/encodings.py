"""Bytes to text: a chooser made for Chinese, which a few bad bytes do not mislead."""

from __future__ import annotations

import codecs
import re
from itertools import islice

from policynlp.reading.content import Content
from policynlp.reading.limits import LIMITS, Limits

__all__ = ["decode"]

# The commonest characters of policy prose in both scripts. A wrong decoding of Chinese bytes yields rare characters,
# so the share of these tells the encodings apart where validity does not.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展"
    "五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战"
    "企创科技园市政策服务促推加快支持培育产业项目投资金融改革重点示范引导"
    "國學發業經會時動產實進對關長開電體機現點數區氣強務計劃質應準備線號議員類續術團應網絡優勢產業創園區發展經濟"
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CANDIDATES = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
SAMPLE = 64 * 1024
FOREIGN = re.compile(rb"[\x80-\xff]")
STRAY = 0.01  # a text may hold a few NULs; UTF-16 and binary files hold many
NUL_COST = 10  # a tenth of NULs outweighs a text all of common characters


def decode(data: bytes, limits: Limits = LIMITS) -> Content | None:
    """Decode the bytes of a Chinese text file, or give None where they are no text.

    A byte-order mark decides; then strict UTF-8; else the encoding whose text holds the largest share of common
    Chinese characters.

    Example:
        >>> decode("高新区设立基金。".encode("gbk"))
        Content(text='高新区设立基金。', encoding='gb18030', replaced=0, replaced_at=(), omitted=())
        >>> decode(bytes(range(256)) * 4) is None
        True
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return finish(data, encoding, limits)
    if data[:SAMPLE].count(0) <= STRAY * len(data[:SAMPLE]):
        try:
            return Content(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            pass
    start = first.start() & ~1 if (first := FOREIGN.search(data)) else 0  # scripts of a page may fill the sample; UTF-16 stays in step
    sample = data[start : start + SAMPLE]
    score, best = max((plausibility(sample, encoding), encoding) for encoding in CANDIDATES)
    return finish(data, best, limits) if score > 0.2 else None


def plausibility(data: bytes, encoding: str) -> float:
    """Score a decoding: the share of common characters among the non-ASCII ones, less those of replaced ones and NULs."""
    text = data.decode(encoding, errors="replace")
    foreign = [c for c in text if c > "\x7f"]
    if not foreign:
        return 0.0
    good = sum(c in COMMON for c in foreign)
    bad = sum(c in "\ufffd\0" or "\ue000" <= c <= "\uf8ff" for c in text)
    # Two wide characters of noise must not outvote a text that is ASCII for the most part.
    return (good - 2 * bad) / len(foreign) - NUL_COST * text.count("\0") / len(text)


def finish(data: bytes, encoding: str, limits: Limits) -> Content:
    text = data.decode(encoding, errors="replace")
    replaced = text.count("\ufffd")
    places = islice(re.finditer("\ufffd", text), limits.noted) if replaced else ()
    return Content(text, encoding, replaced, tuple(match.start() for match in places))
