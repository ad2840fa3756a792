internal import Formats
internal import Foundation

/// What a run computes, written down so that every process that takes part computes the same.
///
/// As a file it is a line of JSON and behind it one line for each network, in the order of the run. In a shared
/// folder the line of JSON is a file of its own, so that nobody reads a million networks to know which run it is.
package struct RunPlan: Hashable, Sendable {
  /// The scores of one proxy.
  package struct Column: Codable, Hashable, Sendable {
    /// The name of the proxy.
    package var proxy: String
    /// Its settings, as canonical JSON.
    package var settings: String
    /// The instruction sets and libraries that compute it, empty where they have no part in it.
    package var kernels: String

    /// Creates a column from its parts.
    package init(proxy: String, settings: String, kernels: String) {
      self.proxy = proxy
      self.settings = settings
      self.kernels = kernels
    }
  }

  /// The version of the package.
  package var version: String
  /// The name of the search space.
  package var space: String
  /// The seed of weights and inputs.
  package var seed: UInt64
  /// What is computed of each network.
  package var columns: [Column]
  /// The canonical texts of the architectures, each once.
  package var networks: [String]
  /// The command line of the process that wrote the plan.
  package var command: [String]
  /// The part of the run that the store beside the plan belongs to, `nil` in a shared folder.
  package var shard: Shard?

  /// Creates a plan from its parts.
  package init(
    version: String, space: String, seed: UInt64, columns: [Column], networks: [String],
    command: [String], shard: Shard? = nil
  ) {
    self.version = version
    self.space = space
    self.seed = seed
    self.columns = columns
    self.networks = networks
    self.command = command
    self.shard = shard
  }

  /// Whether another plan is of the same run, whoever computes it and on whatever processor.
  package func isSameRun(as other: RunPlan) -> Bool {
    difference(from: other, withKernels: false) == nil
  }

  /// Runs that differ in nothing but networks, put together: those of rounds of a search.
  ///
  /// - Parameter plans: the plans, in an order that is kept.
  /// - Returns: a plan for each seed.
  package static func together(_ plans: [RunPlan]) -> [RunPlan] {
    var joined: [RunPlan] = []
    var places: [String: Int] = [:]
    for plan in plans {
      var kind = plan
      kind.networks = []
      if let place = places[kind.digest] {
        joined[place].networks += plan.networks
      } else {
        places[kind.digest] = joined.count
        joined.append(plan)
      }
    }
    return joined
  }

  /// A short name of the run: a hash of everything but kernels, command and shard.
  package var digest: String {
    var digest = Digest()
    for text in [version, space, "\(seed)"] + columns.flatMap({ [$0.proxy, $0.settings] })
      + networks
    {
      digest.add(text)
      digest.add(UInt8(0))
    }
    return digest.text
  }

  /// The instruction sets and libraries of the scores that depend on them.
  package var kernels: String { columns.map(\.kernels).first { !$0.isEmpty } ?? "" }

  /// In what another plan differs from this one, in words that go on after "its".
  ///
  /// - Parameters:
  ///   - other: what was to be computed.
  ///   - withKernels: whether kernels count.
  /// - Returns: the first difference, `nil` where there is none.
  package func difference(from other: RunPlan, withKernels: Bool = true) -> String? {
    func differs(_ name: String, _ own: String, _ theirs: String) -> String? {
      own == theirs ? nil : "\(name) is \(own), that of this command \(theirs)"
    }
    if let found = differs("version of tfnas", version, other.version)
      ?? differs("space", space, other.space) ?? differs("seed", "\(seed)", "\(other.seed)")
      ?? differs(
        "list of proxies", columns.map(\.proxy).joined(separator: ","),
        other.columns.map(\.proxy).joined(separator: ","))
    {
      return found
    }
    for (own, theirs) in zip(columns, other.columns) {
      if let found = differs("setting of '\(own.proxy)'", own.settings, theirs.settings) {
        return found
      }
    }
    if let found = differs("number of networks", "\(networks.count)", "\(other.networks.count)") {
      return found
    }
    for (number, (own, theirs)) in zip(networks, other.networks).enumerated() where own != theirs {
      return "network \(number + 1) is \(own), that of this command \(theirs)"
    }
    return withKernels ? differs("processor", kernels, other.kernels) : nil
  }
}

extension RunPlan {
  /// Everything but the networks.
  package struct Head: Codable, FolderNote, Hashable, Sendable {
    private var format = 1
    private var version: String
    private var space: String
    private var seed: UInt64
    /// What is computed of each network.
    package var columns: [Column]
    /// The number of networks.
    package var networks: Int
    /// ``RunPlan/digest``.
    package var digest: String
    /// The command line of the process that wrote the plan.
    package var command: [String]
    private var shard: Shard?

    fileprivate init(_ plan: RunPlan) {
      version = plan.version
      space = plan.space
      seed = plan.seed
      columns = plan.columns
      networks = plan.networks.count
      digest = plan.digest
      command = plan.command
      shard = plan.shard
    }

    /// Reads the first line of a file.
    ///
    /// - Throws: ``SharedRunError/malformed(file:reason:)`` where it is something else.
    package init(parsing line: some Sequence<UInt8>, file: String) throws {
      guard let head = try? JSONDecoder().decode(Head.self, from: Data(line)) else {
        throw SharedRunError.malformed(file: file, reason: "line 1: it is no plan of a run")
      }
      guard head.format == 1 else {
        throw SharedRunError.malformed(
          file: file,
          reason: "line 1: format \(head.format) belongs to a newer version of tfnas")
      }
      self = head
    }

    /// The plan with networks.
    fileprivate func plan(of networks: [String]) -> RunPlan {
      RunPlan(
        version: version, space: space, seed: seed, columns: columns, networks: networks,
        command: command, shard: shard)
    }
  }

  /// Everything but the networks.
  package var head: Head { Head(self) }

  /// The lines of the networks.
  package var networkBytes: [UInt8] {
    var bytes: [UInt8] = []
    for network in networks {
      precondition(
        !network.utf8.contains(UInt8(ascii: "\n")), "an architecture of several lines: \(network)")
      bytes += network.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// The file.
  package var bytes: [UInt8] {
    get throws { try head.bytes + networkBytes }
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: its content.
  ///   - file: its name, for errors.
  /// - Throws: ``SharedRunError/malformed(file:reason:)`` where it is no plan.
  package init(parsing bytes: [UInt8], file: String) throws {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let head = try Head(parsing: lines.first ?? [], file: file)
    // The last line ends, so that an empty piece is left behind it.
    let networks = lines.dropFirst().dropLast().map { String(decoding: $0, as: UTF8.self) }
    let plan = head.plan(of: networks)
    guard networks.count == head.networks, lines.last?.isEmpty == true, plan.digest == head.digest
    else {
      throw SharedRunError.malformed(
        file: file, reason: "its \(head.networks) networks are not as they were written")
    }
    self = plan
  }

  /// Reads a file.
  ///
  /// - Throws: ``SharedRunError`` where it is no plan, `FileError` where it cannot be read.
  package init(file: String) throws {
    try self.init(parsing: InputFile.bytes(of: file), file: file)
  }
}
