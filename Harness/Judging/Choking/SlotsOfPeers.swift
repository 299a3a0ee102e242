extension Scene {
  /// A leecher's unchokes by the kind of slot, for whoever draws them; none for seeds and peers without a profile.
  public func slotUnchokes(of peer: Int) -> [SlotUnchoke] { LeecherSlots(self, peer)?.kinds.unchokes ?? [] }
}
