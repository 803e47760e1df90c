import Contracts
import Store
import SwiftProtobuf

/// Events on their way out of one partition, numbered without gaps in the transaction of their change.
enum Outbox {
    static let counter = "outbox"
    /// Most bytes of events in one answer of `Outbox/Pull`, under the method's 1 MiB.
    static let pullBytesMax = 900 * 1024
    static let pullEventsMax = 500

    /// Gives the next sequence number and keeps the event.
    static func add(_ envelope: EventEnvelope, in transaction: any Transaction) throws {
        var envelope = envelope
        // A serial of the database would commit out of order and readers' cursors would skip events: a counter row
        // makes writers of one partition wait for each other.
        try transaction.run(
            """
            INSERT INTO kit_counters (name, value) VALUES ($1, 1)
            ON CONFLICT (name) DO UPDATE SET value = kit_counters.value + 1
            """, .text(counter))
        envelope.sequence = UInt64(try newest(in: transaction))
        let bytes: [UInt8] = try envelope.serializedBytes()
        try transaction.run(
            "INSERT INTO kit_outbox (sequence, event) VALUES ($1, $2)",
            .integer(Int64(envelope.sequence)), .blob(bytes))
    }

    /// The newest event's number; 0 before the first.
    static func newest(in transaction: any Transaction) throws -> Int64 {
        try transaction.first("SELECT value FROM kit_counters WHERE name = $1", .text(counter)) {
            try $0.integer(0)
        } ?? 0
    }

    static func acknowledged(by consumer: String, in transaction: any Transaction) throws -> Int64 {
        try transaction.first(
            "SELECT sequence FROM kit_acknowledgements WHERE consumer = $1", .text(consumer)
        ) { try $0.integer(0) } ?? 0
    }

    /// Events after that number, oldest first, as many as fit into one answer.
    static func events(after sequence: Int64, limit: Int, in transaction: any Transaction) throws
        -> [EventEnvelope]
    {
        let rows = try transaction.all(
            "SELECT event FROM kit_outbox WHERE sequence > $1 ORDER BY sequence LIMIT $2",
            .integer(sequence), .integer(Int64(max(1, min(limit, pullEventsMax))))
        ) { try $0.blob(0) }
        var events: [EventEnvelope] = []
        var size = 0
        for row in rows {
            size += row.count + 8
            if size > pullBytesMax, !events.isEmpty { break }
            guard let event = try? EventEnvelope(serializedBytes: row) else {
                throw StoreError(
                    .damaged, "An event of the outbox is unreadable: run `verify`, restore a backup.")
            }
            events.append(event)
        }
        return events
    }

    /// The event of that number; nil: there is none.
    static func event(numbered sequence: UInt64, in transaction: any Transaction) throws -> EventEnvelope? {
        let row = try transaction.first(
            "SELECT event FROM kit_outbox WHERE sequence = $1", .integer(Int64(clamping: sequence))
        ) { try $0.blob(0) }
        guard let row else { return nil }
        guard let event = try? EventEnvelope(serializedBytes: row) else {
            throw StoreError(
                .damaged, "An event of the outbox is unreadable: run `verify`, restore a backup.")
        }
        return event
    }

    /// Whether the event goes to another partition of its own service, which alone may know what it says. Hand-overs
    /// do; an event of another kind stays what it is whatever stands in its destination.
    static func isAddressed(_ event: EventEnvelope) -> Bool {
        guard !event.destination.isEmpty, case .handOver = event.body else { return false }
        return true
    }

    /// Forgets what an event said that its destination has taken in; the event stays, so that numbers have no gap.
    static func forgetBody(of event: EventEnvelope, in transaction: any Transaction) throws {
        var rest = event
        rest.body = nil
        let bytes: [UInt8] = try rest.serializedBytes()
        try transaction.run(
            "UPDATE kit_outbox SET event = $2 WHERE sequence = $1", .integer(Int64(clamping: event.sequence)),
            .blob(bytes))
    }

    /// Moves a consumer's acknowledgement forward; never back, never past the newest event.
    static func acknowledge(_ sequence: Int64, by consumer: String, in transaction: any Transaction) throws {
        guard sequence <= (try newest(in: transaction)) else {
            throw ServiceError(
                .invalid, "sequence-unknown",
                "This partition has no event of that number yet: ask Outbox/Heads.")
        }
        if sequence > (try acknowledged(by: consumer, in: transaction)) {
            try transaction.run(
                """
                INSERT INTO kit_acknowledgements (consumer, sequence) VALUES ($1, $2)
                ON CONFLICT (consumer) DO UPDATE SET sequence = excluded.sequence
                """, .text(consumer), .integer(sequence))
        }
    }

    /// Events that at least one known consumer has not acknowledged.
    static func pending(in transaction: any Transaction) throws -> Int64 {
        let newest = try newest(in: transaction)
        let slowest =
            try transaction.first("SELECT COALESCE(MIN(sequence), 0) FROM kit_acknowledgements") {
                try $0.integer(0)
            } ?? 0
        return newest - slowest
    }
}
