internal import ArgumentParser
internal import Interchange
internal import Networks
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas count`: parameters, multiply-adds and memory of networks.
struct CountCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "count",
    "Counts parameters, multiply-adds, layers and activations of networks.",
    arguments: "<model.onnx|folder|arch> ...",
    discussion: """
      Parameters are those that training changes. Multiply-adds are those of convolutions, linear layers \
      and products of activations, attention included, with one for each bias of a layer. Activations \
      are what these give. All are for one image; the memory is that of a forward pass of --batch images \
      in float which keeps a value until its last reader has run.
      """,
    examples: [
      "tfnas count model.onnx --by-layer",
      "tfnas count models/ --format json",
      "tfnas count 13714",
    ])

  @OptionGroup var list: ArchitectureList
  @OptionGroup var spaceOptions: SpaceOptions

  @Flag(help: "Lists every layer instead of every operator.")
  var byLayer = false

  @Option(help: "Images in a batch, for the memory.")
  var batch = 1

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Sizes") var files: ModelFileOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try check("--batch", batch, in: 1...1_000_000)
    _ = try spaceOptions.sized(image, skeleton)
    try files.check(resolution: image.resolution)
  }

  func run() throws {
    let space = try spaceOptions.sized(image, skeleton)
    var entries: [CountReport.Entry] = []
    let importer = files.importer(resolution: image.resolution)
    for argument in try list.expanded(by: files) {
      switch argument {
      case .model(let path):
        let imported = try ModelFiles.network(path, by: importer, isClassifier: false)
        entries.append(
          CountReport.Entry(
            network: path, count: imported.count(batch: batch, includesLayers: byLayer)))
      case .architecture(let text, let place):
        entries += try list.networks(text, at: place, in: space).map {
          entry($0.text, $0.network)
        }
      }
    }
    try output.write(CountReport(entries))
  }

  private func entry(_ name: String, _ network: Network) -> CountReport.Entry {
    CountReport.Entry(
      network: name,
      count: NetworkCount(network, batch: batch, includesLayers: byLayer))
  }
}
