#!/usr/bin/env python3
"""Looks at the page of `tfnas watch` in Chromium while a run goes on, and measures it with many networks.

    python3 Scripts/watch_page.py check [--program PATH] [--out DIR]
    python3 Scripts/watch_page.py measure [--program PATH] [--networks 100000] [--columns 1] [--profile FILE]

`check` starts a search and watches its store: the counts must grow, the page must say that nobody computes once
the search is killed by SIGKILL, and go on with the next run. A drawing is opened by the keyboard, the page may
not scroll sideways at 1200 and 390 pixels, in light and dark, names that are made of markup, quotes and line
breaks must stay text, and the console must stay empty. --out takes screenshots. The exit status is 1 where
anything is wrong, and 69 where there is no Chromium.

`measure` makes a store of that many networks with a score in each column, and prints how long it takes until
there is something to see, how long after a scroll and after a letter in the filter the page is painted, and how
much memory the server needed. --profile writes what the profiler of the browser saw of scrolling and filtering.

It needs Python 3.10 and Chromium, and no network.
"""

import argparse
import hashlib
import json
import pathlib
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import chromium

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A store of the first schema, word for word: its records have no checksums, so that they can be written without the
# command.
SCHEMA = """
PRAGMA application_id = 1413893715;
PRAGMA user_version = 1;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
CREATE TABLE space (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE architecture (
  id INTEGER PRIMARY KEY,
  space INTEGER NOT NULL REFERENCES space (id),
  text TEXT NOT NULL,
  UNIQUE (space, text)
);
CREATE TABLE settings (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  json TEXT NOT NULL UNIQUE
);
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  space INTEGER NOT NULL REFERENCES space (id),
  proxy TEXT NOT NULL,
  settings INTEGER NOT NULL REFERENCES settings (id),
  seed INTEGER NOT NULL,
  UNIQUE (space, proxy, settings, seed)
);
CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE evaluation (
  architecture INTEGER NOT NULL REFERENCES architecture (id),
  series INTEGER NOT NULL REFERENCES series (id),
  version INTEGER NOT NULL REFERENCES version (id),
  score CHECK (typeof(score) IN ('real', 'null')),
  reason TEXT,
  seconds NOT NULL CHECK (typeof(seconds) = 'real'),
  PRIMARY KEY (architecture, series),
  CHECK ((score IS NULL) <> (reason IS NULL))
) WITHOUT ROWID;
CREATE VIEW record AS
  SELECT
    space.name AS space, architecture.text AS architecture, series.proxy AS proxy,
    settings.json AS settings, settings.hash AS settings_hash, series.seed AS seed,
    version.name AS version, evaluation.score AS score, evaluation.reason AS reason,
    evaluation.seconds AS seconds
  FROM evaluation
  JOIN architecture ON architecture.id = evaluation.architecture
  JOIN series ON series.id = evaluation.series
  JOIN space ON space.id = series.space
  JOIN settings ON settings.id = series.settings
  JOIN version ON version.id = evaluation.version;
INSERT INTO grdb_migrations VALUES ('1-evaluations');
INSERT INTO version VALUES (1, '0.1.0');
"""
SMALL = ["--width", "4", "--cells", "1", "--batch", "2", "--resolution", "8", "--threads", "1", "--no-progress"]
WIDTHS = [1200, 390]
SCHEMES = ["light", "dark"]
# Seconds until something must have happened, on a machine that does much else.
PATIENCE = 60

HOSTILE = [
    "<script>window.ran=1;alert(1)</script>",
    '"><img src=x onerror="window.ran=2;alert(2)">',
    "a line\nand one more\r\n\r\nHTTP/1.1 200 OK",
    "'; alert(3); '\\\" </td></table>",
    "\u202eright to left\u2028<b>bold</b>",
    "${alert(4)} {{alert(5)}} javascript:alert(6)",
]


