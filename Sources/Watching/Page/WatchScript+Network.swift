extension WatchScript {
  /// The network that somebody has opened, with its drawing.
  static let network = #"""
    "use strict";

    // Which network is open, -1 for none; of which table; whether from a row; and which one the picture is of.
    const opened = { network: -1, generation: -1, isFromRow: false, pictured: -1, isAsking: false };
    const sheet = element("network");
    const picture = element("picture");

    function openNetwork(network, isFromRow) {
      Object.assign(opened, { network, generation: data.generation, isFromRow });
      if (!sheet.open) sheet.showModal();
      showNetwork();
    }

    // New scores may have come for it, or the store may be another one.
    function networkHasChanged() {
      if (!sheet.open) return;
      if (opened.generation !== data.generation) sheet.close();
      else showNetwork();
    }

    function showNetwork() {
      const position = view.networks.indexOf(opened.network);
      const count = view.networks.length;
      say("network-name", nameOf(opened.network));
      say("network-place", position < 0 ? "not among the networks of the table"
        : `number ${(position + 1).toLocaleString("en")} of ${count.toLocaleString("en")} in the table`);
      element("previous").setAttribute("aria-disabled", String(position <= 0));
      element("next").setAttribute("aria-disabled", String(position < 0 || position + 1 >= count));
      const lines = data.values.flatMap((values, column) => {
        const value = values[opened.network];
        const text = Number.isNaN(value) ? data.reasons[column].get(opened.network) : short(value);
        if (text === undefined) return [];
        const [name, score] = [document.createElement("dt"), document.createElement("dd")];
        name.textContent = data.labels[column];
        score.textContent = Number.isNaN(value) ? `undefined: ${text}` : text;
        const line = document.createElement("div");
        line.append(name, score);
        return [line];
      });
      element("network-scores").replaceChildren(...lines);
      askForPicture();
    }

    // Shows a picture, or without an address only a note.
    function showPicture(address, alt, note) {
      const image = element("drawing");
      if (address === "") image.removeAttribute("src");
      else image.src = address;
      image.alt = alt;
      for (const id of ["picture", "save-drawing"]) element(id).hidden = address === "";
      element("save-drawing").href = address;
      picture.scrollTo(0, 0);
      say("drawing-note", note);
    }

    // The title of a drawing: the name of the network and its size.
    function titleOf(svg) {
      const signs = { amp: "&", lt: "<", gt: ">", quot: '"' };
      const title = /<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? nameOf(opened.network);
      return title.replace(/&(amp|lt|gt|quot);/g, (_, name) => signs[name]);
    }

    // Asks for one drawing at a time: whoever goes through many rows gets that of the last.
    async function askForPicture() {
      if (opened.isAsking) return;
      opened.isAsking = true;
      while (sheet.open && opened.pictured !== opened.network) {
        const network = opened.network;
        const address = `network.svg?generation=${opened.generation}&network=${network}`;
        showPicture("", "", "The network is being drawn.");
        let [svg, problem] = ["", ""];
        try {
          const response = await fetch(address, { cache: "no-store" });
          const text = await response.text();
          if (response.ok) svg = text;
          else problem = `There is no drawing: ${text.trim()}.`;
        } catch {
          problem = "There is no drawing: the command that serves this page does not answer.";
        }
        if (network !== opened.network) continue;
        opened.pictured = network;
        if (problem === "") showPicture(address, `Drawing of ${titleOf(svg)}`, "");
        else showPicture("", "", problem);
      }
      opened.isAsking = false;
    }

    function goToNeighbour(step) {
      const position = view.networks.indexOf(opened.network);
      const network = view.networks[position + step];
      if (position < 0 || network === undefined) return;
      opened.network = network;
      showNetwork();
    }

    element("previous").addEventListener("click", () => goToNeighbour(-1));
    element("next").addEventListener("click", () => goToNeighbour(1));
    element("close").addEventListener("click", () => sheet.close());
    sheet.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      // In the picture these keys scroll.
      if (step === undefined || picture.contains(event.target) || event.altKey || event.metaKey) return;
      event.preventDefault();
      goToNeighbour(step);
    });
    // A click beside the sheet hits the sheet itself, and none of what is in it.
    sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
    sheet.addEventListener("close", () => {
      const position = view.networks.indexOf(opened.network);
      if (opened.isFromRow && position >= 0) goToRow(position);
      Object.assign(opened, { network: -1, pictured: -1 });
      showPicture("", "", "");
    });

    """#
}
