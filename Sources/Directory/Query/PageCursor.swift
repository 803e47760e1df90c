/// Where a page ended: the rank of its last entry, not its number, so that entries that come and go between two pages
/// move nobody else. It carries what the order depends on (the question, the day, which words were taken as slips), so
/// that all pages are cut from one order.
///
/// Opaque to callers. The sum at its end finds damage; a cursor that somebody makes by hand shows no more than the same
/// question with that place in its order.
struct PageCursor: Hashable {
    var fingerprint: UInt64
    var day: Int32
    var slips: Slips
    var place: Rank

    private static let version: UInt8 = 1
    private static let count = 1 + 8 + 4 + 4 + 4 + 8 + 16 + 8

    var bytes: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        append(fingerprint, to: &bytes)
        append(UInt32(bitPattern: day), to: &bytes)
        append(slips.bits, to: &bytes)
        append(UInt32(bitPattern: place.score), to: &bytes)
        append(place.title, to: &bytes)
        append(place.high, to: &bytes)
        append(place.low, to: &bytes)
        append(Fingerprint.of(bytes), to: &bytes)
        return bytes
    }

    init(fingerprint: UInt64, day: Int32, slips: Slips, place: Rank) {
        self.fingerprint = fingerprint
        self.day = day
        self.slips = slips
        self.place = place
    }

    init(_ bytes: [UInt8]) throws(DirectoryError) {
        guard bytes.count == Self.count, bytes[0] == Self.version else { throw .cursorUnreadable }
        var at = 1
        func take(_ count: Int) -> UInt64 {
            defer { at += count }
            return bytes[at..<at + count].reduce(0) { $0 << 8 | UInt64($1) }
        }
        fingerprint = take(8)
        day = Int32(truncatingIfNeeded: take(4))
        slips = Slips(bits: UInt32(truncatingIfNeeded: take(4)))
        let score = Int32(truncatingIfNeeded: take(4))
        place = Rank(score: score, title: take(8), high: take(8), low: take(8))
        guard take(8) == Fingerprint.of(Array(bytes.dropLast(8))) else { throw .cursorUnreadable }
    }

    private func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// An entry's place in the order of a question: better points first, then by the title's beginning, then by id. Depends
/// on the entry and the question only, never on other entries.
struct Rank: Hashable, Comparable {
    var score: Int32
    /// The first eight bytes of the plain title.
    var title: UInt64
    /// The id's halves.
    var high: UInt64
    var low: UInt64

    static func < (left: Rank, right: Rank) -> Bool {
        if left.score != right.score { return left.score > right.score }
        return (left.title, left.high, left.low) < (right.title, right.high, right.low)
    }
}

/// FNV-1a, 64 bits: the same on every machine and in every run, unlike Swift's hashing.
enum Fingerprint {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return sum
    }
}

/// How many slips each of the first typed clauses was read with: two bits each.
struct Slips: Hashable {
    static let clausesMax = 16
    var bits: UInt32 = 0

    subscript(clause: Int) -> Int {
        get { Int(bits >> UInt32(2 * clause) & 3) }
        set { bits = bits & ~(3 << UInt32(2 * clause)) | UInt32(newValue & 3) << UInt32(2 * clause) }
    }
}
