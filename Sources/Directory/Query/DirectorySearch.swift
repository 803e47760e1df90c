/// One question put to one index: its clauses with the entries for which each holds.
struct DirectorySearch {
    let index: DirectoryIndex
    let day: Int32
    let freshWithinDays: Int32?
    var clauses: [Part] = []
    /// What the caller may see and asked for.
    let base: Bits
    /// Where the typed clauses begin.
    private var typedFrom = 0

    /// A clause with what it means in this index.
    struct Part {
        var clause: DirectoryClause
        var terms: [(term: DirectoryTerm, bits: Bits)]
        /// For each word of the clause, how well it stands in each entry (0: not at all); none: words do not count.
        var words: [[UInt8]]
        var holds: Bits
        /// What was taken instead of the typed word, and with how many slips; 0: it stands as typed.
        var taken: [String]
        var slips: Int
    }

    /// - Parameter slips: how many slips each clause was read with; nil: as many as it takes to find something.
    init(
        _ query: DirectoryQuery, typed: [DirectoryClause], visible: Set<String>?, on day: Int32,
        slips: Slips?,
        _ index: DirectoryIndex
    ) {
        self.index = index
        self.day = day
        freshWithinDays = query.capacityNotOlderThanDays
        var base = Self.owned(visible, index)
        if !query.municipalities.isEmpty { base.formIntersection(Self.owned(query.municipalities, index)) }
        self.base = base
        let filters = query.anyOf.filter { !$0.isEmpty }.map {
            DirectoryClause(typed: "", terms: $0, words: [])
        }
        for clause in filters { clauses.append(part(clause, slips: 0)) }
        for (number, clause) in typed.enumerated() {
            clauses.append(part(clause, slips: number < Slips.clausesMax ? slips?[number] : 0))
        }
        typedFrom = filters.count
    }

    private static func owned(_ owners: Set<String>?, _ index: DirectoryIndex) -> Bits {
        guard let owners else { return Bits(all: index.entries.count) }
        var bits = Bits(count: index.entries.count)
        for owner in owners { if let own = index.byOwner[owner] { bits.formUnion(own) } }
        return bits
    }

    /// How many slips each typed clause was read with.
    var slips: Slips {
        var slips = Slips()
        for (number, part) in clauses.dropFirst(typedFrom).enumerated() where number < Slips.clausesMax {
            slips[number] = part.slips
        }
        return slips
    }

    /// Entries for which all clauses hold, or all but one.
    func found(leavingOut left: Int? = nil) -> Bits {
        var bits = base
        for (number, part) in clauses.enumerated() where number != left { bits.formIntersection(part.holds) }
        if let fresh = freshWithinDays {
            let (index, day) = (index, day)
            bits.filter { number in
                index.entries[number].capacity?.age(on: day).map { $0 <= fresh } ?? false
            }
        }
        return bits
    }

    // MARK: what a clause means here

    private func part(_ clause: DirectoryClause, slips: Int?) -> Part {
        var holds = Bits(count: index.entries.count)
        var terms: [(DirectoryTerm, Bits)] = []
        for term in clause.terms {
            var bits = index.bits(term)
            if case .freePlace = term {
                let (index, day) = (index, day)
                bits.filter { index.entries[$0].isOpen(on: day) }
            }
            holds.formUnion(bits)
            terms.append((term, bits))
        }
        var part = Part(clause: clause, terms: terms, words: [], holds: holds, taken: [], slips: 0)
        guard !clause.words.isEmpty else { return part }
        if slips ?? 0 == 0 {
            part.words = clause.words.map(asTyped)
            part.holds.formUnion(all(part.words))
        }
        // Slips are looked for only where nothing else matches: a word that means a code is no slip.
        guard clause.terms.isEmpty, slips.map({ $0 > 0 }) ?? !part.holds.intersects(base),
            let word = clause.words.first
        else { return part }
        let alike = nearly(word, slips: slips)
        part.words = [alike.quality]
        part.holds = all(part.words)
        (part.taken, part.slips) = (alike.taken, alike.slips)
        return part
    }

    /// Entries in which each of the words stands.
    private func all(_ words: [[UInt8]]) -> Bits {
        var bits = Bits(all: index.entries.count)
        for quality in words { bits.filter { quality[$0] > 0 } }
        return bits
    }

