public import Formats
internal import Scoring
public import Studies

/// Which layers unbalance a network's spectrum, and which single change raises its place in a ranking most.
public struct ExplanationReport: Report {
  /// The network that is explained.
  public struct Subject: Sendable {
    /// The canonical text of its architecture.
    public let architecture: String
    /// What the user calls it, where that is not the text of the architecture: the path of a file.
    public let name: String?
    /// Its index in the benchmark of its space, if there is one.
    public let index: Int?
    /// Its VKDNW with the numbers of each initialisation, `nil` where the Fisher information overflows.
    public let entropies: [Double]?

    /// Joins the parts.
    public init(architecture: String, name: String?, index: Int?, entropies: [Double]?) {
      self.architecture = architecture
      self.name = name
      self.index = index
      self.entropies = entropies
    }
  }

  /// A network that differs in one change.
  public struct Change: Sendable {
    /// The canonical text of its architecture.
    public let architecture: String
    /// Its index in the benchmark of its space, if there is one.
    public let index: Int?
    /// Its parameters, less those of the network.
    public let parameters: Int
    /// Its multiply-accumulates, less those of the network.
    public let flops: Int
    /// Its layers, less those of the network.
    public let layers: Int

    /// Joins the parts.
    public init(architecture: String, index: Int?, parameters: Int, flops: Int, layers: Int) {
      self.architecture = architecture
      self.index = index
      self.parameters = parameters
      self.flops = flops
      self.layers = layers
    }
  }

  /// The changes of a network with what they do.
  public struct Changes: Sendable {
    /// The ranking.
    public let ranking: String
    /// The changes.
    public let changes: [Change]
    /// What they do, in the same order.
    public let effects: ChangeEffects
    /// How many changes there are in all, `nil` where they were drawn and nobody has counted them.
    public let total: Int?

    /// Joins the parts.
    public init(ranking: String, changes: [Change], effects: ChangeEffects, total: Int?) {
      precondition(
        changes.count == effects.changes.count,
        "\(effects.changes.count) effects of \(changes.count) changes")
      self.ranking = ranking
      self.changes = changes
      self.effects = effects
      self.total = total
    }
  }

  private let context: ScoreReport.Context
  private let subject: Subject
  private let initializations: Int
  private let layers: [LayerEffect]
  private let changes: Changes?
  private let top: Int?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - context: space, seed and settings.
  ///   - subject: the network.
  ///   - initializations: over how many initialisations numbers are means.
  ///   - layers: the layers, none where the Fisher information overflows.
  ///   - changes: the changes, `nil` where the network belongs to no neighbourhood.
  ///   - top: how many of the first layers and changes are told; ten in tables and all elsewhere for `nil`.
  public init(
    _ context: ScoreReport.Context, of subject: Subject, initializations: Int,
    layers: [LayerEffect], changes: Changes?, top: Int?
  ) {
    self.context = context
    self.subject = subject
    self.initializations = initializations
    self.layers = layers
    self.changes = changes
    self.top = top
  }

  private var entropy: Double? {
    subject.entropies.map { $0.reduce(0, +) / Double($0.count) }
  }

  private var shownLayers: ArraySlice<LayerEffect> { layers.prefix(top ?? layers.count) }

  private var shownChanges: ArraySlice<Int> {
    guard let changes else { return [] }
    return changes.effects.order.prefix(top ?? changes.changes.count)
  }

  // MARK: Table

