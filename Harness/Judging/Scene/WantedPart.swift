import Planning

extension Scene {
  /// What a peer's file holds once it is complete: the payload, or as much of it as the peer wants. The hash is nil where
  /// the record does not say it.
  func wantedPart(of peer: Int) -> (sizeBytes: Int64, sha256: String?) {
    let size = plan.wantedBytes(of: plan.peers[peer])
    return (size, size == plan.payload.sizeBytes ? facts.payloadSHA256 : facts.prefixSHA256[size])
  }
}
