"""XML that comes from strangers: no entities, no network, bounded depth and size."""

from __future__ import annotations

from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.content import load_library
from policynlp.reading.limits import Limits

__all__ = ["local_name", "parse_xml"]


def parse_xml(data: bytes, name: str, limits: Limits) -> Any:
    """Parse an XML document to its root element.

    Raises:
        ReportError: it is too large, malformed, nested too deeply, or declares entities.
    """
    if len(data) > limits.xml_bytes:
        size, most = len(data) / 1e6, limits.xml_bytes / 1e6
        raise ReportError(name, f"its text part has {size:.0f} MB; {most:.0f} MB are allowed", "split it, or raise `Limits.xml_bytes`")
    etree = load_library(name, "lxml.etree")
    # Without huge_tree libxml2 itself bounds depth (256) and the length of a text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReportError(name, "its XML is damaged or nested too deeply", "open it in its program and save it again") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReportError(name, "it declares XML entities, which no document of this kind does", "check where it comes from")
    return root


def local_name(element: Any) -> str:
    """Give an element's name without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
