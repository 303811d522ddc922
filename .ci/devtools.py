"""Drives a headless Chromium over the DevTools protocol, with Python's standard library alone."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def find():
    """The browser on the PATH, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for path in map(shutil.which, names) if path), None)


class Browser:
    """One browser with one page. Messages go through a pipe, so no port is opened."""

    def __init__(self, path, patience=60):
        self.patience = patience
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()

        def place():
            # The browser reads from descriptor 3 and writes to 4. Copies first: the pipes may be 3 or 4.
            reading, writing = os.dup(to_browser), os.dup(from_browser)
            spare = [os.dup(reading), os.dup(writing)]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)
            os.set_inheritable(3, True)
            os.set_inheritable(4, True)

        flags = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                 "--remote-debugging-pipe", "--user-data-dir=" + self.profile.name]
        if os.getuid() == 0:
            flags.append("--no-sandbox")
        self.process = subprocess.Popen(
            [path, *flags, "about:blank"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=place)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.count = 0
        self.events = []
        self.session = None
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.input)
        os.close(self.output)
        self.profile.cleanup()

    def call(self, method, **parameters):
        """Sends a command and waits for its answer; events that come meanwhile are kept."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data):]
        while True:
            answer = self._next(method)
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def _next(self, awaited):
        end = time.monotonic() + self.patience
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.input], [], [], max(end - time.monotonic(), 0))
            data = os.read(self.input, 1 << 20) if ready else b""
            if not data:
                raise RuntimeError(f"{awaited}: the browser does not answer")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def evaluate(self, expression):
        """The value of an expression on the page, which a Content-Security-Policy does not forbid."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def open(self, address, width, height, scheme="light", media="screen"):
        """Shows a page, as a telephone would if it is narrow."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 700)
        self.look(scheme, media)
        self.events.clear()
        self.call("Page.navigate", url=address)
        end = time.monotonic() + self.patience
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            message = self._next("Page.navigate")
            if "method" in message:
                self.events.append(message)
            if time.monotonic() > end:
                raise RuntimeError("the page does not load")

    def look(self, scheme, media="screen"):
        """The colour scheme that the reader prefers, and screen or paper."""
        self.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def point(self, x, y):
        """Moves the pointer."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def tap(self, x, y):
        """Touches the screen for a moment."""
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def tab(self):
        """Presses the tab key."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab",
                      windowsVirtualKeyCode=9)

    def complaints(self):
        """What the page has put on the console since it was opened, and what it asked the network for."""
        found = []
        for event in self.events:
            method, said = event["method"], event["params"]
            if method == "Log.entryAdded":
                found.append("console: " + said["entry"]["text"])
            elif method == "Runtime.consoleAPICalled":
                words = [str(part.get("value", part.get("description"))) for part in said["args"]]
                found.append("console: " + " ".join(words))
            elif method == "Runtime.exceptionThrown":
                found.append("console: " + said["exceptionDetails"]["text"])
            elif method == "Network.requestWillBeSent":
                address = said["request"]["url"]
                if not address.startswith(("file:", "data:")):
                    found.append("request: " + address)
        return found
