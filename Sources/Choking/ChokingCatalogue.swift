/// The algorithms by name. Adding one is one file and one line here.
public enum ChokingCatalogue {
  public static let names = ["tit-for-tat"]

  /// - Returns: nil for a name that is not in `names`.
  public static func algorithm(
    named name: String, slots: Int, optimisticSlots: Int, optimisticChoice: OptimisticChoice = .draw
  ) -> (any ChokingAlgorithm)? {
    switch name {
    case "tit-for-tat":
      TitForTat(slots: slots, optimisticSlots: optimisticSlots, optimisticChoice: optimisticChoice)
    default: nil
    }
  }
}
