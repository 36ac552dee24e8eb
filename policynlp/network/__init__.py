"""From analyses to a graph: what occurs together, with the statements behind every node and edge."""

from policynlp.network.cooccurrence import build_graph

__all__ = ["build_graph"]
