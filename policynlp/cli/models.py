"""Commands that train and score the models: train, evaluate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policynlp.cli.options import Lang, Language, OwnCodebook, fail
from policynlp.errors import PolicyNLPError

if TYPE_CHECKING:
    from policynlp.evaluation.scores import Scores

__all__ = ["app"]

app = typer.Typer(rich_markup_mode=None)


class Model(StrEnum):
    """The models that are trained from labels."""

    statements = "statements"
    entities = "entities"


@app.command(epilog="Example: policynlp train corpora/annotated -o models")
def train(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the models. 模型文件夹。")],
    corpus: Annotated[Path | None, typer.Argument(help="Folder with texts/ and labels/. 标注语料文件夹。")] = None,
    table: Annotated[
        Path | None, typer.Option(help="In place of a corpus: a table with the columns text, class, context. 标注表格。")
    ] = None,
    codebook: OwnCodebook = None,
    texts: Annotated[
        list[Path] | None, typer.Option(help="Folders of unlabelled .txt reports: learn the word classes anew. 未标注文本。")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Also train and measure other taggers, for the card. 同时训练并比较其他标注模型。")
    ] = False,
    only: Annotated[Model | None, typer.Option(help="Train one model alone. 只训练一个模型。")] = None,
    add: Annotated[
        list[Path] | None, typer.Option(help="Coders' files of corrected labels that join the corpus. 并入语料的人工校正文件。")
    ] = None,
) -> None:
    """Train the models from an annotated corpus, or a classifier of your own classes from a table; cross-validated for the cards."""
    if table is not None and corpus is None:
        train_own_classes(table, out, codebook)
        return
    if corpus is None or table is not None:
        raise typer.BadParameter("give either a corpus or --table FILE")
    console = Console(stderr=True)
    try:
        from policynlp.training.models import train as train_models
        from policynlp.training.words import train_word_classes
    except ImportError as error:
        raise typer.BadParameter(f"training needs more packages: pip install 'policynlp[train]' ({error})") from error
    try:
        if texts:
            console.print(f"words: {train_word_classes([*texts, corpus / 'texts'], out / 'words')}", highlight=False)
        for name, figures in train_models(corpus, out, only=only, compare=compare, add=add or (), progress=console.print).items():
            console.print(f"{name}: {figures}", markup=False, highlight=False)
    except PolicyNLPError as error:
        fail(error)


def train_own_classes(table: Path, out: Path, codebook: Path | None) -> None:
    """Train a classifier from a labelled table."""
    from policynlp.codebook import read_codebook

    console = Console(stderr=True)
    try:
        from policynlp.training.tables import train_table
    except ImportError as error:
        raise typer.BadParameter(f"training needs more packages: pip install 'policynlp[train]' ({error})") from error
    try:
        own = read_codebook(codebook) if codebook is not None else None
        console.print(f"statements: {train_table(table, out, codebook=own, progress=console.print)}", markup=False, highlight=False)
    except PolicyNLPError as error:
        fail(error)


@app.command(epilog="Example: policynlp evaluate corpora/annotated/labels/benxi-2014.jsonl --texts corpora/annotated -o evaluation")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold statements, one JSON object a line. 标注文件。")],
    texts: Annotated[Path, typer.Option(help="Folder that the gold file's paths start from. 文本文件夹。")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder for evaluation.html and evaluation.json. 输出文件夹。")] = None,
    lang: Lang = Language.zh,
) -> None:
    """Score the analysis against gold: segmentation, classes, instruments, entities, with 95 % intervals and every error."""
    from policynlp.annotation.pipeline import analyze
    from policynlp.evaluation.gold import load_gold
    from policynlp.evaluation.scores import compare_file, score
    from policynlp.presentation.evaluation_page import write_evaluation
    from policynlp.presentation.messages import message

    console = Console()
    try:
        scores = score([c for file, rows in load_gold(gold).items() for c in compare_file(rows, analyze(texts / file))])
        print_scores(scores, gold.name, lang, console)
        if out is not None:
            write_evaluation(scores, out, name=gold.name, lang=lang)
            console.print(message("evaluation", "written", lang, folder=out), markup=False, highlight=False, soft_wrap=True)
    except PolicyNLPError as error:
        fail(error)


def print_scores(scores: Scores, name: str, lang: str, console: Console) -> None:
    """Print the figures, the types, the genres and the confusion of classes."""
    from policynlp.codebook import load_codebook
    from policynlp.presentation.messages import message

    def say(key: str, **values: object) -> str:
        return message("evaluation", key, lang, **values)

    table = Table(title=escape(f"{name} {say('figures', count=len(scores.comparisons))}"))
    for column in ("figure", "value", "interval"):
        table.add_column(say(column), justify="left" if column == "figure" else "right")
    for figure, (value, low, high) in scores.figures.items():
        table.add_row(say(figure), f"{value:.3f}", f"{low:.3f} – {high:.3f}")
    for kind, share in scores.types.items():
        table.add_row(f"{load_codebook().types[kind].label.name(lang)} F1", f"{share:.3f}", "")
    for genre, figures in scores.genres.items():
        value, low, high = figures["class_accuracy"]
        table.add_row(f"{say('class_accuracy')}: {genre}", f"{value:.3f}", f"{low:.3f} – {high:.3f}")
    console.print(table)
    labels = load_codebook().classes
    classes = [kind for kind in labels if any(kind in pair for pair in scores.confusion)]
    confusion = Table(say("gold_found"), *(labels[kind].name(lang) for kind in classes), title=say("confusion"))
    for kind in classes:
        confusion.add_row(labels[kind].name(lang), *(str(scores.confusion.get((kind, other), 0)) for other in classes))
    console.print(confusion)
