/// A call into a numerical library that failed.
public struct BackendError: Error, Hashable, CustomStringConvertible {
  /// The library's function.
  public var call: String
  /// What the library answered.
  public var status: Int
  /// What was wrong with the input, where that is known and the library was not asked.
  public var reason: String?

  package init(call: String, status: Int, reason: String? = nil) {
    self.call = call
    self.status = status
    self.reason = reason
  }

  /// One line that names the call and its status, or the input that it cannot have.
  public var description: String {
    guard let reason else { return "\(call) failed with status \(status)" }
    return "\(call) was not called: \(reason)"
  }
}
