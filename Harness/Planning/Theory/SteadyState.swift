#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A swarm that new leechers join for ever, in its steady state, as a fluid (Qiu and Srikant 2004):
///
///     x' = lambda - theta x - min{c x, mu (eta x + y)}
///     y' = min{c x, mu (eta x + y)} - gamma y
///
/// with x leechers and y seeds. Where both stand still, with 1/beta = max{1/c, (1/eta) (1/mu - 1/gamma)}:
///
///     x = lambda / (beta + theta)    y = lambda / (gamma (1 + theta/beta))    T = 1 / (theta + beta)
///
/// T, how long a leecher stays, does not depend on how many arrive: who comes brings what it takes to serve it.
public struct SteadyState: Hashable, Sendable {
  /// Leechers that arrive, in a second.
  public var arrivals: Double
  /// What a peer uploads, in files a second: u / F.
  public var upload: Double
  /// What a peer can download, in files a second; infinite where nothing limits it.
  public var download: Double
  /// Share of the leechers that give up, in a second.
  public var aborts: Double
  /// Share of the seeds that leave, in a second: 1 / the mean time that they stay. Infinite where nobody stays.
  public var departures: Double
  /// How well leechers can use each other's upload, from 0 to 1; `effectiveness` estimates it.
  public var effectiveness: Double

  public init(
    arrivals: Double, upload: Double, download: Double = .infinity, aborts: Double = 0, departures: Double,
    effectiveness: Double = 1
  ) {
    self.arrivals = arrivals
    self.upload = upload
    self.download = download
    self.aborts = aborts
    self.departures = departures
    self.effectiveness = effectiveness
  }

  /// 1 - (ln P / P)^k: the chance that at least one of k partners needs something of the P pieces, where pieces are held
  /// at random (Qiu and Srikant 2004, section 4.2).
  ///
  /// - Parameters:
  ///   - pieces: P; with fewer than two there is nothing to exchange.
  ///   - uploads: k, the partners that a peer uploads to at once.
  public static func effectiveness(pieces: Int, uploads: Int) -> Double {
    guard pieces > 1, uploads > 0 else { return 0 }
    return 1 - pow(log(Double(pieces)) / Double(pieces), Double(uploads))
  }

  /// What holds a leecher up.
  public enum Limit: String, Hashable, Sendable {
    case download, upload
    /// Seeds alone are more than enough, and no download is limited.
    case nothing
  }

  /// 1/beta, in seconds: how long a download takes that nobody gives up.
  public var downloadSeconds: Double { max(byDownload, byUpload, 0) }

  private var byDownload: Double { 1 / download }
  private var byUpload: Double { (1 / upload - 1 / departures) / effectiveness }

  public var limit: Limit { downloadSeconds <= 0 ? .nothing : byUpload > byDownload ? .upload : .download }

  /// T, in seconds: how long a leecher stays, until it is complete or gives up.
  public var staySeconds: Double { downloadSeconds / (1 + aborts * downloadSeconds) }
  /// x.
  public var leechers: Double { arrivals * staySeconds }
  /// y.
  public var seeds: Double { arrivals / departures / (1 + aborts * downloadSeconds) }
  /// Share of the leechers that complete.
  public var completing: Double { 1 / (1 + aborts * downloadSeconds) }
}
