import Contracts
import Store
import SwiftProtobuf

/// Events that a service tells itself: those addressed to another partition are taken in there, the others concern
/// nobody here.
///
/// No transaction spans two partitions. So the destination takes an event first and remembers its id; then the source's
/// partition moves the cursor and forgets what the event said. Whatever is cut off in between is delivered again and
/// found to be known.
///
/// Whoever delivers only says which numbers it saw: what is believed, and what is forgotten, is the event that stands
/// under this number in the partition's own outbox. An envelope made up on the way makes no partition take in or lose
/// anything.
extension Inbox {
    /// `noting` is told of each partition that is handed an event, before it is.
    func deliverOwn(
        _ events: [EventEnvelope], source: String, partition: String, in store: any PartitionedStore,
        noting: @Sendable (String) -> Void
    ) async throws -> Position {
        let home = try await store.partition(partition)
        let (start, standing) = try await home.read { transaction in
            let start = try Self.cursor(of: source, in: transaction)
            return (start, try events.map { try Outbox.event(numbered: $0.sequence, in: transaction) })
        }
        var newest = start
        var taken: [EventEnvelope] = []
        for (given, own) in zip(events, standing) {
            let sequence = Int64(clamping: given.sequence)
            if sequence <= newest { continue }
            guard sequence == newest + 1 else {
                throw ServiceError(
                    .conflict, "inbox-gap",
                    "Events are missing before this one: ask Inbox/Position, pull from there.")
            }
            guard let own, own.eventID == given.eventID else {
                throw ServiceError(
                    .conflict, "event-not-told",
                    "That partition's outbox has no such event: pull from there what is to be delivered.")
            }
            if Outbox.isAddressed(own) {
                noting(own.destination)
                try await handOn(own, from: "\(source)/\(partition)", in: store)
                taken.append(own)
            }
            newest = sequence
        }
        let (reached, forgotten) = (newest, taken)
        return try await home.write { transaction in
            for event in forgotten { try Outbox.forgetBody(of: event, in: transaction) }
            if reached > (try Self.cursor(of: source, in: transaction)) {
                try transaction.run(
                    """
                    INSERT INTO kit_inbox (source, sequence) VALUES ($1, $2)
                    ON CONFLICT (source) DO UPDATE SET sequence = excluded.sequence
                    """, .text(source), .integer(reached))
            }
            return try Self.position(of: source, in: transaction)
        }
    }

    private func handOn(
        _ event: EventEnvelope, from source: String, in store: any PartitionedStore
    ) async throws {
        let database = try await store.partition(event.destination)
        do {
            try await take(event, from: source, parkReason: nil, to: database)
        } catch let failure as ApplyFailure {
            try await take(event, from: source, parkReason: failure.reason, to: database)
        }
    }

    private func take(
        _ event: EventEnvelope, from source: String, parkReason: String?, to database: any Database
    ) async throws {
        let endpoint = endpoint
        let now = clock.now()
        try await database.write { transaction in
            let new = try transaction.run(
                """
                INSERT INTO kit_inbox_events (event_id, taken_at) VALUES ($1, $2)
                ON CONFLICT (event_id) DO NOTHING
                """, .blob([UInt8](event.eventID)), .instant(now))
            guard new == 1 else { return }
            var reason = parkReason
            if reason == nil, try Self.hasParked(of: event, in: transaction) {
                reason = "an earlier event of the same child is parked"
            }
            if let reason {
                return try Self.park(event, source: source, reason: reason, at: now, in: transaction)
            }
            do {
                try endpoint.apply(event, partition: event.destination, in: transaction)
            } catch {
                if Self.isPassing(error) { throw error }
                throw ApplyFailure(index: 0, reason: Self.reason(of: error))
            }
        }
    }
}
