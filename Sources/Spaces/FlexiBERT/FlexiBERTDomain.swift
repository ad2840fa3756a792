public import Scoring

/// FlexiBERT as it is searched: architectures drawn uniformly, then one choice changed.
public struct FlexiBERTDomain: SearchDomain {
  /// The networks.
  public let space: FlexiBERTSpace

  /// Creates a domain.
  public init(space: FlexiBERTSpace) { self.space = space }

  /// An architecture with a width, a number of layers, and the choices of its layers, drawn one after another.
  public func founder(using generator: inout some IndexGenerator) -> FlexiBERTArchitecture {
    let hidden = choice(of: FlexiBERTArchitecture.hiddenChoices, using: &generator)
    let count = choice(of: FlexiBERTArchitecture.layerCounts, using: &generator)
    return FlexiBERTArchitecture(
      unchecked: hidden, (0..<count).map { _ in layer(using: &generator) })
  }

  /// The parent with one choice changed.
  ///
  /// The number of layers, the width of tokens, and the operation, the heads, the width and the depth of each layer
  /// are equally likely to change. Layers are added and taken away at the end.
  public func child(
    of parent: FlexiBERTArchitecture, using generator: inout some IndexGenerator
  ) -> FlexiBERTArchitecture {
    var layers = parent.layers
    var hidden = parent.hidden
    let number = generator.index(below: 2 + 4 * layers.count)
    let place = (number - 2) / 4
    switch number {
    case 0:
      let count = other(
        than: layers.count, of: FlexiBERTArchitecture.layerCounts, using: &generator)
      layers = Array(layers.prefix(count))
      while layers.count < count { layers.append(layer(using: &generator)) }
    case 1:
      hidden = other(than: hidden, of: FlexiBERTArchitecture.hiddenChoices, using: &generator)
    default:
      var layer = layers[place]
      switch (number - 2) % 4 {
      case 0:
        layer.operation = other(
          than: layer.operation, of: FlexiBERTOperation.allCases, using: &generator)
      case 1:
        layer.heads = other(
          than: layer.heads, of: FlexiBERTArchitecture.headChoices, using: &generator)
      case 2:
        layer.width = other(
          than: layer.width, of: FlexiBERTArchitecture.widthChoices, using: &generator)
      default:
        layer.depth = other(
          than: layer.depth, of: FlexiBERTArchitecture.depthChoices, using: &generator)
      }
      layers[place] = layer
    }
    return FlexiBERTArchitecture(unchecked: hidden, layers)
  }

  private func layer(
    using generator: inout some IndexGenerator
  ) -> FlexiBERTArchitecture.Layer {
    FlexiBERTArchitecture.Layer(
      operation: choice(of: FlexiBERTOperation.allCases, using: &generator),
      heads: choice(of: FlexiBERTArchitecture.headChoices, using: &generator),
      width: choice(of: FlexiBERTArchitecture.widthChoices, using: &generator),
      depth: choice(of: FlexiBERTArchitecture.depthChoices, using: &generator))
  }

  private func choice<Choice>(
    of choices: [Choice], using generator: inout some IndexGenerator
  ) -> Choice {
    choices[generator.index(below: choices.count)]
  }

  private func other<Choice: Equatable>(
    than choice: Choice, of choices: [Choice], using generator: inout some IndexGenerator
  ) -> Choice {
    self.choice(of: choices.filter { $0 != choice }, using: &generator)
  }
}
