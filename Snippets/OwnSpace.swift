// A search space of one's own: an architecture, its text, and the network that it builds.
import TrainingFreeNAS

/// Residual networks of one to four blocks with a width of their own.
struct SmallResidualSpace: SearchSpace {
  struct Architecture: Hashable, Sendable, LosslessStringConvertible {
    var widths: [Int]
    var description: String { widths.map(String.init).joined(separator: "-") }

    init(_ widths: [Int]) { self.widths = widths }
    init?(_ text: String) {
      let widths = text.split(separator: "-").compactMap { Int($0) }
      guard (1...4).contains(widths.count), widths.allSatisfy({ (4...64).contains($0) }) else {
        return nil
      }
      self.widths = widths
    }
  }

  static let name = "small-residual"
  var settings: [String: SettingValue] { ["classes": .integer(10)] }

  func network(for architecture: Architecture) throws(NetworkError) -> Network {
    var builder = NetworkBuilder(input: Shape(channels: 3, height: 16, width: 16))
    var (end, channels) = (0, 3)
    for (number, width) in architecture.widths.enumerated() {
      let name = "block\(number)"
      let convolved = try builder.add(
        Convolution(inChannels: channels, outChannels: width, kernel: 3, padding: 1), end,
        name: "\(name).conv")
      let normalized = try builder.add(
        BatchNormalization(channels: width), convolved, name: "\(name).norm")
      let active = try builder.add(ReLU(), normalized, name: "\(name).relu")
      end =
        width == channels
        ? try builder.add(Sum(), end, active, name: "\(name).sum") : active
      channels = width
      builder.endBlock()
    }
    let means = try builder.add(GlobalAveragePool(), end, name: "means")
    try builder.add(Linear(inFeatures: channels, outFeatures: 10), means, name: "head")
    return builder.build()
  }
}

let architectures = [[8, 8], [16, 16], [8, 16, 32], [16, 16, 16, 16]].map(
  SmallResidualSpace.Architecture.init)
let evaluator = Evaluator(
  space: SmallResidualSpace(), proxies: [VKDNW(), NASWOT(), ParameterCount()],
  settings: ScoringSettings(batch: 8), seed: 1, threads: 2)
var columns: [String: [Score]] = [:]
try evaluator.run(architectures) { architecture, records in
  print(architecture, records.map { "\($0.proxy) \($0.score)" }.joined(separator: ", "))
}
