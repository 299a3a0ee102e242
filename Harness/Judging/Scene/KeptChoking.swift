/// How each peer chokes, derived once.
struct KeptChoking: Sendable {
  fileprivate let views: Kept<ChokingView?>
  fileprivate let rechokes: Kept<Result<Rechokes, CheckTrouble>>
  fileprivate let slots: Kept<LeecherSlots?>

  /// - Parameter count: of the cast.
  init(count: Int) {
    views = Kept(count: count)
    rechokes = Kept(count: count)
    slots = Kept(count: count)
  }
}

extension Scene {
  /// A peer as a choker, by its index in the cast; nil for one without a profile.
  public func choking(of peer: Int) -> ChokingView? {
    choking.views.value(of: peer) { ChokingView(self, peer) }
  }

  /// The rounds of a leecher that can be judged.
  ///
  /// - Throws: `CheckTrouble` where its rounds cannot be known.
  func rechokes(of peer: Int) throws(CheckTrouble) -> Rechokes {
    try choking.rechokes.value(of: peer) {
      Result { () throws(CheckTrouble) in try Rechokes(self, peer) }
    }.get()
  }

  /// A leecher's slots, told apart; nil for seeds, and for peers without a profile.
  func slots(of peer: Int) -> LeecherSlots? { choking.slots.value(of: peer) { LeecherSlots(self, peer) } }

  /// A leecher's unchokes by the kind of slot, for whoever draws them; none for seeds and peers without a profile.
  public func slotUnchokes(of peer: Int) -> [SlotUnchoke] { slots(of: peer)?.kinds.unchokes ?? [] }
}
