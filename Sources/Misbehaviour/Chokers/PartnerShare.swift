import Choking

/// Parts of all partners, told apart by address: the same ones each time, and known to whoever judges.
extension Partner {
  /// Every peer has a /24 of its own, so the last byte says nothing.
  private var network: UInt32 { address >> 8 }

  /// Whether it is among that share of all partners. (Fibonacci hashing, Knuth 1973, section 6.4: neighbouring networks
  /// are spread evenly, so that already of eight partners about the right number are taken.)
  func isAmong(share: Double) -> Bool { Double(network &* 2_654_435_769) < share * 0x1p32 }

  /// Half of all partners: those whose third address byte is even.
  var isOfEvenNetwork: Bool { network & 1 == 0 }
}
