import NIOCore

/// A frame's bytes while they are written: room of exactly their number, filled from front to back. Every
/// single write to a buffer would check the whole buffer anew.
struct FrameBody: ~Copyable {
    private let room: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    fileprivate init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    /// Big-endian, as all numbers of the protocol.
    mutating func put<T: FixedWidthInteger>(_ number: T) {
        take(MemoryLayout<T>.size).storeBytes(of: number.bigEndian, as: T.self)
    }

    mutating func put(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { take($0.count).copyMemory(from: $0) }
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { take($0.count).copyMemory(from: UnsafeRawBufferPointer($0)) }
    }

    /// The head of a field of so many bytes.
    mutating func putField(_ id: UInt8, bytes: Int) {
        put(id)
        put(UInt16(clamping: bytes))
    }

    private mutating func take(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
        precondition(bytes <= room.count - count, "a frame is longer than its length says")
        defer { count += bytes }
        return UnsafeMutableRawBufferPointer(rebasing: room[count..<count + bytes])
    }
}

extension ByteBuffer {
    /// Writes a whole frame; `body` puts exactly `bodyBytes`.
    mutating func writeFrame(
        _ type: FrameType, _ call: CallID, flags: UInt8 = 0, bodyBytes: Int, _ body: (inout FrameBody) -> Void
    ) {
        let bytes = Wire.headerBytes + bodyBytes
        writeWithUnsafeMutableBytes(minimumWritableBytes: bytes) { room in
            var frame = FrameBody(UnsafeMutableRawBufferPointer(rebasing: room[..<bytes]))
            frame.put(UInt32(clamping: bodyBytes))
            frame.put(type.rawValue)
            frame.put(flags)
            frame.put(UInt16(0))
            frame.put(call)
            body(&frame)
            precondition(frame.count == bytes, "a frame is shorter than its length says")
            return bytes
        }
    }
}
