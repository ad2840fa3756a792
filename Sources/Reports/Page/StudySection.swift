internal import Ranking

extension StudyReport {
  /// The study as a page: what sums the tasks up, and a table for each of them.
  ///
  /// - Parameters:
  ///   - title: what the study is called.
  ///   - command: the line that makes the page.
  /// - Returns: the page.
  public func page(title: String, command: String) -> ReportPage {
    ReportPage(
      title: title, introduction: ["This page was made by: \(command)"],
      sections: [summary] + measured.enumerated().map { Self.section(of: $1, number: $0 + 1) })
  }

  private var summary: ReportSection {
    let places = places
    let name = coefficient == .spearman ? "Spearman's rho" : "Kendall's tau-b"
    var text = [
      "\(name) on \(counted(measured.count, "task")); a ranking that is undefined on a task counts as 0 "
        + "there. Place 1 is the best of \(rankings.count) on a task, and equal rankings share the mean of their places."
    ]
    if let difference = places?.criticalDifference {
      text.append(
        "Mean places that differ by less than \(decimals(difference, 1)) cannot be told apart (Nemenyi, 5 %)."
      )
    }
    for task in tasks { if let failure = task.failure { text.append("\(task.title): \(failure)") } }
    var listings = [
      ReportSection.Listing(
        title: "All tasks", columns: ["ranking", "mean", "least", "mean place"],
        rows: order.map { ranking in
          [
            rankings[ranking], mean(of: ranking).map { decimals($0, 3) } ?? "-",
            least(of: ranking).map { decimals($0, 3) } ?? "-",
            places.map { decimals($0.means[ranking], 1) } ?? "-",
          ]
        })
    ]
    if let choice {
      listings.append(
        ReportSection.Listing(
          title: "Products of ranks", columns: ["product", "mean over spaces", ""],
          rows: Self.lines(of: choice)))
    }
    return ReportSection(
      name: "summary", title: "Summary", text: text, listings: listings,
      conclusion: order.first.flatMap { first in
        mean(of: first).map { "\(rankings[first]) has the highest mean, \(decimals($0, 3))." }
      })
  }

  private static func section(of task: Task, number: Int) -> ReportSection {
    ReportSection(
      name: "task-\(number)", title: task.title,
      text: task.rows.compactMap { row in
        row.undefined.isEmpty
          ? nil
          : "\(row.name) is undefined: "
            + row.undefined.sorted { $0.key < $1.key }
            .map { "\(counted($0.value, "network")), \($0.key)" }.joined(separator: "; ")
      },
      tables: [
        ReportSection.Table(
          title: "", subject: "ranking",
          metrics: ["Kendall tau-b", "Spearman rho", "nDCG"],
          rows: task.rows.map { row in
            ReportSection.Row(
              name: row.name, networks: row.networks,
              values: MetricName.allCases.map {
                ReportSection.Value(
                  published: nil, ours: $0.estimate(in: row.correlations), isComparable: false)
              })
          })
      ])
  }
}
