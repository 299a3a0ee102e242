/// Which program begins its peer ids how: the list of BEP 20, and what came after it.
enum ClientTable {
  typealias Azureus = (code: String, name: String, style: VersionStyle)

  static let azureus: [Azureus] = [
    ("AG", "Ares", .digits), ("AR", "Arctic", .digits), ("AV", "Avicora", .digits), ("AX", "BitPump", .digits),
    ("AZ", "Azureus", .digits), ("BB", "BitBuddy", .digits), ("BC", "BitComet", .digits),
    ("BF", "Bitflu", .digits), ("BG", "BTG", .digits), ("BI", "BiglyBT", .digits), ("BR", "BitRocket", .digits),
    ("BS", "BTSlave", .digits), ("BT", "BitTorrent", .threeDigits), ("BW", "BitWombat", .digits),
    ("CD", "Enhanced CTorrent", .pairs), ("CT", "CTorrent", .digits), ("DE", "Deluge", .threeDigits),
    ("DP", "Propagate Data Client", .digits), ("EB", "EBit", .digits), ("ES", "Electric Sheep", .digits),
    ("FD", "Free Download Manager", .digits), ("FT", "FoxTorrent", .digits), ("FX", "Freebox", .digits),
    ("GS", "GSTorrent", .digits), ("HL", "Halite", .digits), ("HN", "Hydranode", .digits),
    ("KG", "KGet", .digits), ("KT", "KTorrent", .digits), ("LH", "LH-ABC", .digits), ("LP", "Lphant", .digits),
    ("LT", "libtorrent", .threeDigits), ("lt", "libtorrent of rtorrent", .threeDigits),
    ("LW", "LimeWire", .digits), ("MO", "MonoTorrent", .digits), ("MP", "MooPolice", .digits),
    ("MR", "Miro", .digits), ("MT", "MoonlightTorrent", .digits), ("NX", "Net Transport", .digits),
    ("PD", "Pando", .digits), ("PI", "PicoTorrent", .digits), ("qB", "qBittorrent", .threeDigits),
    ("QD", "QQDownload", .digits), ("QT", "Qt 4 Torrent example", .digits), ("RT", "Retriever", .digits),
    ("SB", "Swiftbit", .digits), ("SD", "Thunder", .digits), ("SL", "swarmlab", .digits),
    ("SN", "ShareNET", .digits), ("SS", "SwarmScope", .digits), ("ST", "SymTorrent", .digits),
    ("st", "sharktorrent", .digits), ("SZ", "Shareaza", .digits), ("TN", "TorrentDotNET", .digits),
    ("TL", "Tribler", .digits), ("TR", "Transmission", .transmission), ("TS", "Torrentstorm", .digits),
    ("TT", "TuoTu", .digits), ("UL", "uLeecher!", .digits), ("UM", "µTorrent for Mac", .threeDigits),
    ("UT", "µTorrent", .threeDigits), ("UW", "µTorrent Web", .threeDigits), ("VG", "Vagaa", .digits),
    ("WW", "WebTorrent", .digits), ("WT", "BitLet", .digits), ("WY", "FireTorrent", .digits),
    ("XL", "Xunlei", .digits), ("XT", "XanTorrent", .digits), ("XX", "Xtorrent", .digits),
    ("ZT", "ZipTorrent", .digits), ("7T", "aTorrent", .digits),
  ]

  static let dashed: [(code: String, name: String)] = [
    ("A2-", "aria2"), ("M", "BitTorrent mainline"), ("Q", "Queen Bee"),
  ]

  static let shadow: [(code: String, name: String)] = [
    ("A", "ABC"), ("O", "Osprey Permaseed"), ("Q", "BTQueue"), ("R", "Tribler"), ("S", "Shadow's client"),
    ("T", "BitTornado"), ("U", "UPnP NAT Bit Torrent"),
  ]
}
