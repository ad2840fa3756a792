/// The scripts of the page.
///
/// A text that comes from elsewhere is only ever put into `textContent`, an attribute or a file.
enum WatchScript {
  /// What was received, and how it is asked for.
  static let data = #"""
    "use strict";

    // Everything that was received: a list of numbers for each column, by network, NaN where there is none.
    const data = {
      generation: -1, position: 0, count: 0, columns: [], labels: [], spaces: [], names: [], blocks: [],
      networkSpaces: [], values: [], reasons: [], version: 0,
    };

    function forget(generation) {
      Object.assign(data, {
        generation, position: 0, count: 0, columns: [], labels: [], spaces: [], names: [], blocks: [],
        networkSpaces: [], values: [], reasons: [],
      });
    }

    function numbers(capacity) { return new Float64Array(capacity).fill(NaN); }

    // The numbers of a column with room for every network.
    function roomy(values, networks) {
      if (values.length >= networks) return values;
      const larger = numbers(Math.max(1024, networks, 2 * values.length));
      larger.set(values);
      return larger;
    }

    function receive(part) {
      if (part.generation !== data.generation) forget(part.generation);
      if (part.from !== data.position) return;
      data.spaces = part.spaces;
      if (part.columns.length !== data.columns.length) {
        data.columns = part.columns;
        data.labels = labels(part.columns);
      }
      for (let index = 0; index < part.networks.length; index += 1) {
        data.names.push(part.networks[index]);
        data.networkSpaces.push(part.networkSpaces[index]);
      }
      while (data.values.length < data.columns.length) {
        data.values.push(numbers(0));
        data.reasons.push(new Map());
      }
      data.values = data.values.map((values) => roomy(values, data.names.length));
      for (let index = 0; index < part.rows.length; index += 1) {
        const [row, cell, score] = [part.rows[index], part.cells[index], part.scores[index]];
        if (typeof score === "number") data.values[cell][row] = score;
        else data.reasons[cell].set(row, score);
      }
      data.position = part.to;
      data.count = part.count;
      data.version += 1;
    }

    // Names of columns: the proxy, and behind it what tells it from others of the same proxy.
    function labels(columns) {
      return columns.map((column) => {
        const same = columns.filter((other) => other.proxy === column.proxy);
        if (same.length === 1) return column.proxy;
        const settings = same.map(settingsOf);
        const own = settingsOf(column);
        const parts = [...new Set(settings.flatMap((some) => Object.keys(some)))].sort()
          .filter((key) => new Set(settings.map((some) => JSON.stringify(some[key]))).size > 1)
          .map((key) => `${key} ${own[key] === undefined ? "none" : textOf(own[key])}`);
        for (const key of ["seed", "kernels"]) {
          if (new Set(same.map((other) => other[key])).size > 1) parts.push(`${key} ${column[key] || "none"}`);
        }
        return parts.length === 0 ? column.proxy : `${column.proxy} (${parts.join(", ")})`;
      });
    }

    function settingsOf(column) {
      try {
        const settings = JSON.parse(column.settings);
        return typeof settings === "object" && settings !== null ? settings : { settings: column.settings };
      } catch {
        return { settings: column.settings };
      }
    }

    function textOf(value) { return typeof value === "string" ? value : JSON.stringify(value); }

    let isFetching = false;

    // Asks for what is missing, a part at a time, and shows each.
    async function catchUp(show) {
      if (isFetching) return;
      isFetching = true;
      try {
        for (;;) {
          const response = await fetch(
            `scores?generation=${Math.max(data.generation, 0)}&from=${data.position}`, { cache: "no-store" });
          if (!response.ok) throw new Error(`the server says ${response.status}`);
          const before = data.version;
          receive(await response.json());
          show();
          if (data.version === before || data.position >= data.count) break;
        }
      } finally {
        isFetching = false;
      }
    }

    function counted(number, noun) { return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`; }

    function short(number) {
      if (Number.isInteger(number) && Math.abs(number) < 1e15) return number.toLocaleString("en");
      const size = Math.abs(number);
      return size >= 1e-4 && size < 1e9 ? String(Number(number.toPrecision(6))) : number.toExponential(4);
    }

    """#
}
