"""Harness/bench addresses: what becomes of a peer that goes on at another address, for each kind of client.

One native seed and twelve leechers of a kind, of which six change address, two at a time; our own keep peer id and
connections' work, another client is begun anew, since nobody can tell it. From each run's verdicts: how long until
payload goes to or from the new address, how often others tried the dead one, and what was fetched again. And from its
intervals: does who comes back from a new address wait for its first unchoke shorter than who stayed and was choked at
that moment? Each waits from its first interest after the change on; half a minute at most is counted, and the difference
is of means, paired by run, with its 95 % interval by Student's t.
"""

import argparse
import concurrent.futures
import csv
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile

CLIENTS = ["native", "libtorrent", "transmission", "aria2"]
CHANGES = [40, 60, 80]
# Waits are counted up to here, swarm seconds.
LONGEST = 30.0

TOPOLOGY = """\
name: addresses
description: Six of twelve peers change address, two at a time.
randomSeed: {seed}
speed: 1
payload: {{size: 16 MiB, pieceLength: 256 KiB}}
tracker: {{announceInterval: 30 s}}
peers:
  seed:    {{role: seed, upload: 256 KiB/s}}
  leecher: {{count: 12, upload: 64 KiB/s, {client}onComplete: seed}}
faults:
{faults}
until: {{complete: all, within: 600 s}}
capture: {{keep: none}}
checks: [completion, integrity, {{address-change: {{resumeWithin: 120 s}}}}]
"""

OBSERVED = re.compile(
    r"payload (?P<wait>[0-9.]+) s after the change; (?P<attempts>no|[0-9]+) attempts? on the dead address, "
    r"(?P<again>[0-9.]+) (?P<unit>bytes?|[KMG]iB) fetched again"
)
UNITS = {"byte": 1, "bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

# Two-sided 0.975 quantiles of Student's t by degrees of freedom.
STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 14: 2.145, 19: 2.093}


def run(options, work, client, seed):
    """One swarm: what each change came to, and the waits of those who moved and of those who stayed."""
    faults = "\n".join(f"  - {{at: {at} s, changeAddress: {{peers: leecher-*, pick: 2}}}}" for at in CHANGES)
    path = os.path.join(work, f"{client}-{seed}.swarm.yaml")
    with open(path, "w") as file:
        named = "" if client == "native" else f"client: {client}, "
        file.write(TOPOLOGY.format(seed=seed, client=named, faults=faults))
    ended = subprocess.run(
        [os.path.join(options.products, "swarmlab"), "run", path, "--output", os.path.join(work, "runs", f"{client}-{seed}")],
        capture_output=True,
        text=True,
    )
    if ended.returncode > 2:
        raise SystemExit(f"{client}, random seed {seed}: swarmlab ended with {ended.returncode}: {ended.stderr[-400:]}")
    folder = ended.stdout.strip().splitlines()[-1]
    with open(os.path.join(folder, "verdicts.json")) as file:
        verdicts = json.load(file)["verdicts"]
    changes = [verdict for verdict in verdicts if verdict["check"] == "address-change" and verdict["subjects"]]
    if not changes:
        reasons = {verdict["reason"] for verdict in verdicts if verdict["check"] == "address-change"}
        print(f"{client}, random seed {seed}: left out: {'; '.join(map(str, reasons))}", file=sys.stderr)
    with open(os.path.join(folder, "intervals.csv")) as file:
        return changes, waits(changes, list(csv.DictReader(file)))


