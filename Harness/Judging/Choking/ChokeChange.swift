public import SwarmTime

/// A choke or an unchoke that a peer sent, and what may have led to it at once.
public struct ChokeChange: Hashable, Sendable {
  public var at: SwarmInstant
  public var frame: Int32
  /// Whom it was said to: index in the cast.
  public var partner: Int
  public var isUnchoke: Bool
  public var cause: Cause

  /// What explains a change between the points of the grid.
  public enum Cause: Hashable, Sendable {
    /// Nothing does: it must lie on the grid.
    case grid
    /// The partner has just turned interested, or is not interested.
    case interest
    /// Another partner has just left, lost interest, or been choked: its slot was free.
    case vacancy
    /// The peer has just completed: it follows the rules of seeds from now on.
    case completion
  }
}
