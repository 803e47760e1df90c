#!/usr/bin/env python3
"""Checks the house rules that neither the compiler nor the formatter checks; prints each breach as FILE:LINE: what.

Imports against the manifest, C modules in one target only, file lengths, marks that switch checks off, tasks that nobody
waits for, the fixed top level, and words that have no place in the project.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

TOP = {"Package.swift", "Protocols", "Sources", "Tests", "scripts", "docker-compose.yml", "README.md", "LICENSE"}
# Types whose safety the compiler cannot see, each with the reason why it is safe.
UNCHECKED = {
    "Sources/Security/SigningKey.swift": "EVP_PKEY: never changed after loading; OpenSSL counts references atomically",
    "Sources/Security/SecretKey.swift": "bytes written once before they are shared, wiped when nobody holds them",
    "Sources/Security/Digest.swift": "EVP_MD and EVP_CIPHER: fetched once, constant",
    "Sources/Security/TLSContext.swift": "SSL_CTX: never changed after it is made; OpenSSL counts references atomically",
    "Sources/Security/TLSCallbacks.swift": "BIO_METHOD: filled once, constant",
}
C_MODULES = {"CZlib": {"Codec"}, "COpenSSL": {"Security"}, "CMalloc": {"RPC"}}
SYSTEM = {"Swift", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Testing",
          "XCTest", "_Concurrency", "_StringProcessing"}
# Products whose module has another name than the product.
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
breaches = []


def breach(path, line, text):
    breaches.append(f"{path}:{line}: {text}")


def tracked():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True, capture_output=True, text=True)
    return [pathlib.Path(name) for name in out.stdout.splitlines() if pathlib.Path(name).is_file()]


def manifest():
    # With what only a bench builds.
    out = subprocess.run(["swift", "package", "dump-package"], check=True, capture_output=True, text=True,
                         env=os.environ | {"RPC_BENCH": "1", "LINKAGE_BENCH": "1"})
    # The fuzz targets are a package of their own, and so is what the bench compares with.
    targets = {
        "scripts/fuzz-targets/Sources": ("fuzz-targets", {"CodecFuzzing"}),
        "scripts/bench-peers/swift/Sources": (
            "bench-peers", {"GRPCCore", "GRPCNIOTransportHTTP2Posix", "GRPCProtobuf", "SwiftProtobuf"}),
    }
    for target in json.loads(out.stdout)["targets"]:
        names = set()
        for dependency in target["dependencies"]:
            names.add((dependency.get("byName") or dependency.get("product") or dependency.get("target"))[0])
        default = ("Tests/" if target["type"] == "test" else "Sources/") + target["name"]
        targets[target.get("path") or default] = (target["name"], names)
    return targets


def check_imports(path, lines, targets):
    home = next((item for folder, item in targets.items() if str(path).startswith(folder + "/")), None)
    if home is None:
        breach(path, 1, "belongs to no target")
        return
    name, allowed = home
    for number, line in enumerate(lines, 1):
        found = re.match(r"(?:@testable )?(?:public |package |internal |private |fileprivate )?(?:@\w+ )?import "
                         r"(?:struct |class |enum |func |protocol |typealias )?(\w+)", line)
        if not found or found.group(1) in SYSTEM:
            continue
        module = found.group(1)
        if module not in allowed:
            breach(path, number, f"imports {module}, which the manifest does not give to {name}")
        if module in C_MODULES and name not in C_MODULES[module]:
            breach(path, number, f"{module} is imported by {', '.join(C_MODULES[module])} only")


def check_swift(path, lines, targets):
    generated = "Generated" in path.parts
    check_imports(path, lines, targets)
    if generated:
        return
    limit = 800 if path.parts[0] == "Tests" else 600
    if len(lines) > limit:
        breach(path, len(lines), f"{len(lines)} lines; {limit} is the limit: split it by aspect")
    for number, line in enumerate(lines, 1):
        code = line.split("//")[0]
        if "@unchecked Sendable" in code or "nonisolated(unsafe)" in code:
            if str(path) not in UNCHECKED:
                breach(path, number, "a mark that switches the compiler's check off, and not on the list in "
                                     "scripts/python/check_house.py with its reason")
        if path.parts[0] == "Sources":
            if re.search(r"\btry!|\bas!|fatalError\(", code):
                breach(path, number, "a trap: answer with an error instead")
            if re.search(r"(?<![\w.])(?<!enum )Task(\.detached)?( \{|\()", code) and path.parts[1] != "RPC":
                breach(path, number, "a task that nobody waits for: use a task group or a service's run()")
        if len(line) > 140:
            breach(path, number, "longer than 140 columns")
        if path.parts[0] == "Tests" and re.search(r"Task\.sleep|usleep\(|Thread\.sleep|\.disabled\(", code):
            breach(path, number, "a test that waits for time, or is switched off")


def main():
    files, targets = tracked(), manifest()
    for path in files:
        if not path.parts[0].startswith(".") and path.parts[0] not in TOP:
            breach(path, 1, "is not on the fixed top level")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines = text.splitlines()
        if path.suffix == ".swift" and path.name != "Package.swift":
            check_swift(path, lines, targets)
        if path.suffix in (".swift", ".py", ".proto", ".md", ".sh", ".yml", "") and path.name != "check_house.py":
            for number, line in enumerate(lines, 1):
                if LEFTOVERS.search(line):
                    breach(path, number, "something left to do: do it, or say it in the README's limits")
    for line in breaches:
        print(line)
    sys.exit(1 if breaches else 0)


main()
