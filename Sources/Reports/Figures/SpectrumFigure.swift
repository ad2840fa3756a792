public import Figures
public import Scoring

extension Figure {
  /// The eigenvalues of Fisher information matrices, sorted, on a logarithmic axis.
  ///
  /// - Parameters:
  ///   - spectra: the spectra with the names of their networks; at least one.
  ///   - settings: what they were computed with, in words.
  /// - Returns: the figure.
  public static func spectra(
    _ spectra: [(name: String, spectrum: FisherSpectrum)], settings: String
  ) -> Figure {
    let series = spectra.map { name, spectrum in
      LineChart.Series(
        "\(name), entropy \(decimals(spectrum.entropy, 3))",
        spectrum.eigenvalues.enumerated().map { Point(Double($0 + 1), $1) })
    }
    // What is zero up to rounding would take most of a logarithmic axis.
    let largest = series.flatMap(\.points).map(\.y).max() ?? 1
    let shown = series.map { line in
      LineChart.Series(line.name, line.points.filter { $0.y > largest * 1e-16 })
    }
    let left = series.map(\.points.count).reduce(0, +) - shown.map(\.points.count).reduce(0, +)
    let count = spectra.map(\.spectrum.eigenvalues.count).max() ?? 1
    return Figure(
      name: "spectrum", title: "Fisher spectra",
      caption: "Eigenvalues of the Fisher information in ascending order; \(settings)."
        + (left > 0 ? " \(left) that vanish up to rounding are not drawn." : ""),
      panels: [
        LineChart(
          title: "Eigenvalues of the Fisher information",
          x: Axis("position in ascending order", Scale(covering: [0, Double(count)], ticks: 8)),
          y: Axis("eigenvalue", Scale(.logarithmic, covering: shown.flatMap(\.points).map(\.y))),
          series: shown
        ).scene(width: 720, plotHeight: 320)
      ], columns: 1)
  }
}
