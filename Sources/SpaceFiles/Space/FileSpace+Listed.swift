public import Formats
public import Scoring
public import Spaces
public import Tensors

extension FileSpace: SearchableSpace {
  /// What the file says of its networks, or its name.
  public var summary: String { file.summary.isEmpty ? file.name : file.summary }
  /// The path of the file.
  public var citation: String { file.file }

  /// Classes, and the rows of the largest images; setting them fixes images that are square.
  public var sizes: SpaceSizes {
    get { SpaceSizes(classes: classes, resolution: inputShape[1]) }
    set { self = FileSpace(file, classes: newValue.classes, resolution: newValue.resolution) }
  }

  /// The space with other classes, or with square images of other rows and columns.
  public func resized(classes: Int?, resolution: Int?) -> FileSpace {
    FileSpace(file, classes: classes ?? self.classes, resolution: resolution ?? self.resolution)
  }

  /// Channels, and the rows and columns of the largest images.
  public var inputShape: Shape {
    let (height, width) = plan.largestImage
    return Shape(channels: plan.channels, height: height, width: width)
  }

  /// An architecture that meets the constraints.
  public var example: FileArchitecture { text(of: witness) }

  /// The number of architectures, `nil` where it is estimated or too large for a whole number.
  public var architectureCount: Int? { file.count.exact.flatMap { Int(exactly: $0) } }

  /// The neighbourhoods.
  public var domain: FileSpaceDomain { FileSpaceDomain(space: self) }

  /// The same space with the classes of the record, and its images where they are not the file's.
  public func configured(by settings: [String: SettingValue]) -> FileSpace {
    var (classes, resolution): (Int?, Int?) = (nil, nil)
    if case .integer(let number) = settings["classes"] { classes = number }
    if case .integer(let number) = settings["resolution"] { resolution = number }
    return FileSpace(file, classes: classes, resolution: resolution)
  }
}

extension SpacePlan {
  /// Rows and columns at most.
  var largestImage: (height: Int, width: Int) {
    func largest(_ setting: Setting) -> Int {
      let options: [ChoiceValue]
      switch setting.form {
      case .fixed(let value): options = [value]
      case .choice(let variable): options = variables[variable].options
      // A formula is bounded by its type alone.
      case .formula: return 4096
      }
      return options.reduce(1) {
        if case .number(let number) = $1 { max($0, Int(number)) } else { $0 }
      }
    }
    return (largest(height), largest(width))
  }
}
