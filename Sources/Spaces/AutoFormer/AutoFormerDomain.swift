public import Scoring

/// A size of AutoFormer as it is searched: architectures drawn uniformly, then one choice changed.
public struct AutoFormerDomain: SearchDomain {
  /// The networks.
  public let space: AutoFormerSpace

  /// Creates a domain.
  public init(space: AutoFormerSpace) { self.space = space }

  /// What architectures choose from.
  private var size: AutoFormerSize { space.size }

  /// An architecture with a depth, a width, and heads and ratios of its layers, drawn one after another.
  public func founder(using generator: inout some IndexGenerator) -> AutoFormerArchitecture {
    let depth = generator.element(of: size.depths)
    let embedding = generator.element(of: size.embeddings)
    return AutoFormerArchitecture(
      unchecked: embedding, (0..<depth).map { _ in layer(using: &generator) })
  }

  /// The parent with one choice changed.
  ///
  /// Depth, width, and the heads and the ratio of each layer are equally likely to change. Layers are added and taken away at the end.
  public func child(
    of parent: AutoFormerArchitecture, using generator: inout some IndexGenerator
  ) -> AutoFormerArchitecture {
    var layers = parent.layers
    var embedding = parent.embedding
    let choice = generator.index(below: 2 + 2 * layers.count)
    switch choice {
    case 0:
      let depth = generator.element(of: size.depths, otherThan: layers.count)
      layers = Array(layers.prefix(depth))
      while layers.count < depth { layers.append(layer(using: &generator)) }
    case 1: embedding = generator.element(of: size.embeddings, otherThan: embedding)
    default:
      let place = (choice - 2) / 2
      if choice.isMultiple(of: 2) {
        layers[place].heads = generator.element(of: size.heads, otherThan: layers[place].heads)
      } else {
        layers[place].ratio = generator.element(of: size.ratios, otherThan: layers[place].ratio)
      }
    }
    return AutoFormerArchitecture(unchecked: embedding, layers)
  }

  private func layer(
    using generator: inout some IndexGenerator
  ) -> AutoFormerArchitecture.Layer {
    AutoFormerArchitecture.Layer(
      heads: generator.element(of: size.heads),
      ratio: generator.element(of: size.ratios))
  }
}
