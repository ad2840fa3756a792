import Foundation
import TestSupport

/// The reference values of `Golden/metrics-golden.json`, from SciPy, scikit-learn and pandas.
struct Golden: Decodable {
  var toy: [String: Toy]
  var ties: Ties
  var ndcgTies: GainTies
  var aggregation: Aggregation

  struct Toy: Decodable {
    var score: [Double]
    var accuracy: [Double]
    var kendall: Kendall
    var spearman: Spearman
    var ndcgByP: [String: Double]
  }

  struct Kendall: Decodable {
    var tauB: Double
    var pValue: Double
  }

  struct Spearman: Decodable {
    var rho: Double
    var pValue: Double
  }

  struct Ties: Decodable {
    var x: [Double]
    var y: [Double]
    var concordant: Int
    var discordant: Int
    var tiesOnlyX: Int
    var tiesOnlyY: Int
    var kendall: Kendall
    var spearman: Spearman
    var averageRanksX: [Double]
    var averageRanksY: [Double]
  }

  struct GainTies: Decodable {
    var accuracy: [Double]
    var score: [Double]
    var byP: [String: Range]

    struct Range: Decodable {
      var tieAveraged: Double
      var minOverTieOrders: Double
      var maxOverTieOrders: Double
    }
  }

  struct Aggregation: Decodable {
    var layers: [Double]
    var entropy: [Double]
    var jacov: [Double?]
    var expressivity: [ReferenceNumber]
    var trainability: [ReferenceNumber]
    var flops: [Double]
    var ranks: [String: [Double]]
    var logSum: [Double]
    var product: [Double]
  }

  static func load() throws -> Golden {
    let url = Bundle.module.bundleURL.appendingPathComponent("Golden/metrics-golden.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Golden.self, from: Data(contentsOf: url))
  }
}

/// The golden numbers have twelve significant digits.
func agrees(_ value: Double?, _ golden: Double, tolerance: Double = 1e-11) -> Bool {
  guard let value else { return false }
  return abs(value - golden) <= tolerance * max(abs(golden), 1e-30)
}
