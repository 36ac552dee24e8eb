"""The codebook: entity types with head nouns, terms, aliases, classes, cues, instruments; the shipped one and a researcher's own.

The shipped codebook is data (`policynlp/data/codebook/*.toml`); the annotation guidelines behind it are described in the
documentation. A researcher's own file adds to it (`read_codebook`).
"""

from policynlp.codebook.own import read_codebook
from policynlp.codebook.shipped import CLASSES, codebook_of, load_codebook, name_labels, shipped_codebook, tables_hash
from policynlp.codebook.values import Action, Codebook, EntityType, Head, Label, Own

__all__ = [
    "CLASSES",
    "Action",
    "Codebook",
    "EntityType",
    "Head",
    "Label",
    "Own",
    "codebook_of",
    "load_codebook",
    "name_labels",
    "read_codebook",
    "shipped_codebook",
    "tables_hash",
]
