public import Contracts
import RPC
public import ServiceKit
import Store
import SwiftProtobuf

extension ServiceBench {
    /// An event of another service, about a child or none.
    public struct Incoming: Sendable {
        public var body: EventEnvelope.OneOf_Body
        public var child: ChildID?

        public init(_ body: EventEnvelope.OneOf_Body, child: ChildID? = nil) {
            self.body = body
            self.child = child
        }
    }

    /// Delivers events as the gateway's relay does, numbered after what was delivered before. Gives the inbox's
    /// position: how many were taken in and how many are parked.
    @discardableResult
    public func deliver(
        _ events: [Incoming], from source: String, partition: String
    ) async throws -> CommonInboxDeliverResponse {
        let gateway = Caller.program("gateway")
        let position = try await call(
            CommonMethods.inboxPosition,
            .with {
                $0.source = source
                $0.partition = partition
            }, as: gateway)
        let envelopes = events.enumerated().map { index, event in
            envelope(
                event, source: source, partition: partition, sequence: position.sequence + UInt64(index) + 1)
        }
        return try await deliver(envelopes: envelopes)
    }

    /// The same for events of which all are about one child or none.
    @discardableResult
    public func deliver(
        _ bodies: [EventEnvelope.OneOf_Body], child: ChildID? = nil, from source: String, partition: String
    ) async throws -> CommonInboxDeliverResponse {
        try await deliver(bodies.map { Incoming($0, child: child) }, from: source, partition: partition)
    }

    /// Delivers finished envelopes as they are, for tests of repeated or broken deliveries.
    @discardableResult
    public func deliver(envelopes: [EventEnvelope]) async throws -> CommonInboxDeliverResponse {
        try await call(
            CommonMethods.inboxDeliver, .with { $0.events = envelopes }, as: Caller.program("gateway"))
    }

    /// An envelope around an event.
    public func envelope(
        _ event: Incoming, source: String, partition: String, sequence: UInt64
    ) -> EventEnvelope {
        .with {
            $0.eventID = EventID(madeAt: clock.now()).data
            $0.source = source
            $0.partition = partition
            $0.sequence = sequence
            $0.occurredMicroseconds = clock.now().microseconds
            if let child = event.child { $0.childID = child.data }
            $0.body = event.body
        }
    }

    /// All events that the service has told so far from that partition, oldest first.
    public func emitted(partition: String) async throws -> [EventEnvelope] {
        var events: [EventEnvelope] = []
        while true {
            let after = events.last?.sequence ?? 0
            let more = try await call(
                CommonMethods.outboxPull,
                .with {
                    $0.consumer = "bench"
                    $0.partition = partition
                    $0.afterSequence = after
                    $0.limit = 500
                }, as: Caller.program("gateway"))
            if more.events.isEmpty { return events }
            events += more.events
        }
    }

    /// Who looked at the child so far, newest first, as a caller who may ask for it sees it.
    public func audited(_ child: ChildID, in municipality: String, as caller: Caller) async throws
        -> [CommonAuditEntry]
    {
        try await call(
            CommonMethods.auditForChild,
            .with {
                $0.municipality = municipality
                $0.childID = child.data
                $0.limit = 1000
            }, as: caller
        ).entries
    }
}
