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
# # 05 从文本到论文的表
#
# 一篇政策文本论文通常印哪些表和图，这里就按顺序做出来：
# 样本表、占比表、编码表、网络指标、节点表、实体与工具、可靠性、方法段落，全部写进一个文件夹。
#
# *English: the tables and figures that a paper on policy texts prints, in order, made from raw text and written to one folder.*

# %%
# %matplotlib inline
import json
import tempfile
from pathlib import Path

import pandas as pd

import policynlp as pn
from policynlp.presentation.comparison_tables import write_comparison_tables, write_methods
from policynlp.resources import corpora_path, models_path

out = Path(tempfile.mkdtemp())
analyses = pn.analyze_many(sorted(corpora_path("reports").glob("*.txt")))
comparison = pn.compare(analyses, by="zone")

# %% [markdown]
# ## 表 1 样本

# %%
sample = comparison.table("sample")
sample[["group", "year", "characters", "characters_clean", "statements", "uncertain"]]

# %% [markdown]
# ## 表 2 语句类别与政策工具的占比
#
# 写成“占比 [95% 区间]”，可直接贴进论文。

# %%
profiles = comparison.table("profiles").query("layer == 'class'")
cells = [f"{row.share:.1%} [{row.low:.1%}, {row.high:.1%}]" for row in profiles.itertuples()]
profiles.assign(占比=cells).pivot(index="group", columns="label", values="占比")

# %% [markdown]
# ## 表 3 编码表
#
# 每条语句一行：所在标题、原文、类别、工具、依据。审稿人可以逐条核对。

# %%
coding = pd.concat([a.to_frames()["statements"] for a in analyses], ignore_index=True).query("role not in ['title', 'boilerplate']")
coding = coding[["report", "id", "section", "text", "kind", "score", "uncertain", "instruments", "status", "cues"]]
coding.to_csv(out / "coding.csv", index=False, encoding="utf-8-sig")
coding.sample(5, random_state=0)

# %% [markdown]
# ## 表 4、表 5 网络指标与节点指标
#
# 多份报告合成一张图。至少三条语句共现的连线才留下，没有连线的名称不算在内；另一个门槛的指标也应当报告。

# %%
whole = pn.build_graph(analyses)
kept = {f"≥{k}": pn.keep_edges(whole, min_count=k) for k in (2, 3)}
pd.concat({k: pn.describe_network(g).set_index("measure")["value"] for k, g in kept.items()}, axis=1).round(3)

# %%
graph = kept["≥3"]
nodes = pn.describe_nodes(graph)
nodes[["name", "type", "count", "degree", "strength", "betweenness", "eigenvector", "community"]].head(10).round(3)

# %% [markdown]
# ## 表 6 实体 × 政策工具

# %%
alignment = pn.align_goals(analyses)
alignment[["name", "type", "goals", "measures", "institutions", "S", "E", "D", "X", "gap"]].head(8)

# %%
pn.draw_goal_instruments(alignment)

# %% [markdown]
# ## 表 7 可靠性
#
# 模型的指标写在模型卡里（按报告交叉验证）。它们来自随包的虚构语料，不能代替你自己的核对：抽样核对的做法见笔记本 04。

# %%
card = json.loads(models_path("statements", "card.json").read_text("utf-8"))
figures = card["figures"]
pd.Series({k: figures[k] for k in ("accuracy", "certain_accuracy", "certain_share", "instrument_accuracy")}).round(3)

# %% [markdown]
# ## 图
#
# 期刊要 300 dpi 的 PNG 或矢量图；SVG 和 PDF 里的中文在任何机器上都能显示。

# %%
figure = pn.draw_graph(graph, colour_by="kind")
for suffix in (".png", ".svg", ".pdf"):
    pn.save_figure(figure, out / f"network{suffix}")
figure

# %% [markdown]
# ## 全部写出
#
# 一个工作簿（每张表一页，含语句页）、方法段落与参考文献，中英文各一份。
#
# *English: one workbook with every table and the statements that the ids name, and the methods paragraphs with their sources.*

# %%
write_comparison_tables(comparison, out / "tables.xlsx")
write_methods(comparison, out)
pn.write_graph(graph, out / "network.gexf")
sorted(f"{path.name} {path.stat().st_size // 1024} kB" for path in out.iterdir())
