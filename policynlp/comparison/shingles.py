"""Finds the places where two documents hold the same run of letters, by the least hash of every window of shingles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise, product

import numpy as np
import numpy.typing as npt

from policynlp.schema import Analysis, Statement

__all__ = [
    "SHINGLE",
    "Document",
    "Paragraph",
    "Place",
    "Shingles",
    "count_shingles",
    "cut_paragraphs",
    "find_seeds",
    "least_boilerplate",
    "list_lines",
]

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Place = tuple[int, int]  # paragraph, letter
Entry = tuple[int, bool, Place]  # document, whether it is an upper-level one, place

SHINGLE = 8  # letters
WINDOW = 8  # shingles; at most SHINGLE + 1, so that no window reaches into two paragraphs
FEWEST = 3  # reports that make a boilerplate
MOST_PLACES = 8  # of one run in one document

LETTER = re.compile(r"[^\W_]")
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
FACTORS = tuple(np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
COMMON, NOTHING = np.uint64(1 << 62), np.uint64(1 << 63)


@dataclass(frozen=True, slots=True)
class Document:
    """A report, or an upper-level document it may have drawn on."""

    group: str
    key: str
    analysis: Analysis
    upper: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The statements of one line.

    Attributes:
        document: its number.
        letters: the letters and digits of the line, in half width and lower case.
        places: where in the text each of them stands.
        start, end: of the line in the text, without the markers before its first statement.
        statements: start, end and id of each.
    """

    document: int
    letters: str
    places: tuple[int, ...]
    start: int
    end: int
    statements: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Shingles:
    """The runs of letters that begin at each letter of all paragraphs, in their order.

    Attributes:
        paragraphs, letters: where each begins.
        hashes: of the runs.
        whole: False where the paragraph ends before the run does.
        reports: in how many reports the run stands, upper-level documents apart; 0 where it is not whole.
        starts: for each paragraph the row of its first letter.
    """

    paragraphs: Integers
    letters: Integers
    hashes: Hashes
    whole: npt.NDArray[np.bool_]
    reports: Integers
    starts: Integers


def list_lines(analysis: Analysis) -> list[list[Statement]]:
    """Give the statements of each line, in order of offsets: first copies alone, no titles and no page furniture."""
    lines: dict[int, list[Statement]] = {}
    for statement in analysis.statements:
        if statement.role not in ("title", "boilerplate"):
            lines.setdefault(statement.paragraph, []).append(statement)
    return [sorted(lines[line], key=lambda statement: statement.start) for line in sorted(lines)]


def cut_paragraphs(documents: Sequence[Document]) -> list[Paragraph]:
    """Cut documents into paragraphs, in order."""
    paragraphs = []
    for number, document in enumerate(documents):
        text = document.analysis.report.text
        for line in list_lines(document.analysis):
            start, end = line[0].start, line[-1].end
            places = tuple(match.start() for match in LETTER.finditer(text, start, end))
            letters = "".join([text[place] for place in places]).translate(NARROW).translate(LOWER)
            statements = tuple((s.start, s.end, f"{document.key}#{s.id}") for s in line)
            paragraphs.append(Paragraph(number, letters, places, start, end, statements))
    return paragraphs


def count_shingles(paragraphs: Sequence[Paragraph], documents: Sequence[Document]) -> Shingles:
    """Hash every run of `SHINGLE` letters, and count the reports it stands in."""
    sizes = np.array([len(p.letters) + 1 for p in paragraphs], np.int64)  # one more: paragraphs are kept apart by a letter of none
    starts = np.cumsum(sizes) - sizes
    numbers = np.repeat(np.arange(len(paragraphs)), sizes)
    letters = np.arange(len(numbers)) - starts[numbers]
    whole = letters + SHINGLE < sizes[numbers]
    hashes = hash_runs("".join(f"{p.letters}\n" for p in paragraphs))
    owners = np.array([p.document for p in paragraphs], np.int64)[numbers]
    compared = whole & ~np.array([d.upper for d in documents], bool)[owners]
    reports = np.where(whole, distinct_owners(hashes, owners, compared), 0)
    return Shingles(numbers, letters, hashes, whole, reports, starts)


