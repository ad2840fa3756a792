/// What becomes of networks without a score when a ranking is measured.
public enum UndefinedTreatment: String, CaseIterable, Sendable {
  /// They tie with the worst of the others: whoever asks a proxy for a ranking has to rank them too.
  case worst
  /// They are left out, so that each ranking is measured on the networks that it has a score of.
  case omit
}
