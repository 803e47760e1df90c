#!/usr/bin/env python3
"""What an attack on a server costs everybody else: calls of honest clients on their own connections, with it and without.

Rounds are interleaved and medians told, one JSON object a line: name, value, unit, baseline, ratio (baseline over value).
`hostile.NAME.p99`: microseconds of an honest call while the attack goes on; baseline: without it.
`hostile.NAME.memory_mib`: by how much the server grew under the attack; baseline: what it may grow by.
Attackers and honest clients would each have a machine of their own. Here they share the server's: so attackers run at the
lowest priority and clients above the server, and what is measured is the server, not the want of a processor.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

from bench_rpc import Program, line
from hostile_attacks import ATTACKS, Target, rounds

HONEST_CLIENTS = 4
SERVER_NICE = 10
MEMORY_MIB_MAX = 16


def attack(arguments):
    """Attacks until it is ended; tells when the first attack is over and the server ended it as it has to."""
    os.nice(19)
    # Only what the others leave: nobody waits for an attacker's turn to end.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    expected = ATTACKS[arguments.attack][1]
    target = Target(arguments.port, arguments.certificates, bytes.fromhex(arguments.assertion))
    for number, how in enumerate(rounds(arguments.attack, target)):
        if how not in (expected, "closed"):
            sys.exit(f"{arguments.attack}: the server answered {how!r} instead of {expected!r}")
        print(number + 1, flush=True)


class Attacker:
    """The attack in a process of its own, from when it has come through once."""

    def __init__(self, name, program, arguments):
        assertion = subprocess.run([arguments.ours, "assertion", "--certificates", arguments.certificates],
                                   stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--attack", name, "--port", str(program.ports["guarded"]),
             "--certificates", arguments.certificates, "--assertion", assertion], stdout=subprocess.PIPE, text=True)
        if not self.process.stdout.readline():
            sys.exit(f"bench: the attack {name} failed")

    def stop(self):
        """How often the server was attacked."""
        if self.process.poll() is not None:
            sys.exit(f"bench: the attack ended with status {self.process.returncode}")
        self.process.terminate()
        return len(self.process.stdout.read().splitlines()) + 1


def measure(name, arguments):
    """The median p99 with and without the attack, the server's growth in MiB, and attacks in a second."""
    # The server logs every peer that it ends.
    program = Program(arguments.ours, arguments.certificates, log=subprocess.DEVNULL, nice=SERVER_NICE)
    program.ports["port"] = program.ports["guarded"]
    with_it, without, attacks, peak = [], [], 0, 0.0
    try:
        def honest():
            return program.measure("honest", seconds=arguments.seconds, number=HONEST_CLIENTS)["p99"]
        honest()
        before = program.memory()
        for _ in range(arguments.rounds):
            without.append(honest())
            attacker = Attacker(name, program, arguments)
            with_it.append(honest())
            peak = max(peak, program.memory())
            attacks += attacker.stop()
    finally:
        program.stop()
    grown = max(0.0, (peak - before) * 1000 / 2**20)
    return statistics.median(with_it), statistics.median(without), grown, attacks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", default="")
    parser.add_argument("--certificates", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--only", action="append", default=[], choices=sorted(ATTACKS), metavar="ATTACK")
    parser.add_argument("--attack", choices=sorted(ATTACKS), help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--assertion", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.attack:
        return attack(arguments)
    for name in ATTACKS:
        if arguments.only and name not in arguments.only:
            continue
        value, baseline, grown, attacks = measure(name, arguments)
        line(f"hostile.{name}.p99", value, "us", baseline)
        line(f"hostile.{name}.memory_mib", grown, "MiB", MEMORY_MIB_MAX)
        print(json.dumps({"attack": name, "times": attacks}), file=sys.stderr)


if __name__ == "__main__":
    main()
