internal import Figures
internal import Formats
internal import Networks
internal import Reports
internal import Scoring
internal import Spaces
internal import Tensors

/// The Fisher spectra of some networks, as a figure shows them.
enum Spectra {
  /// Computes spectra of the first initialisation.
  ///
  /// - Parameters:
  ///   - architectures: the networks with the names that they have in the figure.
  ///   - space: their space.
  ///   - settings: batch, precision and axes.
  ///   - seed: the seed of weights and inputs.
  ///   - threads: how many workers share a network.
  /// - Returns: the figure; `nil` where no network has a spectrum, which standard error says.
  /// - Throws: an error of the network's sizes, or of a numerical library.
  static func figure<Space: SearchSpace>(
    of architectures: [(name: String, architecture: Space.Architecture)], in space: Space,
    settings: ScoringSettings, seed: UInt64, threads: Int
  ) throws -> Figure? {
    var settings = settings.resolved(classes: space.commonClasses)
    settings.initializations = 1
    let compute = try Compute(threads: threads, precision: settings.precision)
    var spectra: [(name: String, spectrum: FisherSpectrum)] = []
    for (name, architecture) in architectures {
      let candidate = Candidate(
        architecture: architecture.description, network: try space.network(for: architecture),
        settings: settings, seed: seed, compute: compute)
      guard let spectrum = try candidate.fisherSpectrum(at: .noise) else {
        Diagnostics.say("\(architecture): it has no spectrum: the Fisher information overflows")
        continue
      }
      spectra.append((name, spectrum))
    }
    guard !spectra.isEmpty else { return nil }
    let all = space.settings.merging(settings.fisher.settings) { $1 }
      .merging(["batch": .integer(settings.batch), "seed": .text("\(seed)")]) { $1 }
    let words = all.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return .spectra(
      spectra, settings: words.joined(separator: ", ").replacing("\"", with: ""))
  }
}
