"""Time and peak memory of reading one text file of 1 to 100 MB, each size in a process of its own.

    python benchmarks/reading.py [--sizes 1 10 100] [--encoding utf-8]

The text is made of invented sentences, a line of about 80 characters each, one line in ten twice. Prints a row a size: microseconds
a character, peak memory, and the seconds of each stage.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SENTENCE = "第{n}号工程：设立产业引导基金{m}亿元，支持科技型中小企业建设公共技术服务平台，提升园区{n}类企业的创新能力，形成新质生产力。\n"
MEASURE = """
import json, resource, sys, time
from dataclasses import replace
from pathlib import Path
from policynlp.reading import LIMITS, duplicates, furniture, lines, metadata, read_report, report
from policynlp.reading.encodings import decode
read_report(sys.argv[2])  # gazetteer and patterns are loaded
seconds = {}
def timed(name, job, *arguments):
    started = time.perf_counter()
    result = job(*arguments)
    seconds[name] = round(time.perf_counter() - started, 2)
    return result
limits = replace(LIMITS, file_bytes=10**9, characters=10**9)
found = timed("all", lambda: read_report(sys.argv[1], limits=limits))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
text = timed("decode", decode, Path(sys.argv[1]).read_bytes()).text
rows = timed("lines", lines.find_lines, text)
marked = timed("furniture", furniture.find_furniture, rows)
copies = timed("duplicates", duplicates.find_duplicates, rows)
timed("near duplicates", duplicates.find_near_duplicates, rows, copies)
timed("metadata", lambda: metadata.find_facts(text, rows, marked))
print(json.dumps({"peak_mb": peak, "characters": len(text), "seconds": seconds, "duplicates": len(found.duplicates)}))
"""


def make_text(size, encoding):
    parts, length, n = [], 0, 0
    while length < size:
        n += 1
        written = n - 9 if n % 10 == 9 else n
        line = SENTENCE.format(n=written, m=written % 97).encode(encoding)
        parts.append(line)
        length += len(line)
    return b"".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=float, nargs="+", default=[1, 10, 100], help="MB")
    parser.add_argument("--encoding", default="utf-8")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.txt")
        small.write_bytes(make_text(10_000, "utf-8"))
        for size in options.sizes:
            path = Path(folder, "large.txt")
            path.write_bytes(make_text(int(size * 1e6), options.encoding))
            done = subprocess.run([sys.executable, "-c", MEASURE, path, small], capture_output=True, text=True, check=True)
            row = json.loads(done.stdout)
            print(json.dumps({"mb": size, "us_a_character": round(1e6 * row["seconds"]["all"] / row["characters"], 3), **row}), flush=True)


if __name__ == "__main__":
    main()