  /// The network, its layers, and its changes.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("network", subject.name ?? subject.architecture)
    if let index = subject.index { facts.add("index", "\(index)") }
    facts.add("initialisations", "\(initializations)")
    facts.add(
      "vkdnw", entropy.map { significant($0) } ?? "undefined: the Fisher information is not finite")
    if let changes {
      facts.add("ranking", changes.ranking)
      let count = changes.changes.count
      let all =
        changes.total.map { $0 == count ? "all" : "of \(grouped($0))" } ?? "drawn from more"
      facts.add("single changes", "\(grouped(count)), \(all)")
      if let position = changes.effects.network.position {
        facts.add("position", "\(grouped(position)) of \(grouped(count + 1))")
      }
      facts.add("noise of a gain", changes.effects.noise.map { significant($0, 3) } ?? "-")
    }
    let tables = [facts.text(layout), layerTable?.text(layout), changeTable?.text(layout)]
    return tables.compactMap(\.self).joined(separator: "\n")
  }

  /// The most rows of a table where nothing else is asked for.
  private static let few = 10

  private var layerTable: TextTable? {
    if layers.isEmpty { return nil }
    var table = TextTable([
      .init("layer", .left).with(.shortened(least: 16)), .init("weights", .right).omitted(2),
      .init("share of the trace", .right, short: "share"),
      .init("vkdnw without it", .right, short: "without"),
      .init("deviation", .right).omitted(1),
    ])
    for layer in layers.prefix(top ?? Self.few) {
      table.add([
        layer.name, "\(layer.tensors.reduce(0) { $0 + $1.weights })",
        decimals(100 * layer.share, 2) + " %", Self.signed(layer.change),
        layer.deviation.map { significant($0, 3) } ?? "-",
      ])
    }
    return table
  }

  private var changeTable: TextTable? {
    guard let changes, !changes.changes.isEmpty else { return nil }
    var table = TextTable([
      .init("position", .right), .init("gain", .right), .init("gain/noise", .right).omitted(1),
      .init("parameters", .right, short: "params"),
      .init("multiply-adds", .right, short: "flops"), .init("layers", .right),
      .init("change", .left).with(.wrapped(least: 24)),
    ])
    for place in changes.effects.order.prefix(top ?? Self.few) {
      let (change, effect) = (changes.changes[place], changes.effects.changes[place])
      table.add([
        effect.position.map(grouped) ?? "-", Self.signed(effect.gain),
        ratio(effect).map { decimals($0, 1) } ?? "-", Self.signedMillions(change.parameters),
        Self.signedMillions(change.flops),
        change.layers > 0 ? "+\(change.layers)" : "\(change.layers)",
        ArchitectureDifference.text(from: subject.architecture, to: change.architecture),
      ])
    }
    return table
  }

  private func ratio(_ effect: ChangeEffects.Effect) -> Double? {
    guard let gain = effect.gain, let noise = changes?.effects.noise, noise > 0 else { return nil }
    return gain / noise
  }

  private static func signed(_ number: Double?) -> String {
    number.map { ($0 > 0 ? "+" : "") + significant($0, 4) } ?? "-"
  }

  private static func signedMillions(_ count: Int) -> String {
    (count > 0 ? "+" : "") + millionsText(count)
  }

  // MARK: Other formats

  /// The network with its layers and changes.
  public var json: JSONValue {
    var members: [JSONValue.Member] = []
    func add(_ name: String, _ value: JSONValue) { members.append(JSONValue.Member(name, value)) }
    if let name = subject.name { add("network", .text(name)) }
    add("architecture", .text(subject.architecture))
    if let index = subject.index { add("index", .integer(index)) }
    add("space", .text(context.space))
    add("seed", .unsigned(context.seed))
    add("settings", JSONValue(settings: context.settings))
    add("initializations", .integer(initializations))
    add("vkdnw", .optional(entropy))
    if entropy == nil { add("undefined", .text("the Fisher information is not finite")) }
    add("entropies", .array((subject.entropies ?? []).map(JSONValue.number)))
    add("layers", .array(shownLayers.map(Self.json)))
    guard let changes else { return .object(members) }
    add("by", .text(changes.ranking))
    add("position", changes.effects.network.position.map(JSONValue.integer) ?? .null)
    add("networks", .integer(changes.changes.count + 1))
    add("value", .optional(changes.effects.network.value))
    add("deviation", .optional(changes.effects.deviation))
    add("noise", .optional(changes.effects.noise))
    add("singleChanges", changes.total.map(JSONValue.integer) ?? .null)
    add("changes", .array(shownChanges.map { json(of: $0, in: changes) }))
    return .object(members)
  }

  private static func json(_ layer: LayerEffect) -> JSONValue {
    [
      "name": .text(layer.name), "share": .number(layer.share),
      "change": .optional(layer.change), "deviation": .optional(layer.deviation),
      "tensors": .array(
        layer.tensors.map {
          [
            "name": .text($0.name), "weights": .integer($0.weights), "trace": .number($0.trace),
          ]
        }),
    ]
  }

  private func json(of place: Int, in changes: Changes) -> JSONValue {
    let (change, effect) = (changes.changes[place], changes.effects.changes[place])
    var members = [JSONValue.Member("architecture", .text(change.architecture))]
    if let index = change.index { members.append(JSONValue.Member("index", .integer(index))) }
    members += [
      JSONValue.Member(
        "change",
        .text(ArchitectureDifference.text(from: subject.architecture, to: change.architecture))),
      JSONValue.Member("position", effect.position.map(JSONValue.integer) ?? .null),
      JSONValue.Member("value", .optional(effect.value)),
      JSONValue.Member("gain", .optional(effect.gain)),
      JSONValue.Member("error", .optional(effect.error)),
      JSONValue.Member("gainOverNoise", .optional(ratio(effect))),
      JSONValue.Member("parameters", .number(millions(change.parameters))),
      JSONValue.Member("flops", .number(millions(change.flops))),
      JSONValue.Member("layers", .integer(change.layers)),
    ]
    return .object(members)
  }

  /// One object for each layer, then one for each change.
  public var lines: [JSONValue] {
    func kind(_ kind: String, _ value: JSONValue) -> JSONValue {
      guard case .object(let members) = value else { return value }
      return .object([JSONValue.Member("kind", .text(kind))] + members)
    }
    return shownLayers.map { kind("layer", Self.json($0)) }
      + (changes.map { changes in
        shownChanges.map { kind("change", json(of: $0, in: changes)) }
      } ?? [])
  }

  /// The names of the columns.
  public static let header = [
    "kind", "name", "share", "gain", "error", "position", "parameters", "flops", "layers",
  ]
  /// Layers and changes in one table: what a layer lacks is empty, and its gain is that of its absence.
  public var header: [String] { Self.header }
  /// A record for each layer, then one for each change.
  public var records: [[String]] {
    let root = Double(initializations).squareRoot()
    return shownLayers.map { layer in
      [
        "layer", layer.name, "\(layer.share)", cell(layer.change),
        cell(layer.deviation.map { $0 / root }), "", "", "", "",
      ]
    }
      + (changes.map { changes in
        shownChanges.map { place in
          let (change, effect) = (changes.changes[place], changes.effects.changes[place])
          return [
            "change", change.architecture, "", cell(effect.gain), cell(effect.error),
            effect.position.map { "\($0)" } ?? "", "\(millions(change.parameters))",
            "\(millions(change.flops))", "\(change.layers)",
          ]
        }
      } ?? [])
  }
}
