/// How the elements of a value are ordered.
public enum Layout: Hashable, Sendable {
  /// Row-major.
  case plain
  /// Feature maps in blocks of channels, as this processor's convolutions like them best. In double, or
  /// where the processor has no such layout, it is row-major too.
  case blocked
}
