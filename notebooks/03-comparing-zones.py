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
# # 03 比较园区
#
# 十二份虚构报告（四个并不存在的园区，各三年）加上本溪高新区 2014 年的真实报告：
# 谁的措施多，谁有什么、缺什么，词语和实体有多像，哪些段落重复，承诺兑现了没有。
#
# *English: thirteen reports of five zones, twelve of them invented: shares with intervals, what one zone has and another lacks, likeness,
# shared passages, promises and results. Offline; the same seed gives the same numbers.*

# %%
# %matplotlib inline
import tempfile
from pathlib import Path

import policynlp as pn
from policynlp.resources import corpora_path

out = Path(tempfile.mkdtemp())
paths = sorted(corpora_path("reports").glob("*.txt"))
analyses = pn.analyze_many(paths)
comparison = pn.compare(analyses, by="zone", focus="芪岭高新区")

# %% [markdown]
# ## 样本表
#
# 论文的第一张表：每份报告的园区、年份、清洗前后的字数、语句数和存疑数。

# %%
sample = comparison.table("sample")
sample[["group", "report", "year", "characters", "characters_clean", "statements", "uncertain"]]

# %% [markdown]
# `comparison.names()` 列出所有的表，名称固定，用到时才计算。

# %%
comparison.names()

# %% [markdown]
# ## 占比
#
# 每个占比都带 95% 区间。区间重叠得多，就不要说谁高谁低。

# %%
figures = pn.draw_comparison_figures(comparison)
figures["shares_class"]

# %% [markdown]
# 重点园区与其余各组之差，连同校正后的 p 值：

# %%
differences = comparison.table("differences").query("group_a == '芪岭高新区'")
differences[["layer", "label", "count_a", "total_a", "share_a", "share_b", "difference", "low", "high", "p_holm"]].head(8).round(3)

# %% [markdown]
# ## 有什么，缺什么
#
# “缺”是报告没有提到，不等于当地没有。

# %%
figures["presence"]

# %%
missing = comparison.table("missing").query("group == '芪岭高新区'")
missing[["name", "kind", "groups", "elsewhere", "p", "p_bh"]].head(10).round(3)

# %% [markdown]
# 每个结果都能回到语句。编号是 `报告#语句`：

# %%
presence = comparison.table("presence").query("group == '芪岭高新区' and kind == 'FUND'")
row = presence.iloc[0]
print(row["name"])
for identifier in row["statements"][:3]:
    print(f"  {identifier}：{comparison.statement(identifier).text}")

# %% [markdown]
# ## 特征词与相似度

# %%
comparison.table("keywords").query("group == '芪岭高新区'")[["term", "count", "elsewhere", "z", "g2"]].head(8).round(2)

# %%
figures["likeness_entities"]

# %% [markdown]
# 相似的原因：

# %%
comparison.table("reasons")[["group_a", "group_b", "kind", "name", "share", "count_a", "count_b"]].head(8).round(3)

# %% [markdown]
# ## 年份：新增、保留、不再提及；承诺与结果

# %%
changes = comparison.table("changes").query("zone == '芪岭高新区'")
changes.groupby(["year", "change"]).size().unstack(fill_value=0)

# %%
promises = comparison.table("promises")
promises.groupby(["zone", "verdict"]).size().unstack(fill_value=0)

# %% [markdown]
# ## 重复的段落

# %%
comparison.table("reuse")[["report_a", "report_b", "letters", "similarity", "boilerplate", "text_a"]].head(5)

# %% [markdown]
# ## 写进论文的方法段落
#
# 由实际用到的参数写成，不必自己回忆。
#
# *English: `comparison.methods("en")` gives the same paragraphs in English, with every parameter; `comparison.references()` the sources.*

# %%
print(comparison.methods("zh")[:400], "……")
len(comparison.references())
