// How metrics stand in `metrics.json`.

extension SwarmMetrics {
  var json: CanonicalJSON {
    .object([
      "sizeBytes": .integer(sizeBytes),
      "pieces": .integer(Int64(pieces)),
      "leechers": .integer(Int64(leechers)),
      "seedUpload": CanonicalJSON(seedUpload),
      "bound": CanonicalJSON(bound),
      "boundDecidedBy": CanonicalJSON(boundDecidedBy),
      "makespan": CanonicalJSON(makespan),
      "efficiency": CanonicalJSON(efficiency),
      "medianCompletion": CanonicalJSON(medianCompletion),
      "completed": .integer(Int64(completed)),
      "payloadBytes": .integer(payloadBytes),
      "streamBytes": .integer(streamBytes),
      "duplicateBytes": .integer(duplicateBytes),
      "seedCopies": CanonicalJSON(seedCopies),
      "connections": .integer(Int64(connections)),
      "connectionsFromStart": .integer(Int64(connectionsFromStart)),
      "undecodableConnections": .integer(Int64(undecodableConnections)),
      "holeBytes": .integer(holeBytes),
      "reciprocation": reciprocation.json,
      "clustering": .list(clustering.map(\.json)),
    ])
  }
}

extension PeerMetrics {
  var json: CanonicalJSON {
    .object([
      "name": .text(name),
      "group": .text(group),
      "role": .text(role),
      "arrivedAt": .integer(arrivedAt),
      "completedAt": CanonicalJSON(completedAt),
      "timeToComplete": CanonicalJSON(timeToComplete),
      "payloadUp": .integer(payloadUp),
      "payloadDown": .integer(payloadDown),
      "streamUp": .integer(streamUp),
      "streamDown": .integer(streamDown),
      "duplicateBytes": .integer(duplicateBytes),
      "shareRatio": CanonicalJSON(shareRatio),
      "uploadUtilisation": CanonicalJSON(uploadUtilisation),
      "rounds": CanonicalJSON(rounds.map(Int64.init)),
      "changedRounds": CanonicalJSON(changedRounds.map(Int64.init)),
      "decisionsOffGrid": CanonicalJSON(decisionsOffGrid.map(Int64.init)),
      "dwellMedian": CanonicalJSON(dwellMedian),
      "dwellLeast": CanonicalJSON(dwellLeast),
      "flaps": CanonicalJSON(flaps.map(Int64.init)),
      "unchokes": .integer(Int64(unchokes)),
      "chokes": .integer(Int64(chokes)),
      "connections": .integer(Int64(connections)),
      "partners": .integer(Int64(partners)),
      "slots": slots?.json ?? .null,
    ])
  }
}

extension StreamMetrics {
  var json: CanonicalJSON {
    .object([
      "connection": .integer(Int64(connection)),
      "a": a.json,
      "b": b.json,
      "opened": .integer(opened),
      "closed": CanonicalJSON(closed),
      "close": .text(close),
      "isDuplicate": .flag(isDuplicate),
    ])
  }
}

extension StreamSide {
  /// Kinds that did not occur are left out.
  var json: CanonicalJSON {
    var messages: [String: CanonicalJSON] = [:]
    for (kind, count) in counts.enumerated() where count > 0 {
      messages[MessageKind.names[kind]] = .integer(Int64(count))
    }
    return .object([
      "peer": .text(peer),
      "endpoint": .text(endpoint),
      "streamBytes": .integer(streamBytes),
      "payloadBytes": .integer(payloadBytes),
      "handshakes": .integer(Int64(handshakes)),
      "messages": .object(messages),
    ])
  }
}
