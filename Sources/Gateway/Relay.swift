import Contracts
import SwiftProtobuf
import Logging
import RPC
import ServiceKit
import Synchronization

/// Carries events from the service where something happened to the services that have to know. It keeps nothing: the
/// receiver knows what it has taken in, the source knows what was acknowledged; two relays at once do no harm.
struct Relay: Sendable {
    /// Events carried in one delivery at most; the delivery has to fit into one message.
    private static let batchEvents: UInt32 = 200

    let services: Services
    let logger: Logger
    /// Wait between two looks at a source that had nothing new.
    let pause: Duration

    /// Carries until cancelled; each direction by itself, so one that is stuck holds up no other.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for subscription in GatewayRules.subscriptions {
                group.addTask { try await self.run(subscription) }
            }
        }
    }

    private func run(_ subscription: Subscription) async throws {
        var failures = 0
        while !Task.isCancelled {
            do {
                let carried = try await carry(subscription)
                failures = 0
                if carried == 0 { try await Task.sleep(for: pause) }
            } catch let error as RPCError {
                failures += 1
                // One line when it starts to fail, then one for each doubling: a service that is down fills no log.
                if failures & (failures - 1) == 0 {
                    logger.warning(
                        "events wait",
                        metadata: [
                            "source": "\(subscription.source.rawValue)",
                            "consumer": "\(subscription.consumer.rawValue)", "reason": "\(error.reason)",
                            "count": "\(failures)",
                        ])
                }
                try await Task.sleep(for: min(.seconds(5), pause * (1 << min(failures, 6))))
            }
        }
    }

    /// Carries what waits in one direction, once through all its partitions. Gives the number of events.
    func carry(_ subscription: Subscription) async throws -> Int {
        let request = CommonOutboxHeadsRequest.with { $0.consumer = subscription.consumer.rawValue }
        let heads = try await services.call(CommonMethods.outboxHeads, request, to: subscription.source).heads
        var carried = 0
        for head in heads where head.acknowledgedSequence < head.lastSequence {
            carried += try await carry(subscription, partition: head.partition)
        }
        return carried
    }

    private func carry(_ subscription: Subscription, partition: String) async throws -> Int {
        let source = subscription.source.rawValue
        let consumer = subscription.consumer
        let position = try await services.call(
            CommonMethods.inboxPosition,
            .with {
                $0.source = source
                $0.partition = partition
            }, to: consumer)
        var sequence = position.sequence
        var carried = 0
        while !Task.isCancelled {
            let events = try await services.call(
                CommonMethods.outboxPull,
                .with {
                    $0.consumer = consumer.rawValue
                    $0.partition = partition
                    $0.afterSequence = sequence
                    $0.limit = Self.batchEvents
                }, to: subscription.source
            ).events
            guard let last = events.last else { break }
            let delivery = "\(source):\(consumer.rawValue):\(partition):\(sequence):\(last.sequence)"
            let taken = try await services.call(
                CommonMethods.inboxDeliver, .with { $0.events = events }, to: consumer,
                operationID: GatewayRules.operation([], step: delivery))
            guard taken.sequence > sequence else {
                throw RPCError(
                    .internal, reason: "inbox-stands-still",
                    message: "\(consumer.rawValue) took in nothing of partition \(partition); see its log.")
            }
            carried += events.count
            sequence = taken.sequence
        }
        _ = try await services.call(
            CommonMethods.outboxAcknowledge,
            .with {
                $0.consumer = consumer.rawValue
                $0.partition = partition
                $0.sequence = sequence
            }, to: subscription.source,
            operationID: GatewayRules.operation(
                [], step: "\(source):\(consumer.rawValue):\(partition):ack:\(sequence)"))
        return carried
    }
}
