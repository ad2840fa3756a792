import Figures
import Testing

/// Charts of usual and of unusual data: each is a drawing that a browser can show.
@Suite struct ChartTests {
  private let hostile = "a <b> & \"c\" 'd' \u{1} ]]> \u{FFFF} zürich"
  private let long = String(repeating: "a very long name of something ", count: 6)

  private func scales(_ values: [Double]) -> [Axis] {
    [
      Axis("time", unit: "s", Scale(.logarithmic, covering: values)),
      Axis("time", unit: "s", Scale(covering: values)),
    ]
  }

  private let samples: [[Double]] = {
    var numbers = Numbers(seed: 3)
    return [
      [], [1], [0, 0, 0], numbers.list(7), numbers.list(400).map { 90 + $0 },
      [.nan, .infinity, -.infinity, -1, 0, 1, 1e-300, 1e300], [-1e-12, 2e-12], [1e8, 2e8],
    ]
  }()

  @Test func bars() throws {
    for values in samples {
      for title in ["plain", hostile, long] {
        let chart = BarChart(
          title: title, valueTitle: title,
          bars: values.prefix(30).enumerated().map { number, value in
            BarChart.Bar(
              number == 0 ? title : "bar \(number)", value,
              interval: value.isFinite && number % 2 == 0 ? (value - 0.1)...(value + 0.1) : nil,
              reference: number % 3 == 0 ? value : nil)
          })
        try check(chart.scene())
        try check(chart.scene(width: 320))
      }
    }
  }

  @Test func columns() throws {
    for values in samples {
      for title in ["plain", hostile, long] {
        try check(
          ColumnChart(
            title: title, columnTitle: title, valueTitle: title,
            columns: values.prefix(40).enumerated().map {
              ColumnChart.Column("\($0)", $1)
            }
          ).scene())
      }
    }
  }

  @Test func boxes() throws {
    for title in ["plain", hostile, long] {
      let groups = samples.enumerated().map { BoxChart.Group("group \($0)", $1) }
      try check(
        BoxChart(title: title, groupTitle: title, valueTitle: title, groups: groups).scene())
    }
    try check(BoxChart(title: "none", groupTitle: "", valueTitle: "", groups: []).scene())
    let many = (0..<28).map { BoxChart.Group("\($0).\($0)", [Double($0), 2, 3]) }
    try check(BoxChart(title: "many", groupTitle: "g", valueTitle: "v", groups: many).scene())
  }

  @Test func linesAndPoints() throws {
    for values in samples {
      for x in scales(values) {
        for y in scales(values) {
          for count in [0, 1, 2, 9] {
            let points = values.map { Point($0, $0) }
            try check(
              LineChart(
                title: hostile, x: x, y: y,
                series: (0..<count).map { .init("\(hostile) \($0)", points) }
              ).scene())
            try check(
              ScatterChart(
                title: long, x: x, y: y,
                series: (0..<count).map { number in
                  .init(
                    "series \(number)",
                    points.map {
                      .init(
                        $0, name: number == 1 && values.count < 20 ? "name" : nil,
                        interval: $0.y.isFinite ? ($0.y - 1)...($0.y + 1) : nil)
                    })
                }
              ).scene())
          }
        }
      }
    }
  }

  @Test func namesOfPointsStandApart() throws {
    var numbers = Numbers(seed: 5)
    let values = numbers.list(24)
    let items = values.enumerated().map { number, value in
      ScatterChart.Item(
        Point(pow2(6 * numbers.next() - 9), value / 2), name: "proxy-\(number)")
    }
    let scene = ScatterChart(
      title: "compute",
      x: Axis("time", unit: "s", Scale(.logarithmic, covering: items.map(\.point.x))),
      y: Axis("tau", Scale(covering: values)), series: [.init("", items)]
    ).scene(width: 640, plotHeight: 380)
    try check(scene)
    let names = scene.labels.filter { $0.text.hasPrefix("proxy-") }.map(\.bounds)
    #expect(names.count == 24)
    for (number, one) in names.enumerated() {
      for other in names.dropFirst(number + 1) {
        let apart =
          one.maxX <= other.x || other.maxX <= one.x || one.maxY <= other.y || other.maxY <= one.y
        #expect(apart, "\(one) covers \(other)")
      }
    }
  }

  private func pow2(_ exponent: Double) -> Double {
    exponent < 0 ? 1 / pow2(-exponent) : exponent < 1 ? 1 + exponent : 2 * pow2(exponent - 1)
  }

  @Test func seriesDifferWithoutColour() {
    let points = (0..<20).map { Point(Double($0), Double($0 * $0)) }
    let scene = LineChart(
      title: "t", x: Axis("x", Scale(covering: [0, 20])), y: Axis("y", Scale(covering: [0, 400])),
      series: (0..<6).map { .init("s\($0)", points) }
    ).scene()
    var (dashes, markers): (Set<Stroke.Dash>, Set<Marker>) = ([], [])
    for mark in scene.marks {
      switch mark {
      case .line(_, let stroke) where stroke.width == 1.75: dashes.insert(stroke.dash)
      case .markers(_, let marker, _, _): markers.insert(marker)
      default: break
      }
    }
    #expect(dashes.count == 6)
    #expect(markers.count == 6)
    #expect(["s0", "s5"].allSatisfy { name in scene.labels.contains { $0.text == name } })
  }

  @Test func everyMarkerAndDashIsDrawn() throws {
    let marks =
      Marker.allCases.enumerated().map { number, marker in
        Mark.markers([Point(20 * Double(number + 1), 20)], marker, size: 8, .first)
      }
      + Stroke.Dash.allCases.enumerated().map { number, dash in
        Mark.line(
          [Point(5, 40 + 5 * Double(number)), Point(90, 40)], Stroke(.ink, width: 2, dash: dash))
      }
    let scene = Scene(width: 200, height: 100, title: "all", marks: marks)
    try check(scene)
    let elements = try XMLReader(scene.svg).elements
    #expect(elements.filter { $0.name == "path" }.count == 12)
    #expect(elements.filter { $0.attributes["stroke-dasharray"] != nil }.count == 5)
  }

  @Test func panelsKeepTheirText() throws {
    let panels = (0..<5).map { number in
      Scene(
        width: 100, height: 50 + Double(number), title: "\(number)",
        marks: [.label(Label("panel \(number)", at: Point(4, 20)))])
    }
    let grid = Figure(name: "f", title: "five", caption: "", panels: panels, columns: 2).scene
    try check(grid)
    #expect(grid.width == 200)
    #expect(grid.height == 51 + 53 + 54)
    #expect(grid.labels.map(\.text) == panels.flatMap(\.labels).map(\.text))
    #expect(grid.labels[3].place == Point(104, 71))
  }

  @Test func textIsEscaped() throws {
    let scene = Scene(
      width: 900, height: 100, title: hostile, marks: [.label(Label(hostile, at: Point(5, 50)))])
    let reader = try XMLReader(scene.svg)
    #expect(reader.text.contains("a <b> & \"c\" 'd'   ]]>"))
    #expect(XMLText.escaped("<&>\"") == "&lt;&amp;&gt;&quot;")
    #expect(XMLText.escaped("plain \u{E9} text\n") == "plain \u{E9} text\n")
  }

  @Test func theSameDataGiveTheSameBytes() {
    func draw() -> String {
      var numbers = Numbers(seed: 9)
      return BoxChart(
        title: "t", groupTitle: "g", valueTitle: "v",
        groups: (0..<9).map { .init("\($0)", numbers.list(30)) }
      ).scene().svg
    }
    #expect(draw() == draw())
  }
}
