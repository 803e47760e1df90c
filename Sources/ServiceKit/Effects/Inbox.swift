import Contracts
import Store
import SwiftProtobuf

/// Takes in events of other services, each exactly once and in order, per source and partition.
///
/// An event that cannot be applied is parked, and so is each later one of its child, so that a child's events are never
/// applied out of order; others go on. Parked events are tried again by ``retryParked(_:in:at:)``.
struct Inbox: Sendable {
    let endpoint: any ServiceEndpoint
    let clock: any WallClock

    struct Position: Sendable, Equatable {
        var sequence: Int64
        var parked: Int64
    }

    /// Applies what is new of `events` (ordered by sequence, one source and partition).
    func deliver(_ events: [EventEnvelope], source: String, partition: String, to database: any Database)
        async throws -> Position
    {
        var start = 0
        while start < events.count {
            let rest = Array(events[start...])
            do {
                try await take(rest, source: source, partition: partition, parkLast: nil, to: database)
                break
            } catch let failure as ApplyFailure {
                // What went before it is applied again without it, then it is parked in the same transaction.
                do {
                    try await take(
                        Array(rest[...failure.index]), source: source, partition: partition,
                        parkLast: failure.reason, to: database)
                } catch is ApplyFailure {
                    throw ServiceError(
                        .unavailable, "inbox-unsteady",
                        "An event was applied once and then refused: deliver again.")
                }
                start += failure.index + 1
            }
        }
        return try await database.read { try Self.position(of: source, in: $0) }
    }

    static func position(of source: String, in transaction: any Transaction) throws -> Position {
        Position(
            sequence: try cursor(of: source, in: transaction),
            parked: try transaction.first(
                "SELECT COUNT(*) FROM kit_inbox_parked WHERE source = $1", .text(source)
            ) { try $0.integer(0) } ?? 0)
    }

    /// Events parked in this partition, of all sources.
    static func parked(in transaction: any Transaction) throws -> Int64 {
        try transaction.first("SELECT COUNT(*) FROM kit_inbox_parked") { try $0.integer(0) } ?? 0
    }

    /// Tries parked events again, each child's in order; gives the number of those that could be applied now.
    func retryParked(in database: any Database, partition: String) async throws -> Int {
        let waiting = try await database.read { transaction in
            try transaction.all(
                "SELECT source, sequence, child_id, event FROM kit_inbox_parked ORDER BY parked_at, source, sequence"
            ) {
                (
                    source: try $0.text(0), sequence: try $0.integer(1), child: try $0.optionalBlob(2),
                    event: try $0.blob(3)
                )
            }
        }
        var blocked: Set<[UInt8]> = []
        var applied = 0
        for entry in waiting {
            if let child = entry.child, blocked.contains(child) { continue }
            let endpoint = endpoint
            do {
                try await database.write { transaction in
                    guard let event = try? EventEnvelope(serializedBytes: entry.event) else {
                        throw StoreError(
                            .damaged, "A parked event is unreadable: run `verify`, restore a backup.")
                    }
                    let gone = try transaction.run(
                        "DELETE FROM kit_inbox_parked WHERE source = $1 AND sequence = $2",
                        .text(entry.source), .integer(entry.sequence))
                    if gone == 1 { try endpoint.apply(event, partition: partition, in: transaction) }
                }
                applied += 1
            } catch {
                if Self.isPassing(error) { throw error }
                if let child = entry.child { blocked.insert(child) }
            }
        }
        return applied
    }

    /// Forgets event ids that no source will send again, a bounded number at a time.
    static func forget(before now: Instant, in transaction: any Transaction) throws -> Int {
        try transaction.run(
            """
            DELETE FROM kit_inbox_events WHERE event_id IN (
                SELECT event_id FROM kit_inbox_events WHERE taken_at < $1 ORDER BY taken_at LIMIT 1000)
            """,
            .instant(Instant(microseconds: now.microseconds - OperationLedger.keptMicroseconds)))
    }

    struct ApplyFailure: Error {
        var index: Int
        var reason: String
    }

    /// One transaction: the events in order, the cursor after them. `parkLast`: why the last one is set aside.
    private func take(
        _ events: [EventEnvelope], source: String, partition: String, parkLast: String?,
        to database: any Database
    ) async throws {
        let endpoint = endpoint
        let now = clock.now()
        try await database.write { transaction in
            var cursor = try Self.cursor(of: source, in: transaction)
            for (index, event) in events.enumerated() {
                let sequence = Int64(clamping: event.sequence)
                if sequence <= cursor { continue }
                guard sequence == cursor + 1 else {
                    throw ServiceError(
                        .conflict, "inbox-gap",
                        "Events are missing before this one: ask Inbox/Position, pull from there.")
                }
                cursor = sequence
                let new = try transaction.run(
                    """
                    INSERT INTO kit_inbox_events (event_id, taken_at) VALUES ($1, $2)
                    ON CONFLICT (event_id) DO NOTHING
                    """, .blob([UInt8](event.eventID)), .instant(now))
                if new == 0 { continue }
                var parkReason = index == events.count - 1 ? parkLast : nil
                if parkReason == nil, try Self.hasParked(of: event, in: transaction) {
                    parkReason = "an earlier event of the same child is parked"
                }
                if let parkReason {
                    try Self.park(event, source: source, reason: parkReason, at: now, in: transaction)
                    continue
                }
                do {
                    try endpoint.apply(event, partition: partition, in: transaction)
                } catch {
                    if Self.isPassing(error) { throw error }
                    throw ApplyFailure(index: index, reason: Self.reason(of: error))
                }
            }
            try transaction.run(
                """
                INSERT INTO kit_inbox (source, sequence) VALUES ($1, $2)
                ON CONFLICT (source) DO UPDATE SET sequence = excluded.sequence
                """, .text(source), .integer(cursor))
        }
    }

    static func cursor(of source: String, in transaction: any Transaction) throws -> Int64 {
        try transaction.first("SELECT sequence FROM kit_inbox WHERE source = $1", .text(source)) {
            try $0.integer(0)
        } ?? 0
    }

    static func hasParked(of event: EventEnvelope, in transaction: any Transaction) throws -> Bool {
        guard !event.childID.isEmpty else { return false }
        return try transaction.first(
            "SELECT 1 FROM kit_inbox_parked WHERE child_id = $1 LIMIT 1", .blob([UInt8](event.childID))
        ) { try $0.integer(0) } != nil
    }

    static func park(
        _ event: EventEnvelope, source: String, reason: String, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let bytes: [UInt8] = try event.serializedBytes()
        try transaction.run(
            """
            INSERT INTO kit_inbox_parked (source, sequence, child_id, event, reason, parked_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            .text(source), .integer(Int64(clamping: event.sequence)),
            event.childID.isEmpty ? .null : .blob([UInt8](event.childID)), .blob(bytes), .text(reason),
            .instant(now))
    }

    /// Errors of the moment, which say nothing about the event: the whole delivery is tried again later.
    static func isPassing(_ error: any Error) -> Bool {
        if error is CancellationError { return true }
        if let error = error as? StoreError {
            return [.unavailable, .notWritten, .busy].contains(error.code)
        }
        return (error as? ServiceError)?.code == .unavailable
    }

    static func reason(of error: any Error) -> String {
        switch error {
        case let error as ServiceError: error.reason
        case let error as StoreError: "store-\(error.code.rawValue)"
        default: "\(type(of: error))"
        }
    }
}
