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
# # 04 自己的编码手册与人工核对
#
# 每个研究都有自己的分类。这里用一个文本文件定义新的实体类型“人才计划”，分析三份（虚构园区的）报告，
# 抽取 50 条语句交给人核对，算出 κ 和 α，再看机器为什么这样判断。
#
# *English: define a new entity type in one text file, analyse three reports with it, draw 50 statements for people to check, compute κ
# and α, and ask why the program decided as it did.*

# %%
# %matplotlib inline
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd

import policynlp as pn
from policynlp.coding.files import read_coders
from policynlp.resources import corpora_path

out = Path(tempfile.mkdtemp())
paths = [corpora_path("reports", f"invented-qiling-{year}.txt") for year in (2021, 2022, 2023)]

# %% [markdown]
# ## 编码手册
#
# 术语永远优先于分词和模型；中心词让以它结尾的复合词成为实体；别名归到规范名；`negative` 里的词不会被认作这一类。

# %%
CODEBOOK = """
name = "人才计划研究"

[types.TALENT_PLAN]
zh = "人才计划"
en = "Talent programme"
heads = ["人才计划", "英才计划", "人才工程"]
terms = ["岭才计划"]

[types.TALENT_PLAN.aliases]
"青蓝工匠工程" = ["“青蓝工匠”工程", "青蓝工匠"]
"""
file = out / "talent.toml"
file.write_text(CODEBOOK, "utf-8")
codebook = pn.read_codebook(file)
analyses = pn.analyze_many(paths, codebook=codebook)

# %% [markdown]
# 写错的地方会指出行号和改法：

# %%
wrong = out / "wrong.toml"
wrong.write_text(CODEBOOK.replace('"人才计划", "英才计划"', '"人才计划"，"英才计划"'), "utf-8")
try:
    pn.analyze(paths[0], codebook=wrong)
except pn.CodebookError as error:
    print(str(error).replace(str(out), "…"))

# %% [markdown]
# ## 结果：计划 × 年份
#
# 格子里是语句数。

# %%
rows = [(a.report.year, e.name, e.statement) for a in analyses for e in a.entities if e.kind == "TALENT_PLAN"]
plans = pd.DataFrame(rows, columns=["年份", "计划", "语句"]).drop_duplicates()
plans.pivot_table(index="计划", columns="年份", values="语句", aggfunc="count", fill_value=0)

# %%
for year, name, identifier in rows[:4]:
    analysis = next(a for a in analyses if a.report.year == year)
    print(f"{year} {name}：{analysis.statement(identifier).text}")

# %% [markdown]
# ## 抽取 50 条语句
#
# 同一颗种子抽到同样的语句。一份带机器标注，一份留空给编码员；表里每行附有所在标题和上下文，类别从下拉列表里选。

# %%
for name, blind in (("program.xlsx", False), ("coder.xlsx", True)):
    pn.write_sample(pn.draw_sample(analyses, size=50, seed=1, blind=blind), out / name, codebook=codebook)
sheet = pd.read_excel(out / "coder.xlsx", sheet_name="coding")
sheet[["section 所在标题", "text 语句", "class 类别"]].head()

# %% [markdown]
# 这一步应当由人完成。为了让笔记本能自动运行，下面的程序**代替**编码员：照抄机器的标注，每八条改一条。它的 κ 因此没有任何意义，只演示做法。

# %%
program, coder = (openpyxl.load_workbook(out / name) for name in ("program.xlsx", "coder.xlsx"))
heads = {cell.value.split()[0]: cell.column for cell in coder["coding"][1]}
for row in range(2, coder["coding"].max_row + 1):
    label = program["coding"].cell(row, heads["class"]).value
    changed = "OTHER 其他" if not label.startswith("OTHER") else "GOAL 目标"
    coder["coding"].cell(row, heads["class"]).value = changed if row % 8 == 0 else label
coder.save(out / "coder.xlsx")

# %% [markdown]
# ## κ 与 α
#
# 一致率、Cohen κ、Krippendorff α，各带 95% 区间；没有可比的层为空。

# %%
agreement = pn.measure_agreement(read_coders([out / "program.xlsx", out / "coder.xlsx"], codebook=codebook))
frames = agreement.to_frames()
frames["figures"].dropna().round(3)

# %% [markdown]
# 不一致的语句要逐条讨论，先于任何结论：

# %%
frames["disagreements"].head()

# %% [markdown]
# 随包语料里有两组独立的标注，同样可以比较（它们由语言模型完成，一致性偏高，见 `corpora/README.md`）：

# %%
both = read_coders([corpora_path("annotated", "first"), corpora_path("annotated", "second")])
pn.measure_agreement(both, draws=200).to_frames()["figures"].round(3)

# %% [markdown]
# ## 为什么这样判断
#
# 把握最小的语句，先看依据，再决定信不信。
#
# *English: read the least certain statements first; `explain` names the features with their weights, the second-best class and
# what would change the answer.*

# %%
doubtful = min((s for s in analyses[1].statements if s.uncertain), key=lambda s: s.score)
print(analyses[1].explain(doubtful, codebook=codebook).to_text("zh"))
