#!/usr/bin/env python3
"""What RPC costs: our server and client beside the limit (C++ on epoll and OpenSSL) and beside peers, the same cases in one
run.

Rounds are interleaved and medians told, one JSON object a line: name, value, unit, baseline, ratio (baseline over value).
The value of most is CPU microseconds, user and system, of both processes for each call or message.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

# What is measured: the case of the programs, and the name of the line.
CASES = ["unary100.x64", "unary1k.x64", "unary100.x1", "sstream1k", "upload64k", "handshake", "resumed"]
# The cases that are also measured through a gateway.
THROUGH = ["unary100.x64", "unary100.x1"]
# The last word: how many connections, or calls held open, beside the same with few.
FLAT = {"open": (10, 10_000), "connections": (1, 1_000)}
# So many times the cost with few it may be.
FLAT_MAX = 1.5
CHURN = {"handshake", "resumed"}
# What a client ends with that does not offer the case.
NOT_OFFERED = 3


class Program:
    """A server that runs, and its clients. With another one behind it, it is a gateway to that."""

    def __init__(self, path, certificates, behind=None, log=None, nice=0):
        self.path, self.certificates, self.behind = path, certificates, behind
        words = ["gateway", "--port", str(behind.ports["port"])] if behind else ["server"]
        self.server = subprocess.Popen(
            ["nice", "-n", str(nice), path, *words, "--certificates", certificates], stdout=subprocess.PIPE, stderr=log,
            text=True)
        line = self.server.stdout.readline()
        if not line:
            sys.exit(f"bench: {path} server did not start (status {self.server.wait()})")
        self.ports = json.loads(line)

    def command(self, case, **options):
        port = self.ports["churn" if case in CHURN else "port"]
        # The process that serves: another one for the connections that end at once, when the program says so.
        server = self.ports.get("churn_server", self.server.pid) if case in CHURN else self.server.pid
        words = [self.path, "client", case, "--certificates", self.certificates, "--port", str(port),
                 "--server", str(server)]
        if self.behind:
            words += ["--server", str(self.behind.server.pid)]
        for name, value in options.items():
            words += [f"--{name}", str(value)]
        return words

    def measure(self, case, **options):
        """What one run of the case gave; None when the program does not offer it."""
        done = subprocess.run(self.command(case, **options), stdout=subprocess.PIPE, text=True, timeout=300)
        if done.returncode == NOT_OFFERED:
            return None
        if done.returncode != 0:
            sys.exit(f"bench: {self.path} client {case} failed with status {done.returncode}")
        result = json.loads(done.stdout)
        if result["count"] == 0:
            sys.exit(f"bench: {self.path} client {case} made no call")
        result["us"] = (result["client_us"] + result["server_us"]) / result["count"]
        return result

    def memory(self):
        pages = int(pathlib.Path(f"/proc/{self.server.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1000

    def idle(self, number):
        """Kilobytes of the server's memory for each idle connection."""
        before = self.memory()
        client = subprocess.Popen(self.command("idle", number=number), stdout=subprocess.PIPE, text=True)
        client.stdout.readline()
        time.sleep(1)
        after = self.memory()
        client.terminate()
        client.wait()
        return (after - before) / number

    def stop(self):
        self.server.terminate()
        self.server.wait()


def line(name, value, unit, baseline):
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "baseline": round(baseline, 3),
                      "ratio": round(baseline / value, 3) if value > 0 else None}), flush=True)


def median(results, key="us"):
    return statistics.median(result[key] for result in results)


def compare(programs, arguments):
    """Every case with every program in turn, round after round; answers case -> program -> results."""
    found = {case: {name: [] for name in programs} for case in arguments.cases}
    for _ in range(arguments.rounds):
        for case in arguments.cases:
            for name, program in programs.items():
                result = program.measure(case, seconds=arguments.seconds)
                if result:
                    found[case][name].append(result)
    return found


