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
# # 02 知识图谱
#
# 从一份报告到一张能在审稿人面前说清楚的图：共现怎样计数，权重怎样选，哪些连线站得住，主题怎样分，怎样交给 Gephi。
#
# *English: from one report to a graph that can be defended: how co-occurrence is counted, which weights and edges are sound, themes,
# and files for Gephi and others.*

# %%
# %matplotlib inline
import tempfile
from pathlib import Path

import pandas as pd

import policynlp as pn
from policynlp.resources import corpora_path

out = Path(tempfile.mkdtemp())
analysis = pn.analyze(corpora_path("reports", "benxi-2014.txt"))

# %% [markdown]
# ## 计数
#
# 先数，再画。两个名称在同一窗口（这里是语句）里出现，计一次；在一条语句里说了三遍也只计一次。

# %%
counts = pn.count_together(analysis, unit="statement")
graph = pn.build_graph(counts)
graph.number_of_nodes(), graph.number_of_edges()

# %% [markdown]
# 每条连线都带着它的语句：

# %%
edge = graph.edges["药都种子基金", "药都创投基金"]
print(edge["count"], edge["statements"])
for place in edge["statements"]:
    print(analysis.statement(place.rpartition("#")[2]).text)

# %%
pn.draw_graph(graph, title=analysis.report.zone)

# %% [markdown]
# 图上实线、虚线和形状的含义都在图例里。只看基金、平台和产业，或只看措施里的共现：

# %%
measures = pn.build_graph(analysis, kinds=["FUND", "PLATFORM", "INDUSTRY"], layer="MEASURE")
measures.number_of_nodes(), measures.number_of_edges()

# %% [markdown]
# ## 哪些连线站得住
#
# `add_stability` 把语句有放回地重抽 200 次，`stability` 是一条连线在多少次里仍然出现。
# 只靠一条语句的连线约为 0.63：它真实存在，但不能由此推断规律。

# %%
graph = pn.add_stability(graph, counts)
edges = pd.DataFrame(
    [(a, b, d["count"], round(d["stability"], 2)) for a, b, d in graph.edges(data=True)], columns=["甲", "乙", "语句", "稳定性"]
)
edges.sort_values(["语句", "稳定性", "甲", "乙"], ascending=[False, False, True, True]).head(10)

# %% [markdown]
# ## 指标
#
# 论文里的两张表：网络指标和节点指标。

# %%
pn.describe_network(graph)

# %%
pn.describe_nodes(graph).iloc[:, :8].head(10).round(3)

# %% [markdown]
# ## 主题
#
# 主题是社区；横轴是向心度（与其他主题的联系），纵轴是密度（内部的联系）。

# %%
themes = pn.find_themes(graph)
themes.iloc[:, :6].head()

# %%
pn.draw_themes(themes, title=analysis.report.zone)

# %% [markdown]
# ## 目标有没有措施和制度
#
# `align_goals` 为每个基金、平台、产业数出它的目标、措施（按政策工具）和制度；`gap` 说缺什么。

# %%
alignment = pn.align_goals(analysis)
alignment[["name", "type", "goals", "measures", "institutions", "S", "E", "D", "X", "gap"]].head(8)

# %%
pn.draw_alignment(alignment, title=analysis.report.zone)

# %% [markdown]
# ## 谁做了什么
#
# 关系是有向的：谁设立、支持、引进了什么，每条关系一条语句。

# %%
relations = pn.build_relation_graph(analysis)
pd.DataFrame(
    [(a, d["relation"], d["verb"], b, d["statement"]) for a, b, d in relations.edges(data=True)],
    columns=["主体", "关系", "动词", "对象", "语句"],
).head(10)

# %% [markdown]
# ## 交给别的程序
#
# 后缀决定格式：`.gexf` 给 Gephi，`.net` 给 Pajek，`.graphml` 给 igraph 和 Cytoscape；矩阵给 UCINET 和 R。
#
# *English: an edge holds its statements and its stability; figures, indicator tables, themes and files follow from the same graph.*

# %%
pn.write_graph(graph, out / "graph.gexf")
pn.write_graph(graph, out / "graph.net")
pn.write_matrix(graph, out / "matrix.csv")
pn.save_figure(pn.draw_graph(graph, title=analysis.report.zone), out / "graph.svg")
sorted(path.name for path in out.iterdir())
