public import Figures
internal import Ranking

extension Figure {
  /// Figure 2 of the VKDNW paper: two rankings of ten networks with accuracies from 10 to 100, one wrong
  /// at the top and one at the bottom, and what each metric says of them.
  ///
  /// The paper does not print the cutoff of its nDCG; any from 3 to 10 gives its 0.50.
  public static var toy: Figure {
    let examples: [(name: String, accuracies: [Double])] = [
      ("Damaged top", [80, 70, 100, 90, 60, 50, 40, 30, 20, 10]),
      ("Perfect top", [100, 90, 80, 70, 60, 50, 10, 20, 30, 40]),
    ]
    let cutoff = 4
    let panels = examples.map { example in
      let scores = example.accuracies.indices.map { -Double($0) }
      let tau = decimals(kendallTau(scores, example.accuracies), 2)
      let rho = decimals(spearmanRho(scores, example.accuracies), 2)
      let gain = decimals(
        normalizedDiscountedGain(scores, example.accuracies, at: cutoff), 2)
      return ColumnChart(
        title: "\(example.name): tau \(tau), rho \(rho), nDCG \(gain)",
        columnTitle: "position in the ranking, the best first", valueTitle: "accuracy (%)",
        columns: example.accuracies.enumerated().map {
          ColumnChart.Column("\($0 + 1)", $1)
        }
      ).scene()
    }
    return Figure(
      name: "figure-2", title: "Figure 2: a toy example of the metrics",
      caption: "Tau and rho prefer the ranking that misses the two best networks, nDCG (at "
        + "\(cutoff)) the one that finds them. The paper prints 0.82, 0.90, 0.50 and 0.73, 0.89, 1.00; its 0.89 "
        + "is a slip, as the value is 0.879.",
      panels: panels)
  }
}
