import ArgumentParser
import Networks
import Tensors
import TrainingFreeNAS
import Dispatch

@main
struct TFNAS: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tfnas")
  @Argument var text: String
  @Option var width = 4
  @Option var cells = 1
  @Option var resolution = 8
  @Option var batch = 8
  @Option var classes = 10
  @Option var threads = 1
  @Option var precision = "double"
  @Option var bn = "fresh"
  @Option var factor = "released"
  @Option var smoothing = 0.05
  @Option var repeats = 1
  func run() throws {
    let cell = try NASBench201Architecture(parsing: text)
    let net = try NASBench201Skeleton(channels: width, cells: cells, classes: classes, resolution: resolution).network(of: cell)
    print(net.cost)
    var values: [[Float]] = []
    for (t, spec) in net.parameters.enumerated() {
      let g = PortableGenerator.weights(ofTensor: t)
      switch spec.role {
      case .convolutionWeight, .denseWeight:
        let s = (2.0 / Double(spec.fanIn)).squareRoot()
        values.append((0..<spec.count).map { Float(g.normal(UInt64($0)) * s) })
      case .normalizationScale: values.append([Float](repeating: 1, count: spec.count))
      default: values.append([Float](repeating: 0, count: spec.count))
      }
    }
    let n = batch * net.inputShape.imageCount
    let x = (0..<n).map { Float(PortableGenerator.noise.normal(UInt64($0))) }
    let compute = try Compute(threads: threads, precision: Precision(rawValue: precision)!)
    let settings = FisherSettings(factor: FisherFactor(rawValue: factor)!, normalization: NormalizationMode(rawValue: bn)!, smoothing: smoothing, tensors: .tensors)
    for _ in 0..<repeats {
      let t0 = DispatchTime.now().uptimeNanoseconds
      let f = try FisherInformation(net, parameters: Parameters(values, for: net), inputs: x, settings: settings, on: compute)
      let t1 = DispatchTime.now().uptimeNanoseconds
      let s = try f.spectrum()
      let t2 = DispatchTime.now().uptimeNanoseconds
      print(f.logits[0], s.entropy, Double(t1 - t0) / 1e9, Double(t2 - t1) / 1e9, compute.memory)
    }
  }
}
