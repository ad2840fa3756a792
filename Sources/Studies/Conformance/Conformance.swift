public import Networks
package import Scoring
public import Spaces
public import Tensors

/// A network and a minibatch that any implementation can make from the portable generator.
public struct ConformanceConfiguration: Hashable, Sendable {
  /// The cell.
  public var cell: NASBench201Architecture
  /// Channels of the first stage.
  public var width: Int
  /// Cells of each stage.
  public var cells: Int
  /// Classes.
  public var classes: Int
  /// Rows and columns of an image.
  public var resolution: Int
  /// Images.
  public var batch: Int
  /// The element type of activations.
  public var precision: Precision

  /// Creates a configuration; the defaults are the small network of the conformance vectors.
  public init(
    cell: NASBench201Architecture, width: Int = 4, cells: Int = 1, classes: Int = 10,
    resolution: Int = 8, batch: Int = 8, precision: Precision = .double
  ) {
    self.cell = cell
    self.width = width
    self.cells = cells
    self.classes = classes
    self.resolution = resolution
    self.batch = batch
    self.precision = precision
  }

  var skeleton: NASBench201Skeleton {
    NASBench201Skeleton(channels: width, cells: cells, classes: classes, resolution: resolution)
  }

  /// The portable weights of a network: tensor `t` from stream `1000 + t`, scaled by
  /// `sqrt(2 / fan-in)`; scales of normalisations 1, shifts and biases 0.
  public static func parameters(of network: Network) -> Parameters {
    parameters(of: network) { position, spec in
      PortableGenerator.weights(ofTensor: position, count: spec.count, fanIn: spec.fanIn)
    }
  }

  /// The same weights with variance 1.
  static func unitParameters(of network: Network) -> Parameters {
    parameters(of: network) { position, spec in
      PortableGenerator.weights(ofTensor: position).normals(count: spec.count)
    }
  }

  private static func parameters(
    of network: Network, weights: (Int, ParameterSpec) -> [Float]
  ) -> Parameters {
    let values = network.parameters.enumerated().map { position, spec -> [Float] in
      switch spec.role {
      case .weight: weights(position, spec)
      case .scale: [Float](repeating: 1, count: spec.count)
      case .constant(let value): [Float](repeating: value, count: spec.count)
      case .shift, .bias, .normal: [Float](repeating: 0, count: spec.count)
      }
    }
    return Parameters(values, for: network)
  }
}

/// The values of all proxies on one configuration.
public struct ConformanceResult: Sendable {
  /// A value, by the name under which it is published.
  public struct Value: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: Double
    /// Whether the value is a count.
    public var isWhole: Bool
  }
  /// The finite values, in a fixed order.
  public var values: [Value] = []
  /// Names without a value, with the reason.
  public var undefined: [(name: String, reason: String)] = []
  /// How far single precision may move a value on this configuration, by its name, where that depends on
  /// the configuration.
  public var tolerances: [String: Double] = [:]

  /// Creates a result without values.
  public init() {}
}

/// Computes every proxy on the portable weights and inputs.
///
/// - Parameters:
///   - configuration: the network and the minibatch.
///   - threads: workers; their number does not change a digit.
///   - names: the values that are wanted, `nil` for all.
/// - Returns: the values.
/// - Throws: `NetworkError` or `BackendError`.
public func conformance(
  _ configuration: ConformanceConfiguration, threads: Int, names: Set<String>? = nil
) throws -> ConformanceResult {
  let candidate = try configuration.candidate(
    on: Compute(threads: threads, precision: configuration.precision))
  let network = candidate.network

  var result = ConformanceResult()
  for variant in ConformanceVariant.all where names?.contains(variant.name) ?? true {
    let information = try FisherInformation(
      network, parameters: candidate.parameters, inputs: candidate.inputs,
      settings: variant.settings(network), on: candidate.compute)
    guard information.matrix.values.allSatisfy(\.isFinite) else {
      result.undefined.append((variant.name, "the Fisher information is not finite"))
      continue
    }
    result.values.append(
      ConformanceResult.Value(
        name: variant.name, value: try information.spectrum().entropy, isWhole: false))
  }
  for proxy in ConformanceVariant.otherProxies where names?.contains(proxy.name) ?? true {
    switch try candidate.score(proxy) {
    case .value(let value):
      result.values.append(
        ConformanceResult.Value(name: proxy.name, value: value, isWhole: false))
    case .undefined(let reason): result.undefined.append((proxy.name, reason))
    }
  }
  let conditioned = [ZiCo().name, LSWAG().name]
  if configuration.precision == .float,
    conditioned.contains(where: { names?.contains($0) ?? true }),
    let conditioning = try GradientConditioning(of: configuration, threads: threads)
  {
    result.tolerances[ZiCo().name] = conditioning.tolerance
    if let value = result.values.first(where: { $0.name == LSWAG().name })?.value,
      let share = conditioning.lSwagShare
    {
      result.tolerances[LSWAG().name] = share * abs(value)
    }
  }
  let cost = network.cost
  for (name, count) in [
    ("tensors", cost.tensors), ("layers", cost.layers), ("multiplyAdds", cost.multiplyAdds),
    ("parameterCount", cost.parameters),
  ] where names?.contains(name) ?? true {
    result.values.append(
      ConformanceResult.Value(name: name, value: Double(count), isWhole: true))
  }
  return result
}

