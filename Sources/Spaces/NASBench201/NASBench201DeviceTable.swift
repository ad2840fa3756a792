internal import Scoring

/// What the cells of NAS-Bench-201 cost on six devices, with the skeleton of the benchmark and ten classes.
///
/// Edge GPU, Raspberry Pi 4, Edge TPU and Pixel 3 were measured, Eyeriss and the FPGA were modelled. The Edge TPU runs
/// 10,926 of the 15,625 cells; the others have no number there.
///
/// C. Li, Z. Yu, Y. Fu, Y. Zhang, Y. Zhao, H. You, Q. Yu, Y. Wang, Y. Lin: HW-NAS-Bench: Hardware-Aware Neural
/// Architecture Search Benchmark. ICLR 2021.
enum NASBench201DeviceTable {
  /// What is on record.
  static let costs: [DeviceCost] = [
    cost("edgegpu", "Edge GPU", .latency), cost("edgegpu", "Edge GPU", .energy),
    cost("raspi4", "Raspberry Pi 4", .latency), cost("edgetpu", "Edge TPU", .latency),
    cost("pixel3", "Pixel 3", .latency), cost("eyeriss", "Eyeriss", .latency),
    cost("fpga", "FPGA", .latency),
  ]

  private static func cost(
    _ device: String, _ title: String, _ quantity: DeviceCost.Quantity
  ) -> DeviceCost {
    DeviceCost(device: device, title: title, quantity: quantity, sizes: NASBench201Space.sizes)
  }

  /// The columns in the order of ``costs``, each in the order of the ranks of cells.
  private static let columns: [[Double?]] = [
    NASBench201DeviceText.edgeGPULatency, NASBench201DeviceText.edgeGPUEnergy,
    NASBench201DeviceText.raspi4Latency, NASBench201DeviceText.edgeTPULatency,
    NASBench201DeviceText.pixel3Latency, NASBench201DeviceText.eyerissLatency,
    NASBench201DeviceText.fpgaLatency,
  ].map { text in
    let numbers = EmbeddedNumbers.decode(text, digits: 3)
    precondition(
      numbers.count == NASBench201Architecture.count, "a column of \(numbers.count) numbers")
    return numbers.map(decimal)
  }

  /// The number with four significant digits below bit 14, and above it how many of them are decimals; none for 0.
  private static func decimal(_ number: Int) -> Double? {
    number == 0 ? nil : Double(number & 0x3FFF) / powersOfTen[number >> 14]
  }

  /// Powers of ten that are exact.
  private static let powersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]

  /// What a cell costs, `nil` where it is not on record.
  static func value(of cost: DeviceCost, for architecture: NASBench201Architecture) -> Double? {
    costs.firstIndex(of: cost).flatMap { columns[$0][architecture.rank] }
  }
}
