public import Scoring

/// FlexiBERT as it is searched: architectures drawn uniformly, then one choice changed.
public struct FlexiBERTDomain: SearchDomain {
  /// The networks.
  public let space: FlexiBERTSpace

  /// Creates a domain.
  public init(space: FlexiBERTSpace) { self.space = space }

  /// An architecture with a width, a number of layers, and the choices of its layers, drawn one after another.
  public func founder(using generator: inout some IndexGenerator) -> FlexiBERTArchitecture {
    let hidden = generator.element(of: FlexiBERTArchitecture.hiddenChoices)
    let count = generator.element(of: FlexiBERTArchitecture.layerCounts)
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
      let count = generator.element(of: FlexiBERTArchitecture.layerCounts, otherThan: layers.count)
      layers = Array(layers.prefix(count))
      while layers.count < count { layers.append(layer(using: &generator)) }
    case 1:
      hidden = generator.element(of: FlexiBERTArchitecture.hiddenChoices, otherThan: hidden)
    default:
      var layer = layers[place]
      switch (number - 2) % 4 {
      case 0:
        layer.operation = generator.element(
          of: FlexiBERTOperation.allCases, otherThan: layer.operation)
      case 1:
        layer.heads = generator.element(
          of: FlexiBERTArchitecture.headChoices, otherThan: layer.heads)
      case 2:
        layer.width = generator.element(
          of: FlexiBERTArchitecture.widthChoices, otherThan: layer.width)
      default:
        layer.depth = generator.element(
          of: FlexiBERTArchitecture.depthChoices, otherThan: layer.depth)
      }
      layers[place] = layer
    }
    return FlexiBERTArchitecture(unchecked: hidden, layers)
  }

  private func layer(
    using generator: inout some IndexGenerator
  ) -> FlexiBERTArchitecture.Layer {
    FlexiBERTArchitecture.Layer(
      operation: generator.element(of: FlexiBERTOperation.allCases),
      heads: generator.element(of: FlexiBERTArchitecture.headChoices),
      width: generator.element(of: FlexiBERTArchitecture.widthChoices),
      depth: generator.element(of: FlexiBERTArchitecture.depthChoices))
  }
}
