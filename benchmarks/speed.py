"""Speed of the whole analysis as a ratio to jieba.posseg alone and to a script by hand, on the same text in one run.

    python benchmarks/speed.py FILE... [--sizes 1 10 139] [--rounds 3] [--megabytes 100] [-o speed.json]

All run in this process on one core, interleaved; CPU seconds. The first round is the first time that the text is seen
(models are loaded, its words are new); the figures are medians of all rounds, and those of the first round stand beside them.
Ratios can be compared between machines, seconds can't. Without files the texts of the annotated corpus are used. `-o` also
draws the figures as a PNG beside the JSON.
"""

import argparse
import json
import math
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from contestants import CONTESTANTS, policynlp, stages

from policynlp.annotation.classifier import load_classifier
from policynlp.annotation.segmentation import load_segmenter
from policynlp.annotation.tagging import load_entity_tagger
from policynlp.resources import corpora_path

COLOURS = ("#1f4e79", "#b0b0b0", "#d9a441")
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import spacy": ["-c", "import spacy"],
    "import policynlp": ["-c", "import policynlp"],
    "policynlp --help": ["-m", "policynlp", "--help"],
}


def cpu(job, *arguments):
    started = time.process_time()
    job(*arguments)
    return time.process_time() - started


def time_all(paths, rounds):
    """Time every contestant on the same files, turn by turn."""
    times = {name: [cpu(CONTESTANTS[name], paths)] for name in CONTESTANTS}
    for _ in range(rounds - 1):
        for name, job in CONTESTANTS.items():
            times[name].append(cpu(job, paths))
    return times


def describe(times, characters):
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        "characters": characters,
        "cpu_seconds": {name: round(value, 3) for name, value in medians.items()},
        "thousand_characters_per_cpu_second": {name: round(characters / value / 1000) for name, value in medians.items()},
        "times_faster_than": {name: round(value / medians["policynlp"], 2) for name, value in medians.items() if name != "policynlp"},
        "times_faster_at_first_sight": {n: round(v[0] / times["policynlp"][0], 2) for n, v in times.items() if n != "policynlp"},
    }


def growth(characters, seconds):
    """Give the exponent with which time grows: 1 is linear (least squares on the logarithms)."""
    x, y = [math.log(c) for c in characters], [math.log(s) for s in seconds]
    return round(statistics.linear_regression(x, y).slope, 3)


def grow(paths, megabytes):
    """Time our analysis on the files, repeated until they make up so much text."""
    bytes_each = sum(path.stat().st_size for path in paths)
    repeated = paths * max(1, round(megabytes * 1e6 / bytes_each))
    return sum(len(path.read_text("utf-8")) for path in paths) * (len(repeated) // len(paths)), cpu(policynlp, repeated)


def peak_of(name, paths, result):
    CONTESTANTS[name](paths)
    status = Path("/proc/self/status").read_text()
    result.send(int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))))


def peak_memory(name, paths):
    """Give the peak memory of a process that does but this, in MB; None where the system does not tell (only Linux does)."""
    if not Path("/proc/self/status").exists():
        return None
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=peak_of, args=(name, paths, sender))
    process.start()
    process.join()
    return round(receiver.recv() / 1024)


def wall(arguments):
    """Give the seconds of a cold process, the median of five."""
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        spent.append(time.perf_counter() - started)
    return round(statistics.median(spent), 2)


def start_up():
    report = corpora_path("reports", "benxi-2014.txt")
    with tempfile.TemporaryDirectory() as folder:
        commands = {**COMMANDS, "policynlp analyze (JSON)": ["-m", "policynlp", "analyze", str(report), "--jsonl"]}
        seconds = {name: wall(arguments) for name, arguments in commands.items()}
        subprocess.run([sys.executable, "-m", "policynlp", "analyze", str(report), "-o", folder], check=True, capture_output=True)
        page = Path(folder, "page.html").stat().st_size
    return {"wall_seconds_cold": seconds, "page_kilobytes": round(page / 1000)}


def draw(result, path):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained", dpi=150)
    left, right = figure.subplots(1, 2)
    sizes = list(result["sizes"])
    for offset, (name, colour) in enumerate(zip(CONTESTANTS, COLOURS, strict=True)):
        speeds = [result["sizes"][size]["thousand_characters_per_cpu_second"][name] for size in sizes]
        bars = left.bar([i + offset * 0.27 for i in range(len(sizes))], speeds, 0.25, label=name, color=colour)
        left.bar_label(bars, fontsize=7)
    left.set_xticks([i + 0.27 for i in range(len(sizes))], [f"{size} reports" for size in sizes])
    left.set_ylabel("thousand characters per CPU second")
    left.legend(frameon=False, fontsize=8)
    spent = dict(sorted(result["stages_microseconds_per_character"].items(), key=lambda item: item[1]))
    right.barh(list(spent), list(spent.values()), color=COLOURS[0])
    right.set_xlabel("microseconds per character")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sizes", nargs="*", type=int, help="how many of the files to take; by default 1, 10 and all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=0, help="also repeat the files to so much text, to see how time grows")
    parser.add_argument("-o", "--out", type=Path)
    options = parser.parse_args()
    paths = options.files or sorted(corpora_path("annotated", "texts").glob("*.txt"))
    loading = {"words": cpu(load_segmenter), "models": cpu(lambda: (load_classifier(), load_entity_tagger()))}
    for job in CONTESTANTS.values():
        job(paths[-1:])
    result = {"loading_cpu_seconds": {name: round(value, 3) for name, value in loading.items()}, "sizes": {}}
    lengths = [len(path.read_text("utf-8")) for path in paths]
    for size in sorted({min(s, len(paths)) for s in options.sizes or (1, 10, len(paths))}):
        result["sizes"][size] = describe(time_all(paths[:size], options.rounds), sum(lengths[:size]))
    spent = [stages(paths[:10], time.process_time) for _ in range(options.rounds)]
    medians = {stage: statistics.median(s[stage] for s in spent) for stage in spent[0]}
    result["stages_microseconds_per_character"] = {stage: round(v / sum(lengths[:10]) * 1e6, 3) for stage, v in medians.items()}
    points = [(row["characters"], row["cpu_seconds"]["policynlp"]) for row in result["sizes"].values()]
    if options.megabytes:
        points.append(grow(paths, options.megabytes))
    result["growth_exponent"] = growth(*zip(*points, strict=True)) if len(points) > 1 else None
    result["peak_megabytes"] = {name: peak_memory(name, paths) for name in CONTESTANTS}
    result |= start_up()
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
        draw(result, options.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
