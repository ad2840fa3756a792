public import Formats
public import Networks
public import Scoring
public import Tensors

extension FlexiBERTSpace: SearchableSpace {
  /// What the networks are.
  public var summary: String { "encoders of text with 2 or 4 layers of six kinds" }
  /// The publication.
  public var citation: String { "Tuli et al., JAIR 2023" }

  /// Classes, and tokens as the resolution.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: tokens) }
    set {
      classes = newValue.classes
      tokens = newValue.resolution
    }
  }

  /// 512 tokens.
  public var maximumResolution: Int { Self.maximumTokens }

  /// The embeddings of words, as one channel with a row for each token.
  public var inputShape: Shape { Shape(channels: 1, height: tokens, width: Self.embedding) }

  /// The costs of the published network, which the embeddings of words belong to and the classifier does not.
  ///
  /// Those embeddings are 30,522 times 128 of the parameters. Looking them up is no operation.
  ///
  /// - Throws: `NetworkError` where there are no tokens, or more than 512.
  public func costs(of architecture: FlexiBERTArchitecture) throws(NetworkError) -> SpaceCosts {
    var costs = SpaceCosts(try encoder(for: architecture))
    costs.parameters += Self.words * Self.embedding
    return costs
  }

  /// Reads an architecture, or a row of the published tables.
  ///
  /// - Throws: `ArchitectureError`.
  public func architecture(parsing text: String) throws -> FlexiBERTArchitecture {
    try FlexiBERTArchitecture(parsing: text)
  }

  /// Four layers with attention, both transforms and a convolution, and both numbers of everything.
  public var example: FlexiBERTArchitecture {
    typealias Layer = FlexiBERTArchitecture.Layer
    return FlexiBERTArchitecture(
      unchecked: 128,
      [
        Layer(operation: .weightedProduct, heads: 2, width: 512, depth: 3),
        Layer(operation: .fourier, heads: 4, width: 1024, depth: 1),
        Layer(operation: .convolution9, heads: 4, width: 512, depth: 1),
        Layer(operation: .cosine, heads: 2, width: 512, depth: 1),
      ])
  }

  /// 10,621,440.
  public var architectureCount: Int? { FlexiBERTArchitecture.count }

  /// Architectures drawn uniformly, then architectures with one choice changed.
  public var domain: FlexiBERTDomain { FlexiBERTDomain(space: self) }

  /// GLUE, the mean of its tasks.
  public var tasks: [BenchmarkTask] {
    [
      BenchmarkTask(name: "glue", title: "GLUE", measure: "mean of GLUE", sizes: Self.sizes)
    ]
  }

  /// The means of GLUE of 246 networks in percent.
  ///
  /// The table has 250 rows; of the four networks that stand twice the first row counts.
  public func accuracies(on task: BenchmarkTask) -> TaskAccuracies<FlexiBERTArchitecture>? {
    task.name == "glue" ? Self.glue : nil
  }

  static let glue = TaskAccuracies(rows.map(\.architecture), rows.map(\.mean))

  /// All rows of the table.
  static let rows: [(architecture: FlexiBERTArchitecture, mean: Double)] =
    EmbeddedRows.decode(FlexiBERTAccuracyText.glue).map { row in
      let digits = row.digits
      let layers = stride(from: 1, to: digits.count, by: 4).map { place in
        FlexiBERTArchitecture.Layer(
          operation: FlexiBERTOperation.allCases[digits[place]], heads: digits[place + 1],
          width: 512 * digits[place + 2], depth: digits[place + 3])
      }
      return (FlexiBERTArchitecture(unchecked: 128 * digits[0], layers), row.value)
    }

  /// The space with the sizes of a record, and with its widths.
  public func configured(by settings: [String: SettingValue]) -> Self {
    var widths = FlexiBERTWidths.recorded
    if case .text(let name) = settings["widths"] {
      widths = FlexiBERTWidths(rawValue: name) ?? widths
    }
    return Self(
      widths: widths, classes: settings.integer("classes") ?? classes,
      tokens: settings.integer("resolution") ?? tokens)
  }
}
