internal import Networks

/// What a model of this library says of itself.
struct ModelMetadata {
  /// The program that wrote a model.
  static let producer = "training-free-nas"
  /// The values that end blocks, a name a line.
  static let blocksKey = "training-free-nas.blocks"
  /// Parameters that belong to no layer, and how they begin: name, kind and number, a parameter a line.
  static let rolesKey = "training-free-nas.roles"
  /// The names of all parameters in their order, a name a line, where it is not that of the nodes.
  static let parametersKey = "training-free-nas.parameters"

  /// The text of the architecture that a network was built from.
  static let architectureKey = "training-free-nas.architecture"

  /// Whether the model is of this library.
  let isOwn: Bool
  /// The values that end blocks.
  let blocks: [String]
  /// The text of the architecture that the network was built from, if it says so.
  let architecture: String?
  /// How parameters begin that belong to no layer.
  let roles: [String: ParameterRole]
  /// The names of the parameters in their order; none where it is that of the nodes.
  let parameters: [String]

  /// Reads what a model says; entries that make no sense say nothing.
  init(_ model: Model) {
    let isOwn = model.producer == Self.producer
    self.isOwn = isOwn
    func lines(_ key: String) -> [Substring] {
      isOwn ? (model.metadata[key] ?? "").split(separator: "\n") : []
    }
    architecture = isOwn ? model.metadata[Self.architectureKey] : nil
    blocks = lines(Self.blocksKey).map(String.init)
    parameters = lines(Self.parametersKey).map(String.init)
    var roles: [String: ParameterRole] = [:]
    for line in lines(Self.rolesKey) {
      let parts = line.split(separator: "\t")
      guard parts.count == 3, let number = Float(parts[2]), number.isFinite else { continue }
      switch parts[1] {
      case "constant": roles[String(parts[0])] = .constant(number)
      case "normal" where number >= 0:
        roles[String(parts[0])] = .normal(standardDeviation: number)
      default: break
      }
    }
    self.roles = roles
  }

  /// What a network has to say.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - values: what each node's value is called.
  /// - Returns: the entries.
  static func entries(_ network: Network, values: [String]) -> [(String, String)] {
    var roles: [String] = []
    for node in network.nodes where node.op?.kind == .source {
      for spec in network.parameters[node.parameters] {
        switch spec.role {
        case .constant(let value): roles.append("\(spec.name)\tconstant\t\(value)")
        case .normal(let deviation): roles.append("\(spec.name)\tnormal\t\(deviation)")
        default: break
        }
      }
    }
    let blocks = network.blockOutputs.map { values[$0] }.joined(separator: "\n")
    return [(blocksKey, blocks)]
      + (roles.isEmpty ? [] : [(rolesKey, roles.joined(separator: "\n"))])
      + (network.isRegisteredInOrder
        ? []
        : [(parametersKey, network.parameters.map(\.name).joined(separator: "\n"))])
  }
}
