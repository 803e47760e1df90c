import NIOCore

/// Reads a frame's body from front to back; every read is checked and names its place when it fails.
struct BodyReader {
    private(set) var buffer: ByteBuffer
    private let start: Int

    init(_ body: ByteBuffer) {
        buffer = body
        start = body.readerIndex
    }

    /// Position in the frame, its header included.
    var offset: Int { Wire.headerBytes + buffer.readerIndex - start }
    var isAtEnd: Bool { buffer.readableBytes == 0 }

    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws(WireFault) -> T {
        guard let value = buffer.readInteger(as: T.self) else {
            throw WireFault(.frameLength, offset: offset, "The body ends inside a number.")
        }
        return value
    }

    /// Four numbers in one read.
    mutating func integers<
        A: FixedWidthInteger, B: FixedWidthInteger, C: FixedWidthInteger, D: FixedWidthInteger
    >(
        _: (A, B, C, D).Type = (A, B, C, D).self
    ) throws(WireFault) -> (A, B, C, D) {
        guard let values = buffer.readMultipleIntegers(as: (A, B, C, D).self) else {
            throw WireFault(.frameLength, offset: offset, "The body ends inside a number.")
        }
        return values
    }

    private mutating func fieldHead() throws(WireFault) -> (UInt8, UInt16) {
        if let head = buffer.readMultipleIntegers(as: (UInt8, UInt16).self) { return head }
        // Names the number that is cut short.
        return (try integer(), try integer())
    }

    /// The next field's id and value. Ids ascend; only `repeatable` may come again.
    mutating func field(after previous: inout UInt8?, repeatable: UInt8? = nil) throws(WireFault) -> Field {
        let place = offset
        let (id, length) = try fieldHead()
        guard let value = buffer.readSlice(length: Int(length)) else {
            throw WireFault(
                .frameLength, offset: place + 1, "A field is longer than what is left of its frame.")
        }
        if let last = previous, id < last || (id == last && id != repeatable) {
            throw WireFault(.fieldOrder, offset: place, "Fields come in ascending order, each once.")
        }
        previous = id
        return Field(id: id, value: value, offset: place)
    }
}

/// One field of a frame: id, length, value.
struct Field {
    let id: UInt8
    var value: ByteBuffer
    /// Position of the id in the frame.
    let offset: Int

    func malformed(_ message: String) -> WireFault {
        WireFault(.fieldMalformed, offset: offset + 3, message)
    }

    /// A field nobody knows is skipped when its id says so, else it is a fault.
    func skipUnknown() throws(WireFault) {
        guard id & FrameType.ignorableBit != 0 else {
            throw WireFault(
                .fieldUnknown, offset: offset, "The frame holds a field that this version must know.")
        }
    }

    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws(WireFault) -> T {
        guard value.readableBytes == MemoryLayout<T>.size, let read = value.readInteger(as: T.self) else {
            throw malformed("A number has the wrong length.")
        }
        return read
    }

    /// Text whose broken UTF-8 is repaired: an error's words are never lost to their encoding.
    mutating func text(bytesMax: Int) throws(WireFault) -> String {
        guard value.readableBytes <= bytesMax else { throw malformed("A text is longer than allowed.") }
        return String(decoding: value.readableBytesView, as: UTF8.self)
    }
}

extension ByteBuffer {
    mutating func writeField(_ id: UInt8, bytes: some Collection<UInt8>) {
        writeMultipleIntegers(id, UInt16(clamping: bytes.count))
        writeBytes(bytes.prefix(Int(UInt16.max)))
    }

    mutating func writeField(_ id: UInt8, integer: some FixedWidthInteger) {
        writeMultipleIntegers(id, UInt16(clamping: integer.bitWidth / 8))
        writeInteger(integer)
    }

    /// Text cut to its bound at a character's edge; nothing when empty.
    mutating func writeTextField(_ id: UInt8, _ text: String, bytesMax: Int) {
        guard !text.isEmpty else { return }
        if text.utf8.count <= bytesMax { return writeField(id, bytes: text.utf8) }
        var cut = ""
        var bytes = 0
        for character in text {
            bytes += character.utf8.count
            if bytes > bytesMax { break }
            cut.append(character)
        }
        if !cut.isEmpty { writeField(id, bytes: cut.utf8) }
    }
}
