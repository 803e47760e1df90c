import Codec
import Foundation
import NIOCore

/// A frame as the vectors write it down.
func meaning(of frame: Frame) -> [String: Any] {
    switch frame {
    case .hello(let hello):
        return [
            "frame": "hello", "versions": [Int(hello.versionMin), Int(hello.versionMax)],
            "features": String(hello.features.rawValue, radix: 16), "environment": hello.environment,
            "limits": [
                hello.messageBytesMax, hello.callsMax, hello.receiveBudgetBytes, hello.metadataBytesMax,
                hello.metadataEntriesMax,
            ].map(Int.init), "software": hello.software,
        ]
    case .request(let call, let header):
        var result: [String: Any] = [
            "frame": "request", "call": Int(call), "method": Int(header.method),
            "deadlineMilliseconds": Int(header.deadlineMilliseconds),
            "requestWindow": Int(header.requestWindow),
            "responseWindow": Int(header.responseWindow), "attempt": Int(header.attempt),
            "metadata": header.metadata.map { [$0.name, hex(Array($0.value.readableBytesView))] },
        ]
        if let id = header.operationID { result["operation"] = hex(id.bytes) }
        if let trace = header.traceContext { result["trace"] = hex(trace.bytes) }
        return result
    case .message(let call, let fragment):
        var result: [String: Any] = [
            "frame": "message", "call": Int(call), "flags": Int(fragment.flags.rawValue),
            "payload": hex(Array(fragment.payload.readableBytesView)),
        ]
        if fragment.flags.contains(.first) {
            result["messageBytes"] = fragment.messageBytes
            result["plainBytes"] = fragment.plainBytes
        }
        return result
    case .halfClose(let call): return ["frame": "halfClose", "call": Int(call)]
    case .end(let call, let status):
        return [
            "frame": "end", "call": Int(call), "status": "\(status.code)", "retry": word(for: status.retry),
            "reason": status.reason, "message": status.message,
            "details": hex(Array(status.details.readableBytesView)),
        ]
    case .cancel(let call, let reason): return ["frame": "cancel", "call": Int(call), "reason": "\(reason)"]
    case .credit(let call, let bytes): return ["frame": "credit", "call": Int(call), "bytes": Int(bytes)]
    case .ping(let opaque): return ["frame": "ping", "opaque": padded(opaque)]
    case .pong(let opaque): return ["frame": "pong", "opaque": padded(opaque)]
    case .goAway(let goAway):
        return [
            "frame": "goAway", "last": Int(goAway.lastCallID),
            "graceMilliseconds": Int(goAway.graceMilliseconds), "reason": "\(goAway.reason)",
            "message": goAway.message,
        ]
    case .error(let fault):
        return ["frame": "error", "code": fault.code.name, "offset": fault.offset, "message": fault.message]
    case .ignorable(let kind): return ["frame": "ignorable", "kind": Int(kind)]
    }
}

/// Writes a frame that was read, where the encoder can (a fragment that is a whole message, not an
/// ignorable frame).
func encode(_ frame: Frame, into out: inout ByteBuffer) {
    switch frame {
    case .hello(let hello): FrameEncoder.write(hello, into: &out)
    case .request(let call, let header): FrameEncoder.write(header, call: call, into: &out)
    case .message(let call, let fragment):
        FrameEncoder.message(
            call: call, fragment.payload,
            plainBytes: fragment.flags.contains(.compressed) ? fragment.plainBytes : nil,
            endOfRequests: fragment.flags.contains(.endOfRequests), into: &out)
    case .halfClose(let call): FrameEncoder.halfClose(call: call, into: &out)
    case .end(let call, let status): FrameEncoder.write(status, call: call, into: &out)
    case .cancel(let call, let reason): FrameEncoder.cancel(call: call, reason, into: &out)
    case .credit(let call, let bytes): FrameEncoder.credit(call: call, bytes: bytes, into: &out)
    case .ping(let opaque): FrameEncoder.ping(opaque, into: &out)
    case .pong(let opaque): FrameEncoder.pong(opaque, into: &out)
    case .goAway(let goAway): FrameEncoder.write(goAway, into: &out)
    case .error(let fault): FrameEncoder.write(fault, into: &out)
    case .ignorable: break
    }
}

private func word(for retry: CallStatus.Retry) -> String {
    switch retry {
    case .doNot: "doNot"
    case .neverSeen: "neverSeen"
    case .after(let milliseconds): "after \(milliseconds)"
    }
}

/// Hex, in which 64 or more equal bytes in a row stand as `[61x4096]`: the byte and how often.
func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
        let end = bytes[at...].firstIndex { $0 != bytes[at] } ?? bytes.count
        let pair = [digits[Int(bytes[at] >> 4)], digits[Int(bytes[at] & 15)]]
        if end - at >= 64 {
            out += [UInt8(ascii: "[")] + pair + Array("x\(end - at)]".utf8)
        } else {
            for _ in at..<end { out += pair }
        }
        at = end
    }
    return String(decoding: out, as: UTF8.self)
}

func bytes(hex: String) -> [UInt8] {
    var out: [UInt8] = []
    for (index, part) in hex.split(separator: "[", omittingEmptySubsequences: false).enumerated() {
        var plain = part
        if index > 0, let end = part.firstIndex(of: "]") {
            let run = part[..<end].split(separator: "x")
            let byte = run.first.flatMap { UInt8($0, radix: 16) } ?? 0
            out += [UInt8](repeating: byte, count: run.last.flatMap { Int($0) } ?? 0)
            plain = part[part.index(after: end)...]
        }
        let digits = Array(plain.utf8).map { $0 > 57 ? $0 - 87 : $0 - 48 }
        out += stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
    return out
}

private func padded(_ opaque: UInt64) -> String {
    let text = String(opaque, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
}

/// Numbers that are the same for the same seed on every machine (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
