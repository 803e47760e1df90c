import Codec
import Foundation
import NIOCore
import Testing

/// One vector of `Protocols/vectors`.
struct Vector: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    /// The meaning as JSON with sorted keys; nil for a fault.
    var decoded: String?
    var isCanonical: Bool
    var code: String?
    var offset: Int?

    var testDescription: String { name }

    /// All of them, read once; a missing or unreadable file is a failure, not an empty list.
    static let all: [Vector] = [
        "hello", "request", "message", "end", "call", "connection", "boundaries", "truncation",
    ].flatMap(read)

    private static func read(_ file: String) -> [Vector] {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocols/vectors/\(file).json")
        guard let data = try? Data(contentsOf: url),
            let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        else {
            Issue.record("Protocols/vectors/\(file).json cannot be read.")
            return []
        }
        return list.map { entry in
            let error = entry["error"] as? [String: Any]
            return Vector(
                name: entry["name"] as? String ?? "",
                bytes: CodecTests.bytes(hex: entry["hex"] as? String ?? ""),
                decoded: (entry["decoded"] as? [String: Any]).map(json),
                isCanonical: entry["canonical"] as? Bool ?? true, code: error?["code"] as? String,
                offset: error?["offset"] as? Int)
        }
    }

    static func json(_ object: [String: Any]) -> String {
        guard let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) else {
            return ""
        }
        return String(decoding: data, as: UTF8.self)
    }
}

@Suite struct VectorTests {
    @Test("There are vectors for every kind of frame and every fault that bytes alone can show")
    func coverage() {
        #expect(Vector.all.count >= 1_000)
        let faults = Set(Vector.all.compactMap(\.code))
        for code: WireFault.Code in [
            .badMagic, .frameTooLarge, .frameLength, .reservedBits, .frameTypeUnknown, .callID, .fieldUnknown,
            .fieldOrder, .fieldMissing, .fieldMalformed, .metadataTooLarge, .fragmentLength, .messageTooLarge,
        ] {
            #expect(faults.contains(code.name), "\(code.name)")
        }
    }

    @Test("Every vector reads as it says", arguments: Vector.all)
    func reads(_ vector: Vector) {
        var decoder = FrameDecoder()
        decoder.append(ByteBuffer(bytes: vector.bytes))
        switch decoder.next() {
        case .frame(let frame):
            #expect(Vector.json(meaning(of: frame)) == vector.decoded)
            #expect(decoder.next() == .needMore)
            #expect(decoder.bufferedBytes == 0)
        case .failed(let fault):
            #expect(fault.code.name == vector.code)
            #expect(fault.offset == vector.offset)
        case .needMore:
            Issue.record("The decoder waits for more.")
        }
    }

    @Test(
        "What the encoder would write is written byte for byte",
        arguments: Vector.all.filter { $0.decoded != nil })
    func writes(_ vector: Vector) {
        guard vector.isCanonical else { return }
        var decoder = FrameDecoder()
        decoder.append(ByteBuffer(bytes: vector.bytes))
        guard case .frame(let frame) = decoder.next() else {
            Issue.record("No frame.")
            return
        }
        var out = ByteBuffer()
        encode(frame, into: &out)
        #expect(hex(Array(out.readableBytesView)) == hex(vector.bytes))
    }

    @Test("A good frame is waited for at every point where it may break off", arguments: Vector.all)
    func truncated(_ vector: Vector) {
        guard vector.decoded != nil else { return }
        let points = vector.bytes.count <= 256 ? Array(0..<vector.bytes.count) : Array(0..<128)
        for point in points + [vector.bytes.count - 1] {
            var decoder = FrameDecoder()
            decoder.append(ByteBuffer(bytes: vector.bytes[..<point]))
            #expect(decoder.next() == .needMore)
        }
    }

    @Test(
        "A fault is found also when the bytes come one by one, and is told ever after", arguments: Vector.all)
    func byteByByte(_ vector: Vector) {
        guard vector.bytes.count < 2_000 else { return }
        var decoder = FrameDecoder()
        var result = FrameDecoder.Result.needMore
        for byte in vector.bytes where result == .needMore {
            decoder.append(ByteBuffer(bytes: [byte]))
            result = decoder.next()
        }
        guard case .failed(let fault) = result else {
            #expect(vector.decoded != nil)
            return
        }
        #expect(fault.code.name == vector.code && fault.offset == vector.offset)
        decoder.append(ByteBuffer(bytes: [0, 0, 0, 8, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]))
        #expect(decoder.next() == .failed(fault))
    }
}