    /// 1 to 5 in a text, 6 to 10 in a title.
    private static func grade(_ match: DirectoryReason.WordMatch, inTitle: Bool) -> UInt8 {
        UInt8(match.rawValue + 1 + (inTitle ? 5 : 0))
    }

    static func reason(_ quality: UInt8) -> DirectoryReason.Why? {
        guard quality > 0, let match = DirectoryReason.WordMatch(rawValue: Int(quality - 1) % 5) else {
            return nil
        }
        return .word(inTitle: quality > 5, match: match)
    }

    private func asTyped(_ word: DirectoryClause.TypedWord) -> [UInt8] {
        var best = [UInt8](repeating: 0, count: index.entries.count)
        for number in index.range(word.key) {
            let whole = index.keys[number] == word.key
            for posting in index.postings[number] {
                let spelling = index.spellings[Int(posting.spelling)]
                let match: DirectoryReason.WordMatch =
                    spelling == word.plain
                    ? .exact : spelling.hasPrefix(word.plain) ? .beginning : whole ? .alike : .alikeBeginning
                let quality = Self.grade(match, inTitle: posting.inTitle)
                best[Int(posting.entry)] = max(best[Int(posting.entry)], quality)
            }
        }
        return best
    }

    /// The words with the fewest slips among what the caller may see, or, on a later page, with at most as many as on
    /// the first: what comes in between may be nearer, and takes nobody's place.
    private func nearly(
        _ word: DirectoryClause.TypedWord, slips given: Int?
    ) -> (quality: [UInt8], taken: [String], slips: Int) {
        var most = min(given ?? .max, Typos.allowed(word.key))
        var typos = Typos(word.key)
        var nearest: [Int] = []
        for (number, key) in index.keys.enumerated() where most > 0 {
            guard let slips = typos.distance(key, letters: index.letters[number], most: most),
                index.postings[number].contains(where: { base.contains(Int($0.entry)) })
            else { continue }
            if given == nil, slips < most, slips > 0 {
                nearest.removeAll()
                most = slips
            }
            nearest.append(number)
        }
        var quality = [UInt8](repeating: 0, count: index.entries.count)
        var taken: Set<String> = []
        for number in nearest {
            for posting in index.postings[number] {
                let entry = Int(posting.entry)
                if base.contains(entry) { taken.insert(index.spellings[Int(posting.spelling)]) }
                quality[entry] = max(quality[entry], Self.grade(.slip, inTitle: posting.inTitle))
            }
        }
        return (quality, taken.sorted(), nearest.isEmpty ? 0 : most)
    }

    // MARK: why an entry was found

    func reasons(_ number: Int) -> [DirectoryReason] {
        var reasons: [DirectoryReason] = []
        for part in clauses {
            for why in whys(part, number) {
                reasons.append(
                    DirectoryReason(
                        typed: part.clause.typed, why: why, points: DirectoryReason.points(why)))
            }
        }
        return reasons
    }

    func score(_ number: Int) -> Int32 {
        var sum = 0
        for part in clauses { for why in whys(part, number) { sum += DirectoryReason.points(why) } }
        return Int32(clamping: sum)
    }

    private func whys(_ part: Part, _ number: Int) -> [DirectoryReason.Why] {
        var whys: [DirectoryReason.Why] = []
        let entry = index.entries[number]
        for (term, bits) in part.terms where bits.contains(number) {
            switch term {
            case .near(let place):
                whys.append(.near(place, nearness(entry, place)))
            case .freePlace:
                guard let capacity = entry.capacity else { continue }
                whys.append(
                    .freePlace(
                        places: capacity.places, ageDays: capacity.age(on: day).map(Int.init),
                        isOld: capacity.isOld(on: day)))
            default:
                whys.append(.term(term))
            }
        }
        // Where several of a clause's places hold ("Rakvere": the town and the parish) the nearest counts.
        let near = whys.filter { if case .near = $0 { true } else { false } }
        if near.count > 1,
            let best = near.max(by: { DirectoryReason.points($0) < DirectoryReason.points($1) })
        {
            whys = whys.filter { !near.contains($0) } + [best]
        }
        if part.words.allSatisfy({ $0[number] > 0 }) {
            whys += part.words.compactMap { Self.reason($0[number]) }
        }
        return whys
    }

    private func nearness(_ entry: DirectoryEntry, _ place: String) -> DirectoryReason.Nearness {
        if entry.owner == place { return .same }
        return index.neighbours[place]?.contains(entry.owner) ?? false ? .neighbour : .countyWide
    }
}
