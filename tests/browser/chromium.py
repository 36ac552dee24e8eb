"""A small client of Chromium's DevTools protocol over its pipe: nothing to install, no port to open."""

import base64
import json
import os
import shutil
import signal
import time
from collections import deque
from contextlib import contextmanager
from select import select

BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)
WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_WEBGL = ("--disable-gpu", "--disable-3d-apis")
WAIT = 60  # seconds
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27}  # these do nothing without their number


class Browser:
    """A headless Chromium; `page` opens a tab."""

    def __init__(self, profile, flags=()):
        there, self.out = os.pipe()
        self.back, here = os.pipe()
        high = [os.dup(fd) for fd in (there, here)]  # out of the way of 3 and 4
        moves = [
            (os.POSIX_SPAWN_DUP2, high[0], 13),
            (os.POSIX_SPAWN_DUP2, high[1], 14),
            (os.POSIX_SPAWN_DUP2, 13, 3),
            (os.POSIX_SPAWN_DUP2, 14, 4),
        ]
        null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        command = [BROWSER, *FLAGS, *flags, f"--user-data-dir={profile}", "about:blank"]
        self.process = os.posix_spawn(BROWSER, command, os.environ, file_actions=null + moves, setpgroup=0)
        for fd in (there, here, *high):
            os.close(fd)
        self.number = 0
        self.rest = b""
        self.events = deque()

    def send(self, method, session=None, **params):
        """Call a method and give its result; events that come meanwhile are kept."""
        self.number += 1
        call = {"id": self.number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self.out, json.dumps(call).encode() + b"\0")
        deadline = time.monotonic() + WAIT
        while True:
            message = self.receive(deadline - time.monotonic())
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self.events.append(message)

    def receive(self, seconds):
        while b"\0" not in self.rest:
            if not select([self.back], [], [], max(seconds, 0))[0]:
                raise TimeoutError("Chromium does not answer")
            block = os.read(self.back, 1 << 20)
            if not block:
                raise RuntimeError("Chromium has ended")
            self.rest += block
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def page(self, width=1400, height=900, *, phone=False):
        return Page(self, width, height, phone)

    def close(self):
        try:
            self.send("Browser.close")
        except (RuntimeError, OSError, TimeoutError):
            os.killpg(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.out)
        os.close(self.back)


class Page:
    """A tab: it keeps what the console said and what was asked of the network."""

    def __init__(self, browser, width, height, phone):
        self.browser = browser
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
        if phone:
            self.send("Emulation.setTouchEmulationEnabled", enabled=True)
        self.log = []
        self.requests = []

    def send(self, method, **params):
        return self.browser.send(method, self.session, **params)

    def open(self, file):
        """Open a file and wait until the page says that it is ready."""
        self.address = file.as_uri()
        self.send("Page.navigate", url=self.address)
        self.wait("document.body?.dataset.ready === 'true'")

    def run(self, script):
        """Evaluate an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "error in the page"))
        return answer["result"].get("value")

    def wait(self, condition, seconds=WAIT):
        deadline = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                raise TimeoutError(condition)
            time.sleep(0.05)

    def text(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def texts(self, selector):
        return self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(node => node.innerText)")

    def count(self, selector):
        return self.run(f"document.querySelectorAll({json.dumps(selector)}).length")

    def click(self, selector, nth=0):
        """Press the mouse on the middle of an element, as a user would."""
        found = f"document.querySelectorAll({json.dumps(selector)})[{nth}]"
        place = self.run(
            f"(() => {{ const node = {found}; node.scrollIntoView({{ block: 'nearest' }});"
            " const b = node.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        self.press(*place)

    def press(self, x, y):
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)
        self.settle()

    def key(self, key, code=None):
        extra = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        number = {"windowsVirtualKeyCode": KEYS[key]} if key in KEYS else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, code=code or key, **extra, **number)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=code or key, **number)
        self.settle()

    def drag(self, start, steps):
        """Press the mouse at a place, move it by each step in turn, and let go."""
        x, y = start
        self.send("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left", clickCount=1)
        for right, down in steps:
            x, y = x + right, y + down
            self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", clickCount=1)

    def type(self, selector, text):
        """Replace what stands in a field."""
        self.run(f"(() => {{ const field = document.querySelector({json.dumps(selector)}); field.focus(); field.select(); }})()")
        self.send("Input.insertText", text=text)
        self.settle()

    def choose(self, selector, value):
        """Give a slider or a list its value."""
        self.run(
            f"(() => {{ const field = document.querySelector({json.dumps(selector)}); field.value = {json.dumps(value)};"
            " for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true })); })()"
        )
        self.settle()

    def settle(self):
        """Wait until what was asked has been drawn."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def picture(self, file=None):
        image = base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])
        if file:
            file.write_bytes(image)
        return image

    def drain(self):
        """Sort what has happened in this tab: console, errors, broken rules of the security policy; requests."""
        self.run("0")
        kept = deque()
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                kept.append(event)
                continue
            params = event["params"]
            if event["method"] == "Runtime.consoleAPICalled":
                self.log.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
            elif event["method"] == "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                self.log.append(details.get("exception", {}).get("description", details["text"]))
            elif event["method"] == "Log.entryAdded":
                self.log.append(params["entry"]["text"])
            elif event["method"] == "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
        self.browser.events = kept

    def problems(self):
        """Give what the console said, and every request that left the file."""
        self.drain()
        return self.log + [url for url in self.requests if url != self.address and not url.startswith(("data:", "blob:", "about:"))]


@contextmanager
def chromium(profile, *flags):
    browser = Browser(profile, flags)
    try:
        yield browser
    finally:
        browser.close()