extension ConformanceConfiguration {
  /// The network with everything that its proxies read from the portable generator.
  ///
  /// The signs that probe block k, counted from the last block as 1, are those of stream 5000 + k. The
  /// directions of the circle are streams 21 and 22, and the classes that are drawn come from stream 23.
  ///
  /// - Parameters:
  ///   - compute: where it is computed.
  ///   - parameters: other weights, `nil` for the portable ones.
  /// - Returns: the candidate.
  /// - Throws: `NetworkError` where the sizes leave no room for the network.
  package func candidate(
    on compute: Compute, parameters: Parameters? = nil
  ) throws(NetworkError) -> Candidate {
    let network = try skeleton.network(of: cell)
    let ends = network.blockOutputs
    let probes = ends.indices.dropFirst().map { block in
      PortableGenerator.probe(ofBlock: ends.count - block)
        .signs(count: batch * network.nodes[ends[block]].shape.count)
    }
    return Candidate(
      architecture: cell.description, network: network,
      settings: ScoringSettings(batch: batch, precision: precision), seed: 0,
      given: GivenTensors(
        parameters: parameters ?? Self.parameters(of: network),
        otherParameters: [.standardNormal: Self.unitParameters(of: network)], probes: probes,
        circle: CircleJet.orthonormal(
          PortableGenerator.circle.map { stream in
            stream.normals(count: network.inputShape.count).map(Double.init)
          }),
        coordinates: (1...Dextr.coordinates).map {
          Int(PortableGenerator.coordinates.raw(UInt64($0)) % UInt64(classes))
        }),
      noise: PortableImages.noise, images: PortableImages.images, compute: compute)
  }
}

/// The settings of VKDNW that have published values.
struct ConformanceVariant: Sendable {
  let name: String
  let settings: @Sendable (Network) -> FisherSettings

  static let all: [ConformanceVariant] = [
    ConformanceVariant(name: "vkdnw.released") { _ in Recipe.released.fisher },
    ConformanceVariant(name: "vkdnw.exact") { _ in
      FisherSettings(factor: .exact, normalization: .fresh, smoothing: 0.05, tensors: .tensors)
    },
    ConformanceVariant(name: "vkdnw.calibrated") { _ in
      FisherSettings(
        factor: .exact, normalization: .calibrated, smoothing: 0.05, tensors: .tensors)
    },
    released("vkdnw.released.first-16") { settings, _ in settings.dimension = 16 },
    released("vkdnw.released.first-half") { settings, network in
      settings.dimension = network.parameters.count / 2
    },
    released("vkdnw.released.2-weights") { settings, _ in settings.weightsPerTensor = 2 },
    released("vkdnw.released.4-weights") { settings, _ in settings.weightsPerTensor = 4 },
  ]

  /// The proxies that are computed as they are: all but VKDNW, whose axes are compared, and the
  /// counts, which are compared as whole numbers.
  static var otherProxies: [any Proxy] {
    AllProxies.list.filter {
      !($0 is any CostProxy) && $0.name != VKDNW().name && $0.name != VKDNWSingle().name
    }
  }

  private static func released(
    _ name: String, _ change: @escaping @Sendable (inout FisherSettings, Network) -> Void
  ) -> ConformanceVariant {
    ConformanceVariant(name: name) { network in
      var settings = Recipe.released.fisher
      change(&settings, network)
      return settings
    }
  }
}
