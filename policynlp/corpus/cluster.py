"""Past one machine: the parts of a store made, and its pairs added up, by the workers of a Dask cluster."""

from __future__ import annotations

import hashlib
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from policynlp.corpus.files import open_folder
from policynlp.corpus.manifest import Part
from policynlp.corpus.parts import Task, make_part, part_path, split, try_part
from policynlp.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Future

    from policynlp.corpus.store import Corpus

__all__ = ["count_pairs_on_cluster", "count_workers", "run_on_cluster"]

AHEAD = 3  # parts a worker that wait at the scheduler or are done
RETRIES = 2  # of an error, such as a store that was out of reach for a moment; Dask itself retries where a worker died
PATIENCE = "30s"
FAN = 8  # tables that are added up in one step
COLUMNS = ("count", "documents", "goals", "measures", "institutions", "enumerated")


@contextmanager
def connect(scheduler: str) -> Iterator[Any]:
    """Give a client of a running cluster.

    Raises:
        StoreError: the packages are missing, or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise StoreError(scheduler, f"a cluster needs more packages ({error.name})", "pip install 'policynlp[cluster]'") from error
    try:
        client = cast("Any", Client)(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StoreError(
            scheduler, f"no Dask scheduler answers there ({error})", "start one with `dask scheduler`, and check the address"
        ) from error
    with client:
        yield client


def count_workers(scheduler: str) -> int:
    """Give the number of threads that the workers of a cluster have, at least 1."""
    with connect(scheduler) as client:
        return threads_of(client)


def threads_of(client: Any) -> int:
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))


def run_on_cluster(tasks: Iterable[Task], scheduler: str) -> Iterator[Part]:
    """Make parts on a cluster, in their order. The workers write them; only what was written comes back.

    A part whose worker is lost is made again, on the same names: nothing is lost or doubled. Each worker loads the models once.

    Args:
        tasks: fetched as they are needed; about three a worker are under way.
        scheduler: its address, such as `tcp://10.0.0.1:8786`.

    Raises:
        StoreError: nobody answers, or the store cannot be written.
    """
    from distributed import KilledWorker

    with connect(scheduler) as client:
        ahead = AHEAD * threads_of(client)
        source = iter(tasks)
        waiting: deque[tuple[Task, Future[Part]]] = deque()
        while True:
            for task in islice(source, ahead - len(waiting)):
                waiting.append((task, client.submit(make_part, task, pure=False, retries=RETRIES)))
            if not waiting:
                return
            task, future = waiting[0]
            try:
                yield future.result()
            except KilledWorker:
                yield spare_deadly(task, client)
            waiting.popleft()


def spare_deadly(task: Task, client: Any) -> Part:
    """Make a part without the documents that kill their worker."""
    from distributed import KilledWorker, wait

    singles = list(split(task))
    futures = [client.submit(try_part, single, pure=False) for single in singles]
    cast("Any", wait)(futures)
    deadly = [s.documents[0].id for s, f in zip(singles, futures, strict=True) if isinstance(f.exception(), KilledWorker)]
    try:
        part: Part = client.submit(make_part, replace(task, deadly=frozenset(deadly)), pure=False).result()
    except KilledWorker as error:
        raise StoreError(task.store, "workers die on a part, and no document alone is the cause", "use smaller parts") from error
    return part


def count_pairs_on_cluster(corpus: Corpus, scheduler: str, *, min_count: int = 1) -> pd.DataFrame:
    """Add up the pairs of names of a store on a cluster, as a tree: eight tables at a time, until one is left.

    The tables between are files of the store's folder, so that memory holds one step's groups and a lost worker costs one step.

    Args:
        corpus: the store; its workers must see its folder under the same name.
        scheduler: its address.
        min_count: the smallest number of statements of a pair that is given.

    Returns:
        As the view `pair_counts`: head, tail, count, documents, goals, measures, institutions, enumerated; in order of names.

    Raises:
        StoreError: nobody answers, or a file is damaged.
    """
    import pyarrow.parquet as pq

    folder = corpus.folder
    parts = [part for part in corpus.manifest.parts if any(f.table == "pairs" and f.rows for f in part.files)]
    level = [part_path(part.name, "pairs.parquet") for part in parts]
    leaves = True
    with connect(scheduler) as client:
        made: list[str] = []
        while leaves or len(level) > 1:
            groups = [level[i : i + FAN] for i in range(0, len(level), FAN)]
            level = client.gather([client.submit(add_up, folder.url, group, leaves, pure=False) for group in groups])
            made += level
            leaves = False
            if not level:
                break
    data = folder.read(level[0]) if level else None
    for name in made:
        folder.remove(name)
    if data is None:
        return corpus.query("select * from pair_counts")
    table: pd.DataFrame = pq.read_table(io.BytesIO(data)).to_pandas()
    return table[table["count"] >= min_count].sort_values(["head", "tail"], ignore_index=True)


def add_up(store: str, names: Sequence[str], leaves: bool) -> str:
    """Add up tables of pairs into one, and give its name; `leaves`: they are the pairs of parts, not sums of such."""
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    from policynlp.corpus.parts import to_parquet
    from policynlp.corpus.views import VIEWS

    folder = open_folder(store)
    read = [pq.read_table(io.BytesIO(folder.read(name) or b"")) for name in names]
    with duckdb.connect(":memory:") as link:
        link.register("pairs", pa.concat_tables(read))
        sums = ", ".join(f"sum({name})::bigint as {name}" for name in COLUMNS)
        sql = VIEWS["pair_counts"] if leaves else f"select head, tail, {sums} from pairs group by head, tail"  # noqa: S608
        total = link.execute(sql).to_arrow_table()
    name = "sums/" + hashlib.sha256("\n".join(names).encode()).hexdigest()[:20] + ".parquet"
    folder.write(name, to_parquet(total))
    return name
