internal import Formats
package import Scoring

/// Follows a run on a shared folder: each reading hands over what its workers recorded since the one before.
package struct SharedRunTail: Sendable {
  /// The folder.
  package let path: String

  private var folder: SharedFolder?
  /// The digest of its plan.
  private var digest = ""
  /// How much was read of the journal of each worker, and when it had been written.
  private var journals: [String: Journal] = [:]
  /// The networks that were handed over: those of a chunk that was taken over may be in two journals.
  private var known: Set<Int> = []

  /// What was read of a journal.
  private struct Journal {
    var place = RecordJournal.Place()
    /// When it had been written last, `nil` where it is to be read anew.
    var time: Double?
  }

  /// Follows a run from its first record on.
  package init(of path: String) { self.path = path }

  /// Hands over the records of networks that are new since the last reading.
  ///
  /// - Parameters:
  ///   - anew: is called where the folder has another run than before, ahead of its first record.
  ///   - body: gets each record.
  /// - Throws: ``SharedRunError`` where there is no run or a journal is damaged, `FileError` where the folder cannot be
  ///   read; what was handed over before the damage is not handed over again.
  package mutating func read(anew: () -> Void, _ body: (Evaluation) -> Void) throws {
    let head = try SharedFolder.head(in: path)
    if folder != nil, digest != head.digest {
      self = SharedRunTail(of: path)
      anew()
    }
    let folder = try folder ?? SharedFolder(reading: path)
    self.folder = folder
    digest = head.digest
    // Whatever is added once all networks are there repeats one of them.
    if known.count == folder.plan.networks.count { return }
    for worker in try SharedFile.names(in: folder.records) {
      let file = folder.records + "/" + worker
      let time = SharedFile.modification(of: file)
      var journal = journals[worker] ?? Journal()
      if let time, time == journal.time { continue }
      let isSettled = time.map(SharedFile.isSettled) ?? false
      defer { journals[worker] = journal }
      journal.time = nil
      try RecordJournal.read(file, of: folder.plan, from: &journal.place) { number, cells in
        guard known.insert(number).inserted else { return }
        for record in folder.evaluations(cells, of: number) { body(record) }
      }
      journal.time = isSettled ? time : nil
    }
  }
}
