extension Trace {
  /// Whether a scrubbed copy of the capture reads as it does itself.
  ///
  /// - Parameter remapped: whether addresses may be others: the same for the same, and different ones for different ones.
  public func readsAs(_ copy: Trace, remapped: Bool) -> Bool {
    guard messages == copy.messages, bitfields == copy.bitfields, segments == copy.segments,
      responses == copy.responses, holes == copy.holes, coverage == copy.coverage
    else { return false }
    guard remapped else { return connections == copy.connections && announces == copy.announces }
    guard connections.count == copy.connections.count, announces.count == copy.announces.count else { return false }
    var renaming = Renaming()
    for (own, other) in zip(connections, copy.connections) {
      var renamed = own
      renamed.a.endpoint.address = other.a.endpoint.address
      renamed.b.endpoint.address = other.b.endpoint.address
      guard renamed == other, renaming.allows(own.a.endpoint.address, other.a.endpoint.address),
        renaming.allows(own.b.endpoint.address, other.b.endpoint.address)
      else { return false }
    }
    for (own, other) in zip(announces, copy.announces) {
      var renamed = own
      renamed.source = other.source
      guard renamed == other, renaming.allows(own.source, other.source) else { return false }
    }
    return true
  }
}

/// Which address became which, both ways.
private struct Renaming {
  private var names: [String: String] = [:]
  private var owners: [String: String] = [:]

  /// Notes it, unless what is noted contradicts it.
  mutating func allows(_ address: String, _ name: String) -> Bool {
    guard names[address] ?? name == name, owners[name] ?? address == address else { return false }
    names[address] = name
    owners[name] = address
    return true
  }
}
