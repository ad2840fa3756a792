/// What a model file has: its operators, and the network where all of them are supported.
public struct ONNXSurvey: Sendable {
  /// The path of the file.
  public let file: String
  /// The operators, in the order in which they first stand in the file.
  public let operators: [ImportedNetwork.OperatorCount]
  /// What is not supported, each with the first node that has it.
  public let unsupported: [ONNXError.UnsupportedOperator]
  /// The network, `nil` where something is not supported.
  public let network: ImportedNetwork?
}
