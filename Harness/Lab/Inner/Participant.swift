import Planning

/// How far a process of the run has come.
struct Participant: Sendable {
  /// Nil for the tracker.
  var peer: PeerPlan?
  var isSpawning = false
  var isAlive = false
  var spawnedAt: Int64?
  var isReady = false
  /// Of a foreign client that is not ready: its port is open for UDP only.
  var isOpenForDatagrams = false
  var hasJoined = false
  var isComplete = false
  var isSeenComplete = false
  var isLeaving = false
  var isStopping = false
  /// It ended, by itself or by order.
  var isGone = false
  /// It ended and nobody had ordered it.
  var hasDied = false
  /// What a native process last said was wrong.
  var complaint: (code: String, text: String)?
  /// Out of the swarm by a fault, and perhaps to come back.
  var isAway = false
  /// Begun anew in mid-run: to be told the time, and to join.
  var isReturning = false
  /// Set where it is to be begun anew as soon as it has ended; true with a new peer id.
  var returnsWith: Bool?
  /// How often its address, and its peer id, have changed.
  var incarnation = 0
  var identity = 0
  /// What it was last told to keep instead of the plan's limits; nil is nothing yet.
  var upload: LimitPlan?
  var download: LimitPlan?
  /// When it joins, or, once joined, leaves.
  var due = Int64.max
  /// Of a foreign client: until when it must be ready, and when it is killed since it does not stop.
  var readyBy = Int64.max
  var killAt = Int64.max
}
