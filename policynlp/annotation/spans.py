"""Span rules: what belongs to the name of an entity and what does not (codebook E1-E3, E14, E17)."""

from __future__ import annotations

import re

from policynlp.codebook import Codebook

__all__ = ["is_entity_name", "members_of", "trim_span"]

QUOTES = {"“": "”", "《": "》", "「": "」", "『": "』", "‘": "’"}
CLOSING = {v: k for k, v in QUOTES.items()} | {"）": "（", ")": "("}
EDGE = "，,。；;、：:！!？? \t\u3000和及与等—－-"
# Words that may stand before a name and never belong to it (E1, E1b).
LEAD = re.compile(
    r"(?:一批|一系列|各类|各级|各种|若干|多家|更多|新一轮|新一批|首批|第一批|我市|我省|我县|我区|我州|全市的?|全区的?|本地|区内|园区内|市内|州内|县内|[一二三四五六七八九十两\d]{1,4}(?:个|家|所|项|支|座|条|处|类|批|户|名|位)(?!\+))"
)
TAIL = re.compile(r"(?:队伍|等|建设|领域|方面|板块)$")
# Rank words alone are no content (E3).
RANK = re.compile(r"(?:主导|支柱|重点|优势|特色|优质|优秀|相关|有关|配套|本地|当地|现有|新|大|好|一流|龙头骨干|各|全部|广大|各类|同类|其他|大型|重大)*")
BARE = frozenset(
    "基金 平台 中心 企业 人才 产业 园区 体系 机构 政府 大学 资金 项目 业态 领域 公司 银行 基地 制度 机制 计划 工程 行动 活动 战略 规划 方案 政策 措施 办法 意见 会议 "
    "团队 专家 群众 居民 农民 市民 人员 单位 家庭 人口 学生 部门 国家 省 市 县 区 州 镇 乡 村 省市 城市 农村 城乡 经济 业 产业链 产业集群 集群 链 服务 市场 贷款 保险 债券 "
    "主体 市场主体 经营主体 学校 医院 学院 社区 街道 乡镇 车间 工厂 公园 广场 港 机场 片区 板块 模式 改革 项目库 大会 论坛 联盟 协会".split()
)
SPLIT = re.compile(r"[、，,]|和|及|与|以及")
NUMERAL = re.compile(r"[一二三四五六七八九十两\d]{1,3}[个家所项支座大]")


def trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Trim a span to the name: no enclosing quotes, no unmatched marks, no numerals or quantifiers in front.

    Returns:
        The new start and end; equal where nothing is left.

    Example:
        >>> text = "实施“安薪工程”，引进一批科技企业"
        >>> [text[a:b] for a, b in (trim_span(text, 2, 8), trim_span(text, 11, 17))]
        ['安薪工程', '科技企业']
    """
    while start < end:
        before = (start, end)
        while start < end and text[start] in EDGE:
            start += 1
        while end > start and text[end - 1] in EDGE:
            end -= 1
        if end - start < 2:
            break
        name = text[start:end]
        if name[0] in QUOTES and matching(name) == len(name) - 1:
            start, end = start + 1, end - 1
            continue
        start, end = balance(text, start, end)
        name = text[start:end]
        if match := LEAD.match(name):
            if match.end() < len(name):
                start += match.end()
        if (match := TAIL.search(name)) and match.start() > 1:
            end -= len(match.group())
        if (start, end) == before:
            break
    return start, end


def matching(name: str) -> int:
    """Give the index of the mark that closes the first one."""
    opener, closer, depth = name[0], QUOTES[name[0]], 0
    for i, c in enumerate(name):
        depth += (c == opener) - (c == closer)
        if depth == 0:
            return i
    return -1


def balance(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the missing partner of a quote or bracket where it stands right beside the span, else drop the lone mark."""
    for opener, closer in (*QUOTES.items(), ("（", "）"), ("(", ")")):
        name = text[start:end]
        missing = name.count(opener) - name.count(closer)
        if missing > 0:
            if text[end : end + 1] == closer:
                end += 1
            elif name[0] == opener:
                start += 1
            elif name.rindex(opener) > 0:
                end = start + name.rindex(opener)
        elif missing < 0:
            if start and text[start - 1] == opener:
                start -= 1
            elif name[-1] == closer:
                end -= 1
            elif name.index(closer) < len(name) - 1:
                opened = text.rfind(opener, max(0, start - 12), start)
                start = opened if opened >= 0 else start + name.index(closer) + 1
    return start, end


def is_entity_name(name: str, kind: str, codebook: Codebook) -> bool:
    """Tell whether a trimmed span may be an entity: not empty, no bare head, not a head with mere rank words (E2, E3)."""
    if len(name) < 2 or name in BARE:
        return False
    if codebook.terms.get(name) or name in codebook.brands:
        return True
    match = RANK.match(name)
    rest = name[match.end() :] if match else name
    return bool(rest) and not (match and match.end() and rest in BARE)


def members_of(name: str, codebook: Codebook) -> tuple[str, ...]:
    """Expand a headless coordination (E14); give () where the span is one name.

    Example:
        >>> from policynlp.codebook import load_codebook
        >>> members_of("国家、省技术中心", load_codebook())
        ('国家技术中心', '省技术中心')
    """
    if "、" not in name or "“" in name or "《" in name:
        return ()
    parts = [p for p in SPLIT.split(NUMERAL.sub("、", name)) if p]
    head = codebook.head_of(name)
    if len(parts) < 2 or head is None:
        return ()
    last = parts[-1]
    if last == head.text:  # 激光、红外、半导体照明三个省级产业技术研究院: the head stands apart
        parts, tail = parts[:-1], last
    else:
        tail = last[1:] if parts[0] in LEVELS and last[:1] in LEVELS else head.text
    return tuple(p if p.endswith(head.text) else p + tail for p in parts)


LEVELS = ("国家", "省", "市", "县", "区", "州")
