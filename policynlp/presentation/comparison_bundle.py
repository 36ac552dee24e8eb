"""Writes everything of a comparison into a folder: the page, figures, tables, and the methods with their sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policynlp.atomic import replace_files
from policynlp.presentation.comparison_figures import draw_comparison_figures
from policynlp.presentation.comparison_page import write_comparison_page
from policynlp.presentation.comparison_tables import write_comparison_csvs, write_comparison_tables, write_methods
from policynlp.presentation.messages import check_language
from policynlp.presentation.provenance import write_provenance
from policynlp.presentation.saving import save_figure

if TYPE_CHECKING:
    from policynlp.comparison.comparison import Comparison

__all__ = ["write_comparison"]


def write_comparison(comparison: Comparison, folder: str | Path, *, lang: str = "zh") -> None:
    """Write every output of a comparison into `folder`: all of them, or on an error none.

    The files are `page.html`, `tables.xlsx`, `csv/*.csv`, `figures/*.png`, `methods.md`, `references.txt` and `provenance.json`. Other
    files in the folder stay.

    Args:
        comparison: as `compare` gives it.
        folder: made if absent.
        lang: language of page, figures and workbook, zh or en.

    Raises:
        StoreError: the folder cannot be written.
        ValueError: `lang` is unknown.

    Example:
        >>> import policynlp, tempfile
        >>> from policynlp.comparison.comparison import compare
        >>> texts = {"a": "设立种子基金。发展数字经济。", "b": "发展数字经济。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_comparison(compare(analyses), folder)
        ...     sorted(path.name for path in Path(folder).iterdir())
        ['csv', 'figures', 'methods.md', 'page.html', 'provenance.json', 'references.txt', 'tables.xlsx']
    """
    check_language(lang)
    with replace_files(folder) as place:
        write_comparison_tables(comparison, place / "tables.xlsx", lang=lang)
        write_comparison_csvs(comparison, place / "csv")
        write_methods(comparison, place, lang=lang)
        write_comparison_page(comparison, place / "page.html", lang=lang)
        for name, figure in draw_comparison_figures(comparison, lang=lang).items():
            save_figure(figure, place / "figures" / f"{name}.png")
        write_provenance(
            place,
            "compare",
            [analysis for group in comparison.groups for _, analysis in group.reports],
            upper=[analysis for _, analysis in comparison.upper],
            settings={"by": comparison.by, "focus": comparison.focus, "seed": comparison.seed, "lang": lang},
        )
