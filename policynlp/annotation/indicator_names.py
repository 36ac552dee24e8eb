"""Names of indicators: what is written, what it is called everywhere, and what an enumeration of names stands for."""

from __future__ import annotations

import re
from functools import cache

from policynlp.annotation.quantities import indicator_tables

__all__ = ["canonical_name", "split_names"]

LISTED = re.compile("、[^、]{1,16}等(?:方向|领域|方面|关键环节)?")
ENUMERATION = re.compile("、|以及|[和与及]")


def split_names(name: str, count: int) -> list[str]:
    """Split an enumeration of names into so many; the head behind the last is shared where the parts are a known contrast.

    Returns:
        The names; [] where the enumeration has another number of parts.

    Example:
        >>> split_names("城镇和农村居民人均可支配收入", 2)
        ['城镇居民人均可支配收入', '农村居民人均可支配收入']
    """
    shared = indicator_tables()["shared"]
    for word, pair in shared["pairs"].items():
        if word in name and count == len(pair) and not ENUMERATION.search(name):
            return [name.replace(word, part, 1) for part in pair]
    parts = name.split("、")
    if len(parts) != count:
        parts = ENUMERATION.split(name)
    if len(parts) != count:
        return []
    openers = [part for part in shared["parts"] if parts[-1].startswith(part)]
    if openers and all(part in shared["parts"] for part in parts[:-1]):
        head = parts[-1].removeprefix(max(openers, key=len))
        return [*(part + head for part in parts[:-1]), parts[-1]]
    return share_level(parts)


def share_level(parts: list[str]) -> list[str]:
    """Put behind each part the level that stands behind the last alone: 第一产业、服务业增加值."""
    levels = tuple(indicator_tables()["again"]["levels"])
    head = next((word for word in indicator_tables()["shared"]["heads"] if parts[-1].endswith(word)), "")
    if any(canonical_name(part).endswith(levels) or canonical_name(part) in whole_names().values() for part in parts[:-1]):
        return parts
    return [*(part + head for part in parts[:-1]), parts[-1]]


@cache
def whole_names() -> dict[str, str]:
    return {written: name for name, row in indicator_tables()["names"].items() for written in row}


def canonical_name(written: str) -> str:
    """Give the name that an indicator goes by, so that years and zones can be compared.

    Example:
        >>> canonical_name("GDP"), canonical_name("全社会研发投入占GDP比重"), canonical_name("国家高新技术企业")
        ('地区生产总值', '研发投入强度', '高新技术企业')
    """
    name = re.sub(r"[\s“”\"]", "", written).strip("的了、《》").removesuffix("等")
    if (listed := list(LISTED.finditer(name))) and len(name) - listed[-1].end() >= 3:  # 激光雷达、域控制器等零部件项目
        name = name[listed[-1].end() :]
    for old, new in indicator_tables()["replace"].items():
        name = name.replace(old, new)
    if name.endswith("占") or ("占" in name[2:] and not name.endswith(("重", "比", "例", "率", "份额", "位", "量"))):
        name += "比" if name.endswith("占") else "比重"
    return whole_names().get(name, name)
