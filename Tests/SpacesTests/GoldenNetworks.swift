import Networks
import Testing

@testable import Spaces

/// The networks of golden entries.
enum GoldenNetworks {
  /// The network of an entry that gives counts.
  static func network(_ space: String, _ golden: SpaceGolden.Counts) throws -> Network {
    let side = golden.input[1]
    let classes = golden.output[0]
    let text = golden.architecture ?? ""
    switch space {
    case "nasbench_macro":
      return try NASBenchMacroSpace(classes: classes, resolution: side)
        .network(for: NASBenchMacroArchitecture(parsing: text))
    case "transnas101_micro":
      return try TransNASMicroSpace(classes: classes, resolution: side)
        .network(for: TransNASMicroArchitecture(parsing: text))
    case "transnas101_macro":
      return try TransNASMacroSpace(classes: classes, resolution: side)
        .network(for: TransNASMacroArchitecture(parsing: text))
    case "nasbench101":
      return try NASBench101Space(classes: classes, resolution: side)
        .network(for: NASBench101Architecture(parsing: text))
    case "nats_size":
      return try NATSBenchSizeSpace(classes: classes, resolution: side)
        .network(for: NATSBenchSizeArchitecture(parsing: text))
    case "darts":
      // Trained networks are named by their sizes alone.
      let sizes: [String: (width: Int, cells: Int)] = [
        "nasbench301": (32, 8), "small": (16, 8), "full without auxiliary": (36, 20),
      ]
      let size = try #require(sizes[golden.network ?? ""])
      return try DARTSSpace(
        width: size.width, cells: size.cells, classes: classes, resolution: side
      ).network(for: DARTSArchitecture(parsing: text))
    default:
      return try AutoFormerSpace(size: .tiny, classes: classes, resolution: side).network(
        for: autoFormer(golden.embed_dim, golden.heads, golden.mlp_ratio))
    }
  }

  /// The network of an entry that gives logits.
  static func network(_ space: String, _ golden: SpaceGolden.Numeric) throws -> Network {
    let side = golden.input[1]
    let text = golden.architecture ?? ""
    switch space {
    case "nasbench_macro":
      return try NASBenchMacroSpace(resolution: side)
        .network(for: NASBenchMacroArchitecture(parsing: text))
    case "transnas101_micro":
      return try TransNASMicroSpace(resolution: side)
        .network(for: TransNASMicroArchitecture(parsing: text))
    case "transnas101_macro":
      return try TransNASMacroSpace(
        resolution: side, shortcutEpsilon: #require(golden.shortcut_epsilon)
      ).network(for: TransNASMacroArchitecture(parsing: text))
    case "nasbench101":
      return try NASBench101Space(resolution: side)
        .network(for: NASBench101Architecture(parsing: text))
    case "nats_size":
      return try NATSBenchSizeSpace(resolution: side)
        .network(for: NATSBenchSizeArchitecture(parsing: text))
    case "darts":
      return try DARTSSpace(
        width: #require(golden.channels), cells: #require(golden.cells),
        hasStem: golden.stem ?? true, resolution: side
      ).network(for: DARTSArchitecture(parsing: text))
    default:
      return try AutoFormerSpace(
        size: .tiny, resolution: side, hasRelativePositions: golden.relative ?? true,
        maximumDistance: golden.max_relative_position ?? 14, readsMean: golden.mean_pool ?? true
      ).network(for: autoFormer(golden.embed_dim, golden.heads, golden.mlp_ratio))
    }
  }

  private static func autoFormer(
    _ embedding: Int?, _ heads: [Int]?, _ ratios: [Double]?
  ) throws -> AutoFormerArchitecture {
    let layers = zip(try #require(heads), try #require(ratios)).map {
      AutoFormerArchitecture.Layer(heads: $0, ratio: $1)
    }
    return AutoFormerArchitecture(unchecked: try #require(embedding), layers)
  }
}
