extension WatchScript {
  /// The table: of any number of rows only those in sight are in the document.
  static let table = #"""
    "use strict";

    // The column that the rows are sorted by, -1 for their names; `isChosen` once somebody has pressed a header.
    const sorting = { column: -1, isDescending: false, isChosen: false };

    // All networks in the order of a column; those without a number come last, whichever way it is sorted.
    function sorted(column, isDescending) {
      const sign = isDescending ? -1 : 1;
      const all = [...data.names.keys()];
      if (column < 0 || column >= data.values.length) {
        const names = data.names;
        return all.sort((one, two) =>
          names[one] === names[two] ? one - two : names[one] < names[two] ? -sign : sign);
      }
      const values = data.values[column];
      const known = Uint32Array.from(all.filter((network) => !Number.isNaN(values[network])));
      known.sort((one, two) => sign * (values[one] - values[two]) || one - two);
      return [...known, ...all.filter((network) => Number.isNaN(values[network]))];
    }

    // The names are searched as long texts of many names in small letters, which takes a fifth of the time that as many
    // short ones take. No word has a line break, so that none is found across two names.
    const blockSize = 16384;

    function block(number) {
      const names = data.names.slice(number * blockSize, (number + 1) * blockSize);
      const known = data.blocks[number];
      if (known !== undefined && known.count === names.length) return known;
      const lower = names.map((name) => name.toLowerCase());
      const starts = new Uint32Array(names.length + 1);
      lower.forEach((name, index) => { starts[index + 1] = starts[index] + name.length + 1; });
      data.blocks[number] = { count: names.length, starts, text: lower.join("\n") };
      return data.blocks[number];
    }

    // Adds one to the count of each network whose name has a word.
    function count(word, counts) {
      for (let number = 0; number * blockSize < data.names.length; number += 1) {
        const { count, starts, text } = block(number);
        let index = 0;
        let found = text.indexOf(word);
        while (found >= 0) {
          while (starts[index + 1] <= found) index += 1;
          counts[number * blockSize + index] += 1;
          index += 1;
          found = index < count ? text.indexOf(word, starts[index]) : -1;
        }
      }
    }

    // The networks whose text has every word.
    function matching(order, words) {
      const different = [...new Set(words)];
      if (different.length === 0) return order;
      const counts = new Uint32Array(data.names.length);
      for (const word of different) count(word, counts);
      const found = [];
      for (let place = 0; place < order.length; place += 1) {
        if (counts[order[place]] === different.length) found.push(order[place]);
      }
      return found;
    }

    const rowHeight = 32;
    // Browsers do not lay out more than some millions of pixels.
    const rowLimit = 500000;
    const beyond = 12;

    // The rows in the document, from the first to the last in sight; `stop` is the network that the tab key reaches.
    const table = { rows: [], above: null, below: null, stop: -1 };

    function filler() {
      const row = document.createElement("tr");
      row.className = "filler";
      row.setAttribute("aria-hidden", "true");
      row.append(document.createElement("td"));
      return row;
    }

    function fill(filler, height) {
      filler.hidden = height === 0;
      filler.firstChild.colSpan = data.columns.length + 1;
      filler.firstChild.style.height = `${height}px`;
    }

    function emptyRow() {
      const element = document.createElement("tr");
      const name = document.createElement("td");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "name";
      button.tabIndex = -1;
      button.setAttribute("aria-haspopup", "dialog");
      name.append(button);
      element.append(name);
      return { element, button, cells: [], position: -1, shown: "" };
    }

    function nameOf(network) {
      const space = data.spaces.length > 1 ? `${data.spaces[data.networkSpaces[network]]}: ` : "";
      return space + data.names[network];
    }

    function put(cell, text, title, style) {
      if (cell.textContent !== text) cell.textContent = text;
      if (cell.title !== title) cell.title = title;
      if (cell.className !== style) cell.className = style;
    }

