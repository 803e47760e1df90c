/// The calls of a connection by their ids. Ids go up by one or little more, so one multiplication spreads
/// them (Knuth, The Art of Computer Programming 3, 6.4); a peer that picks ids to collide has no more calls
/// than its limit. A call's place holds until a call comes or goes.
struct CallTable<Value> {
    private struct Entry {
        let id: CallID
        var value: Value
    }

    private var entries: [Entry] = []
    /// Places in `entries`, counted from 1; 0: free. A power of two of slots, at most half of them taken.
    private var slots: [UInt32] = []
    /// Leaves as many bits of 32 as number the slots.
    private var shift: UInt32 = 32

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    var ids: [CallID] { entries.map(\.id) }

    /// Where the call stands; nil when there is none of that id.
    func place(of id: CallID) -> Int? {
        slots.isEmpty ? nil : taken(slots[slot(of: id)])
    }

    func id(at place: Int) -> CallID { entries[place].id }

    /// The value at a place.
    subscript(place: Int) -> Value {
        _read { yield entries[place].value }
        _modify { yield &entries[place].value }
    }

    /// Adds a call whose id is not there.
    mutating func insert(_ value: Value, id: CallID) {
        if 2 * (entries.count + 1) > slots.count { grow() }
        entries.append(Entry(id: id, value: value))
        slots[slot(of: id)] = UInt32(entries.count)
    }

    /// Takes the call at a place out; the last one takes its place.
    @discardableResult
    mutating func remove(at place: Int) -> Value {
        free(slot(of: entries[place].id))
        let last = entries.count - 1
        if place != last {
            slots[slot(of: entries[last].id)] = UInt32(place + 1)
            entries.swapAt(place, last)
        }
        return entries.removeLast().value
    }

    mutating func removeAll() { self = CallTable() }

    private var mask: Int { slots.count - 1 }

    private func home(of id: CallID) -> Int { Int((id &* 0x9e37_79b1) >> shift) }

    private func taken(_ slot: UInt32) -> Int? { slot == 0 ? nil : Int(slot) - 1 }

    /// The slot that names the call, or the free one where it would be looked for last.
    private func slot(of id: CallID) -> Int {
        var slot = home(of: id)
        while let place = taken(slots[slot]), entries[place].id != id { slot = (slot + 1) & mask }
        return slot
    }

    /// Frees a slot; those behind it that were pushed away move up, so that no search ends too early.
    private mutating func free(_ slot: Int) {
        var gap = slot
        var next = (slot + 1) & mask
        while let place = taken(slots[next]) {
            let home = home(of: entries[place].id)
            if (next - home) & mask >= (next - gap) & mask {
                slots[gap] = slots[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        slots[gap] = 0
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(8, slots.count * 2))
        shift = UInt32(32 - slots.count.trailingZeroBitCount)
        for (place, entry) in entries.enumerated() { slots[slot(of: entry.id)] = UInt32(place + 1) }
    }
}
