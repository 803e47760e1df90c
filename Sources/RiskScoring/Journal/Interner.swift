/// Gives each different field a small number, without a String for each row: a hash table with open
/// addressing over one arena of bytes.
struct Interner: Sendable {
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt32] = []
    private var slots: [Int32]
    private var last: (hash: UInt32, index: Int)?

    init() { slots = Array(repeating: -1, count: 256) }

    var count: Int { ends.count }

    /// The field's number, from 0 in order of first appearance.
    mutating func index(of field: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Self.hash(field)
        if let last, last.hash == hash, equals(last.index, field) { return last.index }
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, equals(index, field) {
                last = (hash, index)
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let index = ends.count
        arena.append(contentsOf: field)
        ends.append(arena.count)
        hashes.append(hash)
        slots[slot] = Int32(truncatingIfNeeded: index)
        last = (hash, index)
        if ends.count * 2 > slots.count { grow() }
        return index
    }

    func bytes(_ index: Int) -> ArraySlice<UInt8> {
        arena[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    func text(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

    private func equals(_ index: Int, _ field: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == field.count else { return false }
        for place in field.indices where arena[start + place] != field[place] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: index)
        }
    }

    /// FNV-1a from a start that no peer knows.
    private static let seed = UInt64.random(in: .min ... .max)

    private static func hash(_ field: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash = seed
        for place in field.indices { hash = (hash ^ UInt64(field[place])) &* 0x100_0000_01B3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