def waits(changes, rows):
    """Waits of the moved and of the staying, over all changes of a run: seconds, at most LONGEST."""
    moved, stayed = [], []
    spans = {}
    for row in rows:
        key = (row["kind"], row["from"], row["to"])
        spans.setdefault(key, []).append((float(row["start"]), float(row["end"])))
    moves = [(verdict["subjects"][0], verdict["evidence"][0]["t"] / 1e9) for verdict in changes]
    peers = sorted({row["from"] for row in rows if row["from"].startswith("leecher")})
    for at in sorted({at for _, at in moves}):
        movers = {peer for peer, when in moves if abs(when - at) < 1}
        ever = {peer for peer, when in moves if when < at + LONGEST}
        for server in peers:
            if server in ever:
                continue
            for peer in peers:
                if peer == server or (peer in ever and peer not in movers):
                    continue
                unchokes = spans.get(("unchoke", server, peer), [])
                if any(start <= at < end for start, end in unchokes):
                    continue
                interests = spans.get(("interest", peer, server), [])
                if peer in movers:
                    wants = [start for start, _ in interests if start > at]
                else:
                    wants = [at for start, end in interests if start <= at < end]
                if not wants or wants[0] > at + LONGEST:
                    continue
                first = [start for start, _ in unchokes if start >= wants[0]]
                wait = min(first[0] - wants[0], LONGEST) if first else LONGEST
                (moved if peer in movers else stayed).append(wait)
    return moved, stayed


def row(client, changes):
    """A line of the table of changes."""
    waits, attempts, again, silent = [], [], [], 0
    for verdict in changes:
        found = OBSERVED.search(verdict["observed"])
        if not found:
            silent += 1
            continue
        waits.append(float(found["wait"]))
        attempts.append(0 if found["attempts"] == "no" else int(found["attempts"]))
        again.append(float(found["again"]) * UNITS[found["unit"]] / 1024)
    if not waits:
        return f"| {client} | {len(changes)} | none | | | |"
    spread = f"{statistics.median(waits):.1f} ({min(waits):.1f} to {max(waits):.1f})"
    return (
        f"| {client} | {len(changes)} | {spread} | {statistics.mean(attempts):.1f} | "
        f"{statistics.median(again):.0f} ({min(again):.0f} to {max(again):.0f}) | {silent} |"
    )


def comparison(client, pairs):
    """A line of the table of first unchokes: means of each run, and their difference."""
    both = [(statistics.mean(moved), statistics.mean(stayed)) for moved, stayed in pairs if moved and stayed]
    if len(both) < 2:
        return f"| {client} | {len(both)} | | | too few |"
    differences = [moved - stayed for moved, stayed in both]
    freedom = len(both) - 1
    quantile = STUDENT[max(known for known in STUDENT if known <= freedom)]
    half = quantile * statistics.stdev(differences) / math.sqrt(len(both))
    mean = statistics.mean(differences)
    return (
        f"| {client} | {len(both)} | {statistics.mean([moved for moved, _ in both]):.1f} | "
        f"{statistics.mean([stayed for _, stayed in both]):.1f} | {mean:+.1f} ({mean - half:+.1f} to {mean + half:+.1f}) |"
    )


def main():
    parser = argparse.ArgumentParser(prog="Harness/bench addresses", description=__doc__)
    parser.add_argument("--products", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--clients", nargs="+", default=CLIENTS, metavar="name", help="only these")
    parser.add_argument("--runs", type=int, default=10, metavar="n", help="random seeds for each (10)")
    parser.add_argument("--width", type=int, default=4, metavar="n", help="runs side by side (4)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="swarmlab-addresses.") as work:
        jobs = [(client, seed) for seed in range(1, options.runs + 1) for client in options.clients]
        results = {client: [] for client in options.clients}
        with concurrent.futures.ThreadPoolExecutor(options.width) as crew:
            tasks = {crew.submit(run, options, work, *job): job for job in jobs}
            for task in concurrent.futures.as_completed(tasks):
                client, seed = tasks[task]
                results[client].append(task.result())
                print(f"{client}, random seed {seed}: {len(task.result()[0])} changes", file=sys.stderr)
    print("| client | changes | seconds to payload at the new address | attempts on the dead one | KiB fetched again | never |")
    print("|---|---|---|---|---|---|")
    for client, runs in results.items():
        print(row(client, [verdict for changes, _ in runs for verdict in changes]))
    print()
    print("| client | runs | moved waits, s | stayed waits, s | difference |")
    print("|---|---|---|---|---|")
    for client, runs in results.items():
        print(comparison(client, [pair for _, pair in runs]))


main()
