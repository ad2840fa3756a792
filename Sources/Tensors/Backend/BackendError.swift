/// A call into a numerical library that failed.
public struct BackendError: Error, Hashable, CustomStringConvertible {
  /// The library's function.
  public var call: String
  /// What the library answered.
  public var status: Int

  package init(call: String, status: Int) {
    self.call = call
    self.status = status
  }

  /// One line that names the call and its status.
  public var description: String { "\(call) failed with status \(status)" }
}
