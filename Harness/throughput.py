"""Harness/bench throughput: a seed and a leecher of each client, one pair after the other in turn, on loopback.

What is measured is the transfer alone. It begins when the first block of the leecher's file lies on disk and ends when
the last one does, as the file system tells (all files are on one that keeps them in memory): so it means the same for
every client, and neither what a client does at its start, nor its search for the other, nor how often it tells its tracker
counts. CPU is of both processes, user and system, from the first block until a while after the last, so that what was left
to hash is counted. Whether the file is right is looked at afterwards.
"""

import argparse
import filecmp
import hashlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
PIECE = MIB
SEED, LEECHER, TRACKER = "127.88.0.1", "127.88.0.2", "127.88.0.3"
PORT = 7000
CLIENTS = ["native", "libtorrent", "aria2", "rtorrent"]
ASKED = {"libtorrent": "at least 2 at no more than 0.5", "rtorrent": "above 1 at less than 1"}
# Between two looks at the file: a thousandth of a transfer.
LOOK = 0.001
# Of what is left to hash when the last block is there.
REST = 0.3
# A pair that is not done by then has stalled.
LIMIT = 120

RTORRENT = """\
system.daemon.set = true
network.bind_address.set = {address}
network.port_range.set = {port}-{port}
network.port_random.set = no
network.port_open.set = yes
dht.mode.set = disable
protocol.pex.set = no
protocol.encryption.set = none
trackers.use_udp.set = no
session.path.set = {home}/session
session.use_lock.set = no
directory.default.set = {data}
pieces.hash.on_completion.set = no
load.start = {torrent}
"""


