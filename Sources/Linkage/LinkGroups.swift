/// From pairs to persons.
extension Linkage {
    /// Groups are not joined into larger ones than this: no person is in a list that often.
    public static let groupSizeMax = 50
    /// What two records count for in an average at least and at most, in bits.
    private static let cap = 20.0
    /// What groups must have on average to be joined by a link between two of their records. Below zero, since two
    /// faulty records of one person may be hard to tell from strangers while both are plainly like a third.
    private static let averageMin = -5.0

    /// Puts records of one person together: the surest links first; a link joins two groups only when their
    /// records on the whole fit each other, so that one wrong link cannot merge two persons with several records each.
    ///
    /// - Parameter bound: links with a smaller total join nothing.
    /// - Returns: groups of two and more records, each in order, in the order of their first records.
    public func groups(atLeast bound: Double = 0) -> [[Int]] {
        var totals: [RecordPair: Double] = [:]
        for link in links {
            totals[RecordPair(left: Int32(link.left), right: Int32(link.right))] = link.total
        }
        var groupOf: [Int: Int] = [:]
        var groups: [Int: [Int]] = [:]
        for link in links where link.total >= bound {
            let (left, right) = (groupOf[link.left] ?? link.left, groupOf[link.right] ?? link.right)
            if left == right { continue }
            let (one, other) = (groups[left] ?? [left], groups[right] ?? [right])
            guard one.count + other.count <= Self.groupSizeMax,
                Self.average(one, other, totals) >= Self.averageMin
            else { continue }
            groups[left] = one + other
            groups[right] = nil
            for record in one + other { groupOf[record] = left }
        }
        return groups.values.map { $0.sorted() }.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
    }

    private static func average(_ one: [Int], _ other: [Int], _ totals: [RecordPair: Double]) -> Double {
        var sum = 0.0
        for left in one {
            for right in other {
                let pair = RecordPair(left: Int32(min(left, right)), right: Int32(max(left, right)))
                sum += min(max(totals[pair] ?? -cap, -cap), cap)
            }
        }
        return sum / Double(one.count * other.count)
    }

    /// Links in which each record takes part at most once, the surest first: for lists that have nobody twice.
    public func oneToOne(atLeast bound: Double = 0) -> [Link] {
        var taken: Set<Int> = []
        return links.filter { link in
            guard link.total >= bound, !taken.contains(link.left), !taken.contains(link.right) else {
                return false
            }
            taken.insert(link.left)
            taken.insert(link.right)
            return true
        }
    }
}
