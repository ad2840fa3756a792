internal import Figures
internal import Networks
internal import Ranking
internal import Scoring

/// The report as one HTML document that needs nothing else: no script, no other file, no network.
///
/// It is well-formed XML too.
public struct ReportPage: Sendable {
  /// The title of the document.
  public let title: String
  /// Paragraphs at its beginning.
  public let introduction: [String]
  /// Its parts.
  public let sections: [ReportSection]

  /// Creates a report.
  public init(title: String, introduction: [String], sections: [ReportSection]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// The document.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="generator" content="tfnas \(packageVersion)"/>
    <title>\(escaped(title))</title>
    <style>
    \(ReportStyle.sheet)
    </style>
    </head>
    <body>
    <header>
    <h1>\(escaped(title))</h1>
    \(introduction.map(paragraph).joined())
    \(navigation)
    </header>
    <main>
    \(summary)\(sections.map(html).joined())</main>
    <footer>
    <p>Written by tfnas \(packageVersion). Published numbers: O. Tybl and L. Neumann, Training-free Neural \
    Architecture Search through Variance of Knowledge of Deep Network Weights, CVPR 2025. Accuracies: \
    NAS-Bench-201, X. Dong and Y. Yang, ICLR 2020.</p>
    </footer>
    </body>
    </html>

    """
  }

  private func escaped(_ text: String) -> String { XMLText.escaped(text) }

  private func paragraph(_ text: String) -> String { "<p>\(escaped(text))</p>\n" }

  private var navigation: String {
    "<nav aria-label=\"Contents\"><ol>\n"
      + sections.map { "<li><a href=\"#\($0.name)\">\(escaped($0.title))</a></li>\n" }.joined()
      + "</ol></nav>"
  }

  /// How often each verdict was found, by section.
  private var summary: String {
    let judged = sections.filter { $0.verdicts.contains { $0.count > 0 } }
    guard !judged.isEmpty else { return "" }
    let meaning = """
      inside: the published value lies in our 95 % interval; above, below: our whole interval is \
      larger or smaller; wide: it lies in our interval, but so does nearly any value, as the interval is \
      wider than \(decimals(PublishedComparison.Standing.widest, 2)). A verdict is given only where both \
      numbers speak of the same thing.
      """
    let titles = ["part"] + PublishedComparison.Standing.allCases.map(\.rawValue)
    let head = titles.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let rows = judged.map { section in
      "<tr><th scope=\"row\"><a href=\"#\(section.name)\">\(escaped(section.title))</a></th>"
        + section.verdicts.map { "<td data-label=\"\($0.verdict)\">\($0.count)</td>" }.joined()
        + "</tr>\n"
    }.joined()
    return "<section id=\"verdicts\"><h2>Verdicts</h2>\n" + paragraph(meaning)
      + "<table><thead><tr>\(head)</tr></thead>\n<tbody>\n"
      + rows
      + "</tbody></table>\n</section>\n"
  }

  private func html(_ section: ReportSection) -> String {
    var text = "<section id=\"\(section.name)\"><h2>\(escaped(section.title))</h2>\n"
    text += section.text.map(paragraph).joined()
    text += section.tables.prefix(1).map(html).joined()
    if let conclusion = section.conclusion {
      text += "<p class=\"conclusion\">\(escaped(conclusion))</p>\n"
    }
    text += section.tables.dropFirst().map(html).joined()
    text += section.listings.map(html).joined()
    text += section.figures.map(html).joined()
    for command in section.commands {
      text += paragraph(command.purpose) + "<pre><code>\(escaped(command.line))</code></pre>\n"
    }
    if !section.settings.isEmpty {
      text += "<details><summary>Settings</summary><dl>\n"
      text += section.settings.map {
        "<dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd>\n"
      }.joined()
      text += "</dl></details>\n"
    }
    return text + "</section>\n"
  }

  private func html(_ table: ReportSection.Table) -> String {
    let titles = [table.subject] + table.metrics + ["networks"]
    let head = titles.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    let rows = table.rows.map { html($0, of: table) }.joined()
    return (table.title.isEmpty ? "" : "<h3>\(escaped(table.title))</h3>\n")
      + "<table><thead><tr>\(head)</tr></thead>\n<tbody>\n\(rows)</tbody></table>\n"
  }

  private func html(_ listing: ReportSection.Listing) -> String {
    let head = listing.columns.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    let rows = listing.rows.map { row in
      "<tr>"
        + zip(listing.columns, row).enumerated().map { number, cell in
          number == 0
            ? "<th scope=\"row\">\(escaped(cell.1))</th>"
            : "<td data-label=\"\(escaped(cell.0))\">\(escaped(cell.1))</td>"
        }.joined() + "</tr>\n"
    }.joined()
    return (listing.title.isEmpty ? "" : "<h3>\(escaped(listing.title))</h3>\n")
      + "<table><thead><tr>\(head)</tr></thead>\n<tbody>\n\(rows)</tbody></table>\n"
  }

  private func html(_ row: ReportSection.Row, of table: ReportSection.Table) -> String {
    var text = "<tr><th scope=\"row\">\(escaped(row.name))"
    if let published = row.published, published != row.name {
      text += "<span class=\"beside\">\(escaped(published))</span>"
    }
    text += "</th>"
    for (metric, value) in zip(table.metrics, row.values) {
      text += html(metric, value, isRun: row.networks != nil)
    }
    let networks = row.networks.map(grouped) ?? "<span class=\"none\">not run</span>"
    return text + "<td data-label=\"networks\">\(networks)</td></tr>\n"
  }

  /// Ours with its interval, and under it the published value and the verdict.
  private func html(
    _ metric: String, _ value: ReportSection.Value, isRun: Bool
  ) -> String {
    var lines: [String] = []
    if let ours = value.ours {
      let interval = ours.interval.map {
        " [\(decimals($0.lowerBound, 3)), \(decimals($0.upperBound, 3))]"
      }
      lines.append("<span>\(decimals(ours.value, 3))\(interval ?? "")</span>")
    } else {
      lines.append("<span class=\"none\">\(isRun && value.isApplicable ? "undefined" : "-")</span>")
    }
    if let published = value.published {
      let verdict = value.verdict.map { ", ours <span class=\"verdict \($0)\">\($0)</span>" }
      lines.append(
        "<span class=\"beside\">paper \(decimals(published, 3))\(verdict ?? "")</span>")
    }
    return "<td data-label=\"\(escaped(metric))\"><span>\(lines.joined())</span></td>"
  }

  private func html(_ figure: Figure) -> String {
    // A wide drawing scrolls in its own box on a narrow screen, by keyboard too.
    "<figure id=\"\(figure.name)\"><div class=\"panels"
      + (figure.columns == 1
        ? " wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(figure.title))" : "")
      + "\">\n"
      + figure.panels.map(\.inlineSVG).joined() + "</div>\n"
      + "<figcaption><b>\(escaped(figure.title)).</b> \(escaped(figure.caption))</figcaption></figure>\n"
  }
}
