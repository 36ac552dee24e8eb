"""What a notebook cell shows, in a real browser: both frames draw, and neither reaches the page around it."""

import io
import sys
import time

import numpy as np
import pytest
from PIL import Image

import policynlp

if sys.platform == "win32":
    pytest.skip("the browser is driven over a pipe that Windows does not have", allow_module_level=True)

from chromium import BROWSER, NO_WEBGL, chromium

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")]
INDUSTRY = (46, 139, 87)  # the colour of its nodes


def coloured(image):
    """How many points of a picture have the colour of industries."""
    points = np.asarray(Image.open(io.BytesIO(image)).convert("RGB")).astype(int)
    return (np.abs(points - INDUSTRY).max(2) < 12).sum()


@pytest.mark.parametrize("what", ["analysis", "graph"])
def test_a_frame_draws_and_is_shut_in(benxi, what, tmp_path):
    shown = benxi if what == "analysis" else policynlp.build_graph(benxi)
    outer = "<!DOCTYPE html><meta charset=utf-8><body>" + shown._repr_html_() + "<script>document.body.dataset.ready = 'true'</script>"
    (tmp_path / "cell.html").write_text(outer, "utf-8")
    with chromium(tmp_path / "profile", *NO_WEBGL) as browser:
        page = browser.page(1400, 800)
        page.open(tmp_path / "cell.html")
        deadline = time.monotonic() + 60
        while coloured(page.picture()) < 150 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert coloured(page.picture()) >= 150
        assert page.run("document.querySelector('iframe').contentDocument") is None
        assert page.run("document.querySelector('iframe').getAttribute('sandbox')") == "allow-scripts allow-downloads"
        assert page.problems() == []
