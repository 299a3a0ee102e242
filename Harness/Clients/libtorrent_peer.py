"""A peer made of libtorrent-rasterbar's Python binding: one torrent, one address, no remote control.

libtorrent is a library; what a topology wants to set (choking, queues, limits) only a program that uses it can set. This
one does nothing else. SIGTERM ends it, after it has told the tracker.
"""

import argparse
import signal
import sys

import libtorrent as lt

CHOKING = {"fixed-slots": 0, "rate-based": 2}
SEED_CHOKING = {"round-robin": 0, "fastest-upload": 1, "anti-leech": 2}
TRANSPORTS = ["tcp", "utp", "both"]
ENCRYPTION_DISABLED = 2
SIGNALS = {signal.SIGTERM, signal.SIGINT}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--torrent", required=True)
    parser.add_argument("--data", required=True, help="folder of the payload")
    parser.add_argument("--address", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", action="store_true", help="trust that the payload is whole")
    parser.add_argument("--upload", type=int, default=0, help="bytes per second; 0 is unlimited")
    parser.add_argument("--download", type=int, default=0, help="bytes per second; 0 is unlimited")
    parser.add_argument("--slots", type=int, default=8, help="unchoke slots, optimistic ones among them")
    parser.add_argument("--optimistic-slots", type=int, default=0, help="0: a fifth of the slots, one at least")
    parser.add_argument("--choking-algorithm", choices=CHOKING, default="fixed-slots")
    parser.add_argument("--seed-choking-algorithm", choices=SEED_CHOKING, default="round-robin")
    parser.add_argument("--unchoke-interval", type=int, default=15, help="seconds")
    parser.add_argument("--optimistic-unchoke-interval", type=int, default=30, help="seconds")
    parser.add_argument("--request-queue", type=int, default=2000, help="requests of one peer that are kept")
    parser.add_argument("--allowed-fast", type=int, default=5, help="pieces a choked peer may have (BEP 6)")
    parser.add_argument("--limit-counts-headers", choices=["yes", "no"], default="yes")
    parser.add_argument("--transport", choices=TRANSPORTS, default="tcp")
    return parser.parse_args()


def transports(chosen):
    switches = {}
    for transport in ("tcp", "utp"):
        for direction in ("incoming", "outgoing"):
            switches[f"enable_{direction}_{transport}"] = chosen in (transport, "both")
    return switches


def settings(options):
    return {
        "listen_interfaces": f"{options.address}:{options.port}",
        "outgoing_interfaces": options.address,
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        **transports(options.transport),
        "in_enc_policy": ENCRYPTION_DISABLED,
        "out_enc_policy": ENCRYPTION_DISABLED,
        "upload_rate_limit": options.upload,
        "download_rate_limit": options.download,
        # Off, a limit is of payload and protocol; on, of estimated TCP/IP headers too.
        "rate_limit_ip_overhead": options.limit_counts_headers == "yes",
        "unchoke_slots_limit": options.slots,
        "num_optimistic_unchoke_slots": options.optimistic_slots,
        "choking_algorithm": CHOKING[options.choking_algorithm],
        "seed_choking_algorithm": SEED_CHOKING[options.seed_choking_algorithm],
        "unchoke_interval": options.unchoke_interval,
        "optimistic_unchoke_interval": options.optimistic_unchoke_interval,
        "max_allowed_in_request_queue": options.request_queue,
        "allowed_fast_set_size": options.allowed_fast,
        "stop_tracker_timeout": 1,
        "alert_mask": lt.alert.category_t.error_notification | lt.alert.category_t.status_notification,
    }


def limit_every_address(session):
    """By default peers at loopback and private addresses are of a class without limits and without choking."""
    everywhere = lt.ip_filter()
    everywhere.add_rule("0.0.0.0", "255.255.255.255", 1 << lt.session.global_peer_class_id)
    session.set_peer_class_filter(everywhere)


def torrent(options):
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(options.torrent)
    parameters.save_path = options.data
    flags = lt.torrent_flags
    parameters.flags &= ~(flags.auto_managed | flags.paused)
    parameters.flags |= flags.disable_pex | flags.disable_lsd | flags.disable_dht
    if options.seed:
        parameters.flags |= flags.seed_mode
    return parameters


def watch(session):
    """Prints what goes wrong, until a signal; returns the exit status."""
    while signal.sigtimedwait(SIGNALS, 0.5) is None:
        for alert in session.pop_alerts():
            if alert.category() & lt.alert.category_t.error_notification:
                print(alert.message(), file=sys.stderr, flush=True)
            if isinstance(alert, lt.listen_failed_alert):
                return 1
    return 0


def main():
    options = arguments()
    # Before libtorrent makes its threads, which inherit this.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    session = lt.session(settings(options))
    limit_every_address(session)
    session.add_torrent(torrent(options))
    return watch(session)


sys.exit(main())
