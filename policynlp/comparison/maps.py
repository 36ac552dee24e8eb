"""Groups as a tree and as a map: average linkage, correspondence analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from policynlp.comparison.groups import Group
from policynlp.comparison.incidence import COUNTERS
from policynlp.network.weights import settled

__all__ = ["cluster_groups", "map_groups", "map_table"]

Floats = npt.NDArray[np.float64]
AXES = 2
NEGLIGIBLE = 1e-9
COLUMNS = ("kind", "name", "x", "y", "mass", "contribution_x", "contribution_y", "quality", "inertia_x", "inertia_y")


def cluster_groups(matrix: pd.DataFrame) -> Floats:
    """Cluster groups by their likeness: average linkage (UPGMA) over 1 - likeness.

    A tree comes out of anything, of chance too: look at `expected_low` of the pairs before you read branches as kinds.

    Args:
        matrix: as `make_matrix` makes it of a likeness of 0 to 1 (a correlation will do; a divergence will not).

    Returns:
        scipy's linkage matrix: a row a merger with the numbers of both parts, the height (mean of 1 - likeness between
        them) and the number of groups; groups are numbered in the order of the matrix. Draw it with
        `scipy.cluster.hierarchy.dendrogram`.

    Raises:
        ValueError: there are fewer than two groups, or the matrix is not symmetric, has numbers missing or no ones on its diagonal.

    Source:
        Sokal, R. R., & Michener, C. D. (1958). A statistical method for evaluating systematic relationships. University of
        Kansas Science Bulletin, 38, 1409-1438.

    Example:
        >>> names = ["甲", "乙", "丙"]
        >>> matrix = pd.DataFrame([[1, 0.8, 0.3], [0.8, 1, 0.1], [0.3, 0.1, 1]], index=names, columns=names)
        >>> cluster_groups(matrix).round(2).tolist()
        [[0.0, 1.0, 0.2, 2.0], [2.0, 3.0, 0.8, 3.0]]
    """
    likeness = matrix.to_numpy(float)
    if len(likeness) < 2:
        raise ValueError(f"there is {len(likeness)} group; a tree needs two or more")
    if np.isnan(likeness).any():
        raise ValueError("the matrix has numbers missing; leave those groups out, or take another measure")
    if not np.allclose(likeness, likeness.T) or not np.allclose(np.diag(likeness), 1):
        raise ValueError("the matrix is none of likenesses: it must be symmetric, with ones on its diagonal")
    distances = np.round(1 - likeness, 9)
    np.fill_diagonal(distances, 0)
    tree: Floats = linkage(squareform(distances, checks=False), "average")
    return tree


def map_groups(
    groups: Sequence[Group], *, of: Literal["entities", "words"] = "entities", min_groups: int = 2, limit: int = 30
) -> pd.DataFrame:
    """Map groups by what they speak of: correspondence analysis of groups × names.

    Groups lie near each other where their names spread alike, and a name lies towards the groups that have more than their share
    of it; distances between a group and a name mean nothing. What the two axes don't show is not on the map: look at
    the inertia shares, and at the `quality` of a point before you speak of it.

    Args:
        groups: what is compared; their order changes nothing.
        of: entities (canonical ones, by statements that hold them) or words (by how often they stand).
        min_groups: in how many groups a name must stand. Names of a single group, with 1, push it to the rim
            and the others together.
        limit: the most names to give: those that make most of the two axes.

    Returns:
        Groups in order, then names, the largest part of the two axes first: `kind` (group, entity or word), `name`, `x`, `y`
        (principal coordinates), `mass` (share of the table), `contribution_x`, `contribution_y` (share of the axis's inertia that the
        point makes, among all points of its side), `quality` (squared cosine: how much of the point's distance from the centre the map
        shows, 0 to 1), `inertia_x`, `inertia_y` (the axis's share of all inertia, the same in every row). An axis that there
        is not (two groups have one) has 0. Groups without any name of the table are left out.

    Raises:
        ValueError: `of` is unknown, or `min_groups` or `limit` below 1.

    Source:
        Greenacre, M. (2017). Correspondence analysis in practice (3rd ed.). CRC. Benzécri, J.-P. (1973). L'analyse des données.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "发展数字经济。发展数字经济。发展海洋经济。", "b": "发展数字经济。发展海洋经济。发展海洋经济。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> map_groups(group_analyses(analyses, by="report"))[["name", "x", "y", "inertia_x"]].round(2).values.tolist()
        [['a', 0.33, 0.0, 1.0], ['b', -0.33, 0.0, 1.0], ['数字经济', 0.33, 0.0, 1.0], ['海洋经济', -0.33, 0.0, 1.0]]
    """
    if of not in COUNTERS:
        raise ValueError(f"of is {of!r}; it must be one of {', '.join(COUNTERS)}")
    for option, value in (("min_groups", min_groups), ("limit", limit)):
        if value < 1:
            raise ValueError(f"{option} is {value}; it must be 1 or more")
    incidence = COUNTERS[of](groups)
    table = pd.DataFrame(incidence.totals, index=list(incidence.groups), columns=list(incidence.names))
    points = map_table(table.loc[:, (table > 0).sum() >= min_groups])
    points["kind"] = points["kind"].replace({"row": "group", "column": "entity" if of == "entities" else "word"})
    made = points["contribution_x"] * points["inertia_x"] + points["contribution_y"] * points["inertia_y"]
    names = points.assign(made=made.round(9))[points["kind"] != "group"].sort_values(["made", "name"], ascending=[False, True])
    return pd.concat([points[points["kind"] == "group"], names.drop(columns="made").head(limit)], ignore_index=True)


def map_table(table: pd.DataFrame) -> pd.DataFrame:
    """Map the rows and columns of a table of counts, as `map_groups` does; `kind` is row or column.

    Of each axis the row with the largest part lies to the right, or above (the first of equal ones).

    Example:
        >>> points = map_table(pd.DataFrame([[2, 1], [1, 2]], index=["甲", "乙"], columns=["p", "q"]))
        >>> points["x"].round(3).tolist()
        [0.333, -0.333, 0.333, -0.333]
    """
    filled = table.loc[(table != 0).any(axis=1), (table != 0).any(axis=0)]
    if filled.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    shares = filled.to_numpy(float) / filled.to_numpy(float).sum()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    expected = np.outer(rows, columns)
    left, values, right = np.linalg.svd((shares - expected) / np.sqrt(expected), full_matrices=False)
    values = np.where(values > NEGLIGIBLE, values, 0)
    inertia = values**2
    axes = inertia[:AXES] / max(inertia.sum(), NEGLIGIBLE)
    names = [("row", name) for name in filled.index], [("column", name) for name in filled.columns]
    signs = np.array([1 if side[np.argmax(np.round(np.abs(side), 9))] >= 0 else -1 for side in left.T])
    # Adding 0 makes -0 a 0.
    points = [
        (kind, name, *(settled(float(number) + 0.0) for number in (*place, mass, *parts, quality, *padded(axes))))
        for side, masses, labels in ((left * signs, rows, names[0]), (right.T * signs, columns, names[1]))
        for (kind, name), mass, place, parts, quality in zip(labels, masses, *described(side, masses, values), strict=True)
    ]
    return pd.DataFrame(points, columns=list(COLUMNS))


def described(side: Floats, masses: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the coordinates, contributions and qualities of the points of one side, from their singular vectors."""
    places = side * values / np.sqrt(masses)[:, None]
    squares = places**2
    shown, whole = squares[:, :AXES].sum(axis=1), squares.sum(axis=1)
    quality = np.divide(shown, whole, out=np.zeros_like(whole), where=whole > NEGLIGIBLE**2)
    return padded(places[:, :AXES]), padded(np.where(values > 0, side, 0)[:, :AXES] ** 2), quality


def padded(numbers: Floats) -> Floats:
    """Add the axes that there are not."""
    missing = AXES - numbers.shape[-1]
    return np.pad(numbers, [(0, 0)] * (numbers.ndim - 1) + [(0, max(0, missing))])
