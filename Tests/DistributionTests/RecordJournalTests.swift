import Foundation
import Scoring
import TestSupport
import Testing

@testable import Distribution

@Suite struct RecordJournalTests {
  private let directory: TemporaryDirectory
  private let path: String
  private let plan = DistributionTests.plan(30)

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("journal")
  }

  private func cells(_ number: Int) -> [RecordJournal.Cell] {
    evaluations(number, of: plan).map { RecordJournal.Cell(score: $0.score, seconds: $0.seconds) }
  }

  private func written() throws -> [UInt8] {
    var journal = try RecordJournal(making: path, of: plan)
    for number in 0..<30 { try journal.append(number, cells(number)) }
    try journal.close()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func read() throws -> [Int: [RecordJournal.Cell]] {
    var found: [Int: [RecordJournal.Cell]] = [:]
    try RecordJournal.read(path, of: plan) { found[$0] = $1 }
    return found
  }

  @Test func whatIsAddedIsRead() throws {
    _ = try written()
    let found = try read()
    #expect(found.count == 30)
    for number in 0..<30 { #expect(found[number] == cells(number)) }
  }

  @Test func signsAndSmallestNumbersSurvive() throws {
    for value in [0.0, -0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, .pi] {
      let cell = RecordJournal.Cell(score: .value(value), seconds: 0)
      let line = RecordJournal.line(4, [cell, cell])
      let (number, cells) = try #require(
        RecordJournal.parsed(Array(line.utf8.dropLast())[...], of: plan))
      #expect(number == 4 && cells.count == 2 && cells[0].isSameScore(as: cell))
    }
  }

  /// A worker that is killed loses at most the line that it was adding.
  @Test func whatIsCutOffIsPassedOver() throws {
    let bytes = try written()
    let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    for cut in stride(from: 0, through: bytes.count, by: 7) {
      try Data(bytes.prefix(cut)).write(to: URL(fileURLWithPath: path))
      let lines = ends.count { $0 < cut }
      #expect(try read().count == max(lines - 1, 0))
    }
  }

  @Test func aChangedByteIsNoticed() throws {
    let bytes = try written()
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<500 {
      var changed = bytes
      let place = Int.random(in: 0..<(bytes.count - 1), using: &generator)
      changed[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
      try Data(changed).write(to: URL(fileURLWithPath: path))
      #expect(throws: SharedRunError.self, "byte \(place)") { _ = try read() }
    }
  }
}
