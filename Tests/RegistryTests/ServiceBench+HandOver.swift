import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import TestSupport

/// A hand-over as people and the relay make it.
extension ServiceBench {
    func offer(
        _ child: ChildID, to: String = "0903", person: PersonID? = HandOverTests.taker.person,
        as caller: Caller = HandOverTests.giver
    ) async throws -> Data {
        try await call(
            RegistryMethods.offerChild,
            .with {
                $0.municipality = "0901"
                $0.childID = child.data
                $0.toMunicipality = to
                $0.toPersonID = person?.data ?? Data()
                $0.reason = "moved"
                $0.parts = ["representatives"]
                $0.note = "Pere kolis (näidis)"
            }, as: caller
        ).handOverID
    }

    func offers(as caller: Caller) async throws -> [RegistryHandOverOffer] {
        try await call(
            RegistryMethods.listOffers, .with { $0.municipality = caller.municipality }, as: caller
        ).offers
    }

    func accept(_ handOver: Data, as caller: Caller, operation: OperationID? = nil) async throws {
        _ = try await call(
            RegistryMethods.acceptOffer,
            .with {
                $0.municipality = caller.municipality
                $0.handOverID = handOver
            }, as: caller, operation: operation)
    }

    func decline(_ handOver: Data, as caller: Caller) async throws {
        _ = try await call(
            RegistryMethods.declineOffer,
            .with {
                $0.municipality = caller.municipality
                $0.handOverID = handOver
                $0.code = "not-resident"
            }, as: caller)
    }

    func withdraw(_ handOver: Data, as caller: Caller) async throws {
        _ = try await call(
            RegistryMethods.withdrawOffer,
            .with {
                $0.municipality = caller.municipality
                $0.handOverID = handOver
            }, as: caller)
    }

    /// What a consumer is given of a partition's events; those after its position unless another start is said.
    func pulled(
        _ partition: String, as consumer: String, limit: UInt32 = 500, from start: UInt64? = nil
    ) async throws -> [EventEnvelope] {
        let gateway = Caller.program("gateway")
        var after = start ?? 0
        if start == nil, consumer == "registry" {
            let position = try await call(
                CommonMethods.inboxPosition,
                .with {
                    $0.source = "registry"
                    $0.partition = partition
                }, as: gateway)
            after = position.sequence
        }
        let first = after
        return try await call(
            CommonMethods.outboxPull,
            .with {
                $0.consumer = consumer
                $0.partition = partition
                $0.afterSequence = first
                $0.limit = limit
            }, as: gateway
        ).events
    }

    /// Carries what waits in one partition back to the registry, as the gateway's relay does; gives how many.
    @discardableResult
    func carry(_ partition: String) async throws -> Int {
        let events = try await pulled(partition, as: "registry")
        if !events.isEmpty { try await deliver(envelopes: events) }
        return events.count
    }

    /// Carries until nothing waits.
    func settle() async throws {
        while try await carry("0901") + carry("0903") > 0 {}
    }
}
