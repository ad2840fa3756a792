internal import Derivatives
internal import Networks
package import Tensors

/// The logits where a circle of images passes through one of its directions, with two derivatives.
///
/// The circle is `x(t) = u1 cos t + u2 sin t` with orthonormal images u1 and u2, at t = 0: `x = u1`,
/// `x' = u2`, `x'' = -u1`. Its images are small, since all pixels together have length 1, so the epsilon of
/// the first normalisation is a part of what is measured.
package struct CircleJet: Measurement {
  /// The logits of the circle.
  package init() {}

  /// Values and derivatives of the logits, a class each.
  package struct Jet: Sendable {
    /// The logits.
    package var logits: [Double]
    /// Their first derivative by t.
    package var velocity: [Double]
    /// Their second derivative by t.
    package var acceleration: [Double]
  }

  /// A forward pass of one image with two derivatives, on the first worker; `nil` where an operator has
  /// no second derivative along a path.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Jet? {
    let circle = candidate.given.circle ?? Self.circle(candidate)
    let worker = candidate.compute.workers[0]
    worker.arena.reset()
    func row(_ values: [Double]) -> Matrix {
      Matrix(rows: 1, columns: values.count, values: values)
    }
    guard
      let jet = try candidate.network.jet(
        along: PathJet(
          value: row(circle[0]), first: row(circle[1]), second: row(circle[0].map { -$0 })),
        parameters: candidate.parameters(.uniformFanIn), engine: worker.engine,
        arena: worker.arena)
    else { return nil }
    return Jet(
      logits: jet.value.values, velocity: jet.first.values, acceleration: jet.second.values)
  }

  /// Two orthonormal directions, the same for all networks of a run.
  private static func circle(_ candidate: Candidate) -> [[Double]] {
    orthonormal(
      (0..<2).map { number in
        let stream = RandomStream(
          seed: candidate.seed, text: "", purpose: "circle \(candidate.initialization)",
          index: number)
        var pixels = [Float](repeating: 0, count: candidate.network.inputShape.count)
        stream.fillNormal(&pixels)
        return pixels.map(Double.init)
      })
  }

  /// Two vectors by the steps of Gram and Schmidt: the first of length 1, the second at right angles to it.
  package static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    func unit(_ a: [Double]) -> [Double] {
      let length = dot(a, a).squareRoot()
      return a.map { $0 / length }
    }
    let first = unit(vectors[0])
    let along = dot(first, vectors[1])
    return [first, unit(zip(vectors[1], first).map { $0 - along * $1 })]
  }
}
