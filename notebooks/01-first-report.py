# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 第一份报告
#
# 读入一份报告，看它的语句、实体、指标，找到每个结果背后的原文，最后写成文件。全程离线，用的是随包自带的本溪高新区 2014 年工作总结。
#
# *English: read one report, look at its statements, entities and indicators, go from each result back to the text, and write the
# results to files. Offline, on the report of Benxi High-tech Zone (2014) that comes with the package.*

# %%
# %matplotlib inline
import tempfile
from pathlib import Path

import pandas as pd

import policynlp as pn
from policynlp.resources import corpora_path

out = Path(tempfile.mkdtemp())
analysis = pn.analyze(corpora_path("reports", "benxi-2014.txt"))
report = analysis.report
report.zone, report.year, report.source, report.published

# %% [markdown]
# ## 读入了什么
#
# 文件一字不删。网页杂项和重复段落只作标记，所以每个结果的位置都能在原文里找到。这个网页的正文出现了两遍，统计只计一遍。

# %%
for duplicate in report.duplicates:
    print(f"重复：{duplicate.lines} 行，第 {duplicate.copy_start} 字起与第 {duplicate.start} 字起相同")
for line in report.furniture:
    print(f"{line.kind}（{line.rule}）：{line.text.strip()[:40]}")

# %% [markdown]
# ## 语句
#
# 一条语句是一个句子、一个标题，或“一是……二是……”中的一项。
#
# - `kind` 是类别：目标 GOAL、措施 MEASURE、制度 INSTITUTION、其他 OTHER；
# - `score` 是校准后的概率，`cues` 是判断依据；
# - `uncertain` 为真时请自己读一遍。

# %%
frames = analysis.to_frames()
statements = frames["statements"].query("role not in ['title', 'boilerplate']")
statements[["id", "kind", "score", "uncertain", "instruments", "cues", "text"]].head(10)

# %%
statements.groupby("kind").agg(条数=("id", "size"), 存疑=("uncertain", "sum"))

# %% [markdown]
# 一份报告只有几十条语句，占比要和区间一起看：

# %%
pn.draw_shares(analysis, title=report.zone)

# %% [markdown]
# ## 实体
#
# 每个实体有类型、规范名和出处。同一事物的不同写法合为一个规范名。

# %%
entities = frames["entities"].query("not nested and not zone")
entities.groupby(["kind", "name"]).agg(次数=("text", "size"), 写法=("text", lambda t: "、".join(sorted(set(t))))).sort_values(
    "次数", ascending=False
).head(15)

# %% [markdown]
# ## 从结果回到原文
#
# 所有位置都是原文的下标，`report.text[e.start:e.end] == e.text` 总是成立。

# %%
fund = next(e for e in analysis.entities if e.name == "药都种子基金")
statement = analysis.statement(fund.statement)
print(f"{fund.text} → {fund.name}（规则：{fund.rule}）")
print(" > ".join(statement.section))
print(f"[{statement.id} {statement.kind} {statement.score:.2f}] {statement.text}")

# %% [markdown]
# ## 数字概括与指标
#
# “1+6”一类的概括展开到成员，并核对数目。

# %%
for formula in analysis.formulas:
    if formula.parts:
        members = "；".join(f"{part.key}（{part.declared}）：{'、'.join(part.members)}" for part in formula.parts)
        print(f"{formula.expression}{formula.whole}，数目{'相符' if formula.complete else '未相符或未展开'}\n  {members}")

# %% [markdown]
# 带数字的目标和结果成为指标。本溪的报告几乎没有，换一份（虚构园区的）报告看：

# %%
other = pn.analyze(corpora_path("reports", "invented-qiling-2023.txt"))
columns = ["name", "text", "value", "unit", "comparator", "status", "statement"]
pd.DataFrame([[getattr(i, c) for c in columns] for i in pn.find_indicators(other)], columns=columns).head(10)

# %% [markdown]
# ## 常用词
#
# 词的权重是 TF-IDF，以随包的背景语料为参照。

# %%
pn.draw_wordcloud(analysis)

# %% [markdown]
# ## 写成文件
#
# `page.html` 是一个自足的网页，点击任何一处都能读到背后的句子。

# %%
pn.write_page(analysis, out / "page.html")
pn.write_tables(analysis, out / "tables.xlsx")
sorted(path.name for path in out.iterdir())

# %% [markdown]
# 结果由什么产生，都在 `provenance` 里：版本、编码手册和模型的哈希、原文的哈希。
#
# *English: a report of about 60 statements; every statement has a class with a probability, every entity one canonical name, every
# result its place in the text. `provenance` says by which version, codebook and models.*

# %%
analysis.provenance
