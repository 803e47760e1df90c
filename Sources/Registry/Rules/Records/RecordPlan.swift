/// A record as somebody wants it to be.
struct RecordPut: Sendable, Hashable {
    /// Its owner counts only where the kind's rule asks the record; its `endedFrom` only with `setsEnd`.
    var record: Record
    /// The version that the sender has read; 0: there is none yet; nil: whichever.
    var expectedVersion: Int?
    /// Whether the record's end is what `record` says; otherwise the stored one stays.
    var setsEnd: Bool

    init(_ record: Record, expectedVersion: Int? = nil, setsEnd: Bool = false) {
        self.record = record
        self.expectedVersion = expectedVersion
        self.setsEnd = setsEnd
    }
}

/// What writing records would do: every record checked and compared with what is stored, before anything is written.
struct RecordPlan: Sendable {
    enum Decision: String, Sendable, Hashable {
        case create, change, unchanged
    }

    struct Step: Sendable {
        var record: Record
        var decision: Decision
        /// The version afterwards.
        var version: Int
    }

    /// A fault, and the place of its record among those sent, from 0.
    struct Found: Sendable, Hashable {
        var index: Int
        var key: Record.Key
        var fault: RecordFault
    }

    /// One for each record sent, in order, when there are no faults.
    var steps: [Step] = []
    var faults: [Found] = []

    /// Those that alter something.
    var altered: [Step] { steps.filter { $0.decision != .unchanged } }

    var counts: ImportCounts {
        var counts = ImportCounts()
        for step in steps {
            switch step.decision {
            case .create: counts.created += 1
            case .change: counts.changed += 1
            case .unchanged: counts.unchanged += 1
            }
        }
        return counts
    }
}

/// Undoes a transaction in which records with faults were found.
struct RefusedRecords: Error {
    var faults: [RecordPlan.Found]
}
