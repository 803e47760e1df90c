#!/usr/bin/env python3
"""Writes Swift with a FileDescriptorSet (standard input, as protoc makes it): what Reflection/Schema answers."""
import base64
import sys

WIDTH = 100


def main() -> None:
    text = base64.b64encode(sys.stdin.buffer.read()).decode("ascii")
    lines = [text[start:start + WIDTH] for start in range(0, len(text), WIDTH)]
    print("// Made by scripts/generate from Protocols/*/v1/*.proto. Do not edit.")
    print()
    print("import FoundationEssentials")
    print()
    print("/// The messages and services of all programs, for whoever asks a server what it speaks.")
    print("public enum ContractsSchema {")
    print("    /// A `google.protobuf.FileDescriptorSet`, encoded.")
    print("    public static let descriptorSet = [UInt8](Data(base64Encoded: text) ?? Data())")
    print()
    print('    private static let text = """')
    print("\\\n".join("        " + line for line in lines))
    print('        """')
    print("}")


if __name__ == "__main__":
    main()
