public import TopologyFile

/// Every check there is.
public enum CheckCatalogue {
  public static let all: [any Check.Type] = [
    Completion.self,
    Integrity.self,
    RateLimit.self,
    UploadSlots.self,
    RechokeInterval.self,
    ProtocolConformance.self,
    OptimisticUnchoke.self,
    DistributionTime.self,
    TitForTatOrder.self,
    Reciprocation.self,
    FreeRiderPenalty.self,
    Fairness.self,
    Utilisation.self,
    Starvation.self,
    NewcomerLatency.self,
    RarestFirst.self,
    AddressChange.self,
    ChurnResilience.self,
    SurvivesSeedLoss.self,
    SurvivesTrackerLoss.self,
    RecoveryTime.self,
    ExpectedEndState.self,
  ]

  /// What the topology format must know of them.
  public static var specs: [CheckSpec] { all.map { $0.spec } }

  public static func named(_ name: String) -> (any Check.Type)? { all.first { $0.name == name } }
}
