import Store

/// Writes the compact stored form of a week (`Protocols/journal.md`, "How it is kept").
struct PackedWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Seven bits a byte, lowest first.
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Length, then the bytes.
    mutating func block(_ value: some Collection<UInt8>) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) { block(value.utf8) }
}

/// Reads what ``PackedWriter`` wrote. What does not fit is damage of the store, never a trap.
struct PackedReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    private static var damaged: StoreError {
        StoreError(.damaged, "A stored week or report is cut short; restore the partition from its backup.")
    }

    mutating func byte() throws(StoreError) -> UInt8 {
        guard position < bytes.count else { throw Self.damaged }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func varint() throws(StoreError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
        throw Self.damaged
    }

    mutating func integer() throws(StoreError) -> Int {
        guard let value = Int(exactly: try varint()) else { throw Self.damaged }
        return value
    }

    mutating func block() throws(StoreError) -> [UInt8] {
        let length = try varint()
        guard length <= UInt64(bytes.count - position) else { throw Self.damaged }
        defer { position += Int(length) }
        return Array(bytes[position..<position + Int(length)])
    }

    mutating func text() throws(StoreError) -> String { String(decoding: try block(), as: UTF8.self) }
}
