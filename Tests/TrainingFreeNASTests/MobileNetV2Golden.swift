import Foundation
import TestSupport
import Testing

@testable import Networks
@testable import Spaces

/// `Golden/mbv2-golden.json`: counts, tables and the logged search of the MobileNetV2 space.
struct MobileNetV2Golden: Decodable, Sendable {
  /// A network with the counts of the reference.
  struct Network: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let structure: String
    let resolution: Int
    let classes: Int
    let blocks: Int
    let constraint_layers: Int
    let feature_maps: Int
    let stage_shapes: [[Int]]
    let plain: Counts
    let with_se: Counts

    var testDescription: String { id }

    private enum CodingKeys: String, CodingKey {
      case id, structure, resolution, classes, blocks, constraint_layers, feature_maps
      case stage_shapes, with_se
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(String.self, forKey: .id)
      structure = try container.decode(String.self, forKey: .structure)
      resolution = try container.decode(Int.self, forKey: .resolution)
      classes = try container.decode(Int.self, forKey: .classes)
      blocks = try container.decode(Int.self, forKey: .blocks)
      constraint_layers = try container.decode(Int.self, forKey: .constraint_layers)
      feature_maps = try container.decode(Int.self, forKey: .feature_maps)
      stage_shapes = try container.decode([[Int]].self, forKey: .stage_shapes)
      with_se = try container.decode(Counts.self, forKey: .with_se)
      plain = try Counts(from: decoder)
    }

    var space: MobileNetV2Space { MobileNetV2Space(classes: classes, resolution: resolution) }
  }

  struct Counts: Decodable, Hashable, Sendable {
    let params: Int
    let flops: Int
    let model_size_reference: Int
    let macs_conv_linear: Int
    let flops_profiler: Int
    let conv_layers: Int
    let bn_layers: Int
    let linear_layers: Int
    let named_parameter_tensors: Int
  }

  struct Rejected: Decodable, Sendable {
    struct Item: Decodable, Sendable {
      let structure: String
      let constraint_layers: Int
      let flops: Int
      let reason: String
    }
    let budget_flops: Int
    let max_layers: Int
    let classes: Int
    let resolution: Int
    let items: [Item]
  }

  struct Mutation: Decodable, Sendable {
    struct CandidateList: Decodable, Sendable {
      let structure: String
      let block_index: Int
      let block: String
      let distinct_candidates: Int
      let weighted_total: Int
    }
    let channel_choices: [String: [Int]]
    let sublayer_choices: [String: [Int]]
    let block_type_weights: [String: Int]
    let candidate_lists: [CandidateList]
    let round_to_8: [String: Int]
  }

  struct RankExample: Decodable, Sendable {
    let scores: [String: [ReferenceNumber]]
    let ranks: [String: [Double]]
    let aggregate: [Double]
    let order_best_first: [Int]
  }

  struct ParameterSampling: Decodable, Sendable {
    let sorted_indices: [String: [Int]]
    let first_16_in_draw_order: [String: [Int]]
  }

  struct Replay: Decodable, Sendable {
    struct Step: Decodable, Sendable {
      struct Recorded: Decodable, Sendable {
        let flops: Int
        let named_parameter_tensors: Int
        let constraint_layers: Int
        let expressivity: ReferenceNumber
        let progressivity: ReferenceNumber
        let trainability: ReferenceNumber
        let vkdnw_entropy: Double
        /// The quantiles at 0 to 0.8 of the eigenvalues of VKDNW.
        let eigen_quantiles_0_to_8: [Double]
      }
      /// The place of the parent among those accepted, `nil` for the start.
      let parent: Int?
      let replacement_draws: Int
      let child: String
      let constraint_layers: Int
      let flops: Int
      let accepted: Bool
      let recorded: Recorded?

      private enum CodingKeys: String, CodingKey {
        case parent, replacement_draws, child, constraint_layers, flops, accepted, recorded
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        parent = try? container.decode(Int.self, forKey: .parent)
        if parent == nil {
          try #require(try container.decode(String.self, forKey: .parent) == "initial")
        }
        replacement_draws = try container.decode(Int.self, forKey: .replacement_draws)
        child = try container.decode(String.self, forKey: .child)
        constraint_layers = try container.decode(Int.self, forKey: .constraint_layers)
        flops = try container.decode(Int.self, forKey: .flops)
        accepted = try container.decode(Bool.self, forKey: .accepted)
        recorded = try container.decodeIfPresent(Recorded.self, forKey: .recorded)
      }
    }
    let seed: UInt64
    let initial_structure: String
    let budget_flops: Int
    let accepted_layer_counts: [Int]
    let classes: Int
    let resolution: Int
    let steps: [Step]
  }

  let networks: [Network]
  let rejected_examples: Rejected
  let mutation: Mutation
  let rank_aggregation_example: RankExample
  let parameter_sampling: ParameterSampling
  let search_replay: Replay

  /// The file, read once; a test that needs it fails where it cannot be read.
  static let loaded = Result {
    let url = try #require(
      Bundle.module.url(forResource: "Golden/mbv2-golden", withExtension: "json"))
    return try JSONDecoder().decode(MobileNetV2Golden.self, from: Data(contentsOf: url))
  }

  /// Architectures of all kinds that the tests of properties start from.
  static func architectures() throws -> [MobileNetV2Architecture] {
    try loaded.get().networks.map { try MobileNetV2Architecture(parsing: $0.structure) }
  }
}
