import SwarmTime

/// What one side of a connection has asked of the other, and what became of it.
struct RequestLedger {
  struct Entry {
    /// Asked for, and neither served nor rejected.
    var isOpen = false
    /// Asked for again while it was open: one answer settles both, but a second one answers what was asked. That holds for
    /// what was overdue as well: a request may lie in a socket for as long as a fault lasts.
    var spare = 0
    var askedAt = SwarmInstant.zero
    var askedFrame: Int32 = 0
    /// Since when an answer is due at once, and why; nil while it may wait its turn.
    var due: Due?
    var isAllowedFast = false
  }

  struct Due {
    enum Cause: String {
      /// A choke drops what was asked before it.
      case choke
      /// It was asked while choked.
      case request
      case cancel
    }
    var cause: Cause
    var at: SwarmInstant
    var frame: Int32
  }

  private(set) var entries: [BlockPlace: Entry] = [:]

  mutating func reset() { entries.removeAll(keepingCapacity: true) }

  /// - Returns: what was already overdue for an answer when it was asked for again.
  mutating func ask(
    _ block: BlockPlace, at now: SwarmInstant, frame: Int32, isAllowedFast: Bool, due: Due?, overdueAfter: SwarmDuration
  ) -> Entry? {
    var entry = entries[block] ?? Entry()
    var overdue: Entry?
    if entry.isOpen {
      if let old = entry.due, now - old.at > overdueAfter {
        overdue = entry
        entry.due = due
      }
      entry.spare += 1
    } else {
      entry.isOpen = true
      entry.due = due
    }
    entry.askedAt = now
    entry.askedFrame = frame
    entry.isAllowedFast = isAllowedFast
    entries[block] = entry
    return overdue
  }

  /// The block or a reject has come. False if there was nothing to answer.
  mutating func answer(_ block: BlockPlace) -> Bool {
    guard var entry = entries[block] else { return false }
    if entry.isOpen {
      entry.isOpen = false
      entry.due = nil
    } else {
      entry.spare -= 1
    }
    entries[block] = entry.spare > 0 ? entry : nil
    return true
  }

  mutating func cancel(_ block: BlockPlace, _ due: Due) {
    guard let entry = entries[block], entry.isOpen, entry.due == nil else { return }
    entries[block]?.due = due
  }

  /// The other side choked: all that is open is dropped, but for the allowed-fast set.
  mutating func choke(_ due: Due) {
    update { entry in
      if entry.isOpen, entry.due == nil, !entry.isAllowedFast { entry.due = due }
    }
  }

  /// The other side unchoked again: what it may have read only now waits its turn.
  mutating func unchoke(inFlight: SwarmDuration) {
    update { entry in
      guard let due = entry.due else { return }
      switch due.cause {
      case .request: entry.due = nil
      case .choke: if due.at - entry.askedAt <= inFlight { entry.due = nil }
      case .cancel: break
      }
    }
  }

  /// Answers may have been lost: nothing is due any more.
  mutating func forgive() { update { $0.due = nil } }

  /// What was due and has not been answered within `limit` before `end`, in the order of asking.
  func overdue(at end: SwarmInstant, limit: SwarmDuration) -> [(block: BlockPlace, entry: Entry)] {
    entries.filter { _, entry in
      guard entry.isOpen, let due = entry.due else { return false }
      return end - due.at > limit
    }.sorted {
      ($0.value.askedFrame, $0.key.piece, $0.key.begin, $0.key.length)
        < ($1.value.askedFrame, $1.key.piece, $1.key.begin, $1.key.length)
    }.map { ($0.key, $0.value) }
  }

  /// Changes every entry on its own, so the dictionary's order decides nothing.
  private mutating func update(_ change: (inout Entry) -> Void) {
    for key in entries.keys {
      guard var entry = entries[key] else { continue }
      change(&entry)
      entries[key] = entry
    }
  }
}
