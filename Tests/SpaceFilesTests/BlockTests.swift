import Derivatives
import Networks
import Scoring
import Tensors
import Testing

@testable import SpaceFiles

/// A step for every block of the library, in ways that take all of its code.
struct BlockExample: CustomTestStringConvertible, Sendable {
  let text: String
  let isTokens: Bool

  var testDescription: String { text }

  init(_ text: String, tokens: Bool = false) {
    self.text = text
    isTokens = tokens
  }

  /// A small grey image that is no square.
  var file: String {
    let first =
      isTokens ? "{block: patch-embedding, patch: 4, width: 12}" : "{block: convolution, width: 8}"
    return Examples.small(
      "- \(first)\n- \(text)", input: "{channels: 1, height: 16, width: 12}")
  }

  static let all: [BlockExample] = [
    .init("{block: convolution, width: 12, kernel: 5, stride: 2}"),
    .init("{block: convolution, groups: 4, dilation: 2, normalization: group, activation: gelu}"),
    .init("{block: convolution, groups: depthwise, normalization: none, activation: tanh}"),
    .init("{block: convolution, order: pre, padding: 0, bias: true, activation: silu}"),
    .init("{block: depthwise-separable, width: 12, stride: 2, normalization: instance}"),
    .init("{block: residual-basic, depth: 2, width: 12, stride: 2, squeeze-excitation: 0.25}"),
    .init("{block: residual-basic, width: 12, stride: 2, shortcut: pooled, normalization: layer}"),
    .init("{block: residual-bottleneck, depth: 2, width: 16, expansion: 2, stride: 2, groups: 2}"),
    .init("{block: inverted-residual, depth: 2, expansion: 3, kernel: 5}"),
    .init(
      "{block: inverted-residual, width: 12, expansion: 1, stride: 2, squeeze-excitation: 0.5, gate: hard-sigmoid, activation: hard-swish}"
    ),
    .init("{block: convnext, depth: 2, width: 12, kernel: 3, stride: 2, layer-scale: 0.5}"),
    .init("{block: convnext, kernel: 3, layer-scale: 0}"),
    .init("{block: dense, depth: 3, growth: 6}"),
    .init("{block: dense, growth: 6, expansion: 0, activation: elu}"),
    .init("{block: transition, activation: mish}"),
    .init("{block: transition, width: 6, normalization: none}"),
    .init("{block: squeeze-excitation, ratio: 0.5}"),
    .init("{block: max-pool, kernel: 3, stride: 2}"),
    .init("{block: average-pool, kernel: 2}"),
    .init("{block: global-pool, kind: maximum}"),
    .init("{block: normalization, kind: layer}"),
    .init("{block: activation, kind: leaky-relu}"),
    .init("identity"),
    .init("zero"),
    .init("{block: patch-embedding, width: 12, patch: 4, class-token: false, positions: false}"),
    .init("{block: transformer, depth: 2, heads: 3}", tokens: true),
    .init(
      "{block: transformer, heads: 2, head-width: 5, mlp-ratio: 1.5, normalization: rms, bias: false}",
      tokens: true),
    .init("{block: global-pool, kind: average}", tokens: true),
    .init("{block: linear, width: 6, normalization: layer, activation: relu6}", tokens: true),
    .init("{block: linear, width: 6, normalization: rms, bias: false}", tokens: true),
  ]
}

@Suite struct BlockTests {
  @Test func everyBlockIsTested() {
    for kind in AllBlocks.kinds {
      #expect(
        BlockExample.all.contains {
          $0.text == kind.name || $0.text.contains("block: \(kind.name),")
        },
        "\(kind.name)")
    }
  }

  /// Scores from both engines, with one worker and with two.
  @Test(arguments: BlockExample.all)
  func bothEnginesRunIt(_ example: BlockExample) throws {
    let space = try Examples.space(text: example.file)
    let architecture = try space.architecture(parsing: "fixed")
    #expect(try space.network(for: architecture).inputShape == [1, 16, 12])
    func scores(threads: Int) throws -> [Score] {
      let evaluator = Evaluator(
        space: space, proxies: [VKDNW(), NASWOT(), GradNorm(), ParameterCount(), FLOPs()],
        settings: ScoringSettings(batch: 4), seed: 3, threads: threads)
      var scores: [Score] = []
      try evaluator.run([architecture]) { _, records in scores += records.map(\.score) }
      return scores
    }
    let one = try scores(threads: 1)
    #expect(try scores(threads: 2) == one)
    #expect(one.count == 5)
    let isConstant = example.text == "zero"
    for (number, score) in one.enumerated() where !isConstant {
      guard case .value(let value) = score else {
        // Networks without an activation that is piecewise linear have no codes.
        #expect(number == 1, "\(score)")
        continue
      }
      #expect(value.isFinite)
    }
  }
}
