"""Commands for what a paper and its reviewers ask: replay, score-sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from policynlp.cli.options import FAILED, Columns, Lang, Language, Manifest, OwnCodebook, OwnModels, read_columns, report_errors, say
from policynlp.errors import PolicyNLPError

__all__ = ["app"]

app = typer.Typer(rich_markup_mode=None)


@app.command("replay", epilog="Example: policynlp replay out/provenance.json -o again")
def replay_results(
    provenance: Annotated[Path, typer.Argument(help="provenance.json, or the folder of results it stands in. 结果的来源记录。")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the new results; none: only compare. 新结果文件夹。")] = None,
    inputs: Annotated[Path | None, typer.Option(help="Folder to which the inputs have been moved. 输入文件现在的文件夹。")] = None,
    column: Columns = None,
    codebook: OwnCodebook = None,
    models: OwnModels = None,
    lang: Lang = Language.zh,
) -> None:
    """Make results again from their provenance and say, file by file, what differs; leaves with 1 where anything does."""
    from policynlp.presentation.messages import message
    from policynlp.reproduction import replay

    console = Console()
    try:
        found = replay(provenance, out, inputs=inputs, columns=read_columns(column), codebook=codebook, models=models)
    except PolicyNLPError as error:
        report_errors([error], Console(stderr=True), lang)
        return
    lines = [message("replay", key, lang, file=file) for key in ("changed", "missing", "edited") for file in getattr(found, key)]
    lines += [message("replay", "software", lang, name=name, then=then, now=now) for name, (then, now) in found.software.items()]
    lines += [f"{message('replay', state, lang)}  {file}" for file, state in found.files.items() if state != "equal"]
    unlike = sum(state != "equal" for state in found.files.values())
    lines.append(message("replay", "unlike" if unlike else "same", lang, count=len(found.files), unlike=unlike))
    if out is not None:
        lines.append(message("replay", "written", lang, path=out))
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not found.same:
        raise typer.Exit(FAILED)


@app.command("score-sheet", epilog="Example: policynlp score-sheet reports/*.txt --sheet pmc -o pmc.xlsx")
def score_sheet(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Reports; none to copy a template. 报告文件或文件夹。")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The .xlsx to write, or .toml for a template to edit. 输出文件。")] = Path(
        "scores.xlsx"
    ),
    sheet: Annotated[str, typer.Option(help="pmc, strength (力度–目标–措施), or a .toml of your own. 评分表。")] = "pmc",
    manifest: Manifest = None,
    column: Columns = None,
    lang: Lang = Language.zh,
) -> None:
    """Prepare a policy scoring sheet: evidence from the text beside empty cells; a person scores, formulas add up."""
    from policynlp.atomic import replace_file
    from policynlp.corpus.local import analyze_many
    from policynlp.presentation.messages import message
    from policynlp.presentation.scoring_sheets import write_scoring_sheet
    from policynlp.presentation.scoring_templates import load_template, template_path

    errors: list[PolicyNLPError] = []
    if bool(files) == (out.suffix.lower() == ".toml"):
        raise typer.BadParameter("name reports and -o FILE.xlsx, or no report and -o FILE.toml to copy a template")
    try:
        load_template(sheet)  # what is wrong with it is told before the reports are read
        if not files:
            with replace_file(out) as temporary:
                temporary.write_bytes(template_path(sheet).read_bytes())
        elif analyses := analyze_many(files, manifest=manifest, columns=read_columns(column), on_error=errors.append):
            write_scoring_sheet(analyses, out, sheet=sheet, lang=lang.value)
        if not files or analyses:
            say(message("scoring", "written", lang, path=out))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except PolicyNLPError as error:
        errors.append(error)
    report_errors(errors, Console(stderr=True), lang)
