internal import Derivatives
internal import Formats
internal import Networks
package import Tensors

/// Numbers of the feature maps of one image, as MeCo and Dextr take them.
package enum SingleImage {
  /// The first image of the noise, with batch normalisation over it alone.
  package static let point = CandidatePoint(.uniformFanIn, .noise, images: 1)

  /// A number for each of some outputs, which workers share.
  ///
  /// - Parameters:
  ///   - entries: the outputs.
  ///   - candidate: the candidate.
  ///   - body: a number of a feature map, a channel a row and a place a column. It is not called for maps
  ///     that vanish. Called by several threads.
  /// - Returns: the number of each entry, 0 where its map vanishes, `nil` where it is not finite.
  /// - Throws: `BackendError` when a library call fails.
  package static func numbers(
    of entries: [FeatureTrace.Entry], _ candidate: Candidate,
    _ body: (FeatureTrace.Entry, Matrix) throws(BackendError) -> Double
  ) throws(BackendError) -> [Double?] {
    let linearization = try candidate.linearization(at: point)
    let network = linearization.network
    let isVanishing = VanishingNodes.flags(
      of: linearization, parameters: candidate.parameters(point.initializer))
    let parts = entries.map { _ in Part() }
    let groups = NodeGroups.groups(Array(entries.indices)) {
      network.nodes[entries[$0].node].shape.count * MemoryLayout<Double>.size
    }
    for group in groups {
      let maps = group.map { place in
        let shape = network.nodes[entries[place].node].shape
        return Matrix(
          rows: shape.channels, columns: shape.area,
          values: linearization.rows(of: entries[place].node).values)
      }
      candidate.compute.team.run(
        costs: maps.map { Double(min($0.rows, $0.columns) * $0.rows * $0.columns) }
      ) { number in
        let place = group[number]
        let entry = entries[place]
        guard maps[number].values.allSatisfy(\.isFinite) else { return }
        do throws(BackendError) {
          parts[place].number = .success(
            isVanishing[entry.node] ? 0 : try body(entry, maps[number]))
        } catch { parts[place].number = .failure(error) }
      }
    }
    var result: [Double?] = []
    for part in parts { result.append(try part.number.get()) }
    return result
  }

  /// The sum of a number over the outputs of a network, undefined where one is not finite.
  ///
  /// - Parameters:
  ///   - candidate: the candidate.
  ///   - countsModules: whether all outputs count as often as modules of the published implementation
  ///     return them, and not features alone and once.
  ///   - measurement: what measures the numbers of outputs.
  /// - Returns: the sum.
  /// - Throws: `BackendError` when a library call fails.
  static func sum<M: Measurement>(
    of candidate: Candidate, countsModules: Bool, _ measurement: ([FeatureTrace.Entry]) -> M
  ) throws(BackendError) -> Score where M.Value == [Double?] {
    let network = candidate.network
    let trace = FeatureTrace(network)
    if countsModules, !trace.hasModules {
      return .undefined("the modules of the published implementation are those of NAS-Bench-201")
    }
    var sum = 0.0
    // The features by themselves: they are the same measurement for both sums.
    let parts = countsModules ? [trace.features, trace.others] : [trace.features]
    for entries in parts {
      for (entry, number) in zip(entries, try candidate.value(of: measurement(entries))) {
        guard let number else {
          return .undefined("the features of \(network.nodes[entry.node].name) are not finite")
        }
        sum += countsModules ? Double(entry.modules) * number : number
      }
    }
    return .value(sum)
  }

  /// The settings of a proxy over a single image: whatever the minibatch has, it is the first.
  ///
  /// The initializer is among them because records of `meco` without it are those of an earlier sum, over
  /// convolutions alone with Kaiming's weights.
  static func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings.filter { $0.key != "batch" }
      .merging(["initializer": .text(point.initializer.rawValue)]) { $1 }
  }

  private final class Part {
    var number = Result<Double?, BackendError>.success(nil)
  }
}
