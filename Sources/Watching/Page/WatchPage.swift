/// The page without a network: what is in it comes as data.
enum WatchPage {
  /// The document.
  static let document = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>tfnas watch</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="style.css">
    <script defer src="data.js"></script>
    <script defer src="plot.js"></script>
    <script defer src="table.js"></script>
    <script defer src="view.js"></script>
    <script defer src="network.js"></script>
    <script defer src="watch.js"></script>
    </head>
    <body>
    <header>
    <h1>tfnas watch <span id="name"></span></h1>
    <progress id="bar" max="1" value="0" aria-label="networks that are done" hidden></progress>
    <p id="progress">Waiting for the first scores.</p>
    <p id="problem" role="alert" hidden></p>
    <p id="spoken" class="unseen" aria-live="polite"></p>
    <noscript><p>This page needs JavaScript; <code>tfnas status</code> and <code>tfnas report</code> do not.</p></noscript>
    </header>
    <main>
    <section aria-labelledby="front-title">
    <h2 id="front-title">Scores and the Pareto front</h2>
    <div class="controls">
    <label>Horizontal <select id="x"></select></label>
    <button type="button" id="x-direction"></button>
    <label>Vertical <select id="y"></select></label>
    <button type="button" id="y-direction"></button>
    </div>
    <figure>
    <canvas id="plot" role="img" aria-label="Scatter of two scores"></canvas>
    <figcaption id="summary"></figcaption>
    </figure>
    <p id="pointed"></p>
    </section>
    <section aria-labelledby="table-title">
    <h2 id="table-title">Networks</h2>
    <div class="controls">
    <label>Filter <input id="filter" type="search" autocomplete="off" spellcheck="false"
     placeholder="words of the architecture"></label>
    <label class="check"><input id="only-front" type="checkbox"> only the front</label>
    <a id="export" href="#export" download="networks.csv">These networks as CSV</a>
    </div>
    <p id="shown"></p>
    <div id="scroller" role="region" aria-labelledby="table-title" tabindex="0">
    <table id="table">
    <caption class="unseen">Networks with their scores; the buttons of the header sort, and a name opens the drawing of
     its network</caption>
    <thead><tr id="header"></tr></thead>
    <tbody id="rows"></tbody>
    </table>
    </div>
    </section>
    </main>
    <dialog id="network" aria-labelledby="network-name">
    <div id="sheet">
    <h2 id="network-name"></h2>
    <p id="network-place"></p>
    <div class="controls">
    <button type="button" id="previous" aria-keyshortcuts="ArrowLeft">Previous</button>
    <button type="button" id="next" aria-keyshortcuts="ArrowRight">Next</button>
    <button type="button" id="close" autofocus>Close</button>
    <a id="save-drawing" href="#drawing" download="network.svg" hidden>The drawing as SVG</a>
    </div>
    <dl id="network-scores"></dl>
    <p id="drawing-note" role="status"></p>
    <div id="picture" role="region" aria-label="Drawing of the network" tabindex="0" hidden>
    <img id="drawing" alt="">
    </div>
    </div>
    </dialog>
    </body>
    </html>

    """#
}
