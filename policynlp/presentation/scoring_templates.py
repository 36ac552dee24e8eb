"""Scoring sheets as data: dimensions, their variables, and what in an analysis speaks for each."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policynlp.annotation.indicators import find_indicators
from policynlp.codebook import load_codebook
from policynlp.errors import CodebookError
from policynlp.resources import data_path
from policynlp.schema import Analysis, Statement

__all__ = ["Dimension", "Template", "Variable", "find_evidence", "load_template", "template_path"]

CODE = re.compile("[A-Z][A-Z0-9]{0,7}")
VALUES = ("mean", "sum", "max")
REPORT_FIELDS = ("issuer", "number", "genre", "published", "source", "zone", "region", "year", "title")
STATEMENT_KEYS = ("class", "subtype", "status", "instruments", "entities", "words", "years", "indicator")
ARITHMETIC = (ast.Expression, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Name, ast.Load, ast.Constant)
Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Give the name in `lang`, zh or en."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Variable:
    """A cell to be scored; without `evidence` nothing in the text can speak for it."""

    code: str
    name: Name
    question: Name
    evidence: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """Variables that are scored alike; `value` says what is made of them: mean, sum or max."""

    code: str
    name: Name
    scores: tuple[int | float, ...]
    value: str
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A scoring sheet: `total` is arithmetic on the codes of the dimensions, `grades` come highest first."""

    title: Name
    note: Name
    sources: tuple[str, ...]
    total: Name
    formula: str
    grades: tuple[tuple[float, Name], ...]
    dimensions: tuple[Dimension, ...]


def template_path(sheet: str | Path) -> Path:
    """Give the file of a template: one of ours by its name (pmc, strength), any other by its path, which ends in .toml.

    Raises:
        ValueError: there is none of that name.

    Example:
        >>> template_path("pmc").name
        'pmc.toml'
    """
    if isinstance(sheet, Path) or sheet.lower().endswith(".toml"):
        return Path(sheet)
    shipped = {path.stem: path for path in data_path("sheets").glob("*.toml")}
    if sheet not in shipped:
        raise ValueError(f"sheet is {sheet!r}; it must be one of {', '.join(sorted(shipped))}, or a .toml file of your own")
    return shipped[sheet]


