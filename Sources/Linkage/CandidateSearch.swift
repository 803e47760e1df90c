/// Two records, by their places; `left` comes first.
struct RecordPair: Hashable {
    let left: Int32
    let right: Int32
}

/// Finds the pairs worth comparing: those that share enough of what is rare. Each value of a record makes several
/// keys (the whole, its sound, its beginning, its end, a date's parts, a number's digits in order), so that one
/// mistyped letter leaves some of them as they were; the records of one key are a block. A block adds to its pairs what
/// it is worth in bits, by how few records are in it; pairs that come to as many bits as name one record among
/// all are compared.
struct CandidateSearch {
    private let records: LinkageRecords
    private var keys: [(key: UInt64, record: Int32, worth: Float)] = []

    static func pairs(_ records: LinkageRecords, betweenSources: Bool) -> [RecordPair] {
        if records.count < 2 { return [] }
        var search = CandidateSearch(records: records)
        search.collectKeys()
        return search.pairs(betweenSources)
    }

    private init(records: LinkageRecords) { self.records = records }

    // MARK: keys

    private typealias Key = (hash: UInt64, worth: Float)

    private mutating func collectKeys() {
        // A value's keys are made once, however many records have it.
        var keysByTable = records.tables.indices.map { place in
            [[Key]?](repeating: nil, count: records.tables[place].count)
        }
        keys.reserveCapacity(records.count * records.plan.fields.count * 4)
        for field in records.plan.fields.indices {
            let place = records.tableOfField[field]
            for (record, code) in records.codes[field].enumerated() where code != 0 {
                let made = keysByTable[place][Int(code)] ?? Self.keys(of: code, records.tables[place], place)
                keysByTable[place][Int(code)] = made
                for key in made { keys.append((key.hash, Int32(record), key.worth)) }
            }
        }
        keys.sort { ($0.key, $0.record) < ($1.key, $1.record) }
    }

    private static func keys(of code: UInt32, _ table: ValueTable, _ place: Int) -> [Key] {
        let value = table.value(code)
        var keys: [Key] = []
        func add(_ tag: UInt64, _ bytes: some Sequence<UInt8>, worth: Float) {
            // FNV-1a; two keys that fall together only cost a comparison.
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            hash = (hash ^ (UInt64(place) << 8 | tag)) &* 0x100_0000_01B3
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            keys.append((hash, worth))
        }
        switch table.kind {
        case .name, .text:
            add(1, value, worth: 0.4)
            if value.count > 4 {
                add(2, value.prefix(4), worth: 0.4)
                add(3, value.suffix(4), worth: 0.4)
            }
            if value.count > 8 { add(4, value.dropFirst(4).prefix(4), worth: 0.4) }
            if table.kind == .name {
                let sound = table.sounds[Int(code)]
                add(5, (0..<4).map { UInt8(truncatingIfNeeded: sound >> ($0 * 8)) }, worth: 0.4)
                for part in table.parts[Int(code)] { add(1, part, worth: 0.4) }
            }
        case .date:
            add(1, value, worth: 0.5)
            if value.count == 8 {
                add(2, value.prefix(6), worth: 0.4)
                add(3, value.suffix(4), worth: 0.4)
                add(4, Array(value.prefix(4)) + Array(value.suffix(2)), worth: 0.4)
            }
            add(5, value.sorted(), worth: 0.4)
        case .number:
            add(1, value, worth: 0.6)
            if value.count > 2 { add(2, value.sorted(), worth: 0.5) }
        case .identifier:
            add(1, value, worth: 0.6)
            add(2, value.prefix(value.count / 2), worth: 0.5)
            add(3, value.suffix(value.count / 2), worth: 0.5)
            add(4, value.sorted(), worth: 0.5)
        case .code: break
        }
        return keys
    }

    // MARK: blocks

    private struct Block {
        let members: Range<Int>
        let bits: Float
    }

    private func blocks() -> [Block] {
        var blocks: [Block] = []
        var start = 0
        while start < keys.count {
            var end = start + 1
            while end < keys.count, keys[end].key == keys[start].key { end += 1 }
            if 2...max(records.plan.blockSizeMax, 2) ~= end - start {
                let bits = bits(Double(records.count) / Double(end - start))
                blocks.append(Block(members: start..<end, bits: bits * keys[start].worth))
            }
            start = end
        }
        return blocks
    }

    private func bits(_ ratio: Double) -> Float { max(0, Float(log2(ratio))) }

    private func pairs(_ betweenSources: Bool) -> [RecordPair] {
        let blocks = blocks()
        // For each record the blocks that it is in: counted, then filled in.
        var starts = [Int](repeating: 0, count: records.count + 1)
        for block in blocks { for key in keys[block.members] { starts[Int(key.record) + 1] += 1 } }
        for record in 0..<records.count { starts[record + 1] += starts[record] }
        var filled = starts
        var blocksOf = [Int32](repeating: 0, count: starts[records.count])
        for (index, block) in blocks.enumerated() {
            for key in keys[block.members] {
                blocksOf[filled[Int(key.record)]] = Int32(index)
                filled[Int(key.record)] += 1
            }
        }
        let members = keys.map(\.record)
        let bound = Float(log2(Double(records.count)) + records.plan.candidateBits)
        var worth = [Float](repeating: 0, count: records.count)
        var touched: [Int32] = []
        var pairs: [RecordPair] = []
        for record in 0..<records.count {
            for index in blocksOf[starts[record]..<starts[record + 1]] {
                let block = blocks[Int(index)]
                for place in block.members {
                    let other = members[place]
                    if Int(other) <= record { continue }
                    if worth[Int(other)] == 0 { touched.append(other) }
                    worth[Int(other)] += block.bits
                }
            }
            for other in touched {
                let apart = !betweenSources || records.sources[record] != records.sources[Int(other)]
                if worth[Int(other)] >= bound, apart {
                    pairs.append(RecordPair(left: Int32(record), right: other))
                }
                worth[Int(other)] = 0
            }
            touched.removeAll(keepingCapacity: true)
        }
        return pairs
    }
}
