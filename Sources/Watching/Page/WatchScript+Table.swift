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

    // The networks whose text has every word.
    function matching(order, words) {
      if (words.length === 0) return order;
      const found = [];
      for (const network of order) {
        if (words.every((word) => data.searched[network].includes(word))) found.push(network);
      }
      return found;
    }

    const rowHeight = 32;
    // Browsers do not lay out more than some millions of pixels.
    const rowLimit = 500000;
    const beyond = 12;

    function filler(height) {
      const row = document.createElement("tr");
      row.className = "filler";
      row.setAttribute("aria-hidden", "true");
      const cell = document.createElement("td");
      cell.colSpan = data.columns.length + 1;
      cell.style.height = `${height}px`;
      row.append(cell);
      return row;
    }

    function networkRow(network, position, front) {
      const row = document.createElement("tr");
      row.setAttribute("aria-rowindex", String(position + 2));
      if (front.has(network)) row.className = "front";
      const name = document.createElement("td");
      const space = data.spaces.length > 1 ? `${data.spaces[data.networkSpaces[network]]}: ` : "";
      name.textContent = space + data.names[network];
      name.title = name.textContent + (front.has(network) ? ", on the front" : "");
      row.append(name);
      data.values.forEach((values, column) => {
        const cell = document.createElement("td");
        const value = values[network];
        const reason = data.reasons[column].get(network);
        if (!Number.isNaN(value)) {
          cell.textContent = short(value);
          cell.title = String(value);
        } else if (reason !== undefined) {
          cell.textContent = "undefined";
          cell.title = reason;
          cell.className = "none";
        }
        row.append(cell);
      });
      return row;
    }

    // Puts the rows in sight into the document.
    function showRows(scroller, body, networks, front) {
      const count = Math.min(networks.length, rowLimit);
      const first = Math.max(0, Math.min(Math.floor(scroller.scrollTop / rowHeight) - beyond, count));
      const last = Math.min(count, first + Math.ceil(scroller.clientHeight / rowHeight) + 2 * beyond);
      const rows = [];
      if (first > 0) rows.push(filler(first * rowHeight));
      for (let position = first; position < last; position += 1) {
        rows.push(networkRow(networks[position], position, front));
      }
      if (last < count) rows.push(filler((count - last) * rowHeight));
      body.replaceChildren(...rows);
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
