"""Writes the shipped codebook in the form of a researcher's own file, as a beginning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from policynlp.atomic import replace_file
from policynlp.codebook.shipped import shipped_codebook
from policynlp.codebook.values import Codebook
from policynlp.errors import CodebookError

__all__ = ["write_template"]

WIDTH = 110  # characters of a line of words
OPENING = """\
# 编码手册 / A codebook of your own.  policynlp codebook check FILE --sample REPORT  ·  policynlp analyze REPORT --codebook FILE
#
# 本文件以随软件发布的编码手册为底本：照抄的条目不改变任何结果，新增和改动的条目才起作用；删去一行不等于停用，要停用某词，请写入 negative。
# This file lies over the shipped codebook. What it repeats changes nothing; what you add or change counts. To delete a line takes
# nothing away: write the word under negative. Keys in Chinese need quotes: [types."人才计划"].
#
# 新的实体类型示例（去掉 # 即可使用） / A new entity type (take the # away):
#
# [types."人才计划"]
# zh = "人才计划"
# en = "Talent programme"
# colour = "#aa3377"
# heads = ["人才计划", "引才工程"]     # 以此结尾的名称：青年科技人才计划 / names that end so
# terms = ["百川计划"]                 # 完整的名称，不会被切开 / whole names, never cut
# negative = ["人才计划表"]            # 其中不识别此类实体 / nothing of this type lies in it
# [types."人才计划".aliases]
# "英才计划" = ["英才工程"]            # 规范名 = [其他写法] / canonical name = [other spellings]
#
# [classes.EVALUATION]                 # 新的语句类别：由规则判定，或用 policynlp train --table 训练 / by rules, or a model of your own
# zh = "考核"
# en = "Evaluation"
# [[rules]]
# class = "EVALUATION"
# text = '纳入.{0,20}考核'
# cue = "纳入考核"

name = "我的编码手册"
tables = []      # 术语表，如 ["terms.xlsx"]：列名 term、type、canonical、negative、head / tables of terms beside this file
negative = []    # 其中不识别任何实体的词 / words in which nothing is an entity
"""


def write_template(path: str | Path) -> None:
    """Write a file that repeats the shipped codebook; analysed with it, reports give what they give without it.

    Args:
        path: a .toml file that does not exist yet.

    Raises:
        CodebookError: there is such a file, or it is no .toml file.
        StoreError: it cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".toml":
        raise CodebookError(path, "a codebook to begin with is a .toml file", "choose a name such as mine.toml")
    if path.exists():
        raise CodebookError(path, "there is such a file already", "choose another name")
    with replace_file(path) as place:
        place.write_text("\n".join(template_lines(shipped_codebook())) + "\n", "utf-8", newline="\n")


def template_lines(codebook: Codebook) -> Iterator[str]:
    """Give the lines of the file."""
    yield OPENING
    yield from words("edges", (term for term, kind in codebook.terms.items() if not kind))
    for code, kind in codebook.types.items():
        yield from ("", f"[types.{code}]", f"zh = {quote(kind.label.zh)}", f"en = {quote(kind.label.en)}")
        yield f"colour = {quote(kind.label.colour)}"
        yield from words("terms", (term for term, of in codebook.terms.items() if of == code))
        yield f"[types.{code}.heads]"
        for subtype in dict.fromkeys(head.subtype for head in codebook.heads.values() if head.kind == code):
            chosen = (h.text for h in codebook.heads.values() if (h.kind, h.subtype) == (code, subtype))
            yield from words(quote(subtype), chosen)
        names = dict.fromkeys(name for (of, _), name in codebook.variants.items() if of == code)
        if names:
            yield f"[types.{code}.aliases]"
        for name in names:
            yield from words(quote(name), (t for (of, t), n in codebook.variants.items() if (of, n) == (code, name)))
    for code, label in codebook.classes.items():
        yield from ("", f"[classes.{code}]", f"zh = {quote(label.zh)}", f"en = {quote(label.en)}", f"colour = {quote(label.colour)}")
    for code, label in codebook.instruments.items():
        cue = literal(codebook.instrument_cues[code])
        yield from ("", f"[instruments.{code}]", f"zh = {quote(label.zh)}", f"en = {quote(label.en)}", f"cue = {cue}")
    for code, rows in codebook.rules["cues"].items():
        yield from ("", f"[cues.{code}]")
        yield from (f"{quote(name)} = {literal(pattern)}" for name, pattern in rows.items())
    for row in codebook.rules["rule"]:
        yield from ("", "[[rules]]")
        yield from (f"{key} = {literal(value) if isinstance(value, str) else json.dumps(value)}" for key, value in row.items())


def quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def literal(text: str) -> str:
    """Quote so that a backslash is a backslash, where the text allows it."""
    return quote(text) if "'" in text else f"'{text}'"


def words(key: str, chosen: Iterable[str]) -> Iterator[str]:
    """Give a list of words in lines."""
    lines = [""]
    for word in map(quote, chosen):
        if len(lines[-1]) + len(word) > WIDTH:
            lines.append("")
        lines[-1] += f"{word}, "
    yield f"{key} = ["
    yield from (f"  {line.rstrip()}" for line in lines if line)
    yield "]"
