"""From a file to a `Report`: encoding, page furniture, second copies, metadata."""

from policynlp.reading.report import make_report, read_report

__all__ = ["make_report", "read_report"]
