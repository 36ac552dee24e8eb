"""Writes policy scoring sheets: what the text says for each variable, empty cells for a person's scores, totals as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from policynlp.atomic import replace_file
from policynlp.presentation.harmless import harmless
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.scoring_templates import Dimension, Template, Variable, find_evidence, load_template
from policynlp.schema import Analysis, Statement

__all__ = ["write_scoring_sheet"]

STAMP = datetime(2020, 1, 1)  # a workbook records when it was made; the same analyses must give the same bytes
LONGEST_CELL = 32_767  # Excel's limit
SHOWN = 5  # statements beside a cell; all of them have a sheet of their own
HEAD = 5  # rows above the first dimension of a report's sheet
SCORE = 6  # the column of the scores
COLUMNS = {"code": 9, "variable": 18, "question": 34, "allowed": 10, "state": 26, "evidence": 70, "score": 14, "note": 30}
EVIDENCE = {"report": 8, "code": 9, "variable": 18, "statement": 12, "class": 12, "section": 30, "evidence": 90}
FUNCTIONS = {"mean": "AVERAGE", "sum": "SUM", "max": "MAX"}
CODE = re.compile(r"(?<![\w.])[A-Z][A-Z0-9]*")
cell = partial(xl_rowcol_to_cell, row_abs=True, col_abs=True)
Found = list[tuple[Variable, list[Statement], list[str]]]


def write_scoring_sheet(analysis: Analysis | Sequence[Analysis], path: str | Path, *, sheet: str | Path = "pmc", lang: str = "zh") -> None:
    """Write a scoring sheet as an Excel workbook: evidence from the text beside each cell, the scores for a person to fill in.

    No score is ever computed from the text. A variable that the text can speak for has the statements that do, with their ids;
    every cell says «需人工判断 / needs a person» until one has filled it. The value of a dimension is a formula that stays empty
    until all its cells hold allowed scores, and the total one that says how many are left.

    Sheets: the summary (dimensions × reports, total, grade), the table of all variables × reports (the multi-input-output table
    of PMC studies), one sheet P1, P2, … a report, all evidence, and how to use it with its sources.

    Args:
        analysis: one analysis or several, each a policy to be scored.
        path: the .xlsx file to write; it appears whole or not at all.
        sheet: pmc, strength, or a .toml file of your own (copy one of ours: `template_path`).
        lang: zh or en.

    Raises:
        CodebookError: the template cannot be read or something in it is wrong.
        StoreError: the file cannot be written.
        ValueError: the suffix is not .xlsx, or `sheet` or `lang` is unknown, or there is no analysis.

    Source:
        Ruiz Estrada, M. A. (2011). Policy modeling: Definition, classification and evaluation. Journal of Policy Modeling, 33(4),
        523-536. 彭纪生, 仲为国, 孙文祥 (2008). 政策测量、政策协同演变与经济绩效：基于创新政策的实证研究. 管理世界, (9), 25-36.

    Example:
        >>> import policynlp, tempfile
        >>> target = Path(tempfile.mkdtemp(), "pmc.xlsx")
        >>> write_scoring_sheet(policynlp.analyze("设立种子基金。"), target, sheet="pmc")
        >>> target.stat().st_size > 0
        True
    """
    check_language(lang)
    target, template = Path(path), load_template(sheet)
    if target.suffix.lower() != ".xlsx":
        raise ValueError(f"{target.name}: the workbook's name must end in .xlsx")
    analyses = [analysis] if isinstance(analysis, Analysis) else list(analysis)
    if not analyses:
        raise ValueError("there are no analyses; give one or more")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with replace_file(target) as temporary, xlsxwriter.Workbook(str(temporary), options) as book:
        book.set_properties({"created": STAMP})
        Writer(book, template, analyses, lang).write()


class Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, template: Template, analyses: Sequence[Analysis], lang: str) -> None:
        self.book, self.template, self.analyses, self.lang = book, template, analyses, lang
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.open = book.add_format({"bg_color": "#fff4d6", "border": 1, "valign": "top"})
        self.number = book.add_format({"bold": True, "num_format": "0.00##", "valign": "top"})
        self.variables = [v for d in template.dimensions for v in d.variables]
        self.rows: dict[str, int] = {}  # code -> row in each report's sheet, from 0
        row = HEAD + 1
        for dimension in template.dimensions:
            for code in (dimension.code, *(v.code for v in dimension.variables)):
                self.rows[code] = row
                row += 1

    def say(self, key: str, **values: object) -> str:
        """Give a message in the workbook's language."""
        return message("scoring", key, self.lang, **values)

    def write(self) -> None:
        """Write all sheets."""
        names = [self.say(key) for key in ("summary", "table")]
        summary, table = (self.book.add_worksheet(name) for name in names)
        found: list[Found] = [[(v, *find_evidence(v, analysis)) for v in self.variables] for analysis in self.analyses]
        for number, (analysis, evidence) in enumerate(zip(self.analyses, found, strict=True), 1):
            self.write_report(self.book.add_worksheet(f"P{number}"), analysis, evidence)
        self.write_summary(summary)
        self.write_table(table)
        self.write_evidence(self.book.add_worksheet(self.say("evidence")), found)
        self.write_about(self.book.add_worksheet(self.say("about")))
        for sheet in self.book.worksheets():
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)

    def write_report(self, sheet: Any, analysis: Analysis, found: Found) -> None:
        """Write the sheet in which a person scores one report."""
        report = analysis.report
        head = {"report": report.title or report.id, "file": report.path, "zone": report.zone, "year": str(report.year or "")}
        for row, (key, value) in enumerate(head.items()):
            self.put(sheet, row, [self.say(key), value], self.bold)
        self.put(sheet, HEAD, [self.say(key) for key in COLUMNS], self.bold)
        for column, width in enumerate(COLUMNS.values()):
            sheet.set_column(column, column, width)
        by_code = {variable.code: (statements, facts) for variable, statements, facts in found}
        for dimension in self.template.dimensions:
            row = self.rows[dimension.code]
            self.put(sheet, row, [dimension.code, dimension.name.of(self.lang)], self.bold)
            sheet.write_formula(row, SCORE, self.dimension_formula(dimension), self.number, "")
            for variable in dimension.variables:
                self.write_variable(sheet, dimension, variable, *by_code[variable.code])
        sheet.freeze_panes(HEAD + 1, 2)

    def write_variable(
        self, sheet: Any, dimension: Dimension, variable: Variable, statements: Sequence[Statement], facts: Sequence[str]
    ) -> None:
        """Write the row of a variable; its score is left to a person."""
        row, count = self.rows[variable.code], len(statements) + len(facts)
        state = self.say("unread") if not variable.evidence else self.say("found", count=count) if count else self.say("none")
        lines = [*facts, *(f"{s.id} {s.text}" for s in statements[:SHOWN])]
        if len(statements) > SHOWN:
            lines.append(self.say("more", count=count, sheet=self.say("evidence")))
        names = [variable.code, variable.name.of(self.lang), variable.question.of(self.lang)]
        self.put(sheet, row, [*names, " / ".join(map(str, dimension.scores)), state, "\n".join(lines)], self.text)
        sheet.write_blank(row, SCORE, None, self.open)
        person = self.say("person")
        sheet.data_validation(
            row, SCORE, row, SCORE,
            {"validate": "list", "source": list(dimension.scores), "input_message": person, "error_message": person},
        )  # fmt: skip

    def dimension_formula(self, dimension: Dimension) -> str:
        """Give the formula that is empty until each cell of a dimension holds an allowed score."""
        cells, count = self.score_range(dimension), len(dimension.variables)
        return f'=IF(AND(COUNT({cells})={count},{count_allowed(cells, dimension)}={count}),{FUNCTIONS[dimension.value]}({cells}),"")'

    def score_range(self, dimension: Dimension) -> str:
        """Give the cells of a dimension in each report's sheet."""
        first, last = (self.rows[variable.code] for variable in (dimension.variables[0], dimension.variables[-1]))
        return f"{cell(first, SCORE)}:{cell(last, SCORE)}"

    def write_summary(self, sheet: Any) -> None:
        """Write dimensions × reports with the total and the grade."""
        dimensions, lang = self.template.dimensions, self.lang
        self.put(sheet, 0, [self.template.title.of(lang)], self.bold)
        self.put(sheet, 1, [self.say("code"), self.say("variable"), *self.labels()], self.bold)
        first = 2
        places = {dimension.code: first + i for i, dimension in enumerate(dimensions)}
        total, grade = first + len(dimensions), first + len(dimensions) + 1
        for dimension in dimensions:
            self.put(sheet, places[dimension.code], [dimension.code, dimension.name.of(lang)], self.text)
        self.put(sheet, total, ["", self.template.total.of(lang)], self.bold)
        if self.template.grades:
            self.put(sheet, grade, ["", self.say("grade")], self.bold)
        left, cells = self.say("left"), len(self.variables)
        for number in range(1, len(self.analyses) + 1):
            column = number + 1
            for code, row in places.items():
                sheet.write_formula(row, column, f"='P{number}'!{cell(self.rows[code], SCORE)}", self.number, "")
            values = f"{cell(first, column)}:{cell(total - 1, column)}"
            sum_of = CODE.sub(lambda match, column=column: cell(places[match.group()], column), self.template.formula)  # type: ignore[misc]
            filled = "+".join(count_allowed(f"'P{number}'!{self.score_range(dimension)}", dimension) for dimension in dimensions)
            formula = f"=IF(COUNT({values})={len(dimensions)},{sum_of},{quoted(left + ' ')}&({cells}-({filled})))"
            sheet.write_formula(total, column, formula, self.number, f"{left} {cells}")
            if self.template.grades:
                sheet.write_formula(grade, column, self.grade_formula(cell(total, column)), self.text, "")
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 24)
        sheet.set_column(2, len(self.analyses) + 1, 22)
        sheet.freeze_panes(2, 2)

    def grade_formula(self, total: str) -> str:
        """Give the formula of the grade, empty where there is no total."""
        formula = '""'
        for lowest, name in reversed(self.template.grades):
            formula = f"IF({total}>={lowest:g},{quoted(name.of(self.lang))},{formula})"
        return f'=IF(ISNUMBER({total}),{formula},"")'

    def write_table(self, sheet: Any) -> None:
        """Write variables × reports: the scores as they are filled in."""
        self.put(sheet, 0, [self.say("code"), self.say("variable"), *self.labels()], self.bold)
        for row, variable in enumerate(self.variables, 1):
            self.put(sheet, row, [variable.code, variable.name.of(self.lang)], self.text)
            for number in range(1, len(self.analyses) + 1):
                place = f"'P{number}'!{cell(self.rows[variable.code], SCORE)}"
                sheet.write_formula(row, number + 1, f'=IF(ISBLANK({place}),"",{place})', self.text, "")
        sheet.set_column(1, 1, 24)
        sheet.freeze_panes(1, 2)

    def write_evidence(self, sheet: Any, found: Iterable[Found]) -> None:
        """Write every statement that speaks for a variable, and what was read of each document."""
        self.put(sheet, 0, [self.say(key) for key in EVIDENCE], self.bold)
        row = 1
        for number, evidence in enumerate(found, 1):
            for variable, statements, facts in evidence:
                start = [f"P{number}", variable.code, variable.name.of(self.lang)]
                for fact in facts:
                    self.put(sheet, row, [*start, "", "", "", fact], self.text)
                    row += 1
                for s in statements:
                    self.put(sheet, row, [*start, s.id, s.kind, " › ".join(s.section), s.text], self.text)
                    row += 1
        for column, width in enumerate(EVIDENCE.values()):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, row - 1), len(EVIDENCE) - 1)

    def write_about(self, sheet: Any) -> None:
        """Write how to use the sheet, its sources, and what made it."""
        lines: Mapping[str, str] = {"about": self.template.note.of(self.lang), "formula": self.template.formula}
        rows = [[self.say(key), value] for key, value in lines.items()]
        rows += [[self.say("sources"), source] for source in self.template.sources]
        rows += [["policynlp", version] for version in sorted({a.provenance.version for a in self.analyses})]
        rows += [[self.say("codebook"), sha256] for sha256 in sorted({a.provenance.codebook for a in self.analyses})]
        rows += [[f"P{n}", f"{a.report.id} sha256 {a.report.sha256}"] for n, a in enumerate(self.analyses, 1)]
        for row, values in enumerate(rows):
            self.put(sheet, row, values, self.text)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 110)

    def labels(self) -> list[str]:
        """Give the heads of the reports' columns."""
        reports = [analysis.report for analysis in self.analyses]
        return [" ".join(filter(None, [f"P{n}", r.zone or r.title or r.id, str(r.year or "")])) for n, r in enumerate(reports, 1)]

    def put(self, sheet: Any, row: int, values: Sequence[str], style: Any) -> None:
        """Write texts side by side; text is only ever text."""
        for column, value in enumerate(values):
            if value:
                sheet.write_string(row, column, harmless(value)[:LONGEST_CELL], style)


def count_allowed(cells: str, dimension: Dimension) -> str:
    """Give the formula that counts the cells with an allowed score."""
    return "+".join(f"COUNTIF({cells},{score})" for score in dict.fromkeys(dimension.scores))


def quoted(text: str) -> str:
    """Give a text as a formula holds it."""
    return '"' + harmless(text).replace('"', '""') + '"'
