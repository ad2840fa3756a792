import Networks
import SpaceFiles
import Testing

/// A published network as a file, with the counts of the module of torchvision 0.28.
///
/// Parameters are those of the module; multiply-adds were counted at 224x224 by hooks on its convolutions, linear
/// layers and attentions, biases left out.
struct PublishedNetwork: CustomTestStringConvertible, Sendable {
  let name: String
  let parameters: Int
  let multiplyAdds: Int
  let text: String

  var testDescription: String { name }

  init(_ name: String, _ parameters: Int, _ multiplyAdds: Int, _ body: String) {
    self.name = name
    self.parameters = parameters
    self.multiplyAdds = multiplyAdds
    text =
      "name: \(name)\ninput: {channels: 3, resolution: 224}\nclasses: 1000\n" + body + "\n"
  }

  private static let residualStem = """
    stem:
      - {block: convolution, width: 64, kernel: 7, stride: 2}
      - {block: max-pool, kernel: 3, stride: 2}
    """

  static let all: [PublishedNetwork] = [
    .init(
      "resnet18", 11_689_512, 1_814_073_344,
      residualStem + """

        stages:
          - {block: residual-basic, depth: 2, width: 64}
          - {block: residual-basic, depth: 2, width: 128, stride: 2}
          - {block: residual-basic, depth: 2, width: 256, stride: 2}
          - {block: residual-basic, depth: 2, width: 512, stride: 2}
        """),
    .init(
      "resnet50", 25_557_032, 4_089_184_256,
      residualStem + """

        stages:
          - {block: residual-bottleneck, depth: 3, width: 256}
          - {block: residual-bottleneck, depth: 4, width: 512, stride: 2}
          - {block: residual-bottleneck, depth: 6, width: 1024, stride: 2}
          - {block: residual-bottleneck, depth: 3, width: 2048, stride: 2}
        """),
    .init(
      "resnext50", 25_028_904, 4_230_479_872,
      residualStem + """

        stages:
          - {block: residual-bottleneck, depth: 3, width: 256, expansion: 2, groups: 32}
          - {block: residual-bottleneck, depth: 4, width: 512, expansion: 2, groups: 32, stride: 2}
          - {block: residual-bottleneck, depth: 6, width: 1024, expansion: 2, groups: 32, stride: 2}
          - {block: residual-bottleneck, depth: 3, width: 2048, expansion: 2, groups: 32, stride: 2}
        """),
    .init(
      "mobilenet-v2", 3_504_872, 300_774_272,
      """
      stem:
        - {block: convolution, width: 32, stride: 2, activation: relu6}
      stages:
        - {block: inverted-residual, width: 16, expansion: 1}
        - {block: inverted-residual, depth: 2, width: 24, stride: 2}
        - {block: inverted-residual, depth: 3, width: 32, stride: 2}
        - {block: inverted-residual, depth: 4, width: 64, stride: 2}
        - {block: inverted-residual, depth: 3, width: 96}
        - {block: inverted-residual, depth: 3, width: 160, stride: 2}
        - {block: inverted-residual, width: 320}
      head:
        - {block: convolution, width: 1280, kernel: 1, activation: relu6}
      """),
    .init(
      "mobilenet-v3-large", 5_483_032, 216_589_760,
      """
      blocks:
        gated:
          parameters: {width: input, expansion: 6, kernel: 5, stride: 1, activation: hard-swish}
          steps:
            - {block: inverted-residual, width: width, expansion: expansion, kernel: kernel, stride: stride,
               activation: activation, squeeze-excitation: 0.25, divisor: 8, gate: hard-sigmoid}
      stem:
        - {block: convolution, width: 16, stride: 2, activation: hard-swish}
      stages:
        - {block: inverted-residual, width: 16, expansion: 1, activation: relu}
        - {block: inverted-residual, width: 24, expansion: 4, stride: 2, activation: relu}
        - {block: inverted-residual, width: 24, expansion: 3, activation: relu}
        - {block: gated, depth: 3, width: 40, expansion: 3, stride: 2, activation: relu}
        - {block: inverted-residual, width: 80, expansion: 6, stride: 2, activation: hard-swish}
        - {block: inverted-residual, width: 80, expansion: 2.5, activation: hard-swish}
        - {block: inverted-residual, depth: 2, width: 80, expansion: 2.3, activation: hard-swish}
        - {block: gated, depth: 2, width: 112, kernel: 3}
        - {block: gated, depth: 3, width: 160, stride: 2}
      head:
        - {block: convolution, width: 960, kernel: 1, activation: hard-swish}
        - global-pool
        - {block: linear, width: 1280, activation: hard-swish}
      """),
    .init(
      "convnext-tiny", 28_589_128, 4_455_531_264,
      """
      stem:
        - {block: convolution, width: 96, kernel: 4, stride: 4, padding: 0, normalization: layer, activation: none, bias: true}
      stages:
        - {block: convnext, depth: 3}
        - {block: convnext, depth: 3, width: 192, stride: 2}
        - {block: convnext, depth: 9, width: 384, stride: 2}
        - {block: convnext, depth: 3, width: 768, stride: 2}
      head:
        - global-pool
        - {block: normalization, kind: layer}
      """),
    .init(
      "densenet121", 7_978_856, 2_834_161_664,
      residualStem + """

        stages:
          - {block: dense, depth: 6}
          - transition
          - {block: dense, depth: 12}
          - transition
          - {block: dense, depth: 24}
          - transition
          - {block: dense, depth: 16}
        head:
          - normalization
          - activation
        """),
    .init(
      "vit-b-16", 86_567_656, 17_563_828_224,
      """
      stem:
        - {block: patch-embedding, width: 768, patch: 16}
      stages:
        - {block: transformer, depth: 12, heads: 12}
      head:
        - {block: normalization, kind: layer}
      """),
  ]
}

@Suite struct ReferenceTests {
  @Test(arguments: PublishedNetwork.all)
  func countsAreThoseOfTheModule(_ published: PublishedNetwork) throws {
    let space = try Examples.space(text: published.text)
    let count = NetworkCount(try space.network(for: space.architecture(parsing: "fixed")))
    #expect(count.parameters == published.parameters)
    #expect(count.multiplyAdds - count.biasAdds == published.multiplyAdds)
  }
}