class Bench:
    def __init__(self, options, work):
        self.options = options
        self.work = work
        self.torrent = os.path.join(work, "payload.torrent")
        self.ticks = os.sysconf("SC_CLK_TCK")
        self.children = []

    # The commands are those of Harness/Clients, without limits.

    def native(self, role, address, data, home):
        command = [f"{self.options.products}/swarm-peer", "--torrent", self.torrent, "--data", data]
        command += ["--listen", f"{address}:{PORT}"]
        return command + (["--assume-complete"] if role == "seed" else [])

    def libtorrent(self, role, address, data, home):
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Clients", "libtorrent_peer.py")
        command = ["/usr/bin/python3", program, f"--torrent={self.torrent}", f"--data={data}"]
        command += [f"--address={address}", f"--port={PORT}"]
        return command + (["--seed"] if role == "seed" else [])

    def aria2(self, role, address, data, home):
        command = ["aria2c", "--no-conf", f"--interface={address}", f"--listen-port={PORT}", "--disable-ipv6=true"]
        command += ["--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false", "--enable-peer-exchange=false"]
        command += ["--bt-require-crypto=false", "--bt-min-crypto-level=plain", "--bt-force-encryption=false"]
        command += [f"--dir={data}", "--file-allocation=none", "--allow-overwrite=true", "--auto-save-interval=0"]
        command += ["--seed-ratio=0.0", "--enable-rpc=false", "--summary-interval=0", "--show-console-readout=false"]
        if role == "seed":
            command += ["--check-integrity=true", "--bt-hash-check-seed=true", "--bt-seed-unverified=true"]
        return command + [self.torrent]

    def rtorrent(self, role, address, data, home):
        os.makedirs(f"{home}/session")
        with open(f"{home}/rtorrent.rc", "w") as file:
            file.write(RTORRENT.format(address=address, port=PORT, home=home, data=data, torrent=self.torrent))
        return ["rtorrent", "-n", "-o", f"import={home}/rtorrent.rc"]

    # What all pairs share

    def make_payload(self):
        folder = os.path.join(self.work, "seed")
        os.mkdir(folder)
        pieces = b""
        left = self.options.size
        with open(os.path.join(folder, "payload"), "wb") as file:
            while left > 0:
                piece = os.urandom(min(PIECE, left))
                file.write(piece)
                pieces += hashlib.sha1(piece).digest()
                left -= len(piece)
        url = f"http://{TRACKER}:6969/announce".encode()
        info = b"d6:lengthi%de4:name7:payload12:piece lengthi%de6:pieces%d:" % (self.options.size, PIECE, len(pieces))
        with open(self.torrent, "wb") as file:
            file.write(b"d8:announce%d:%s4:info" % (len(url), url) + info + pieces + b"ee")

    def spawn(self, command, home):
        os.makedirs(home, exist_ok=True)
        log = open(os.path.join(home, "log"), "wb")
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home, env=dict(os.environ, HOME=home)
        )
        log.close()
        self.children.append(child)
        return child

    def end(self, children):
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            self.children.remove(child)

    def cpu(self, child):
        """User and system seconds of all its threads, those that have ended among them."""
        with open(f"/proc/{child.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / self.ticks

    def await_tracker(self, events, tracker):
        """Until it writes down what it hears."""
        deadline = time.monotonic() + LIMIT
        while not os.path.exists(events):
            if tracker.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the tracker did not start: is {TRACKER}:6969 taken, by another measurement?")
            time.sleep(0.01)

    def await_seed(self, events, seed):
        """Until the tracker has heard of somebody who has everything."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            with open(events) as file:
                if any(json.loads(line).get("left") == 0 for line in file if line.endswith("\n")):
                    return
            if seed.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("the seed did not announce itself")

    # A pair

    def transfer(self, client, number):
        """MiB per second and CPU seconds per GiB of one transfer."""
        home = os.path.join(self.work, f"{client}-{number}")
        data = os.path.join(home, "data")
        os.makedirs(data)
        command = getattr(self, client)
        events = os.path.join(home, "events.jsonl")
        tracker = [f"{self.options.products}/swarm-tracker", "--listen", f"{TRACKER}:6969", "--events", events]
        children = [self.spawn(tracker, f"{home}/tracker")]
        try:
            self.await_tracker(events, children[0])
            seed_home, leecher_home = f"{home}/s", f"{home}/l"
            os.mkdir(seed_home)
            os.mkdir(leecher_home)
            seed = self.spawn(command("seed", SEED, os.path.join(self.work, "seed"), seed_home), seed_home)
            children.append(seed)
            self.await_seed(events, seed)
            leecher = self.spawn(command("leecher", LEECHER, data, leecher_home), leecher_home)
            children.append(leecher)
            seconds, cpu = self.measure(os.path.join(data, "payload"), [seed, leecher])
        except RuntimeError as error:
            for name in ["tracker", "s", "l"]:
                sys.stderr.write(tail(f"{home}/{name}/log"))
            raise RuntimeError(f"{client}: {error}") from None
        finally:
            self.end(children[::-1])
        if not filecmp.cmp(os.path.join(self.work, "seed", "payload"), os.path.join(data, "payload"), shallow=False):
            raise RuntimeError(f"{client}: the leecher's file differs from the seed's")
        shutil.rmtree(home)
        return self.options.size / MIB / seconds, cpu * 1024 * MIB / self.options.size

    def measure(self, path, both):
        deadline = time.monotonic() + LIMIT
        while blocks(path) == 0:
            self.look(both, deadline, "nothing came")
        begin = time.monotonic()
        spent = sum(self.cpu(child) for child in both)
        while blocks(path) * 512 < self.options.size:
            self.look(both, deadline, "the transfer stalled")
        seconds = time.monotonic() - begin
        time.sleep(REST)
        return seconds, sum(self.cpu(child) for child in both) - spent

    def look(self, both, deadline, failure):
        if time.monotonic() > deadline or any(child.poll() is not None for child in both):
            raise RuntimeError(failure)
        time.sleep(LOOK)


def blocks(path):
    """Of 512 bytes, that are allocated: a hole has none."""
    try:
        return os.stat(path).st_blocks
    except FileNotFoundError:
        return 0


def tail(path):
    try:
        with open(path, errors="replace") as file:
            return "".join(file.readlines()[-10:])
    except FileNotFoundError:
        return ""


def print_table(figures, clients):
    print(f"{'':<24}{'MiB/s':>8}{'':>16}{'CPU s/GiB':>12}")
    for client in clients:
        rates, costs = zip(*figures[client])
        spread = f"{min(rates):.0f} to {max(rates):.0f}"
        print(
            f"{client:<24}{statistics.median(rates):>8.0f}{spread:>16}{statistics.median(costs):>12.2f}"
            f"   {min(costs):.2f} to {max(costs):.2f}"
        )
    if "native" not in clients:
        return
    # Of the same round: the machine was about as busy for both.
    for client in clients:
        if client == "native":
            continue
        pairs = list(zip(figures["native"], figures[client]))
        rate = statistics.median(native[0] / other[0] for native, other in pairs)
        cost = statistics.median(native[1] / other[1] for native, other in pairs)
        asked = f"   asked for: {ASKED[client]}" if client in ASKED else ""
        print(f"native to {client:<14}{rate:>8.2f}{'':>16}{cost:>12.2f}{asked}")


def missing(clients):
    """What has to be installed for these."""
    programs = {"aria2": "aria2c", "rtorrent": "rtorrent"}
    names = [client for client in clients if client in programs and not shutil.which(programs[client])]
    if "libtorrent" in clients:
        found = subprocess.run(["/usr/bin/python3", "-c", "import libtorrent"], capture_output=True, check=False)
        if found.returncode != 0:
            names.append("python3-libtorrent")
    return names


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(64, f"{self.prog}: {message}\n")


def arguments():
    parser = Parser(prog="Harness/bench throughput", description=__doc__.splitlines()[0])
    parser.add_argument("--products", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5, help="transfers of each client that count (default 5)")
    parser.add_argument("--size", type=int, default=1024, help="MiB (default 1024)")
    parser.add_argument("--folder", default="/dev/shm", help="for the files, in memory (default /dev/shm)")
    parser.add_argument("clients", nargs="*", metavar="client", help=f"of {', '.join(CLIENTS)} (default: all)")
    options = parser.parse_args()
    if options.rounds < 1 or options.size < 1:
        parser.error("--rounds and --size: expected at least 1")
    options.clients = options.clients or CLIENTS
    unknown = [client for client in options.clients if client not in CLIENTS]
    if unknown:
        parser.error(f"expected a client of {', '.join(CLIENTS)}; found {unknown[0]}")
    options.size *= MIB
    free = shutil.disk_usage(options.folder).free
    if free < 2.2 * options.size:
        needed = options.size * 11 // 5 // MIB
        parser.error(f"{options.folder} has {free // MIB} MiB, two files need {needed}: try a smaller --size, or --folder")
    return options


def main():
    options = arguments()
    absent = missing(options.clients)
    if absent:
        print(f"not installed: {', '.join(absent)}; install them, or name the clients to be measured", file=sys.stderr)
        return 75
    work = tempfile.mkdtemp(prefix="swarmlab-throughput.", dir=options.folder)
    bench = Bench(options, work)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        bench.make_payload()
        figures = {client: [] for client in options.clients}
        # The first round is not counted: memory that the machine has not used lately is slow to get.
        for number in range(options.rounds + 1):
            # Another one begins each time.
            turn = number % len(options.clients)
            for client in options.clients[turn:] + options.clients[:turn]:
                rate, cost = bench.transfer(client, number)
                if number > 0:
                    figures[client].append((rate, cost))
        print_table(figures, options.clients)
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 70
    finally:
        bench.end(list(bench.children))
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
