"""policynlp: statements, entities and knowledge graphs from Chinese policy reports.

Importing it loads no heavy library; each public name is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from policynlp.version import __version__

if TYPE_CHECKING:
    from policynlp.annotation.pipeline import analyze, load
    from policynlp.corpus.local import analyze_many
    from policynlp.errors import CodebookError, ModelError, PolicyNLPError, ReportError, StoreError
    from policynlp.network.cooccurrence import build_graph
    from policynlp.presentation.clouds import draw_wordcloud
    from policynlp.presentation.graph_figures import draw_graph
    from policynlp.presentation.graph_files import write_graph
    from policynlp.presentation.page import write_page
    from policynlp.presentation.tables import write_tables
    from policynlp.reading.report import make_report, read_report
    from policynlp.schema import Analysis, Entity, Formula, Relation, Report, Section, Statement

HOMES = {
    "Analysis": "schema",
    "CodebookError": "errors",
    "Entity": "schema",
    "Formula": "schema",
    "ModelError": "errors",
    "PolicyNLPError": "errors",
    "Relation": "schema",
    "Report": "schema",
    "ReportError": "errors",
    "Section": "schema",
    "Statement": "schema",
    "StoreError": "errors",
    "analyze": "annotation.pipeline",
    "analyze_many": "corpus.local",
    "build_graph": "network.cooccurrence",
    "draw_graph": "presentation.graph_figures",
    "draw_wordcloud": "presentation.clouds",
    "load": "annotation.pipeline",
    "make_report": "reading.report",
    "read_report": "reading.report",
    "write_graph": "presentation.graph_files",
    "write_page": "presentation.page",
    "write_tables": "presentation.tables",
}

__all__ = [
    "Analysis",
    "CodebookError",
    "Entity",
    "Formula",
    "ModelError",
    "PolicyNLPError",
    "Relation",
    "Report",
    "ReportError",
    "Section",
    "Statement",
    "StoreError",
    "__version__",
    "analyze",
    "analyze_many",
    "build_graph",
    "draw_graph",
    "draw_wordcloud",
    "load",
    "make_report",
    "read_report",
    "write_graph",
    "write_page",
    "write_tables",
]


def __getattr__(name: str) -> object:
    if name in HOMES:
        value = getattr(import_module(f"policynlp.{HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'policynlp' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
