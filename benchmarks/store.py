"""Many documents through the store: seconds, memory and bytes on 1 and 2 workers and on Dask, with kills by option.

    python benchmarks/store.py [--documents 20000] [--workers 1 2] [--dask] [--kill worker driver] [--size 500]

The documents are the invented texts of the annotated corpus, their lines turned and their digits changed, so that no two
are alike. Every run makes its own store; all must give the same tables, or the benchmark fails. Prints JSON.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from policynlp.corpus.documents import find_files
from policynlp.corpus.store import open_store
from policynlp.corpus.tables import TABLES
from policynlp.resources import corpora_path

CHARACTERS = 2150  # a document
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
WATCH = 0.25  # seconds between two looks at the memory
QUERIES = {
    "entities by zone and year": "select count(*) from entities_by_zone_and_year",
    "class shares by year": "select * from class_shares_by_year",
    "pairs that stand in ten statements": "select count(*) from pair_counts where count >= 10",
}


def make_documents(folder, number):
    """Write the documents and give their number of characters."""
    texts = [(path.stem, path.read_text("utf-8").splitlines()) for path in sorted(corpora_path("annotated", "texts").glob("*.txt"))]
    total = 0
    for i in range(number):
        name, (title, *lines) = texts[i % len(texts)]
        start = i // len(texts) * 7 % len(lines)
        turned = "\n".join([title, *lines[start:], *lines[:start]])[:CHARACTERS]
        order = "".join(random.Random(i).sample("123456789", 9))  # noqa: S311 - no secret
        text = turned[:40] + turned[40:].translate(str.maketrans("123456789", order))
        path = folder / f"{i // 1000:03d}" / f"{i:06d}-{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        total += len(text)
    return total


def run(documents, store, options):
    """Add the documents in a process of its own, and give its seconds and those of its children, with its highest memory.

    One thread a process, as workers have it: so is one worker one core.
    """
    command = [sys.executable, __file__, "--add", str(documents), "--store", str(store), *options]
    started = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.PIPE, env=os.environ | dict.fromkeys(THREADS, "1"))
    peak = [0]
    watcher = threading.Thread(target=watch, args=(process, peak))
    watcher.start()
    out, _ = process.communicate()
    watcher.join()
    seconds = time.perf_counter() - started
    result = json.loads(out) if process.returncode == 0 else {}
    return result | {"seconds": round(seconds, 2), "peak_mb": round(peak[0] / 1e6)}


def watch(process, peak):
    """Follow the memory of a process and its children together, shared pages counted once."""
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        total = 0
        try:
            for each in [process, *process.children(recursive=True)]:
                total += each.memory_full_info().pss if hasattr(each.memory_full_info(), "pss") else each.memory_info().rss
        except psutil.Error:
            continue
        peak[0] = max(peak[0], total)
        time.sleep(WATCH)


def add(documents, store, workers, size, *, dask):
    """Add the documents; in the process that `run` started."""
    if dask:
        from distributed import LocalCluster

        with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
            result = add_with(documents, store, {"scheduler": cluster.scheduler_address}, size)
    else:
        result = add_with(documents, store, {"workers": workers}, size)
    own, children = os.times()[:2], os.times()[2:4]
    print(json.dumps(result | {"cpu_seconds": round(sum(own) + sum(children), 2)}))


def add_with(documents, store, engine, size):
    with open_store(store, create=True) as corpus:
        added = corpus.add(find_files(documents), root=documents, size=size, **engine)
    return {"documents": added.documents, "errors": added.errors}


def kill_when(store, parts, choose, killed):
    """Kill a process once so many parts are done."""
    while len(list(store.glob("parts/*/part.json"))) < parts:
        time.sleep(0.02)
    for process in choose():
        process.kill()
        killed.append(process.pid)


def busiest_child():
    """Give the worker that has worked most."""
    found = [p for driver in psutil.Process().children() for p in driver.children(recursive=True)]
    return sorted(found, key=lambda p: -p.cpu_times().user)[:1]


def disturbed(documents, store, options, what, parts):
    """Run with a worker or the driver killed half-way; a killed driver is started again."""
    killed = []
    choose = busiest_child if what == "worker" else psutil.Process().children
    killer = threading.Thread(target=kill_when, args=(store, parts, choose, killed))
    killer.start()
    result = run(documents, store, options)
    killer.join()
    if what == "driver":
        result = {"first": result, "again": run(documents, store, options)}
    return result | {"killed": len(killed)}


def describe(store):
    """Give the store's digest, bytes and rows, and the seconds of queries on it."""
    with open_store(store) as corpus:
        checking = timed(corpus.verify)
        assert corpus.verify() == []
        digest = hashlib.sha256()
        for table in sorted(TABLES):
            digest.update(repr(corpus.run(f"select count(*), sum(hash(t)) from {table} t")).encode())  # noqa: S608
        seconds = {name: timed(corpus.run, sql) for name, sql in QUERIES.items()}
        seconds["graph of pairs in ten statements"] = timed(lambda: corpus.graph(min_count=10, evidence=20))
        files = [file for part in corpus.manifest.parts for file in part.files]
        size = {table: sum(file.bytes for file in files if file.table == table) for table in sorted(TABLES)}
        rows = {table: sum(file.rows for file in files if file.table == table) for table in sorted(TABLES)}
        pairs = corpus.run("select count(*) from pair_counts")[0][0]
    return digest.hexdigest()[:16], {
        "bytes": size,
        "total_bytes": sum(size.values()),
        "rows": rows,
        "distinct_pairs": pairs,
        "verify_seconds": checking,
        "query_seconds": seconds,
    }


