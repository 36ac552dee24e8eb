"""The local runner: what is killed goes on, what kills is left out, and nothing outlives the driver."""

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from stores import SIZE, finished_parts, tables_of, wait_for

from policynlp.corpus.documents import digest, name_documents
from policynlp.corpus.manifest import MANIFEST
from policynlp.corpus.parts import Task, make_part
from policynlp.corpus.pool import Died, run_in_order
from policynlp.corpus.runner import spare_deadly
from policynlp.corpus.store import open_store
from policynlp.errors import StoreError


def tables_in(store):
    with open_store(store) as corpus:
        assert corpus.verify() == []
        return tables_of(corpus)


def is_alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE  # dead, and its exit code not asked for yet
    except psutil.NoSuchProcess:
        return False


def square(number):
    return number * number


def fragile(number):
    """Square a number; 13 kills its process."""
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number * number


def test_results_come_in_order_and_items_only_as_needed():
    taken = []

    def items():
        for number in range(1000):
            taken.append(number)
            yield number

    results = run_in_order(square, items(), workers=2)
    assert [next(results) for _ in range(5)] == [(n, n * n) for n in range(5)]
    assert len(taken) < 20
    results.close()
    wait_for(lambda: not multiprocessing.active_children(), 2)


@pytest.mark.slow
def test_an_item_that_kills_its_process_costs_itself_alone():
    outcomes = dict(run_in_order(fragile, range(10, 17), workers=2))
    assert isinstance(outcomes.pop(13), Died)
    assert outcomes == {n: n * n for n in range(10, 17) if n != 13}


def test_two_workers_give_the_tables_of_one(undisturbed, paths, documents, tmp_path):
    with open_store(tmp_path / "store", create=True) as corpus:
        added = corpus.add(paths, root=documents, workers=2, size=SIZE)
    assert (added.documents, added.errors) == (200, 2)
    assert tables_in(tmp_path / "store") == undisturbed[1]
    assert (tmp_path / "store" / MANIFEST).read_bytes() == (undisturbed[0] / MANIFEST).read_bytes()


@pytest.mark.slow
def test_a_killed_worker_loses_and_doubles_nothing(undisturbed, paths, documents, tmp_path):
    store = tmp_path / "store"
    killed = []

    def kill():
        wait_for(lambda: finished_parts(store) >= 3)
        victim = multiprocessing.active_children()[0].pid
        os.kill(victim, signal.SIGKILL)
        killed.append(victim)

    killer = threading.Thread(target=kill)
    with open_store(store, create=True) as corpus:
        killer.start()
        added = corpus.add(paths, root=documents, workers=2, size=SIZE)
    killer.join()
    assert killed
    assert added.documents == 200
    assert tables_in(store) == undisturbed[1]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_driver_leaves_no_process_and_is_resumed(undisturbed, driver, tmp_path, workers):
    store = tmp_path / "store"
    process = subprocess.Popen(driver(store, workers=workers), start_new_session=True)
    wait_for(lambda: finished_parts(store) >= 3)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    wait_for(lambda: not any(map(is_alive, children)), 2)
    before = {path: path.stat().st_mtime_ns for path in store.glob("parts/*/part.json")}
    assert 3 <= len(before) < 20
    subprocess.run(driver(store, workers=workers), check=True)
    assert all(path.stat().st_mtime_ns == written for path, written in before.items())  # nothing is done twice
    assert tables_in(store) == undisturbed[1]


def heed_interrupts():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_ctrl_c_ends_soon_without_children_and_is_resumed(undisturbed, driver, tmp_path):
    store = tmp_path / "store"
    # Where the tests run in the background the shell has SIGINT ignored, and a child would inherit that.
    process = subprocess.Popen(driver(store), start_new_session=True, stderr=subprocess.PIPE, preexec_fn=heed_interrupts)
    wait_for(lambda: finished_parts(store) >= 2)
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    _, stderr = process.communicate()
    assert len(children) >= 2
    assert time.monotonic() - started < 3
    assert process.returncode == -signal.SIGINT or b"KeyboardInterrupt" in stderr
    wait_for(lambda: not any(map(is_alive, children)), 1)
    assert finished_parts(store) < 20
    subprocess.run(driver(store), check=True)
    assert tables_in(store) == undisturbed[1]


def test_a_document_known_to_kill_is_a_row_of_errors_and_the_others_stay(paths, documents, tmp_path):
    batch = tuple(name_documents(paths[:12], root=documents))
    part = make_part(Task(str(tmp_path / "store"), "x", batch, deadly=frozenset({batch[5].id})))
    assert (part.documents, part.errors) == (11, 1)
    errors = pq.read_table(tmp_path / "store" / "parts" / "x" / "errors.parquet").to_pylist()
    assert [(row["document"], row["error"]) for row in errors] == [(batch[5].id, "ProcessDied")]


@pytest.mark.slow
def test_a_part_without_a_deadly_document_is_made_in_the_end(paths, documents, tmp_path):
    task = Task(str(tmp_path / "store"), "x", tuple(name_documents(paths[:4], root=documents)))
    assert spare_deadly(task) == make_part(task)


def test_a_pipe_is_no_document_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert digest(str(tmp_path / "pipe.txt")) == ""


def test_a_file_that_changed_between_two_runs_is_read_again(tmp_path):
    store, folder = tmp_path / "store", tmp_path / "documents"
    folder.mkdir()
    files = [folder / f"{i:02}.txt" for i in range(4)]
    for file in files:
        file.write_text("设立产业引导基金。", "utf-8")
    with open_store(store, create=True) as corpus:
        empty = (store / MANIFEST).read_bytes()
        corpus.add(files, root=folder, size=2)
    (store / MANIFEST).write_bytes(empty)  # as if the driver had died before it could name its parts
    files[3].write_text("建设创新平台。", "utf-8")
    with open_store(store) as corpus:
        corpus.add(files, root=folder, size=2)
        assert corpus.verify() == []
        assert corpus.run("select text from statements order by document") == [*[("设立产业引导基金。",)] * 3, ("建设创新平台。",)]


def test_a_place_that_cannot_be_written_is_an_error_that_names_the_file(paths, documents, tmp_path):
    store = tmp_path / "store"
    with open_store(store, create=True) as corpus:
        (store / "parts").write_text("in the way")
        with pytest.raises(StoreError, match=r"parts.*part\.json: cannot be (read|removed)"):
            corpus.add(paths[:3], root=documents, workers=2)
    assert not [p for p in Path(store).iterdir() if p.suffix == ".tmp"]
