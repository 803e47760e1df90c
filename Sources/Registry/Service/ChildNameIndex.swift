import Directory
import ServiceKit
import Store
import Synchronization

/// The names of each partition's children in memory, sorted under every word that they may be looked up by: names are
/// sealed in the store, so it cannot be asked for their beginnings. A partition's names are opened at its first search;
/// later ones open only what has changed since, whoever changed it.
final class ChildNameIndex: Sendable {
    private let partitions = Mutex<[String: Names]>([:])

    private struct Entry: Comparable {
        var key: String
        var child: ChildID

        static func < (left: Entry, right: Entry) -> Bool {
            (left.key, left.child) < (right.key, right.child)
        }
    }

    private struct Known {
        /// The search keys of the name's words; none: handed over.
        var words: [String]
        /// The change that wrote the name.
        var change: Int64
    }

    private struct Names {
        /// The newest change that is in here; -1: nothing is.
        var change: Int64 = -1
        var known: [ChildID: Known] = [:]
        var entries: [Entry] = []

        mutating func take(_ changes: [(child: ChildID, words: [String], change: Int64)]) {
            var gone: Set<ChildID> = []
            var new: [Entry] = []
            // Two searches may bring the same changes, in any order: the newer name stays.
            for one in changes where (known[one.child]?.change ?? -1) < one.change {
                if known[one.child]?.words.isEmpty == false { gone.insert(one.child) }
                known[one.child] = Known(words: one.words, change: one.change)
                new += Set(one.words).map { Entry(key: $0, child: one.child) }
                change = max(change, one.change)
            }
            if !gone.isEmpty { entries.removeAll { gone.contains($0.child) } }
            guard !new.isEmpty else { return }
            entries += new
            entries.sort()
        }

        /// Looked for by the longest word, which the fewest names have.
        func children(_ query: [String]) -> [ChildID] {
            guard let longest = query.max(by: { $0.utf8.count < $1.utf8.count }) else { return [] }
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].key < longest { low = middle + 1 } else { high = middle }
            }
            var found: [ChildID] = []
            var seen: Set<ChildID> = []
            while low < entries.count, entries[low].key.hasPrefix(longest) {
                let child = entries[low].child
                low += 1
                guard seen.insert(child).inserted, let words = known[child]?.words,
                    SearchKey.matches(query, words)
                else { continue }
                found.append(child)
            }
            return found
        }
    }

    /// The children in whose names each word that was typed begins a word; those handed over are not among them.
    func children(named text: String, _ seal: ChildSeal, in transaction: any Transaction) throws -> [ChildID]
    {
        let partition = seal.partition
        let since = partitions.withLock { $0[partition]?.change ?? -1 }
        let changes = try ChildStore.names(after: since, transaction).map { sealed in
            guard sealed.isHere else {
                return (child: sealed.child, words: [String](), change: sealed.change)
            }
            let name = try seal.open(sealed.name, "name", sealed.child, sealed.subjectKey)
            let words = SearchKey.words(name.joined(separator: " "))
            return (child: sealed.child, words: words, change: sealed.change)
        }
        let query = SearchKey.words(text)
        return partitions.withLock {
            $0[partition, default: Names()].take(changes)
            return $0[partition]?.children(query) ?? []
        }
    }
}
