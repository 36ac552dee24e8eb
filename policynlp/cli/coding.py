"""The command line of the human check: sample, agree, explain."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policynlp.cli.options import Lang, Language, OwnCodebook, OwnModels, fail, say
from policynlp.errors import PolicyNLPError

if TYPE_CHECKING:
    from policynlp.evaluation.agreement import Agreement

__all__ = ["app"]

SHOWN = 60  # characters of a statement
app = typer.Typer(rich_markup_mode=None)


class Draw(StrEnum):
    """How statements are drawn for people to check."""

    random = "random"
    by_class = "class"
    uncertain = "uncertain"


@app.command(epilog="Example: policynlp sample reports/*.txt -o check.xlsx --size 50 --by class --blind")
def sample(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Report files. 报告文件。")],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help=".xlsx a sheet, .json Label Studio, .jsonl doccano, .qdpx NVivo, MAXQDA, QualCoder. 输出文件。"),
    ],
    size: Annotated[int, typer.Option(min=1, help="Statements to draw. 抽取条数。")] = 50,
    by: Annotated[Draw, typer.Option(help="At random, as many of each class, or the least certain first. 抽取方式。")] = Draw.random,
    seed: Annotated[int, typer.Option(min=0, help="Of the random draw. 随机种子。")] = 0,
    blind: Annotated[bool, typer.Option("--blind", help="Leave the labels blank. 不显示机器标注。")] = False,
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    lang: Lang = Language.zh,
) -> None:
    """Draw statements for people to check, with their headings and neighbours."""
    from policynlp.coding.files import write_sample
    from policynlp.coding.samples import draw_sample
    from policynlp.corpus.local import analyze_many
    from policynlp.presentation.messages import message

    errors: list[PolicyNLPError] = []
    try:
        drawn = draw_sample(
            analyze_many(files, codebook=codebook, models=models, on_error=errors.append), size=size, by=by, seed=seed, blind=blind
        )
        for path in write_sample(drawn, out):
            say(message("coding", "sampled", lang, count=len(drawn.coded), path=path))
    except PolicyNLPError as error:
        errors.append(error)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if errors:
        fail(*errors)


@app.command(epilog="Example: policynlp agree coder-a.xlsx coder-b.xlsx -o agreement.xlsx")
def agree(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Coders' files, or folders of labels (*.jsonl). 各编码者的文件或标注文件夹。")
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Workbook of figures and disagreements. 输出工作簿。")] = None,
    show: Annotated[int, typer.Option(min=0, help="Disagreements to print. 显示的分歧条数。")] = 10,
    codebook: OwnCodebook = None,
    lang: Lang = Language.zh,
) -> None:
    """Compare coders: agreement, Cohen's kappa, Krippendorff's alpha, span F1 with 95 % intervals; list the disagreements."""
    from policynlp.codebook import read_codebook
    from policynlp.coding.files import read_coders
    from policynlp.evaluation.agreement import measure_agreement
    from policynlp.presentation.messages import message
    from policynlp.presentation.tables import write_frames

    try:
        coders = read_coders(files, codebook=None if codebook is None else read_codebook(codebook))
        agreement = measure_agreement(coders)
        print_agreement(agreement, show, lang)
        if out is not None:
            write_frames(agreement.to_frames(), out)
            say(message("coding", "written", lang, path=out))
    except PolicyNLPError as error:
        fail(error)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def print_agreement(agreement: Agreement, show: int, lang: str) -> None:
    """Print the figures, what was left blank, and the first disagreements."""
    from policynlp.presentation.messages import message

    console = Console()
    table = Table(title=escape(" – ".join(agreement.coders)))
    for column in ("figure", "value", "interval", "counted"):
        table.add_column(message("coding", column, lang), justify="left" if column == "figure" else "right")
    for name, (value, low, high, statements) in agreement.figures.items():
        figures = ("–", "–") if math.isnan(value) else (f"{value:.3f}", f"{low:.3f} – {high:.3f}")
        table.add_row(message("coding", name, lang), *figures, str(statements))
    console.print(table)
    say(message("coding", "compared", lang, statements=agreement.statements, reports=agreement.reports))
    for name, blank in agreement.blank.items():
        if blank:
            say(message("coding", "blank", lang, coder=name, count=blank))
    rows = agreement.disagreements
    if show and len(rows):
        say(message("coding", "disagreements", lang, shown=min(show, len(rows)), count=len(rows)))
    for row in rows.head(show).to_dict("records"):
        said = "  ".join(f"{coder}: {row[coder] or '–'}" for coder in agreement.coders)
        say(f"{row['file']} {row['start']}-{row['end']}  {row['layer']}  {said}  “{row['text'][:SHOWN]}”")


@app.command(epilog="Example: policynlp explain report.txt s0012")
def explain(
    file: Annotated[Path, typer.Argument(help="Report file. 报告文件。")],
    statement: Annotated[str, typer.Argument(help="Id of a statement, as the tables give it. 语句编号。")],
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    lang: Lang = Language.zh,
) -> None:
    """Say why a statement has its class: rule or features with weights, the second-best class, what would change it."""
    from policynlp.annotation.explanations import explain as explain_statement
    from policynlp.annotation.pipeline import analyze
    from policynlp.presentation.messages import check_language

    try:
        check_language(lang)
        analysis = analyze(file, codebook=codebook, models=models)
        say(explain_statement(analysis, statement, codebook=codebook, models=models).to_text(lang))
    except PolicyNLPError as error:
        fail(error)
    except KeyError as error:
        raise typer.BadParameter(f"{file.name} has no statement {statement}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
