// An operator of one's own: its value and two derivatives are all that it takes.
import Foundation
import TrainingFreeNAS

/// The activation `x + sin(x)^2`.
///
/// L. Ziyin, T. Hartwig and M. Ueda, *Neural Networks Fail to Learn Periodic
/// Functions and How to Fix It*, NeurIPS 2020.
struct Snake: PointwiseOperator {
  var name: String { "snake" }
  func value(_ x: Double) -> Double { x + sin(x) * sin(x) }
  func slope(_ x: Double) -> Double { 1 + sin(2 * x) }
  func bend(_ x: Double) -> Double { 2 * cos(2 * x) }

  func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "\($0[0]) + \($0[0]).sin() ** 2" },
      onnx: ONNXCode { names in
        let sine = "\(names.output).sine"
        let square = "\(names.output).square"
        return [
          ONNXCode.Node("Sin", [names.inputs[0]], output: sine),
          ONNXCode.Node("Mul", [sine, sine], output: square),
          ONNXCode.Node("Add", [names.inputs[0], square], output: names.output),
        ]
      })
  }
}

var builder = NetworkBuilder(input: Shape(channels: 3, height: 8, width: 8))
let maps = try builder.add(
  Convolution(inChannels: 3, outChannels: 8, kernel: 3, padding: 1), 0, name: "stem")
let wave = try builder.add(Snake(), maps, name: "wave")
let means = try builder.add(GlobalAveragePool(), wave, name: "means")
try builder.add(Linear(inFeatures: 8, outFeatures: 10), means, name: "head")
let network = builder.build()

var settings = ScoringSettings(batch: 8)
settings.fisher.normalization = .calibrated
for precision in [Precision.float, .double] {
  settings.precision = precision
  let candidate = Candidate(
    architecture: "snake", network: network, settings: settings, seed: 1,
    compute: try Compute(threads: 2, precision: precision))
  let fisher = try FisherInformation(
    network, parameters: candidate.parameters, inputs: candidate.inputs,
    settings: settings.fisher, on: candidate.compute)
  let spectrum = FisherSpectrum(eigenvalues: try fisher.matrix.symmetricEigenvalues())
  print("\(precision): largest eigenvalue \(spectrum.eigenvalues.last ?? 0)")
  print("\(precision): vkdnw \(try candidate.score(VKDNW()))")
}
