#!/usr/bin/env python3
"""Writes the typed table of methods (Swift) from Protocols/method-ids.txt and the service blocks of the .proto files.

`generate_methods.py PROTOCOLS` writes the domain's methods, `generate_methods.py PROTOCOLS rpc` those of RPC itself,
`generate_methods.py Tests/ConformanceProgram/Protocol conformance` those of the conformance runner's test service.

Every line of the id list needs its rpc, and every rpc its line: a mismatch ends with an error that names both.
"""
import pathlib
import re
import sys

HEADER = """// Made by scripts/generate from Protocols/method-ids.txt and Protocols/*/v1/*.proto. Do not edit.
"""
BLOCKS = {"common": "Common", "registry": "Registry", "risk": "Risk", "referral": "Referral",
          "training": "Training", "gateway": "Gateway"}
BUILT_IN = {"rpc": "BuiltIn"}
CONFORMANCE = {"conformance": "Conformance"}


def fail(text):
    sys.exit(f"generate_methods: {text}")


def read_rpcs(root):
    """Full method name -> (request type, response type, client streams, server streams), Swift names."""
    rpcs, prefixes, files = {}, {}, sorted(root.glob("*/v1/*.proto"))
    for path in files:
        text = path.read_text(encoding="utf-8")
        package = re.search(r"^package ([\w.]+);", text, re.M).group(1)
        prefixes[package] = re.search(r'swift_prefix = "(\w+)"', text).group(1)
    for path in files:
        text = path.read_text(encoding="utf-8")
        package = re.search(r"^package ([\w.]+);", text, re.M).group(1)

        def swift(name):
            owner, _, short = name.rpartition(".")
            return prefixes[owner or package] + short

        for service in re.finditer(r"^service (\w+) \{(.*?)^\}", text, re.M | re.S):
            for rpc in re.finditer(r"rpc (\w+)\((stream )?([\w.]+)\) returns \((stream )?([\w.]+)\);", service.group(2)):
                rpcs[f"{package}.{service.group(1)}/{rpc.group(1)}"] = (
                    swift(rpc.group(3)), swift(rpc.group(5)), bool(rpc.group(2)), bool(rpc.group(4)))
    return rpcs


def read_ids(path):
    rows, seen = [], set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split()
        if len(parts) != 7:
            fail(f"{path}:{number}: seven columns are needed: id method effect audience request response deadline")
        identifier = int(parts[0], 16)
        if identifier in seen:
            fail(f"{path}:{number}: id {parts[0]} is taken")
        if rows and identifier < rows[-1][0]:
            fail(f"{path}:{number}: ids go upwards")
        if parts[2] not in ("read", "write") or parts[3] not in ("public", "internal", "operator"):
            fail(f"{path}:{number}: effect is read or write, audience public, internal or operator")
        seen.add(identifier)
        rows.append((identifier, *parts[1:4], *map(int, parts[4:7])))
    return rows


def main():
    root = pathlib.Path(sys.argv[1])
    rpcs, rows = read_rpcs(root), read_ids(root / "method-ids.txt")
    missing = set(rpcs) ^ {row[1] for row in rows}
    if missing:
        fail("in the .proto files or in method-ids.txt only: " + ", ".join(sorted(missing)))
    built_in = sys.argv[2:] == ["rpc"]
    out = [HEADER] if built_in else [HEADER + "\npublic import RPC\n"]
    blocks = BUILT_IN if built_in else CONFORMANCE if sys.argv[2:] == ["conformance"] else BLOCKS
    for block, title in blocks.items():
        mine = [row for row in rows if row[1].startswith(f"tugi.{block}.")]
        cases, typed = [], []
        for identifier, name, effect, audience, request, response, deadline in mine:
            service, rpc = name.rsplit(".", 1)[1].split("/")
            case = (service + rpc) if block in ("common", "rpc") else rpc
            case = case[0].lower() + case[1:]
            query, answer, client_streams, server_streams = rpcs[name]
            kind = {(False, False): "unary", (True, False): "clientStreaming", (False, True): "serverStreaming",
                    (True, True): "bidirectional"}[client_streams, server_streams]
            cases.append(f"    case {case} = 0x{identifier:04x}\n")
            typed.append(
                f"    /// `{name}`\n"
                f"    public static let {case} = Method<{query}, {answer}>(\n"
                f"        MethodDescriptor(\n"
                f'            id: 0x{identifier:04x}, name: "{name}", kind: .{kind}, mutating: {str(effect == "write").lower()},\n'
                f"            audience: .{audience}, requestBytesMax: {request} * 1024, responseBytesMax: {response} * 1024,\n"
                f"            deadline: .seconds({deadline})))\n")
        names = [c.split()[1] for c in cases]
        out.append(f"\n/// The methods of `tugi.{block}.v1`, by id; a service's endpoint switches over all of them.\n"
                   f"public enum {title}Method: UInt32, CaseIterable, Sendable {{\n{''.join(cases)}\n"
                   f"    /// What the protocol has to know of the method.\n"
                   f"    public var descriptor: MethodDescriptor {{\n        switch self {{\n"
                   + "".join(f"        case .{n}: {title}Methods.{n}.descriptor\n" for n in names)
                   + "        }\n    }\n}\n")
        out.append(f"\n/// The typed methods of `tugi.{block}.v1`.\npublic enum {title}Methods {{\n" + "\n".join(typed) + "}\n")
    sys.stdout.write("".join(out))


main()