    // Writes a network into a row, and touches only what is different.
    function write(row, network, position, isOnFront) {
      const shown = [network, position, isOnFront, data.version].join();
      if (row.shown === shown) return;
      Object.assign(row, { shown, position });
      row.element.setAttribute("aria-rowindex", String(position + 2));
      row.element.className = isOnFront ? "front" : "";
      const name = nameOf(network);
      put(row.button, name, name + (isOnFront ? ", on the front" : ""), "name");
      while (row.cells.length < data.columns.length) {
        row.cells.push(document.createElement("td"));
        row.element.append(row.cells[row.cells.length - 1]);
      }
      while (row.cells.length > data.columns.length) row.cells.pop().remove();
      data.values.forEach((values, column) => {
        const value = values[network];
        const reason = data.reasons[column].get(network);
        if (!Number.isNaN(value)) put(row.cells[column], short(value), String(value), "");
        else if (reason !== undefined) put(row.cells[column], "undefined", reason, "none");
        else put(row.cells[column], "", "", "");
      });
    }

    // The position of the row that an element is in, -1 where it is in none.
    function positionOf(element) {
      return table.rows.find((row) => row.element.contains(element))?.position ?? -1;
    }

    // Puts the rows in sight into the document. Those that were in sight stay where they are, so that one keeps the
    // focus while new scores come, and the others are used again.
    function showRows(scroller, body, networks, front) {
      if (table.above === null) {
        Object.assign(table, { above: filler(), below: filler() });
        body.append(table.above, table.below);
      }
      // Asked once, ahead of all changes: behind one the browser would lay out everything to answer.
      const { scrollTop, clientHeight } = scroller;
      const count = Math.min(networks.length, rowLimit);
      const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight) - beyond, count));
      const last = Math.min(count, first + Math.ceil(clientHeight / rowHeight) + 2 * beyond);
      const spare = [];
      const kept = [];
      for (const row of table.rows) {
        if (row.position >= first && row.position < last) kept.push(row);
        else spare.push(row);
      }
      const from = kept.length === 0 ? last : kept[0].position;
      const to = kept.length === 0 ? last : kept[kept.length - 1].position + 1;
      const taken = () => spare.pop() ?? emptyRow();
      const before = Array.from({ length: from - first }, taken);
      const behind = Array.from({ length: last - to }, taken);
      for (const row of [...before, ...behind, ...spare]) {
        // A row that goes out of sight hands the focus to what scrolls, so that the keys go on.
        if (row.element === document.activeElement?.closest("tr")) scroller.focus({ preventScroll: true });
      }
      for (const row of spare) row.element.remove();
      table.above.after(...before.map((row) => row.element));
      table.below.before(...behind.map((row) => row.element));
      table.rows = [...before, ...kept, ...behind];
      fill(table.above, first * rowHeight);
      fill(table.below, (count - last) * rowHeight);
      table.rows.forEach((row, index) => {
        const network = networks[first + index];
        write(row, network, first + index, front.has(network));
      });
      const inSight = Math.min(Math.ceil(scrollTop / rowHeight), count - 1) - first;
      const chosen = table.rows.findIndex((row) => networks[row.position] === table.stop);
      table.rows.forEach((row, index) => {
        const stop = index === (chosen < 0 ? inSight : chosen) ? 0 : -1;
        if (row.button.tabIndex !== stop) row.button.tabIndex = stop;
      });
    }

    // Makes the header anew only where its columns have changed, so that a button keeps the focus.
    function showHeader(header, choose) {
      const names = ["network", ...data.labels];
      const shown = [...header.children].map((cell) => cell.textContent);
      if (names.length !== shown.length || names.some((name, index) => name !== shown[index])) {
        header.replaceChildren(...names.map((name, index) => {
          const cell = document.createElement("th");
          cell.scope = "col";
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = name;
          button.title = name;
          button.addEventListener("click", () => choose(index - 1));
          cell.append(button);
          return cell;
        }));
      }
      [...header.children].forEach((cell, index) => {
        if (index - 1 !== sorting.column) cell.removeAttribute("aria-sort");
        else cell.setAttribute("aria-sort", sorting.isDescending ? "descending" : "ascending");
      });
    }

    function field(text) { return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text; }

    // What is seen, as RFC 4180 has it; a score that is undefined is an empty field.
    function csv(networks) {
      const lines = [["space", "architecture", ...data.labels].map(field).join(",")];
      for (const network of networks) {
        const values = data.values.map((column) => Number.isNaN(column[network]) ? "" : String(column[network]));
        const names = [data.spaces[data.networkSpaces[network]], data.names[network]].map(field);
        lines.push([...names, ...values].join(","));
      }
      return lines.join("\r\n") + "\r\n";
    }

    """#
}
