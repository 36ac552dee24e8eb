"""From a file to a `Report`: format, encoding, page furniture, second copies, metadata."""

from policynlp.reading.collection import read_reports
from policynlp.reading.limits import LIMITS, Limits
from policynlp.reading.report import make_report, read_report

__all__ = ["LIMITS", "Limits", "make_report", "read_report", "read_reports"]