def hash_runs(text: str) -> Hashes:
    """Hash the run that begins at each letter: the same number on every machine, unlike Python's own hash."""
    padded = text + "\n" * (SHINGLE - 1)
    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    hashes = np.zeros(len(text), np.uint64)
    for i in range(SHINGLE):
        hashes = hashes * FACTORS[0] + codes[i : i + len(text)]
    # The last steps of splitmix64: without them the least hash would favour runs of certain letters.
    hashes = (hashes ^ (hashes >> np.uint64(30))) * FACTORS[1]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * FACTORS[2]
    return hashes ^ (hashes >> np.uint64(31))


def distinct_owners(hashes: Hashes, owners: Integers, counted: npt.NDArray[np.bool_]) -> Integers:
    """Give for each row how many owners its hash has among the rows that are counted."""
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    fresh = np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(order)]
    first = fresh | np.concatenate([[True], owners[1:] != owners[:-1]])[: len(order)]
    groups = np.cumsum(fresh) - 1
    result = np.zeros(len(order), np.int64)
    result[order] = np.bincount(groups, first & counted[order], minlength=1)[groups]
    return result


def find_seeds(shingles: Shingles, paragraphs: Sequence[Paragraph], documents: Sequence[Document]) -> dict[tuple[int, int], list[Place]]:
    """Find the runs that two documents share, by pairs of paragraphs.

    Of every window of `WINDOW` runs the one of the least hash is kept (winnowing: a MinHash of each window instead of many of
    the whole), and kept runs of one hash are a bucket. So any passage of `SHINGLE` + `WINDOW` - 1 equal letters is found for
    certain, however long the paragraphs around it; MinHash signatures of whole statements miss a passage
    inside longer ones. Runs that most reports share are kept only where there are no others, and
    tie each report to the first that has them (and to upper-level documents) instead of every report to every other.

    Returns:
        (paragraph, paragraph of a later document) -> letters of both where a run begins, in order.
    """
    common = shingles.reports >= least_boilerplate(documents)
    keys = (shingles.hashes >> np.uint64(2)) | np.where(common, COMMON, np.uint64(0)) | np.where(shingles.whole, np.uint64(0), NOTHING)
    keys = np.concatenate([keys, np.full(WINDOW, NOTHING)])
    least = np.lib.stride_tricks.sliding_window_view(keys, WINDOW).argmin(axis=1) + np.arange(len(shingles.hashes) + 1)
    kept = np.unique(least[least < len(shingles.hashes)])
    kept = kept[shingles.whole[kept]]
    kept = kept[np.argsort(shingles.hashes[kept], kind="stable")]
    hashes = shingles.hashes[kept]
    edges = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1], [True]])).tolist() if len(kept) else []
    seeds: dict[tuple[int, int], list[Place]] = {}
    for first, last in pairwise(edges):
        if last - first > 1:
            rows = kept[first:last]
            places = zip(shingles.paragraphs[rows].tolist(), shingles.letters[rows].tolist(), strict=True)
            bucket = list(first_places((paragraphs[p].document, documents[paragraphs[p].document].upper, (p, i)) for p, i in places))
            for (p, i), (q, j) in tie(bucket, everyone=not common[rows[0]]):
                seeds.setdefault((p, q), []).append((i, j))
    return {pair: sorted(seeds[pair]) for pair in sorted(seeds)}


def first_places(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give the first few places of each document: what stands there a thousand times must not make a million pairs."""
    taken: Counter[int] = Counter()
    for entry in entries:
        taken[entry[0]] += 1
        if taken[entry[0]] <= MOST_PLACES:
            yield entry


def tie(bucket: list[Entry], *, everyone: bool) -> Iterator[tuple[Place, Place]]:
    """Give the pairs of places of a bucket, the older document's first: of every two documents, or of the oldest with each."""
    pairs: Iterable[Iterable[Entry]] = combinations(bucket, 2)
    if not everyone:
        oldest = min(document for document, upper, _ in bucket if not upper)
        hubs = [entry for entry in bucket if entry[1] or entry[0] == oldest]
        rest = [entry for entry in bucket if not entry[1] and entry[0] != oldest]
        pairs = chain(combinations(hubs, 2), map(sorted, product(hubs, rest)))
    for (document, upper, place), (other, other_upper, other_place) in pairs:
        if document != other and not (upper and other_upper):
            yield place, other_place


def least_boilerplate(documents: Sequence[Document]) -> int:
    """Give how many reports must hold a run to make it boilerplate: more than half of all, and at least three."""
    return max(FEWEST, sum(not document.upper for document in documents) // 2 + 1)
