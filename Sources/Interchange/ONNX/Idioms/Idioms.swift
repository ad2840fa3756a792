/// The passes in their order.
enum Idioms {
  /// A network in which what exporters take apart is together again.
  static func normalized(_ graph: LayerGraph) -> LayerGraph {
    let passes: [any LayerPass] = [
      MergedMoves(), GatedActivations(), MergedMoves(), DecomposedNormalization(),
      GroupedInstances(),
      NormalizationScaling(), AddedBias(), ChannelsFirstNormalization(), FoldedPadding(),
      FusedAttention(), TransposedFactors(), MergedMoves(),
    ]
    return passes.reduce(graph) { $1.applied(to: $0) }
  }
}

extension LayerPass {
  fileprivate func applied(to graph: LayerGraph) -> LayerGraph { graph.rewritten(by: self) }
}
