/// How well two values of a field agree.
public enum AgreementLevel: UInt8, Sendable, Hashable, CaseIterable {
    /// At least one of the two records has no value: says nothing.
    case missing
    /// Equal after folding.
    case exact
    /// One edit apart, or another spelling of the same name; dates: one digit off or two neighbours exchanged.
    case close
    /// Two edits apart in five letters or more, or very similar by Jaro and Winkler; dates: day and month exchanged.
    case similar
    /// Similar by Jaro and Winkler, three edits in eight letters or more, or one part of a double name; dates: two of
    /// year, month and day.
    case weak
    /// Anything else.
    case different
}

/// Compares values of one table and remembers what it found.
struct ValueComparison {
    private var distance = TextDistance()
    private var known = PairMemory()

    mutating func level(_ left: UInt32, _ right: UInt32, in table: ValueTable) -> AgreementLevel {
        if left == 0 || right == 0 { return .missing }
        if left == right { return .exact }
        let bound = SimilarityBound(left, right, table)
        let words = table.kind == .name || table.kind == .text
        if words ? bound.excludesWords && !sharesSound(left, right, table) : bound.editsMin > 2 {
            if table.kind == .name, sharesPart(left, right, table) { return .weak }
            if table.kind != .date { return .different }
        }
        let key = UInt64(min(left, right)) << 32 | UInt64(max(left, right))
        if let level = known[key] { return level }
        let level: AgreementLevel
        switch table.kind {
        case .name, .text: level = self.words(left, right, table, bound)
        case .date: level = dates(table.value(left), table.value(right))
        case .number, .identifier, .code: level = numbers(table.value(left), table.value(right))
        }
        known[key] = level
        return level
    }

    private func sharesSound(_ left: UInt32, _ right: UInt32, _ table: ValueTable) -> Bool {
        table.kind == .name && table.sounds[Int(left)] == table.sounds[Int(right)]
    }

    private mutating func words(
        _ left: UInt32, _ right: UInt32, _ table: ValueTable, _ bound: SimilarityBound
    ) -> AgreementLevel {
        if sharesSound(left, right, table) { return .close }
        let one = table.value(left)
        let other = table.value(right)
        let shorter = min(one.count, other.count)
        let edits = bound.editsMin > 3 ? 4 : distance.edits(one, other, bound: 3)
        if edits == 1, shorter >= 3 { return .close }
        if edits == 2, shorter >= 5 { return .similar }
        let similarity = bound.jaroWinklerMax < 0.86 ? 0 : TextDistance.jaroWinkler(one, other)
        if similarity >= 0.93 { return .similar }
        if edits == 3 && shorter >= 8 || similarity >= 0.86 { return .weak }
        if table.kind == .name, sharesPart(left, right, table) { return .weak }
        return .different
    }

    private func sharesPart(_ left: UInt32, _ right: UInt32, _ table: ValueTable) -> Bool {
        let leftParts = table.parts[Int(left)]
        let rightParts = table.parts[Int(right)]
        if leftParts.isEmpty && rightParts.isEmpty { return false }
        let all = rightParts.isEmpty ? [Array(table.value(right))] : rightParts
        if leftParts.isEmpty { return all.contains(Array(table.value(left))) }
        return leftParts.contains { all.contains($0) }
    }

    private mutating func numbers(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> AgreementLevel {
        switch distance.edits(one, other, bound: 2) {
        case 1: .close
        case 2 where min(one.count, other.count) >= 4: .similar
        default: .different
        }
    }

    private mutating func dates(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> AgreementLevel {
        let edits = distance.edits(one, other, bound: 1)
        if edits <= 1 { return .close }
        guard one.count == 8, other.count == 8 else { return .different }
        let (year, month, day) = (one.prefix(4), one.dropFirst(4).prefix(2), one.suffix(2))
        let (otherYear, otherMonth, otherDay) = (
            other.prefix(4), other.dropFirst(4).prefix(2), other.suffix(2)
        )
        let sameYear = year.elementsEqual(otherYear)
        if sameYear, month.elementsEqual(otherDay), day.elementsEqual(otherMonth) { return .similar }
        let same = [sameYear, month.elementsEqual(otherMonth), day.elementsEqual(otherDay)]
        return same.count { $0 } == 2 ? .weak : .different
    }
}

/// How alike two values can be at most, seen from which letters they have and how long they are.
private struct SimilarityBound {
    /// No fewer edits turn one into the other.
    let editsMin: Int
    /// Jaro and Winkler find no more.
    let jaroWinklerMax: Double

    init(_ left: UInt32, _ right: UInt32, _ table: ValueTable) {
        let one = table.value(left)
        let other = table.value(right)
        let onlyOne = (table.letters[Int(left)] & ~table.letters[Int(right)]).nonzeroBitCount
        let onlyOther = (table.letters[Int(right)] & ~table.letters[Int(left)]).nonzeroBitCount
        editsMin = max(onlyOne, onlyOther, abs(one.count - other.count))
        let common = Double(min(one.count - onlyOne, other.count - onlyOther))
        let jaro = (common / Double(one.count) + common / Double(other.count) + 1) / 3
        jaroWinklerMax = one.first == other.first ? jaro + 0.4 * (1 - jaro) : jaro
    }

    var excludesWords: Bool { editsMin > 3 && jaroWinklerMax < 0.86 }
}

/// Levels by pair of values: an open table that forgets nothing and grows by doubling.
private struct PairMemory {
    private var keys = [UInt64](repeating: 0, count: 1 << 6)
    private var levels = [AgreementLevel](repeating: .missing, count: 1 << 6)
    private var used = 0

    /// No key is 0: a pair has no missing value.
    private func place(_ key: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (keys.count - 1)
        while keys[place] != 0, keys[place] != key { place = (place + 1) & (keys.count - 1) }
        return place
    }

    subscript(key: UInt64) -> AgreementLevel? {
        get {
            let place = place(key)
            return keys[place] == key ? levels[place] : nil
        }
        set {
            guard let newValue else { return }
            if used * 2 >= keys.count { grow() }
            let place = place(key)
            if keys[place] == 0 { used += 1 }
            keys[place] = key
            levels[place] = newValue
        }
    }

    private mutating func grow() {
        let (oldKeys, oldLevels) = (keys, levels)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        levels = [AgreementLevel](repeating: .missing, count: oldKeys.count * 2)
        for (index, key) in oldKeys.enumerated() where key != 0 {
            let place = place(key)
            keys[place] = key
            levels[place] = oldLevels[index]
        }
    }
}
