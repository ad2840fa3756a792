import Scoring
import TestSupport
import Testing

@testable import ResultStore

@Suite struct DiskFullTests {
  @Test func aFullDiskRefusesTheBatchAndKeepsTheRest() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file()
    var options = ResultStore.Options()
    options.maximumPageCount = 40
    let store = try ResultStore(path: path, access: .writing, options: options)
    var appended: [Evaluation] = []
    var refused: ResultStoreError?
    for number in 0..<1000 {
      let batch = Sample.batch(number, count: 25)
      do {
        try store.append(batch)
        appended += batch
      } catch {
        refused = error
        break
      }
    }
    let error = try #require(refused)
    #expect(error == .diskFull(path: path))
    #expect(error.category == .cannotWrite)
    #expect(!appended.isEmpty)
    #expect(try store.contents() == byKey(appended))
    try store.close()

    let roomy = try ResultStore(path: path)
    #expect(try roomy.contents() == byKey(appended))
    let next = Sample.batch(1000, count: 500)
    #expect(try roomy.append(next) == 500)
    #expect(try roomy.contents() == byKey(appended + next))
  }

  @Test func aDiskWithoutRoomForTheTablesIsReported() throws {
    let directory = try TemporaryDirectory()
    var options = ResultStore.Options()
    options.maximumPageCount = 3
    let error = try storeError {
      try ResultStore(path: directory.file(), access: .writing, options: options)
    }
    #expect(error == .diskFull(path: directory.file()))
    try ResultStore(path: directory.file()).append(Sample.assorted)
  }
}