def report(found, ours="ours"):
    for case, results in found.items():
        for other, measured in results.items():
            if other == ours or not measured:
                continue
            end = "" if other == "limit" else f".vs_{other}"
            line(f"rpc.{case}{end}", median(results[ours]), "us", median(measured))
            if case == "unary100.x1":
                for key in ("p50", "p99"):
                    line(f"rpc.{case}.{key}{end}", median(results[ours], key), "us", median(measured, key))


def gateway(program, arguments):
    """What a gateway adds: all three processes' cost, compared with the call made directly."""
    cases = [case for case in THROUGH if not arguments.only or f"gateway.{case}" in arguments.only]
    if not cases:
        return
    between = Program(program.path, arguments.certificates, behind=program)
    try:
        for case in cases:
            direct, through = [], []
            for _ in range(arguments.rounds):
                direct.append(program.measure(case, seconds=arguments.seconds))
                through.append(between.measure(f"gateway.{case}", seconds=arguments.seconds))
            line(f"rpc.gateway.{case}", median(through), "us", median(direct))
            if case == "unary100.x1":
                for key in ("p50", "p99"):
                    line(f"rpc.gateway.{case}.{key}", median(through, key), "us", median(direct, key))
    finally:
        between.stop()


def flat(program, arguments):
    """Our own cost with much beside it, compared with little: the ratio is best near 1. Answers what grew too much."""
    grown = []
    for case, (few, many) in FLAT.items():
        results = {number: [] for number in (few, many)}
        for _ in range(arguments.rounds):
            for number, kept in results.items():
                kept.append(program.measure(case, seconds=arguments.seconds, number=number))
        line(f"rpc.flat.{case}", median(results[many]), "us", median(results[few]))
        if median(results[many]) > FLAT_MAX * median(results[few]):
            grown.append(case)
    return grown


def connections_allowed(wanted):
    """So many idle connections as wanted, or as one process may have descriptors for; raises its limit to that."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    # Beside its connections a program has files, and a listener.
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most - 256)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed + 256, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), most))
    if allowed < wanted:
        print(f"bench: {allowed} idle connections instead of {wanted}: no more files may be open", file=sys.stderr)
    return allowed


def idle(paths, arguments):
    """What an idle connection costs, at fresh servers: memory that others have used and given back would be used again."""
    kept = {}
    for name, path in paths.items():
        program = Program(path, arguments.certificates)
        try:
            kept[name] = program.idle(arguments.connections)
        finally:
            program.stop()
    for name, kilobytes in kept.items():
        if name != "ours":
            line("rpc.idle_kb" + ("" if name == "limit" else f".vs_{name}"), kept["ours"], "kB", kilobytes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--limit", required=True)
    parser.add_argument("--peer", action="append", default=[], help="NAME=PROGRAM, may be repeated")
    parser.add_argument("--certificates", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.2)
    parser.add_argument("--connections", type=int, default=5000, help="idle ones, whose memory is measured")
    parser.add_argument("--only", action="append", default=[], help="a case, gateway.CASE, idle or flat; may be repeated")
    arguments = parser.parse_args()
    arguments.cases = [case for case in CASES if not arguments.only or case in arguments.only]

    def wanted(name):
        return not arguments.only or name in arguments.only

    paths = {"ours": arguments.ours, "limit": arguments.limit} | dict(peer.split("=", 1) for peer in arguments.peer)
    arguments.connections = connections_allowed(arguments.connections)
    programs = {}
    grown = []
    try:
        for name, path in paths.items():
            programs[name] = Program(path, arguments.certificates)
        report(compare(programs, arguments))
        gateway(programs["ours"], arguments)
        if wanted("flat"):
            grown = flat(programs["ours"], arguments)
    finally:
        for program in programs.values():
            program.stop()
    if wanted("idle"):
        idle(paths, arguments)
    if grown:
        sys.exit(f"bench: the cost does not stay flat, it grows more than {FLAT_MAX} times: {', '.join(grown)}")


if __name__ == "__main__":
    main()
