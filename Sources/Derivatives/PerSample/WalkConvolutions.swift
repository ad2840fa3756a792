internal import Networks
package import Tensors

/// A convolution that a walk runs, with its layouts.
package struct ConvolutionCall: Hashable, Sendable {
  package var geometry: ConvolutionGeometry
  package var direction: ConvolutionDirection
  package var batch: Int
  package var inBlock: Int
  package var outBlock: Int
}

extension PerSampleWalk {
  /// The convolutions of the forward walk of one image.
  package var forwardConvolutions: [ConvolutionCall] {
    plan.forward.compactMap { call($0.node, .forward, batch: 1) }
  }

  /// The convolutions of one reverse walk of one image.
  package var backwardConvolutions: [ConvolutionCall] {
    plan.pulled.compactMap { call($0, .backwardData, batch: rows) }
  }

  func call(_ node: Int, _ direction: ConvolutionDirection, batch: Int)
    -> ConvolutionCall?
  {
    guard let convolution = bound[node] as? any BoundConvolutionOperator else { return nil }
    return ConvolutionCall(
      geometry: convolution.geometry, direction: direction, batch: batch,
      inBlock: convolution.inBlock, outBlock: convolution.outBlock)
  }
}

extension TangentWalk {
  /// The convolutions of the forward walks of one image's tangents.
  package var convolutions: [ConvolutionCall] {
    plan.walks.flatMap { part in
      part.steps.compactMap { step in
        guard case .push(let node, _, _) = step else { return nil }
        return walk.call(node, .forward, batch: rows)
      }
    }
  }
}
