#!/usr/bin/env python3
"""Looks at a report in headless Chromium, as a reader with a wide or a narrow screen would.

usage: Scripts/check_report.py REPORT/index.html [--out DIR] [--chromium PROGRAM]

Takes a screenshot at 1280 and at 390 pixels, light and dark, and fails where the page scrolls sideways,
a text has less contrast than 4.5 with its ground, a glyph comes from no font, or anything is asked of the
network. It needs Chromium (Debian: apt-get install chromium) and nothing else.
"""

import argparse
import json
import os
import pathlib
import sys

import chromium

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


def check(page, file, width, scheme, out):
    """The faults of one view."""
    page.view(width, scheme=scheme)
    page.open(pathlib.Path(file).absolute().as_uri())
    facts = json.loads(page.value(PROBE.replace("LIMIT", str(CONTRAST))))
    name = os.path.join(out, f"report-{width}-{scheme}.png")
    page.picture(name, min(facts["height"], 16000))
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
    with chromium.Chromium(chromium.require(options.chromium)) as browser:
        page = browser.page()
        faults = [
            fault for width in WIDTHS for scheme in ["light", "dark"]
            for fault in check(page, options.report, width, scheme, options.out)]
    for fault in faults:
        print("check_report: " + fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
