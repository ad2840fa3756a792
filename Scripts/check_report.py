#!/usr/bin/env python3
"""Looks at a report in headless Chromium, as a reader with a wide or a narrow screen would.

usage: Scripts/check_report.py REPORT/index.html [--out DIR] [--chromium PROGRAM]

Takes a screenshot at 1280 and at 390 pixels, light and dark, and fails where the page scrolls sideways,
a text has less contrast than 4.5 with its ground, a glyph comes from no font, or anything is asked of the
network. It needs Chromium (Debian: apt-get install chromium) and nothing else.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

WIDTHS = [1280, 390]
CONTRAST = 4.5

# Runs in the page: widths, texts with too little contrast, and glyphs that only a fallback box shows.
PROBE = r"""
(() => {
  const luminance = (c) => {
    const part = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  };
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const isClear = (c) => c.length < 3 || (c.length > 3 && c[3] === 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (!isClear(c)) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  let texts = 0, lowest = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const characters = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement, text = node.data.trim();
    if (!text || ["STYLE", "TITLE", "title"].includes(element.tagName)) continue;
    for (const c of text) characters.add(c);
    const style = getComputedStyle(element);
    const isDrawn = element instanceof SVGElement;
    const ink = parse(isDrawn ? style.fill : style.color);
    const paper = ground(isDrawn ? element.closest("svg") : element);
    const [a, b] = [luminance(ink), luminance(paper)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    texts += 1;
    lowest = Math.min(lowest, contrast);
    if (contrast < LIMIT) poor.push(text.slice(0, 40) + ": " + contrast.toFixed(2));
  }
  // A character without a glyph is drawn like one that has certainly none.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const picture = (c) => {
    context.clearRect(0, 0, 40, 40);
    context.font = "24px " + getComputedStyle(document.body).fontFamily;
    context.fillText(c, 4, 30);
    return context.getImageData(0, 0, 40, 40).data.join();
  };
  const none = picture("\u{10FFFE}");
  const missing = [...characters].filter((c) => c.trim() && picture(c) === none);
  const wide = [...document.querySelectorAll("body *")].filter((e) => {
    if (e.closest("svg") && e.tagName !== "svg") return false;
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > document.documentElement.clientWidth + 0.5;
  }).map((e) => e.tagName + "." + e.className);
  const smallest = Math.min(...[...document.querySelectorAll("svg text")].map((e) => {
    const svg = e.closest("svg");
    return parseFloat(getComputedStyle(e).fontSize) * svg.getBoundingClientRect().width
      / svg.viewBox.baseVal.width;
  }));
  return JSON.stringify({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
    height: document.documentElement.scrollHeight, texts, lowest, poor, missing,
    wide: wide.slice(0, 5), figures: document.querySelectorAll("svg").length, smallest,
    resources: performance.getEntriesByType("resource").map((e) => e.name),
    scripts: document.scripts.length,
  });
})()
"""


class Socket:
    """As much of the WebSocket protocol as one conversation with a local browser needs."""

    def __init__(self, url):
        host, port, path = re.fullmatch(r"ws://([^:/]+):(\d+)(/.*)", url).groups()
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            (f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.read(1)
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        if base64.b64encode(digest) not in head:
            raise RuntimeError("Chromium refused the connection")
        self.number = 0

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise RuntimeError("Chromium closed the connection")
            data += part
        return data

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        length = len(data)
        head = b"\x81" + (
            bytes([0x80 | length]) if length < 126 else
            b"\xfe" + struct.pack(">H", length) if length < 65536 else
            b"\xff" + struct.pack(">Q", length))
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        text = b""
        while True:
            first, second = self.read(2)
            length = second & 0x7F
            if length == 126:
                length = struct.unpack(">H", self.read(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self.read(8))[0]
            text += self.read(length)
            if first & 0x80:
                return text.decode()

    def call(self, method, **parameters):
        self.number += 1
        self.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.receive())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]


def find_chromium(named):
    for name in [named] if named else ["chromium", "chromium-browser", "google-chrome", "chrome"]:
        if path := shutil.which(name):
            return path
    sys.exit("check_report: no Chromium here (Debian: apt-get install chromium)")


def start(chromium, profile):
    process = subprocess.Popen(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--remote-debugging-port=0", f"--user-data-dir={profile}", "--no-first-run",
         "--host-resolver-rules=MAP * ~NOTFOUND", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    marker = os.path.join(profile, "DevToolsActivePort")
    for _ in range(300):
        if os.path.exists(marker) and len(lines := open(marker).read().split()) > 1:
            return process, int(lines[0])
        time.sleep(0.1)
    process.terminate()
    sys.exit("check_report: Chromium did not start")


def page_of(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
        pages = json.load(answer)
    return Socket(next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page"))


def check(page, file, width, scheme, out):
    """The faults of one view."""
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
              mobile=width < 600)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.call("Page.navigate", url="file://" + os.path.abspath(file))
    for _ in range(100):
        ready = page.call("Runtime.evaluate", expression="document.readyState + location.protocol")
        if ready["result"]["value"] == "completefile:":
            break
        time.sleep(0.1)
    found = page.call("Runtime.evaluate", expression=PROBE.replace("LIMIT", str(CONTRAST)))
    facts = json.loads(found["result"]["value"])
    picture = page.call(
        "Page.captureScreenshot", format="png", captureBeyondViewport=True,
        clip={"x": 0, "y": 0, "width": width, "height": min(facts["height"], 16000), "scale": 1})
    name = os.path.join(out, f"report-{width}-{scheme}.png")
    with open(name, "wb") as image:
        image.write(base64.b64decode(picture["data"]))
    print(f"{name}: {facts['texts']} texts, {facts['figures']} drawings, least contrast "
          f"{facts['lowest']:.2f}, smallest text of a drawing {facts['smallest']:.1f} px")
    faults = []
    if facts["scrollWidth"] > facts["clientWidth"]:
        faults.append(f"scrolls sideways: {facts['scrollWidth']} > {facts['clientWidth']} ({facts['wide']})")
    if facts["poor"]:
        faults.append(f"contrast below {CONTRAST}: {facts['poor'][:5]}")
    if facts["missing"]:
        faults.append(f"no glyph for {facts['missing']}")
    if facts["resources"] or facts["scripts"]:
        faults.append(f"{facts['scripts']} scripts, other files: {facts['resources']}")
    return [f"{width} pixels, {scheme}: {fault}" for fault in faults]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("report")
    parser.add_argument("--out", default=".", help="where the screenshots go")
    parser.add_argument("--chromium", help="the program")
    options = parser.parse_args()
    if not os.path.exists(options.report):
        sys.exit(f"check_report: {options.report}: no such file")
    os.makedirs(options.out, exist_ok=True)
    chromium = find_chromium(options.chromium)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process, port = start(chromium, profile)
        try:
            page = page_of(port)
            page.call("Page.enable")
            faults = [
                fault for width in WIDTHS for scheme in ["light", "dark"]
                for fault in check(page, options.report, width, scheme, options.out)]
        finally:
            process.terminate()
            process.wait()
    for fault in faults:
        print("check_report: " + fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
