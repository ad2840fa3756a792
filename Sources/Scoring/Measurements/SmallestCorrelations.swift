internal import Networks
package import Tensors

/// The smallest eigenvalue of the correlation of the channels of each output, for a single image.
package struct SmallestCorrelations: Measurement {
  /// The outputs.
  package let entries: [FeatureTrace.Entry]
  /// How many channels are drawn of each, `nil` for all.
  package let drawn: Int?

  /// The eigenvalues of some outputs.
  package init(of entries: [FeatureTrace.Entry], drawn: Int? = nil) {
    self.entries = entries
    self.drawn = drawn
  }

  /// The eigenvalue of each output, 0 or more, times the part of the channels that was not drawn away;
  /// `nil` where a feature is not finite.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Double?] {
    let precision = candidate.compute.precision
    return try SingleImage.numbers(of: entries, candidate) { entry, map throws(BackendError) in
      guard let drawn else { return try Self.smallest(map, roundedTo: precision) }
      let channels = Self.channels(drawn, of: entry, candidate)
      let rows = channels.flatMap { map.rows($0..<$0 + 1).values }
      let part = Matrix(rows: channels.count, columns: map.columns, values: rows)
      let factor = Double(map.rows) / Double(channels.count)
      return try factor * Self.smallest(part, roundedTo: precision)
    }
  }

  /// The smallest eigenvalue of the correlation of the rows, 0 where it has not full rank: a row does not
  /// vary, or there are as many rows as columns or more, whose deviations span one dimension less.
  package static func smallest(
    _ rows: Matrix, roundedTo precision: Precision
  ) throws(BackendError) -> Double {
    guard rows.rows < rows.columns,
      let correlation = RowCorrelation(rows, roundedTo: precision)
    else { return 0 }
    return max(try correlation.matrix.symmetricEigenvalues().first ?? 0, 0)
  }

  /// Some channels of an output, drawn without replacement: the same for all networks of a run.
  package static func channels(
    _ count: Int, of entry: FeatureTrace.Entry, _ candidate: Candidate
  ) -> [Int] {
    let stream = RandomStream(
      seed: candidate.seed, text: "", purpose: "channels \(candidate.initialization)",
      index: entry.number)
    // Those with the smallest words: every choice is as likely as any other.
    let channels = 0..<candidate.network.nodes[entry.node].shape.channels
    let order = channels.map { (stream.word(at: $0), $0) }.sorted { $0 < $1 }
    return order.prefix(count).map(\.1)
  }
}
