extension DirectoryIndex {
    /// Answers a question, a page at a time.
    ///
    /// - Parameters:
    ///   - visible: owners whose entries the caller may see; nil: all.
    ///   - day: today, in days since 1970-01-01; later pages keep the day of the first.
    ///   - cursor: of the page before; nil: the first page.
    ///   - limit: entries on the page, at least 1.
    /// - Throws: ``DirectoryError`` when the words are too many, or the cursor is damaged or of another question.
    public func search(
        _ query: DirectoryQuery, visible: Set<String>?, on day: Int32, after cursor: [UInt8]? = nil,
        limit: Int
    ) throws(DirectoryError) -> DirectoryPage {
        let typed = try vocabulary.clauses(query.words)
        let fingerprint = Self.fingerprint(query, typed, visible)
        let given: PageCursor?
        if let cursor { given = try PageCursor(cursor) } else { given = nil }
        if let given, given.fingerprint != fingerprint { throw .cursorOfOtherQuery }
        let search = DirectorySearch(
            query, typed: typed, visible: visible, on: given?.day ?? day, slips: given?.slips, self)
        let found = search.found()
        let best = page(of: found, search, after: given?.place, limit: max(1, limit))
        var page = DirectoryPage(
            hits: best.numbers.map { number in
                let reasons = search.reasons(number)
                return DirectoryHit(
                    entry: entries[number], score: reasons.reduce(0) { $0 + $1.points }, reasons: reasons)
            },
            total: found.count, cursor: nil, clauses: search.clauses.map(\.clause),
            corrections: search.clauses.filter { !$0.taken.isEmpty }.map { ($0.clause.typed, $0.taken) },
            without: [])
        if let last = best.last {
            page.cursor =
                PageCursor(fingerprint: fingerprint, day: search.day, slips: search.slips, place: last).bytes
        }
        if page.total == 0, search.clauses.count > 1 {
            let counts = search.clauses.indices.map {
                (clause: search.clauses[$0].clause, hits: search.found(leavingOut: $0).count)
            }
            page.without = counts.filter { $0.hits > 0 }.sorted { $0.hits > $1.hits }
        }
        return page
    }

    /// The first entries after a place in the order; `last` when more follow.
    private func page(
        of found: Bits, _ search: DirectorySearch, after place: Rank?, limit: Int
    ) -> (numbers: [Int], last: Rank?) {
        var best: [(rank: Rank, number: Int)] = []
        var more = false
        found.forEach { number in
            var rank = ranks[number]
            rank.score = search.score(number)
            if let place, rank <= place { return }
            if best.count == limit, let worst = best.last, worst.rank < rank {
                more = true
                return
            }
            var (low, high) = (0, best.count)
            while low < high {
                let middle = (low + high) / 2
                if best[middle].rank < rank { low = middle + 1 } else { high = middle }
            }
            best.insert((rank, number), at: low)
            if best.count > limit {
                best.removeLast()
                more = true
            }
        }
        return (best.map(\.number), more ? best.last?.rank : nil)
    }

    /// Of all that decides what is found and in which order, but the entries.
    private static func fingerprint(
        _ query: DirectoryQuery, _ typed: [DirectoryClause], _ visible: Set<String>?
    ) -> UInt64 {
        func list(_ terms: [DirectoryTerm]) -> String { terms.map(\.name).joined(separator: ",") }
        // Separators that no typed word holds: it would have been taken apart there.
        var parts = typed.map {
            "\($0.typed)=\(list($0.terms))=" + $0.words.map(\.key).joined(separator: ",")
        }
        parts += ["filters"] + query.anyOf.map(list)
        parts += ["owners"] + query.municipalities.sorted()
        parts += ["fresh", query.capacityNotOlderThanDays.map(String.init) ?? ""]
        parts += visible.map { ["visible"] + $0.sorted() } ?? ["all"]
        return Fingerprint.of(parts.joined(separator: ";").utf8)
    }
}
