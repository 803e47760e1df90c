"""Writes what the programs are built of, as package blocks of an SPDX 2.3 tag-value document.

The packages are those of Package.resolved; Swift's own libraries are linked in, so the toolchain is one of them.
"""

import argparse
import json
import pathlib
import re
import subprocess


def block(name: str, version: str, location: str, purl: str) -> str:
    """One package as SPDX tag-value text."""
    identifier = re.sub(r"[^A-Za-z0-9.-]", "-", f"swift-{name}")
    return "\n".join(
        [
            "",
            f"PackageName: {name}",
            f"SPDXID: SPDXRef-{identifier}",
            f"PackageVersion: {version}",
            f"PackageDownloadLocation: {location}",
            "FilesAnalyzed: false",
            "PackageLicenseConcluded: NOASSERTION",
            "PackageLicenseDeclared: NOASSERTION",
            "PackageCopyrightText: NOASSERTION",
            f"ExternalRef: PACKAGE-MANAGER purl {purl}",
        ]
    )


def toolchain() -> str:
    """The Swift version whose libraries are linked in."""
    text = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Swift version (\S+)", text)
    return found.group(1) if found else "unknown"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resolved", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    version = toolchain()
    print(block("swift", version, "https://github.com/swiftlang/swift", f"pkg:github/swiftlang/swift@{version}"))
    for pin in json.loads(arguments.resolved.read_text(encoding="utf-8"))["pins"]:
        place = pin["location"].removesuffix(".git")
        state = pin["state"]
        release = state.get("version") or state["revision"]
        purl = f"pkg:swift/{place.removeprefix('https://')}@{release}"
        print(block(pin["identity"], release, f"git+{place}@{release}", purl))


if __name__ == "__main__":
    main()
