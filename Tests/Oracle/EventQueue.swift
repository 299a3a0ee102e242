import SwarmTime

/// A binary heap of events; those of one instant come out in the order in which they went in.
struct EventQueue<Event> {
  private var heap: [(at: Int64, order: Int, event: Event)] = []
  private var order = 0

  mutating func push(_ event: Event, at instant: SwarmInstant) {
    heap.append((instant.nanoseconds, order, event))
    order += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(child, parent) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> (SwarmInstant, Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
          least = child
        }
        guard least != parent else { break }
        heap.swapAt(parent, least)
        parent = least
      }
    }
    return (SwarmInstant(nanoseconds: first.at), first.event)
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    heap[a].at != heap[b].at ? heap[a].at < heap[b].at : heap[a].order < heap[b].order
  }
}
