"""From analyses to a graph: what occurs together, with the statements behind every node and edge."""

from policynlp.network.cooccurrence import build_graph
from policynlp.network.counts import Counts, count_together

__all__ = ["Counts", "build_graph", "count_together"]
