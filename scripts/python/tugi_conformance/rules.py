"""That cases and text belong together: each case's words stand in its section, and no MUST is without a case."""
from __future__ import annotations

import pathlib
import re
from collections import defaultdict

from .registry import CASES, OMITTED

PROTOCOLS = pathlib.Path(__file__).resolve().parents[3] / "Protocols"
# Sentences with MUST that no peer can hold another to, and why.
EXEMPT = {
    "The words MUST, MUST NOT, SHOULD and MAY are those of RFC 2119.": "says what the words mean",
    "Application data in TLS early data MUST NOT be sent.": "Python's TLS neither sends nor takes early data",
    "whoever resumes one MUST judge the certificate of its full handshake again: its end, its authority, its "
    "revocation.":
        "needs certificates that change while it runs: RPCTests, CertificateLifeTests",
    "**Readers in memory-safe or trapping languages** (Swift traps on overflow) MUST use checked arithmetic on "
    "every number from outside.":
        "about code; scripts/fuzz and the cases of largest numbers",
}
HEAD = """# Conformance

Which case of the runner checks which words. Made by `scripts/conformance --table`; `scripts/check` fails when it is not fresh, when a case's
words do not stand in the text, or when a sentence with MUST has no case.

`scripts/conformance` holds the Swift server, the Swift client (both through `Tests/ConformanceProgram`) and the Python client to them, over real mutual TLS;
the other side is the reference in `scripts/python/tugi_wire`. A line for each case says what was seen; `--only 'credit/*'`, `--against python-client`, `--json`
and `--list` do what they say. Another implementation is tested by a program that takes the same JSON commands (`scripts/python/tugi_conformance/python_client.py` is one).

S: cases for servers, C: for clients; `name/*` (n): all n cases of that name. Section `rpc` is `rpc/v1`.
"""


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def sections() -> dict[str, str]:
    """Number of a section -> its words up to the next heading."""
    found: dict[str, list[str]] = defaultdict(list)
    number = "0"
    for line in (PROTOCOLS / "wire.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#{2,3} ([\d.]+) ", line):
            number = heading.group(1)
        else:
            found[number].append(line)
    for path in sorted((PROTOCOLS / "rpc/v1").glob("*.proto")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found["rpc"].append(line.strip().removeprefix("//"))
    return {number: plain(" ".join(lines)) for number, lines in found.items()}


def complaints() -> list[str]:
    texts = sections()
    said = [f"{case.name}: §{case.section} does not say: {case.rule}" for case in CASES.values()
            if plain(case.rule) not in texts.get(case.section, "")]
    for number, text in texts.items():
        rules = {plain(case.rule) for case in CASES.values() if case.section == number}
        for sentence in re.split(r"(?<=[.;]) (?=[A-Zw*(`|])", text):
            if "MUST" in sentence and not any(rule in sentence or sentence in rule for rule in rules) and not any(
                    words in sentence or sentence in words for words in EXEMPT):
                said.append(f"§{number}: no case for: {sentence}")
    return said


def table() -> str:
    rows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in CASES.values():
        rows[case.section, plain(case.rule)].append(case.name)
    texts = sections()
    lines = [HEAD]
    order = sorted(rows, key=lambda row: ([int(part) if part.isdigit() else 99 for part in row[0].split(".")],
                                          texts[row[0]].index(row[1])))
    lines += ["| § | words | for | cases |", "| --- | --- | --- | --- |"]
    for section, rule in order:
        names = rows[section, rule]
        roles = {role for name in names for role in CASES[name].roles}
        sides = " ".join(letter for letter, role in (("S", "server"), ("C", "client")) if role in roles)
        words = rule.strip("| ").replace("|", "·")
        lines.append(f"| {section} | {words} | {sides} | {', '.join(together(names))} |")
    lines += ["", f"{len(CASES)} cases. MUST without a case:", ""]
    lines += [f"* {words} – {reason}" for words, reason in EXEMPT.items()]
    lines += ["", "Names of gRPC's interop suite that mean nothing here:", ""]
    reasons: dict[str, list[str]] = defaultdict(list)
    for omitted in OMITTED:
        reasons[omitted.reason].append(f"`{omitted.name}`")
    lines += [f"* {', '.join(names)} – {reason}" for reason, names in reasons.items()]
    return "\n".join(lines) + "\n"


def together(names: list[str]) -> list[str]:
    """Names with a folder of their own stand as one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[name.rpartition("/")[0]].append(name)
    result = []
    for folder, members in groups.items():
        whole = sum(1 for name in CASES if name.startswith(folder + "/"))
        if len(members) > 2 and whole == len(members):
            result.append(f"`{folder}/*` ({whole})")
        elif len(members) > 2:
            result.append(f"`{folder}/` " + ", ".join(name.rpartition("/")[2] for name in members))
        else:
            result += [f"`{name}`" for name in members]
    return result


def check() -> int:
    said = complaints()
    path = PROTOCOLS / "conformance.md"
    if not said and (not path.is_file() or path.read_text(encoding="utf-8") != table()):
        said = ["Protocols/conformance.md is not fresh; type: scripts/conformance --table > Protocols/conformance.md"]
    for line in said:
        print(line)
    return 1 if said else 0
