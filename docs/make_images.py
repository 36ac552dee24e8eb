"""Makes the two pictures of the README and of the site: `python docs/make_images.py` (needs Chromium)."""

import sys
import tempfile
from pathlib import Path

import policynlp as pn
from policynlp.resources import corpora_path

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
EDGE = ("药都种子基金", "药都创投基金")
SIZE = (1280, 800)  # CSS pixels

sys.path.insert(0, str(ROOT / "tests" / "browser"))
from chromium import chromium  # noqa: E402  # stands beside the tests


def draw_page(analysis, target):
    """Take a picture of the page of a report with the sentences behind an edge."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        pn.write_page(analysis, file)
        with chromium(Path(folder, "profile")) as browser:
            page = browser.page(*SIZE)
            page.open(file)
            click_name(page, "#list button", EDGE[0])
            click_name(page, "#proof .near button", EDGE[1])
            page.picture(target)


def click_name(page, selector, name):
    """Click the button of a name."""
    names = page.texts(selector)
    page.click(selector, next(i for i, text in enumerate(names) if name in text))


def main():
    """Make both pictures."""
    IMAGES.mkdir(exist_ok=True)
    analysis = pn.analyze(corpora_path("reports", "benxi-2014.txt"))
    draw_page(analysis, IMAGES / "page.png")
    pn.save_figure(pn.draw_graph(pn.build_graph(analysis), title=analysis.report.zone), IMAGES / "graph.png", dpi=110)


if __name__ == "__main__":
    main()
