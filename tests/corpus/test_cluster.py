"""Dask: real processes, one of them killed, the same tables as on one machine."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from stores import SIZE, finished_parts, make_documents, tables_of, wait_for

from policynlp.corpus.cluster import count_pairs_on_cluster
from policynlp.corpus.documents import find_files
from policynlp.corpus.store import open_store
from policynlp.errors import StoreError

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # a worker that is killed makes Dask complain


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


def test_a_killed_worker_loses_and_doubles_nothing(cluster, undisturbed, paths, documents, tmp_path):
    store = tmp_path / "store"
    killed = []

    def kill():
        wait_for(lambda: finished_parts(store) >= 3)
        killed.append(next(iter(cluster.workers.values())).pid)
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    with open_store(store, create=True) as corpus:
        killer.start()
        added = corpus.add(paths, root=documents, scheduler=cluster.scheduler_address, size=SIZE)
        killer.join()
        assert killed
        assert (added.documents, added.errors) == (200, 2)
        assert corpus.verify() == []
        assert tables_of(corpus) == undisturbed[1]


def test_pairs_added_up_as_a_tree_are_those_of_the_view(cluster, undisturbed):
    with open_store(undisturbed[0]) as corpus:
        for min_count in (1, 3):
            tree = count_pairs_on_cluster(corpus, cluster.scheduler_address, min_count=min_count)
            flat = corpus.query("select * from pair_counts where count >= ? order by head, tail", [min_count])
            assert len(flat) > 3
            assert tree.to_dict("list") == flat.to_dict("list")
    assert not list((undisturbed[0] / "sums").glob("*"))


def test_a_killed_driver_is_resumed(cluster, undisturbed, driver, documents, paths, tmp_path):
    store = tmp_path / "store"
    command = driver(store)
    script = Path(command[1])
    text = script.read_text("utf-8").replace("workers=int(workers)", f"scheduler={cluster.scheduler_address!r}")
    script.write_text(text, "utf-8")
    process = subprocess.Popen(command)
    wait_for(lambda: finished_parts(store) >= 3)
    process.kill()
    process.wait()
    time.sleep(1)
    assert finished_parts(store) < 20
    with open_store(store) as corpus:
        corpus.add(paths, root=documents, scheduler=cluster.scheduler_address, size=SIZE)
        assert corpus.verify() == []
        assert tables_of(corpus) == undisturbed[1]


def test_an_fsspec_path_holds_the_same_tables(tmp_path):
    make_documents(tmp_path / "documents", 9)
    paths = list(find_files(tmp_path / "documents"))
    stores = [open_store(place, create=True) for place in ("memory://store", tmp_path / "store")]
    for corpus in stores:
        corpus.add(paths, root=tmp_path / "documents", size=3)
        corpus.remove(["a/bad.txt"])
    with open_store("memory://store") as corpus:
        assert corpus.verify() == []
        assert tables_of(corpus) == tables_of(stores[1])
    for corpus in stores:
        corpus.close()


def test_nobody_at_the_address(tmp_path, monkeypatch):
    monkeypatch.setattr("policynlp.corpus.cluster.PATIENCE", "2s")
    with open_store(tmp_path / "store", create=True) as corpus, pytest.raises(StoreError, match="no Dask scheduler answers"):
        corpus.add(["a.txt"], scheduler="tcp://127.0.0.1:1")