def timed(job, *arguments):
    started = time.perf_counter()
    job(*arguments)
    return round(time.perf_counter() - started, 3)


def measure(options):
    with tempfile.TemporaryDirectory(prefix="policynlp-") as place:
        folder = Path(place)
        characters = make_documents(folder / "documents", options.documents)
        runs, digests, described = {}, {}, {}
        size = ["--size", str(options.size)]
        plans = [(f"{n} workers", ["--workers", str(n), *size], "") for n in options.workers]
        most = str(max(options.workers))
        if options.dask:
            plans.append((f"dask, {most} workers", ["--workers", most, "--dask", *size], ""))
        engines = [("local", []), *([("dask", ["--dask"])] if options.dask else [])]
        plans += [
            (f"{engine}, {what} killed", ["--workers", most, *extra, *size], what) for engine, extra in engines for what in options.kill
        ]
        for number, (name, arguments, what) in enumerate(plans):
            store = folder / f"store{number}"
            parts = max(1, options.documents // options.size // 2)
            runs[name] = (
                disturbed(folder / "documents", store, arguments, what, parts) if what else run(folder / "documents", store, arguments)
            )
            digests[name], found = describe(store)
            described = described or found
        result = {
            "documents": options.documents,
            "characters": characters,
            "documents_a_part": options.size,
            "runs": runs,
            "same_tables": len(set(digests.values())) == 1,
            "store": described,
        }
        if "1 workers" in runs and "2 workers" in runs:
            result["times_faster_with_2_workers"] = round(runs["1 workers"]["seconds"] / runs["2 workers"]["seconds"], 2)
        if "1 workers" in runs:
            result["plan"] = plan(result)
        print(json.dumps(result, indent=1, ensure_ascii=False))
        return 0 if result["same_tables"] else 1


def plan(result, documents=10_000_000, cores=160):
    """Give what so many documents like these would take, in proportion to what was measured."""
    times = documents / result["documents"]
    core_seconds = result["runs"]["1 workers"]["cpu_seconds"] * times
    store = result["store"]
    return {
        "documents": documents,
        "characters": round(result["characters"] * times),
        "core_hours": round(core_seconds / 3600, 1),
        "hours_on_16_cores": round(core_seconds / 3600 / 16, 2),
        f"minutes_on_{cores}_cores": round(core_seconds / 60 / cores, 1),
        "store_gb": round(store["total_bytes"] * times / 1e9, 1),
        "pairs_rows": round(store["rows"]["pairs"] * times),
        "pairs_gb": round(store["bytes"]["pairs"] * times / 1e9, 2),
        "files": round(documents / result["documents_a_part"] * (len(store["bytes"]) + 1)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--kill", nargs="*", choices=["worker", "driver"], default=[])
    parser.add_argument("--add", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.add:
        add(options.add, options.store, options.workers[0], options.size, dask=options.dask)
        return 0
    return measure(options)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the temporary folder goes
    sys.exit(main())
