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
    let depth = size.depths[generator.index(below: size.depths.count)]
    let embedding = size.embeddings[generator.index(below: size.embeddings.count)]
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
      let depth = other(than: layers.count, of: size.depths, using: &generator)
      layers = Array(layers.prefix(depth))
      while layers.count < depth { layers.append(layer(using: &generator)) }
    case 1: embedding = other(than: embedding, of: size.embeddings, using: &generator)
    default:
      let place = (choice - 2) / 2
      if choice.isMultiple(of: 2) {
        layers[place].heads = other(
          than: layers[place].heads, of: size.heads, using: &generator)
      } else {
        layers[place].ratio = other(
          than: layers[place].ratio, of: size.ratios, using: &generator)
      }
    }
    return AutoFormerArchitecture(unchecked: embedding, layers)
  }

  private func layer(
    using generator: inout some IndexGenerator
  ) -> AutoFormerArchitecture.Layer {
    AutoFormerArchitecture.Layer(
      heads: size.heads[generator.index(below: size.heads.count)],
      ratio: size.ratios[generator.index(below: size.ratios.count)])
  }

  private func other<Choice: Equatable>(
    than choice: Choice, of choices: [Choice], using generator: inout some IndexGenerator
  ) -> Choice {
    let others = choices.filter { $0 != choice }
    return others[generator.index(below: others.count)]
  }
}
