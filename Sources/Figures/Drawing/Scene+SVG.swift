extension Scene {
  /// The drawing as a file of its own: SVG 1.1 whose colours follow the reader's scheme, and are those
  /// of light ground in print.
  ///
  /// Presentation attributes hold the light colours for programs that know no custom properties.
  public var svg: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + opening(xmlns: true)
      + "<style>\n\(Ink.properties(of: "svg"))\(Ink.rules)\(Self.narrowing)</style>\n"
      + "<rect class=\"f-paper\" width=\"100%\" height=\"100%\" fill=\"\(Ink.paper.light.hexadecimal)\"/>\n"
      + body + "</svg>\n"
  }

  /// On a screen that is narrower than the drawing it becomes as narrow, and keeps its shape.
  private static let narrowing = "@media screen{svg{max-width:100%;height:auto}}\n"

  /// The drawing inside of an HTML document that has ``Ink/properties(of:)`` and ``Ink/rules`` in its
  /// style.
  public var inlineSVG: String { opening(xmlns: false) + body + "</svg>\n" }

  private func opening(xmlns: Bool) -> String {
    let (width, height) = (XMLText.coordinate(width), XMLText.coordinate(height))
    return "<svg " + (xmlns ? "xmlns=\"http://www.w3.org/2000/svg\" " : "")
      + "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
      + "font-family=\"system-ui, Helvetica, Arial, sans-serif\">\n"
      + "<title>\(XMLText.escaped(title))</title>\n"
      + (description.isEmpty ? "" : "<desc>\(XMLText.escaped(description))</desc>\n")
  }

  private var body: String { marks.map { $0.element + "\n" }.joined() }
}

extension Ink {
  /// Custom properties of CSS with the colours for light, dark and print.
  ///
  /// - Parameter selector: the element that holds them.
  /// - Returns: rules of CSS, with an end of line.
  public static func properties(of selector: String) -> String {
    func list(_ colour: (Ink) -> Colour) -> String {
      "\(selector){"
        + allCases.map { "--\($0.rawValue):\(colour($0).hexadecimal)" }.joined(separator: ";")
        + "}"
    }
    return list(\.light) + "\n@media (prefers-color-scheme: dark){\(list(\.dark))}\n"
      + "@media print{\(list(\.light))}\n"
  }

  /// The rules that give marks the colours of their ink.
  public static var rules: String {
    allCases.map {
      ".f-\($0.rawValue){fill:var(--\($0.rawValue))}.l-\($0.rawValue){stroke:var(--\($0.rawValue))}"
    }.joined(separator: "\n") + "\n"
  }

  fileprivate var fill: String { "class=\"f-\(rawValue)\" fill=\"\(light.hexadecimal)\"" }
}

extension Stroke {
  fileprivate var attributes: String { "stroke=\"\(ink.light.hexadecimal)\"" + shape }

  fileprivate var shape: String {
    let pattern = dash.pattern.map { XMLText.coordinate($0 * width) }.joined(separator: " ")
    return " stroke-width=\"\(XMLText.coordinate(width))\""
      + (pattern.isEmpty ? "" : " stroke-dasharray=\"\(pattern)\"")
  }
}

extension Mark {
  /// The element of SVG.
  fileprivate var element: String {
    switch self {
    case .line(let points, let stroke):
      return "<path class=\"l-\(stroke.ink.rawValue)\" fill=\"none\" \(stroke.attributes) "
        + "stroke-linejoin=\"round\" d=\"\(Mark.path(points))\"/>"
    case .curve(let points, let stroke):
      return "<path class=\"l-\(stroke.ink.rawValue)\" fill=\"none\" \(stroke.attributes) "
        + "d=\"\(Mark.curve(points))\"/>"
    case .polygon(let points, let ink):
      return "<path \(ink.fill) d=\"\(Mark.path(points))z\"/>"
    case .rectangle(let box, let fill, let stroke):
      let classes = [fill.map { "f-\($0.rawValue)" }, stroke.map { "l-\($0.ink.rawValue)" }]
        .compactMap(\.self).joined(separator: " ")
      return "<rect class=\"\(classes)\" fill=\"\(fill?.light.hexadecimal ?? "none")\""
        + (stroke.map { " " + $0.attributes } ?? "")
        + " x=\"\(XMLText.coordinate(box.x))\" y=\"\(XMLText.coordinate(box.y))\" "
        + "width=\"\(XMLText.coordinate(box.width))\" height=\"\(XMLText.coordinate(box.height))\"/>"
    case .markers(let points, let marker, let size, let ink):
      let outlines = points.map { marker.outline(at: $0, size: size) }.joined()
      guard marker.isOutline else { return "<path \(ink.fill) d=\"\(outlines)\"/>" }
      let stroke = Stroke(ink, width: max(size / 4, 1))
      return
        "<path class=\"l-\(ink.rawValue)\" fill=\"none\" \(stroke.attributes) d=\"\(outlines)\"/>"
    case .label(let label):
      let (x, y) = (XMLText.coordinate(label.place.x), XMLText.coordinate(label.place.y))
      return "<text \(label.ink.fill) x=\"\(x)\" y=\"\(y)\" "
        + "font-size=\"\(XMLText.coordinate(label.size))\""
        + (label.anchor == .start ? "" : " text-anchor=\"\(label.anchor.rawValue)\"")
        + (label.isBold ? " font-weight=\"bold\"" : "")
        + (label.isVertical ? " transform=\"rotate(-90 \(x) \(y))\"" : "")
        + ">\(XMLText.escaped(label.text))</text>"
    }
  }

  private static func path(_ points: [Point]) -> String {
    points.enumerated().map { number, point in
      "\(number == 0 ? "M" : "L")\(XMLText.coordinate(point.x)) \(XMLText.coordinate(point.y))"
    }.joined()
  }

  private static func curve(_ points: [Point]) -> String {
    points.enumerated().map { number, point in
      let command = number == 0 ? "M" : number % 3 == 1 ? "C" : " "
      return "\(command)\(XMLText.coordinate(point.x)) \(XMLText.coordinate(point.y))"
    }.joined()
  }
}

extension Marker {
  /// Whether it is drawn as lines and not filled.
  fileprivate var isOutline: Bool { self == .cross || self == .plus }

  /// A piece of a path around a point.
  fileprivate func outline(at point: Point, size: Double) -> String {
    let r = XMLText.coordinate(size / 2)
    let d = XMLText.coordinate(size)
    func move(_ x: Double, _ y: Double) -> String {
      "M\(XMLText.coordinate(point.x + x)) \(XMLText.coordinate(point.y + y))"
    }
    let half = size / 2
    return switch self {
    case .disc: move(-half, 0) + "a\(r) \(r) 0 1 0 \(d) 0a\(r) \(r) 0 1 0 -\(d) 0z"
    case .square: move(-half, -half) + "h\(d)v\(d)h-\(d)z"
    case .triangle: move(0, -half) + "l\(r) \(d)h-\(d)z"
    case .diamond: move(0, -half) + "l\(r) \(r)l-\(r) \(r)l-\(r) -\(r)z"
    case .cross: move(-half, -half) + "l\(d) \(d)" + move(-half, half) + "l\(d) -\(d)"
    case .plus: move(-half, 0) + "h\(d)" + move(0, -half) + "v\(d)"
    }
  }
}
