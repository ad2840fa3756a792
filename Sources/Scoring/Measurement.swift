package import Tensors

/// Something of a candidate that several proxies read, computed once for all of them.
///
/// A measurement is named by its type and its stored properties, such as the point at which it is
/// taken. Add one where two proxies would otherwise repeat a pass.
package protocol Measurement: Hashable, Sendable {
  /// What is measured.
  associatedtype Value

  /// Computes the value.
  func measure(_ candidate: Candidate) throws(BackendError) -> Value
}