def load_template(sheet: str | Path) -> Template:
    """Load a scoring template and check it.

    Raises:
        CodebookError: it cannot be read, or something in it is missing, unknown or contradicts the rest.
        ValueError: there is none of that name.

    Example:
        >>> [dimension.code for dimension in load_template("strength").dimensions]
        ['P', 'G', 'M']
    """
    path = template_path(sheet)
    remedy = "compare it with the template pmc.toml that comes with the package"
    try:
        return make_template(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        raise CodebookError(path, f"cannot be read ({error.strerror})", "check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CodebookError(path, f"this is no TOML ({error})", "save it as UTF-8 text and mend the line named") from error
    except KeyError as error:
        raise CodebookError(path, f"an entry lacks {error}", remedy) from error
    except (TypeError, AttributeError, ValueError) as error:
        raise CodebookError(path, str(error), remedy) from error


def make_template(table: Mapping[str, Any]) -> Template:
    dimensions = tuple(make_dimension(row) for row in table["dimension"])
    codes = [d.code for d in dimensions] + [v.code for d in dimensions for v in d.variables]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"the code {twice[0]} stands twice")
    if not dimensions:
        raise ValueError("there is no dimension")
    grades = tuple((float(row["from"]), make_name(row)) for row in table.get("grade", ()))
    if list(grades) != sorted(grades, key=lambda grade: -grade[0]):
        raise ValueError("the grades must come highest first")
    return Template(
        title=make_name(table["title"]),
        note=make_name(table["note"]),
        sources=tuple(str(source) for source in table["sources"]),
        total=make_name(table["total"]),
        formula=check_formula(table["total"]["formula"], [d.code for d in dimensions]),
        grades=grades,
        dimensions=dimensions,
    )


def make_name(row: Mapping[str, Any]) -> Name:
    return Name(str(row["zh"]), str(row.get("en", row["zh"])))


def make_dimension(row: Mapping[str, Any]) -> Dimension:
    code, scores, value = row["code"], tuple(row["scores"]), row["value"]
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise ValueError(f"the code {code!r} of a dimension must be capital letters and digits, such as X1")
    if len(set(scores)) < 2 or not all(isinstance(score, int | float) and not isinstance(score, bool) for score in scores):
        raise ValueError(f"{code}: `scores` must be two different numbers or more, such as [0, 1]")
    if value not in VALUES:
        raise ValueError(f"{code}: `value` must be one of {', '.join(VALUES)}")
    variables = tuple(make_variable(variable) for variable in row["variable"])
    if not variables:
        raise ValueError(f"{code}: there is no variable in it")
    return Dimension(code, make_name(row), scores, value, variables)


def make_variable(row: Mapping[str, Any]) -> Variable:
    code, rules = str(row["code"]), tuple(row.get("evidence", ()))
    codebook = load_codebook()
    known = {
        "class": set(codebook.classes),
        "instruments": {*codebook.instruments, *codebook.families},
        "entities": set(codebook.types),
        "report": set(REPORT_FIELDS),
    }
    for rule in rules:
        if not rule or ("report" in rule and len(rule) > 1) or set(rule) - {"report", *STATEMENT_KEYS}:
            raise ValueError(f"{code}: evidence takes {', '.join(STATEMENT_KEYS)}, or `report` alone")
        for key in {*rule} - {"years", "indicator"}:
            if not isinstance(rule[key], list) or not rule[key] or not all(isinstance(item, str) and item for item in rule[key]):
                raise ValueError(f"{code}: `{key}` must be a list of words in quotation marks")
        for key, codes in known.items():
            if unknown := sorted(set(rule.get(key, ())) - codes):
                raise ValueError(f"{code}: {unknown[0]} is no {key} of the codebook")
        years = rule.get("years", [0, 0])
        if len(years) != 2 or not all(isinstance(year, int) for year in years):
            raise ValueError(f"{code}: `years` must be two whole numbers, such as [1, 3]")
    return Variable(code, make_name(row), make_name(row.get("question", row)), rules)


def check_formula(formula: str, codes: Sequence[str]) -> str:
    """Give a formula in plain form if it is arithmetic on the codes and nothing else.

    Example:
        >>> check_formula("P*(G+M)  # effect", ["P", "G", "M"])
        'P * (G + M)'
    """
    try:
        tree = ast.parse(formula, mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"the total's formula {formula!r} is no arithmetic") from error
    for node in ast.walk(tree):
        if not isinstance(node, ARITHMETIC) or (isinstance(node, ast.Constant) and not isinstance(node.value, int | float)):
            raise ValueError(f"the total's formula {formula!r} takes + - * / ( ), numbers and codes of dimensions alone")
        if isinstance(node, ast.Name) and node.id not in codes:
            raise ValueError(f"the total's formula names {node.id}, which is no dimension")
    return ast.unparse(tree)


def find_evidence(variable: Variable, analysis: Analysis) -> tuple[list[Statement], list[str]]:
    """Give the statements that speak for a variable, and what was read of the document as a whole («issuer: 科技部»).

    Example:
        >>> import policynlp
        >>> sheet = load_template("strength")
        >>> found, _ = find_evidence(sheet.dimensions[2].variables[3], policynlp.analyze("设立种子基金。加强学习。"))
        >>> [statement.text for statement in found]
        ['设立种子基金。']
    """
    facts = [
        f"{field}: {value}" for rule in variable.evidence for field in rule.get("report", ()) if (value := getattr(analysis.report, field))
    ]
    rules = [rule for rule in variable.evidence if "report" not in rule]
    if not rules:
        return [], facts
    due: dict[str, set[int | None]] = {}
    if any("years" in rule or "indicator" in rule for rule in rules):
        for indicator in find_indicators(analysis):
            due.setdefault(indicator.statement, set()).add(indicator.deadline)
    types: dict[str, set[str]] = {}
    for entity in analysis.entities:
        types.setdefault(entity.statement, set()).add(entity.kind)
    body = [s for s in analysis.statements if s.role not in ("title", "boilerplate")]
    year = analysis.report.year
    return [s for s in body if any(speaks(rule, s, types.get(s.id, set()), due.get(s.id), year) for rule in rules)], facts


def speaks(rule: Rule, statement: Statement, types: set[str], due: set[int | None] | None, year: int | None) -> bool:
    """Say whether a statement meets all conditions of a rule."""
    low, high = rule.get("years", (0, 0))
    codes = {*statement.instruments, *(code.partition("-")[0] for code in statement.instruments)}
    return (
        statement.kind in rule.get("class", (statement.kind,))
        and statement.subtype in rule.get("subtype", (statement.subtype,))
        and statement.status in rule.get("status", (statement.status,))
        and ("instruments" not in rule or bool(codes & set(rule["instruments"])))
        and ("entities" not in rule or bool(types & set(rule["entities"])))
        and ("words" not in rule or any(word in statement.text for word in rule["words"]))
        and ("indicator" not in rule or (due is not None) == rule["indicator"])
        and ("years" not in rule or (year is not None and any(d is not None and low <= d - year <= high for d in due or ())))
    )
