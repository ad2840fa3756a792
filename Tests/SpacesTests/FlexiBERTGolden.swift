import Foundation
import Networks
import PlainTwins
import Testing

@testable import Spaces

/// The entries of `Fixtures/flexibert-golden.json`.
struct FlexiBERTGolden: Decodable, Sendable {
  /// Counts of one network.
  struct Counts: Decodable, Sendable {
    var hidden: Int
    var layers: [String]
    /// Whether widths are those of the published column of parameters.
    var isPublished: Bool
    var tokens: Int
    var parameters: Int
    var parametersWithoutEmbeddings: Int
    var tensors: Int
    var weightLayers: Int
    var macs: Int
    var output: [Int]
  }

  /// What an encoder with prescribed numbers makes of two sentences of 16 tokens.
  struct Numeric: Decodable, Sendable {
    var hidden: Int
    var layers: [String]
    /// The first elements of the first token of the first sentence.
    var first: [Double]
    /// The last elements of the last token of the second sentence.
    var last: [Double]
    var sumOfAbsolute: Double
  }

  /// Names and shapes of the parameters of an encoder's layers.
  struct State: Decodable, Sendable {
    var hidden: Int
    var layers: [String]
    var names: [String]
    var shapes: [[Int]]
  }

  var networks: [Counts]
  var numeric: [Numeric]
  var state: [State]

  /// All entries.
  static func read() throws -> FlexiBERTGolden {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/flexibert-golden", withExtension: "json"))
    return try JSONDecoder().decode(FlexiBERTGolden.self, from: Data(contentsOf: url))
  }

  /// An architecture, which may have a single layer.
  static func architecture(_ hidden: Int, _ layers: [String]) throws -> FlexiBERTArchitecture {
    // No architecture of the space has one layer, so it is read twice.
    let list = layers.count == 1 ? layers + layers : layers
    let read = try FlexiBERTArchitecture(
      parsing: "\(hidden),[\(list.joined(separator: ", "))]")
    return FlexiBERTArchitecture(unchecked: hidden, Array(read.layers.prefix(layers.count)))
  }
}

/// Prescribed numbers of encoders, in which the embeddings of words are the first tensor.
enum FlexiBERTNumbers {
  /// Numbers of all parameters behind the embeddings of words, in double precision.
  static func parameters(of network: Network) -> [[Double]] {
    network.parameters.enumerated().map { position, spec in
      (0..<spec.count).map { place in
        let number = PrescribedNumbers.number(tensor: UInt64(position + 2), place: place)
        return switch spec.role {
        case .weight(let fanIn): number * (6 / Double(fanIn)).squareRoot()
        case .scale: 1 + 0.1 * number
        case .bias, .shift, .constant, .normal: 0.1 * number
        }
      }
    }
  }

  /// The embeddings of two sentences, looked up in the table of words.
  static func sentences(tokens: Int) -> [Double] {
    (0..<2).flatMap { sentence in
      (0..<tokens).flatMap { token in
        let word = (7919 * token + 13 + 101 * sentence) % FlexiBERTSpace.words
        return (0..<FlexiBERTSpace.embedding).map { place in
          0.1
            * PrescribedNumbers.number(
              tensor: 1, place: word * FlexiBERTSpace.embedding + place)
        }
      }
    }
  }
}
