/// How far apart two short texts are. Holds the rows that the work needs, so that nothing is allocated for a pair.
struct TextDistance {
    /// Longer texts are compared by their first bytes only, so that the work for a pair has a bound.
    static let bytesMax = 64

    private var before = [Int](repeating: 0, count: bytesMax + 1)
    private var last = [Int](repeating: 0, count: bytesMax + 1)
    private var row = [Int](repeating: 0, count: bytesMax + 1)

    /// Edits (insert, delete, replace, exchange of neighbours) that turn one text into the other, each place
    /// edited once (optimal string alignment, the restricted Damerau-Levenshtein distance); `bound + 1` when there
    /// are more than `bound`.
    mutating func edits(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, bound: Int) -> Int {
        var left = left.prefix(Self.bytesMax)
        var right = right.prefix(Self.bytesMax)
        if abs(left.count - right.count) > bound { return bound + 1 }
        while let first = left.first, first == right.first {
            left = left.dropFirst()
            right = right.dropFirst()
        }
        while let end = left.last, end == right.last {
            left = left.dropLast()
            right = right.dropLast()
        }
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        for column in 0...right.count { last[column] = column }
        var leftBefore: UInt8 = 0
        for (index, leftByte) in left.enumerated() {
            row[0] = index + 1
            var least = index + 1
            var rightBefore: UInt8 = 0
            for (column, rightByte) in right.enumerated() {
                var edits = min(last[column + 1], row[column]) + 1
                edits = min(edits, last[column] + (leftByte == rightByte ? 0 : 1))
                if index > 0, column > 0, leftByte == rightBefore, leftBefore == rightByte {
                    edits = min(edits, before[column - 1] + 1)
                }
                row[column + 1] = edits
                least = min(least, edits)
                rightBefore = rightByte
            }
            // An exchange reaches back two rows, so only a row that is far beyond the bound ends the work.
            if least > bound + 1 { return bound + 1 }
            leftBefore = leftByte
            swap(&before, &last)
            swap(&last, &row)
        }
        return min(last[right.count], bound + 1)
    }

    /// The similarity of Jaro and Winkler, 0 to 1 (equal), with their scale of 0.1 for up to four first letters.
    static func jaroWinkler(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Double {
        let left = left.prefix(bytesMax)
        let right = right.prefix(bytesMax)
        if left.isEmpty || right.isEmpty { return left.isEmpty && right.isEmpty ? 1 : 0 }
        let window = max(max(left.count, right.count) / 2 - 1, 0)
        var leftMatched: UInt64 = 0
        var rightMatched: UInt64 = 0
        for index in 0..<left.count {
            let byte = left[left.startIndex + index]
            var other = max(0, index - window)
            let end = min(right.count, index + window + 1)
            while other < end {
                if rightMatched & (1 << UInt64(other)) == 0, right[right.startIndex + other] == byte {
                    leftMatched |= 1 << UInt64(index)
                    rightMatched |= 1 << UInt64(other)
                    break
                }
                other += 1
            }
        }
        let matches = leftMatched.nonzeroBitCount
        if matches == 0 { return 0 }
        var outOfOrder = 0
        var rest = rightMatched
        for index in 0..<left.count where leftMatched & (1 << UInt64(index)) != 0 {
            let other = rest.trailingZeroBitCount
            rest &= rest - 1
            if left[left.startIndex + index] != right[right.startIndex + other] { outOfOrder += 1 }
        }
        let common = Double(matches)
        let jaro =
            (common / Double(left.count) + common / Double(right.count)
                + (common - Double(outOfOrder / 2)) / common) / 3
        var prefix = 0
        for (one, other) in zip(left.prefix(4), right.prefix(4)) {
            if one != other { break }
            prefix += 1
        }
        return jaro + Double(prefix) * 0.1 * (1 - jaro)
    }
}
