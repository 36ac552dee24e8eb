"""Saved web pages (.html, .mhtml): the block that holds the report, its title, and the lines that date it."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from dataclasses import replace
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.blocks import BLOCKS, UNSEEN, block_lines, is_menu
from policynlp.reading.content import Content, clean_line, load_library, replace_surrogates
from policynlp.reading.encodings import decode
from policynlp.reading.limits import Limits

__all__ = ["read_html", "read_mhtml"]

# Sentences and numbered headings: what a report is made of and a menu is not.
SENTENCE = re.compile(
    r"[。；！？]|[，,](?=[\u4e00-\u9fff])|^\s*(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节])"
)
MAIN_SHARE = 0.97  # of the page's sentences must stand in the block that is taken
# Between the title and the text the lines that say when and by whom; the rest there is buttons.
FACT = re.compile(r"来源|日期|时间|发布|发文|文号|(?:19|20)\d\d[年./-]\d")
DATE = re.compile(r"(?:19|20)\d\d[年./-]\d")
LONGEST_FACT = 80
TITLE_END = re.compile(r"[_|｜]|\s[-–—]+\s?")
CHINESE = re.compile("[\u4e00-\u9fff]")
XML_DECLARATION = re.compile(r"^\s{0,100}<\?xml[^>]{0,200}\?>")


def read_mhtml(data: bytes, name: str, limits: Limits) -> Content:
    """Read the page inside a web archive (.mhtml, .mht).

    Raises:
        ReportError: it holds no page.
    """
    for part in email.message_from_bytes(data, policy=email.policy.compat32).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                return read_html(page, name, limits)
    raise ReportError(name, "the web archive holds no page", "save the page again, as HTML")


def read_html(data: bytes, name: str, limits: Limits) -> Content:
    """Read a web page: title and date lines, then the block with the sentences, a line a paragraph or table row.

    Raises:
        ReportError: it is too large, nested too deeply, or holds no text.
    """
    if len(data) > limits.xml_bytes:
        size, most = len(data) / 1e6, limits.xml_bytes / 1e6
        raise ReportError(name, f"the page has {size:.0f} MB; {most:.0f} MB are allowed", "save its text, or raise `Limits.xml_bytes`")
    decoded = decode(data, limits)
    if decoded is None:
        raise ReportError(name, "the page is in no known encoding", "open it in a browser and save its text")
    page = parse_page(decoded.text, name)
    lines, omitted = page_lines(page)
    text = "\n".join(lines)
    places = tuple(i for i, c in enumerate(text) if c == "\ufffd")
    return replace(decoded, text=text, replaced_at=places[: limits.noted], omitted=tuple(omitted[: limits.noted]))


def parse_page(text: str, name: str) -> Any:
    etree = load_library(name, "lxml.etree")
    # As bytes in a stated encoding: the page may declare another one than it has.
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        page = etree.fromstring(replace_surrogates(XML_DECLARATION.sub("", text).replace("\0", "")).encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        page, reason = None, error
    else:
        reason = None
    # Past the parser's own limits it drops the rest of the page without raising.
    if any("depth" in entry.message or "RESOURCE" in entry.type_name or "huge" in entry.message for entry in parser.error_log):
        raise ReportError(name, "its elements are nested too deeply to be read whole", "save the text of the page")
    if page is None:
        raise ReportError(name, "the page holds no text", "save it again") from reason
    return page


def page_lines(page: Any) -> tuple[list[str], list[str]]:
    """Give the lines of the report and those of the rest of the page."""
    main = main_block(page)
    body = list(block_lines(main))
    before = [] if main is page else list(block_lines(page, without=main, before=True))
    lines = head_lines(page, before, body) + body
    kept = Counter(lines)
    omitted = []
    for line in block_lines(page, menus=True):
        if kept[line]:
            kept[line] -= 1
        else:
            omitted.append(line)
    return lines, omitted


def main_block(page: Any) -> Any:
    """Find the deepest block that holds nearly all sentences of the page; the items of a menu are no sentences."""
    order = [element for element in page.iter() if isinstance(element.tag, str)]
    hidden: set[Any] = set()
    for element in order:
        if element.tag in UNSEEN or is_menu(element) or element.tag == "a" or element.getparent() in hidden:
            hidden.add(element)
    weight: dict[Any, int] = {}
    for element in reversed(order):
        if element not in hidden:
            own = sentence_length(element.text) + sum(sentence_length(child.tail) for child in element)
            weight[element] = own + sum(weight.get(child, 0) for child in element)
    block, total = page, weight.get(page, 0)
    while total:
        heavy = next((child for child in block if weight.get(child, 0) >= MAIN_SHARE * total), None)
        if heavy is None or heavy.tag not in BLOCKS or heavy.tag == "p":
            return block
        block = heavy
    return block


def sentence_length(text: str | None) -> int:
    return len(text) if text and SENTENCE.search(text) else 0


def head_lines(page: Any, before: list[str], body: list[str]) -> list[str]:
    """Give the title, and the lines that say when and by whom, where they stand outside the main block.

    The meta elements ArticleTitle, PubDate and ContentSource are those that China's standard for government websites asks for.
    """
    stated = {str(meta.get("name")): clean_line(meta.get("content") or "") for meta in page.iter("meta")}
    above = set(before)
    headings = [clean_line("".join(heading.itertext())) for heading in page.iter("h1")]
    named = [TITLE_END.split(clean_line("".join(title.itertext())))[0].strip() for title in page.iter("title")]
    candidates = [stated.get("ArticleTitle", ""), *[h for h in headings if h in above][-1:], *named[:1]]
    title = next((line for line in candidates if CHINESE.search(line)), "")
    beginning = "\n".join(body[:10])
    lines = [title] if title and title not in beginning else []
    rest = before[before.index(title) + 1 :] if title in above else before
    lines += [line for line in rest if FACT.search(line) and len(line) <= LONGEST_FACT]
    known = "\n".join([*lines, beginning])
    if stated.get("PubDate") and not DATE.search(known):
        lines.append(f"发布日期：{stated['PubDate']}")
    if stated.get("ContentSource") and "来源" not in known:
        lines.append(f"来源：{stated['ContentSource']}")
    return lines
