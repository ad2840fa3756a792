/// What can be wrong with a run that several processes share.
package enum SharedRunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A folder has no plan, so that there is no run in it.
  case noRun(folder: String)
  /// A file of the folder is not what it should be.
  case malformed(file: String, reason: String)
  /// The folder belongs to a run that differs from what was to be computed.
  case otherRun(folder: String, difference: String)
  /// The folder belongs to the same run on another kind of processor.
  case otherKernels(folder: String, planned: String, own: String)
  /// Two workers found different scores of one network.
  case contradiction(network: String, proxy: String, first: String, second: String)
  /// A chunk is done, but nobody has a record of one of its networks.
  case lostRecord(folder: String, network: String)

  /// One line that names the folder or the file.
  package var description: String {
    switch self {
    case .noRun(let folder): "\(folder): no run was begun in it"
    case .malformed(let file, let reason): "\(file): \(reason)"
    case .otherRun(let folder, let difference):
      "\(folder): belongs to another run: its \(difference)"
    case .otherKernels(let folder, let planned, let own):
      "\(folder): its scores are computed by \(planned), and here by \(own), whose last digits differ; a run "
        + "on processors of several kinds is begun with --isa avx2 or --isa sse41 in every command"
    case .contradiction(let network, let proxy, let first, let second):
      "two workers found different scores of \(proxy) for \(network): \(first) and \(second)"
    case .lostRecord(let folder, let network):
      "\(folder): holds no record of \(network), though its chunk is done"
    }
  }
}
