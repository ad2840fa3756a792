extension WatchScript {
  /// What is shown, and what listens to whoever sits before the page.
  static let view = #"""
    "use strict";

    const element = (id) => document.getElementById(id);
    const canvas = element("plot");
    const scroller = element("scroller");

    // What is shown: the networks that pass the filter, in the order of the table, and the front among them.
    const view = {
      networks: [], found: [], front: [], frontSet: new Set(), order: [], orderKey: "", frontOrder: [], frontKey: "",
    };
    const axes = {
      x: { column: -1, sign: 1, isChosen: false },
      y: { column: -1, sign: 1, isChosen: false },
    };

    // MARK: Axes

    // Costs are better small, whatever ranking by size says; scores are better large.
    function usualSign(column) { return data.columns[column]?.isCost ? -1 : 1; }

    function chooseAxes() {
      const columns = [...data.columns.keys()];
      const scores = columns.filter((column) => !data.columns[column].isCost);
      const costs = columns.filter((column) => data.columns[column].isCost);
      const usual = {
        y: scores[0] ?? columns[0] ?? -1,
        x: costs[costs.length - 1] ?? scores[1] ?? columns[0] ?? -1,
      };
      for (const name of ["x", "y"]) {
        const axis = axes[name];
        if (!axis.isChosen || axis.column >= columns.length) {
          if (axis.column !== usual[name]) axis.sign = usualSign(usual[name]);
          axis.column = usual[name];
        }
        const select = element(name);
        const labels = [...select.options].map((option) => option.textContent);
        if (labels.length !== data.labels.length || labels.some((text, index) => text !== data.labels[index])) {
          select.replaceChildren(...data.labels.map((text, index) => {
            const option = document.createElement("option");
            option.value = String(index);
            option.textContent = text;
            return option;
          }));
        }
        select.value = String(axis.column);
        element(`${name}-direction`).textContent = axis.sign > 0 ? "more is better" : "less is better";
      }
      if (!sorting.isChosen || sorting.column >= columns.length) {
        sorting.column = axes.y.column;
        sorting.isDescending = axes.y.sign > 0;
      }
    }

    for (const name of ["x", "y"]) {
      element(name).addEventListener("change", (event) => {
        Object.assign(axes[name], { column: Number(event.target.value), isChosen: true });
        axes[name].sign = usualSign(axes[name].column);
        refresh();
      });
      element(`${name}-direction`).addEventListener("click", () => {
        axes[name].sign *= -1;
        axes[name].isChosen = true;
        refresh();
      });
    }

    // MARK: What is shown

    function refresh() {
      chooseAxes();
      const key = [data.version, sorting.column, sorting.isDescending].join();
      if (key !== view.orderKey) {
        view.order = sorted(sorting.column, sorting.isDescending);
        view.orderKey = key;
      }
      const words = element("filter").value.toLowerCase().split(/\s+/).filter((word) => word !== "");
      const found = matching(view.order, words);
      view.found = found;
      view.front = front(found);
      view.frontSet = new Set(view.front);
      view.networks = element("only-front").checked
        ? found.filter((network) => view.frontSet.has(network)) : found;
      showHeader(element("header"), sortBy);
      element("table").setAttribute("aria-rowcount", String(view.networks.length + 1));
      showTable();
      drawSoon();
      networkHasChanged();
      const all = counted(data.names.length, "network");
      say("shown", view.networks.length === data.names.length
        ? all : `${view.networks.length.toLocaleString("en")} of ${all}`);
    }

    // The front of what is shown; the order that it is read off is kept as long as data and axes are the same.
    function front(networks) {
      const [x, y] = [axes.x, axes.y];
      if (x.column < 0 || y.column < 0 || x.column === y.column) return [];
      const [xs, ys] = [data.values[x.column], data.values[y.column]];
      const key = [data.version, x.column, x.sign, y.column, y.sign].join();
      if (key !== view.frontKey) {
        view.frontOrder = frontOrder([...data.names.keys()], xs, ys, x.sign, y.sign);
        view.frontKey = key;
      }
      const mask = new Uint8Array(data.names.length);
      for (const network of networks) mask[network] = 1;
      return paretoFront(view.frontOrder, mask, xs, ys, y.sign);
    }

    function showTable() { showRows(scroller, element("rows"), view.networks, view.frontSet); }

    // The keys go through the rows, and Enter and a click open one.
    element("rows").addEventListener("keydown", (event) => {
      const position = positionOf(event.target);
      if (position < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
      const steps = {
        ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -position, End: view.networks.length,
      };
      if (steps[event.key] === undefined) return;
      event.preventDefault();
      goToRow(position + steps[event.key]);
    });
    element("rows").addEventListener("click", (event) => {
      const position = positionOf(event.target);
      // Whoever marks a text wants to copy it.
      if (position < 0 || !getSelection().isCollapsed) return;
      table.stop = view.networks[position];
      openNetwork(view.networks[position], true);
    });

    // Brings a row into sight and gives it the focus.
    function goToRow(wanted) {
      const position = Math.max(0, Math.min(wanted, Math.min(view.networks.length, rowLimit) - 1));
      if (position >= view.networks.length) return;
      const room = scroller.clientHeight - element("header").offsetHeight;
      const top = position * rowHeight;
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top + rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + rowHeight - room;
      table.stop = view.networks[position];
      showTable();
      table.rows.find((row) => row.position === position)?.button.focus({ preventScroll: true });
    }

    let drawing = 0;

    // Whoever types does not wait for the scatter.
    function drawSoon() {
      clearTimeout(drawing);
      drawing = setTimeout(drawPlot, view.found.length > 5000 ? 120 : 0);
    }

    function drawPlot() {
      const [x, y] = [axes.x, axes.y];
      if (x.column < 0 || y.column < 0) return;
      const axis = (column) => ({ values: data.values[column], label: data.labels[column] });
      draw(canvas, view.found, view.front, axis(x.column), axis(y.column));
      const names = `${data.labels[y.column]} over ${data.labels[x.column]}`;
      const best = view.front.length === 0 ? "" : `; best ${data.labels[y.column]} on the front `
        + short(data.values[y.column][view.front[view.front.length - 1]]);
      const text = `${counted(drawn.networks.length, "network")} with both, ${view.front.length} on the front${best}`;
      say("summary", text);
      canvas.setAttribute("aria-label", `Scatter of ${names}: ${text}. The table has the numbers.`);
    }

    function say(id, text) {
      const place = element(id);
      if (place.textContent !== text) place.textContent = text;
    }

    function sortBy(column) {
      sorting.isDescending = sorting.column === column ? !sorting.isDescending : column >= 0;
      Object.assign(sorting, { column, isChosen: true });
      scroller.scrollTop = 0;
      refresh();
    }

    // New scores are shown twice a second at most, and less often where that is much work.
    const pace = { isWaiting: false, milliseconds: 500 };

    function refreshSoon() {
      if (pace.isWaiting) return;
      pace.isWaiting = true;
      setTimeout(() => {
        const start = performance.now();
        pace.isWaiting = false;
        refresh();
        pace.milliseconds = Math.max(500, 8 * (performance.now() - start));
      }, data.names.length === 0 ? 0 : pace.milliseconds);
    }

    let isScrolling = false;
    scroller.addEventListener("scroll", () => {
      if (isScrolling) return;
      isScrolling = true;
      requestAnimationFrame(() => {
        isScrolling = false;
        showTable();
      });
    });
    // How many are left is spoken once the typing has paused.
    let speaking = 0;
    function narrow() {
      scroller.scrollTop = 0;
      refresh();
      clearTimeout(speaking);
      speaking = setTimeout(() => say("spoken", element("shown").textContent), 700);
    }
    element("filter").addEventListener("input", narrow);
    // Whoever is about to type does not wait for the texts that are searched.
    element("filter").addEventListener("focus", () => matching([], ["a"]));
    element("only-front").addEventListener("change", narrow);
    new ResizeObserver(() => {
      drawPlot();
      showTable();
    }).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawPlot);

    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect();
      const network = nearest(event.clientX - box.left, event.clientY - box.top);
      say("pointed", network < 0 ? "" : [
        data.names[network],
        ...[axes.x, axes.y].map((axis) => `${data.labels[axis.column]} ${short(data.values[axis.column][network])}`),
      ].join("   "));
    });

    canvas.addEventListener("click", (event) => {
      const box = canvas.getBoundingClientRect();
      const network = nearest(event.clientX - box.left, event.clientY - box.top);
      if (network >= 0) openNetwork(network, false);
    });

    let file = "";
    element("export").addEventListener("click", (event) => {
      if (file !== "") URL.revokeObjectURL(file);
      file = URL.createObjectURL(new Blob([csv(view.networks)], { type: "text/csv" }));
      event.currentTarget.href = file;
    });

    """#
}