def make_store(path: pathlib.Path, space: str, columns: list[tuple[str, str]], rows: list[tuple]) -> None:
    """Writes a store: columns are proxies with settings, rows are names with a score or a reason for each."""
    with sqlite3.connect(path) as store:
        store.executescript(SCHEMA)
        store.execute("INSERT INTO space VALUES (1, ?)", [space])
        for number, (proxy, settings) in enumerate(columns, 1):
            digest = hashlib.sha256(settings.encode()).hexdigest()[:16]
            store.execute("INSERT INTO settings VALUES (?, ?, ?)", [number, digest, settings])
            store.execute("INSERT INTO series VALUES (?, 1, ?, ?, 0)", [number, proxy, number])
        store.executemany(
            "INSERT INTO architecture VALUES (?, 1, ?)", ((number, row[0]) for number, row in enumerate(rows, 1)))
        store.executemany(
            "INSERT INTO evaluation VALUES (?, ?, 1, ?, ?, 0.1)",
            ((number, column, None if isinstance(score, str) else score, score if isinstance(score, str) else None)
             for number, row in enumerate(rows, 1) for column, score in enumerate(row[1:], 1)))
    store.close()


class Watch:
    """`tfnas watch` as a process, and the address that it printed."""

    def __init__(self, program: str, store: pathlib.Path) -> None:
        deadline = time.monotonic() + PATIENCE
        # A store that is just being made is none yet, which is refused.
        while True:
            self.process = subprocess.Popen(
                [program, "watch", str(store)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.address = self.process.stdout.readline().strip()
            if self.address:
                break
            problem = self.process.communicate()[1].strip()
            if self.process.returncode not in (65, 66) or time.monotonic() > deadline:
                raise chromium.BrowserError(f"watch ended with {self.process.returncode}: {problem}")

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()

    def memory(self) -> float:
        """The most megabytes that it had in memory."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024 / 1e6


class Check:
    """Collects what is wrong."""

    def __init__(self, out: str | None) -> None:
        self.faults: list[str] = []
        self.out = pathlib.Path(out) if out else None
        if self.out:
            self.out.mkdir(parents=True, exist_ok=True)

    def expect(self, is_so: bool, what: str) -> None:
        print(("ok     " if is_so else "FAULT  ") + what, flush=True)
        if not is_so:
            self.faults.append(what)

    def picture(self, page: chromium.Page, name: str) -> None:
        if self.out:
            page.picture(str(self.out / f"{name}.png"))


# Of the page: how many scores it says there are, and how many rows its table has.
RECORDS = "Number((/^[\\d,]+/.exec(document.querySelector('#progress').textContent) ?? ['0'])[0].replaceAll(',', ''))"
ROWS = "Number(document.querySelector('#table').getAttribute('aria-rowcount') ?? 1) - 1"
PROGRESS = "document.querySelector('#progress').textContent"


def check_run(check: Check, program: str, browser: chromium.Chromium, folder: pathlib.Path) -> None:
    """A search that is watched, killed, and followed by another run."""
    store = folder / "scores.sqlite"
    search = subprocess.Popen(
        [program, "search", "--evaluations", "10000", "--rounds", "1", "--store", str(store), *SMALL],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not store.exists() and search.poll() is None:
            time.sleep(0.02)
        with Watch(program, store) as watch:
            page = browser.page()
            page.view(1200)
            page.open(watch.address)
            first = page.wait(RECORDS)
            page.wait(f"{RECORDS} > {first} && {ROWS} > 0")
            rows = page.value(ROWS)
            page.wait(f"{ROWS} > {rows}")
            check.expect(search.poll() is None, "the counts and the table grow while the search goes on")
            check.expect("1 process computes" in page.value(PROGRESS), "one process is said to compute")
            search.send_signal(signal.SIGKILL)
            search.wait()
            page.wait(f"{PROGRESS}.includes('nobody computes')")
            check.expect(True, "behind SIGKILL nobody is said to compute")
            with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as records:
                count = records.execute("SELECT count(*) FROM evaluation").fetchone()[0]
            records.close()
            page.wait(f"{RECORDS} === {count}")
            check.expect(True, f"all {count} records are counted")
            check_drawing(check, page)
            check_views(check, page)
            subprocess.run(
                [program, "evaluate", "--sample", "20", "--proxies", "naswot", "--resamples", "0", "--store",
                 str(store), *SMALL], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            page.wait(f"{RECORDS} > {count}")
            check.expect(True, "the page goes on with the next run")
            complaints = page.complaints()
            check.expect(complaints == [], f"no complaints on the console {complaints or ''}")
    finally:
        search.kill()
        search.wait()


def check_drawing(check: Check, page: chromium.Page) -> None:
    """A network is opened, its neighbour gone to and the sheet closed, by keys alone."""
    focus = "document.activeElement"
    page.value("document.querySelector('#export').focus()")
    page.press("Tab")
    check.expect(page.value(f"{focus}.id") == "scroller", "the tab key reaches the table")
    for _ in range(page.value("document.querySelectorAll('#header button').length") + 1):
        page.press("Tab")
    check.expect(page.value(f"{focus}.className") == "name", "and behind its header a row")
    page.press("ArrowDown")
    name = page.value(f"{focus}.textContent")
    page.press("Enter")
    drawn = "(() => { const i = document.querySelector('#drawing');" \
            " return i.complete && i.naturalWidth > 0 && i.alt; })()"
    alt = page.wait(drawn)
    check.expect(
        page.value("document.querySelector('#network').open && document.querySelector('#network-name').textContent")
        == name, "Enter opens the network of the row")
    check.expect(re.search(r"Drawing of nas-bench-201.*: \d+ layers, .* parameters", alt) is not None,
                 f"its drawing has a text: {alt}")
    page.press("ArrowRight")
    other = page.wait(f"{drawn} !== {json.dumps(alt)} && {drawn}")
    following = page.value("document.querySelector('#network-name').textContent")
    check.expect(following != name and other != alt, "the right key goes to the next one")
    page.press("Escape")
    page.wait("!document.querySelector('#network').open")
    page.wait(f"{focus}.textContent === {json.dumps(following)}")
    check.expect(True, "Escape goes back to its row")


def check_views(check: Check, page: chromium.Page) -> None:
    """Both widths and both schemes, with the sheet closed and open."""
    grounds = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            for is_open in [False, True]:
                page.view(width, scheme=scheme)
                # Two frames on, everything has its new place.
                page.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
                if is_open:
                    page.value("document.querySelector('td .name').click()")
                    page.wait("document.querySelector('#drawing').naturalWidth > 0")
                name = f"watch-{width}-{scheme}" + ("-drawing" if is_open else "")
                check.picture(page, name)
                sizes = page.value(
                    "[document.documentElement, document.querySelector('#network')]"
                    ".map((e) => [e.scrollWidth, e.clientWidth])")
                check.expect(all(whole <= seen for whole, seen in sizes),
                             f"{name}: does not scroll sideways {sizes}")
                if is_open:
                    page.press("Escape")
                    page.wait("!document.querySelector('#network').open")
                ground = page.value("getComputedStyle(document.body).backgroundColor")
                grounds.setdefault(scheme, ground)
    check.expect(grounds["light"] != grounds["dark"], f"dark has another ground than light: {grounds}")
    page.view(1200)


def check_hostile(check: Check, program: str, browser: chromium.Chromium, folder: pathlib.Path) -> None:
    """Names that would do something if they were anything but text."""
    store = folder / "hostile.sqlite"
    columns = [("<img src=x onerror=alert(7)>", json.dumps({name: name for name in HOSTILE[:2]}))]
    make_store(store, HOSTILE[0], columns, [(name, float(place)) for place, name in enumerate(HOSTILE)]
               + [("undefined one", HOSTILE[1])])
    with Watch(program, store) as watch:
        page = browser.page()
        page.view(1200)
        page.open(watch.address)
        page.wait(f"{ROWS} === {len(HOSTILE) + 1}")
        names = page.value("[...document.querySelectorAll('td .name')].map((name) => name.textContent)")
        check.expect(names == [*reversed(HOSTILE), "undefined one"], "hostile names stand as they are")
        marks = page.value("document.querySelectorAll('#rows script, #rows img, #rows b, #header img').length")
        check.expect(marks == 0, "and are no markup")
        page.value("document.querySelector('#filter').focus()")
        page.type("<SCRIPT>")
        page.wait(f"{ROWS} === 1")
        page.value("document.querySelector('td .name').focus()")
        page.press("Enter")
        note = page.wait("document.querySelector('#network').open"
                         " && /^There is no/.exec(document.querySelector('#drawing-note').textContent)?.input")
        check.expect("is not known here" in note, f"where there is no drawing a line says why: {note}")
        check.picture(page, "watch-hostile")
        page.press("Escape")
        check.expect(page.value("window.ran === undefined"), "no script of a name ran")
        complaints = page.complaints()
        # The browser notes each answer 404, and this one is wanted.
        unwanted = [line for line in complaints if "404" not in line or "/network.svg?" not in line]
        check.expect(unwanted == [], f"no complaints on the console {unwanted or ''}")


def check_page(options: argparse.Namespace) -> int:
    """All of the check."""
    program = chromium.require()
    check = Check(options.out)
    with tempfile.TemporaryDirectory() as folder, chromium.Chromium(program) as browser:
        check_run(check, options.program, browser, pathlib.Path(folder))
        check_hostile(check, options.program, browser, pathlib.Path(folder))
    return 1 if check.faults else 0


# MARK: Measuring

# Notes when the first rows have been painted, and when all of the networks are there.
OBSERVER = """
window.times = {};
const painted = () => new Promise((done) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => done(performance.now());
  channel.port2.postMessage(0);
}));
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    const isNew = (id) => window.times[id] === undefined;
    if (isNew("rows") && document.querySelector("#rows .name, #rows tr:not(.filler) td")) {
      window.times.rows = 0;
      painted().then((time) => { window.times.rows = time; });
    }
    if (isNew("all") && document.querySelector("#shown").textContent === "COUNT networks") {
      window.times.all = 0;
      painted().then((time) => { window.times.all = time; });
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
});
"""

SCROLL = """
(async () => {
  const scroller = document.querySelector("#scroller");
  const times = [];
  for (const place of PLACES) {
    const start = performance.now();
    scroller.scrollTop = place * (scroller.scrollHeight - scroller.clientHeight);
    times.push(await painted() - start);
    await new Promise((done) => setTimeout(done, 50));
  }
  return times;
})()
"""

FILTER = """
(async () => {
  const filter = document.querySelector("#filter");
  filter.focus();
  await new Promise((done) => setTimeout(done, 400));
  const times = [];
  for (const text of TEXTS) {
    const start = performance.now();
    filter.value = text;
    filter.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(await painted() - start);
    await new Promise((done) => setTimeout(done, 400));
  }
  return times;
})()
"""


def random_cells(count: int, seed: int) -> list[str]:
    """Different names as long as those of cells; of seven operations, so that there are enough."""
    operations = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3", "max_pool_3x3",
                  "dil_conv_3x3"]
    generator = random.Random(seed)
    ranks = generator.sample(range(len(operations) ** 6), count)
    names = []
    for rank in ranks:
        chosen = [operations[rank // len(operations) ** place % len(operations)] for place in range(6)]
        names.append("|{}~0|+|{}~0|{}~1|+|{}~0|{}~1|{}~2|".format(*chosen))
    return names


def measure_page(options: argparse.Namespace) -> int:
    """All of the measurement."""
    generator = random.Random(1)
    proxies = ["vkdnw", "flops", "naswot", "synflow", "parameters"][:options.columns]
    texts = ["c", "co", "conv_1x1", "conv_1x1 skip", "", "x", "no such", ""]
    rounds = 20
    with tempfile.TemporaryDirectory() as folder, chromium.Chromium(chromium.require()) as browser:
        store = pathlib.Path(folder) / "many.sqlite"
        make_store(
            store, "measured", [(proxy, json.dumps({"number": place})) for place, proxy in enumerate(proxies)],
            [(name, *(generator.gauss(0, 1) for _ in proxies)) for name in random_cells(options.networks, 2)])
        with Watch(options.program, store) as watch:
            page = browser.page()
            page.view(options.width)
            page.call("Page.addScriptToEvaluateOnNewDocument",
                      source=OBSERVER.replace("COUNT", f"{options.networks:,}"))
            page.open(watch.address)
            page.wait("window.times.all > 0")
            times = page.value("window.times")
            paint = page.value("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            # What is drawn behind the last networks is no part of what follows.
            time.sleep(2)
            if options.profile:
                page.call("Profiler.enable")
                page.call("Profiler.setSamplingInterval", interval=200)
                page.call("Profiler.start")
            page.call("Performance.enable", timeDomain="threadTicks")
            worked = [work(page)]
            found = []
            places = [generator.random() for _ in range(rounds)]
            near = [step * 10 / options.networks for step in range(rounds)]
            for script in [
                FILTER.replace("TEXTS", json.dumps(texts[:1])), FILTER.replace("TEXTS", json.dumps(texts[1:])),
                SCROLL.replace("PLACES", json.dumps(places)), SCROLL.replace("PLACES", json.dumps(near)),
            ]:
                found.append(page.value(script))
                worked.append(work(page))
            if options.profile:
                profile = page.call("Profiler.stop")["profile"]
                pathlib.Path(options.profile).write_text(json.dumps(profile))
                print_profile(profile)
            memory = watch.memory()
            complaints = page.complaints()
    print(f"{options.networks:,} networks, {options.columns} columns, {options.width} pixels wide")
    print("| what | median | most | the page's processor time for one |")
    print("|---|---|---|---|")
    for name, time_of in [
        ("first paint", paint), ("first rows painted", times["rows"]), ("all networks there", times["all"]),
    ]:
        print(f"| {name} | {time_of:.0f} ms | | |")
    for place, name in enumerate(["first filter", "filter", "scrolling to anywhere", "scrolling by ten rows"]):
        spent = (worked[place + 1] - worked[place]) / len(found[place])
        print(f"| {name} | {statistics.median(found[place]):.0f} ms | {max(found[place]):.0f} ms | {spent:.0f} ms |")
    print(f"| memory of the server | | {memory:.0f} MB | |")
    for line in complaints:
        print("complaint: " + line)
    return 1 if complaints else 0


def work(page: chromium.Page) -> float:
    """The milliseconds of processor time that the main thread of the page has used, whatever else runs here."""
    metrics = {metric["name"]: metric["value"] for metric in page.call("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"] * 1000


def print_profile(profile: dict) -> None:
    """The functions in which the most time was spent, without what they called."""
    names = {node["id"]: node["callFrame"] for node in profile["nodes"]}
    spent: dict[str, float] = {}
    for node, delta in zip(profile["samples"], profile["timeDeltas"]):
        frame = names[node]
        name = f"{frame['functionName'] or 'anonymous'} {frame['url'].rsplit('/', 1)[-1]}:{frame['lineNumber'] + 1}"
        spent[name] = spent.get(name, 0) + delta / 1000
    for name, milliseconds in sorted(spent.items(), key=lambda item: -item[1])[:25]:
        print(f"{milliseconds:8.1f} ms  {name}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, function in [("check", check_page), ("measure", measure_page)]:
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("--program", default=str(ROOT / ".build/release/tfnas"), help="the command")
        if name == "check":
            command.add_argument("--out", help="the folder of the screenshots")
        else:
            command.add_argument("--networks", type=int, default=100_000)
            command.add_argument("--columns", type=int, default=1, choices=range(1, 6))
            command.add_argument("--width", type=int, default=1200, help="pixels of the window")
            command.add_argument("--profile", help="the file of the profile")
    options = parser.parse_args()
    try:
        return options.function(options)
    except chromium.BrowserError as error:
        print(f"FAULT  {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
