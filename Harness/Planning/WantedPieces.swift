import TopologyFile

/// Leechers that fetch a part of the payload and are complete with it.
extension PeerGroup {
  /// Rounded up, so at least one; nil for all of them.
  func wantedPieces(of payload: Topology.Payload) -> Int? {
    let all = (payload.sizeBytes + payload.pieceLengthBytes - 1) / payload.pieceLengthBytes
    // What is a whole number of pieces but for the last bit of a fraction is not one piece more.
    let wanted = max(1, Int64((Double(all) * wants - 1e-9).rounded(.up)))
    return wanted < all ? Int(wanted) : nil
  }
}

extension Plan {
  /// Bytes that a peer fetches, or has from the start.
  public func wantedBytes(of peer: PeerPlan) -> Int64 {
    guard let pieces = peer.wantedPieces else { return payload.sizeBytes }
    return min(payload.sizeBytes, Int64(pieces) * payload.pieceLengthBytes)
  }
}
