"""policynlp: statements, entities and knowledge graphs from Chinese policy reports.

Importing it loads no heavy library; each public name is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from policynlp.version import __version__

if TYPE_CHECKING:
    from policynlp.agents.second_opinion import second_opinion
    from policynlp.annotation.explanations import explain
    from policynlp.annotation.indicators import find_indicators
    from policynlp.annotation.pipeline import analyze, load
    from policynlp.codebook import read_codebook
    from policynlp.coding.files import read_coded, write_sample
    from policynlp.coding.samples import draw_sample
    from policynlp.comparison.comparison import Comparison, compare
    from policynlp.comparison.sectors import add_sectors
    from policynlp.comparison.years import match_promises, trace_entities
    from policynlp.corpus.local import analyze_many
    from policynlp.corpus.store import Corpus, open_store
    from policynlp.errors import CodebookError, ModelError, PolicyNLPError, ReportError, StoreError
    from policynlp.evaluation.agreement import measure_agreement
    from policynlp.network.alignment import align_goals
    from policynlp.network.backbone import disparity_backbone, keep_edges, noise_corrected_backbone, readable_graph, spanning_tree
    from policynlp.network.communities import find_communities
    from policynlp.network.cooccurrence import build_graph
    from policynlp.network.counts import count_together
    from policynlp.network.measures import describe_network, describe_nodes
    from policynlp.network.relation_graph import build_relation_graph
    from policynlp.network.stability import add_stability
    from policynlp.network.themes import find_themes
    from policynlp.network.weights import add_weights
    from policynlp.presentation.charts import draw_shares
    from policynlp.presentation.clouds import draw_wordcloud
    from policynlp.presentation.comparison_bundle import write_comparison
    from policynlp.presentation.comparison_figures import draw_comparison_figures
    from policynlp.presentation.comparison_page import write_comparison_page
    from policynlp.presentation.flows import draw_goal_instruments
    from policynlp.presentation.graph_figures import draw_graph
    from policynlp.presentation.graph_files import write_graph
    from policynlp.presentation.graph_tables import write_graph_tables, write_matrix, write_neo4j
    from policynlp.presentation.heat_maps import draw_alignment
    from policynlp.presentation.page import write_page
    from policynlp.presentation.saving import save_figure
    from policynlp.presentation.scoring_sheets import write_scoring_sheet
    from policynlp.presentation.strategic import draw_themes
    from policynlp.presentation.tables import write_tables
    from policynlp.presentation.terms import weigh_terms
    from policynlp.reading.collection import read_reports
    from policynlp.reading.report import make_report, read_report
    from policynlp.reproduction import replay
    from policynlp.schema import Analysis, Entity, Formula, Indicator, Relation, Report, Section, Statement

HOMES = {
    "Analysis": "schema",
    "CodebookError": "errors",
    "Comparison": "comparison.comparison",
    "Corpus": "corpus.store",
    "Entity": "schema",
    "Formula": "schema",
    "Indicator": "schema",
    "ModelError": "errors",
    "PolicyNLPError": "errors",
    "Relation": "schema",
    "Report": "schema",
    "ReportError": "errors",
    "Section": "schema",
    "Statement": "schema",
    "StoreError": "errors",
    "add_sectors": "comparison.sectors",
    "add_stability": "network.stability",
    "add_weights": "network.weights",
    "align_goals": "network.alignment",
    "analyze": "annotation.pipeline",
    "analyze_many": "corpus.local",
    "build_graph": "network.cooccurrence",
    "build_relation_graph": "network.relation_graph",
    "compare": "comparison.comparison",
    "count_together": "network.counts",
    "describe_network": "network.measures",
    "describe_nodes": "network.measures",
    "disparity_backbone": "network.backbone",
    "draw_alignment": "presentation.heat_maps",
    "draw_comparison_figures": "presentation.comparison_figures",
    "draw_goal_instruments": "presentation.flows",
    "draw_graph": "presentation.graph_figures",
    "draw_sample": "coding.samples",
    "draw_shares": "presentation.charts",
    "draw_themes": "presentation.strategic",
    "draw_wordcloud": "presentation.clouds",
    "explain": "annotation.explanations",
    "find_communities": "network.communities",
    "find_indicators": "annotation.indicators",
    "find_themes": "network.themes",
    "keep_edges": "network.backbone",
    "load": "annotation.pipeline",
    "make_report": "reading.report",
    "match_promises": "comparison.years",
    "measure_agreement": "evaluation.agreement",
    "noise_corrected_backbone": "network.backbone",
    "open_store": "corpus.store",
    "read_codebook": "codebook",
    "read_coded": "coding.files",
    "read_report": "reading.report",
    "read_reports": "reading.collection",
    "readable_graph": "network.backbone",
    "replay": "reproduction",
    "save_figure": "presentation.saving",
    "second_opinion": "agents.second_opinion",
    "spanning_tree": "network.backbone",
    "trace_entities": "comparison.years",
    "weigh_terms": "presentation.terms",
    "write_comparison": "presentation.comparison_bundle",
    "write_comparison_page": "presentation.comparison_page",
    "write_graph": "presentation.graph_files",
    "write_graph_tables": "presentation.graph_tables",
    "write_matrix": "presentation.graph_tables",
    "write_neo4j": "presentation.graph_tables",
    "write_page": "presentation.page",
    "write_sample": "coding.files",
    "write_scoring_sheet": "presentation.scoring_sheets",
    "write_tables": "presentation.tables",
}

__all__ = [
    "Analysis",
    "CodebookError",
    "Comparison",
    "Corpus",
    "Entity",
    "Formula",
    "Indicator",
    "ModelError",
    "PolicyNLPError",
    "Relation",
    "Report",
    "ReportError",
    "Section",
    "Statement",
    "StoreError",
    "__version__",
    "add_sectors",
    "add_stability",
    "add_weights",
    "align_goals",
    "analyze",
    "analyze_many",
    "build_graph",
    "build_relation_graph",
    "compare",
    "count_together",
    "describe_network",
    "describe_nodes",
    "disparity_backbone",
    "draw_alignment",
    "draw_comparison_figures",
    "draw_goal_instruments",
    "draw_graph",
    "draw_sample",
    "draw_shares",
    "draw_themes",
    "draw_wordcloud",
    "explain",
    "find_communities",
    "find_indicators",
    "find_themes",
    "keep_edges",
    "load",
    "make_report",
    "match_promises",
    "measure_agreement",
    "noise_corrected_backbone",
    "open_store",
    "read_codebook",
    "read_coded",
    "read_report",
    "read_reports",
    "readable_graph",
    "replay",
    "save_figure",
    "second_opinion",
    "spanning_tree",
    "trace_entities",
    "weigh_terms",
    "write_comparison",
    "write_comparison_page",
    "write_graph",
    "write_graph_tables",
    "write_matrix",
    "write_neo4j",
    "write_page",
    "write_sample",
    "write_scoring_sheet",
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
