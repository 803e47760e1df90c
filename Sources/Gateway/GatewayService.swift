import Contracts
import FoundationEssentials
import SwiftProtobuf
import Logging
import RPC
import Security
import ServiceKit

/// The gateway's own use cases: each puts together what several services know.
struct GatewayService: Sendable {
    let services: Services
    /// Where each service is, for people.
    let addresses: [Peer: String]
    let version: String

    // MARK: - Operators

    /// How every program and every direction of events does. Shows nothing of any child.
    func status(_ request: GatewayStatusRequest) async -> GatewayStatusResponse {
        var response = GatewayStatusResponse()
        var own = GatewayStatusResponse.Service()
        own.name = "gateway"
        own.state = "serving"
        own.version = version
        // Both at once: whoever cannot be reached is waited for once.
        async let services = states(withDigest: request.withDigest)
        async let relays = relays()
        response.services = [own] + (await services)
        response.relays = await relays
        response.settled = response.relays.allSatisfy {
            $0.pending == 0 && $0.parked == 0 && $0.problem.isEmpty
        }
        return response
    }

    private func states(withDigest: Bool) async -> [GatewayStatusResponse.Service] {
        await withTaskGroup(of: GatewayStatusResponse.Service.self) { group in
            for peer in Peer.allCases {
                group.addTask { await self.status(of: peer, withDigest: withDigest) }
            }
            var found: [GatewayStatusResponse.Service] = []
            for await service in group { found.append(service) }
            return Peer.allCases.compactMap { peer in found.first { $0.name == peer.rawValue } }
        }
    }

    private func relays() async -> [GatewayStatusResponse.Relay] {
        await withTaskGroup(of: GatewayStatusResponse.Relay.self) { group in
            for subscription in GatewayRules.subscriptions {
                group.addTask { await self.relay(subscription) }
            }
            var found: [GatewayStatusResponse.Relay] = []
            for await relay in group { found.append(relay) }
            return found.sorted { ($0.source, $0.consumer) < ($1.source, $1.consumer) }
        }
    }

    private func status(of peer: Peer, withDigest: Bool) async -> GatewayStatusResponse.Service {
        var service = GatewayStatusResponse.Service()
        service.name = peer.rawValue
        service.address = addresses[peer] ?? ""
        do {
            service.store = try await services.call(
                CommonMethods.storeStatus, .with { $0.withDigest = withDigest }, to: peer)
            service.state = "serving"
        } catch let error as RPCError {
            service.state =
                error.code == .unavailable || error.code == .deadlineExceeded ? "unreachable" : "not-serving"
            service.problem = error.message
        } catch {
            service.state = "not-serving"
            service.problem = "The gateway could not ask; see its log."
        }
        return service
    }

    private func relay(_ subscription: Subscription) async -> GatewayStatusResponse.Relay {
        var relay = GatewayStatusResponse.Relay()
        relay.source = subscription.source.rawValue
        relay.consumer = subscription.consumer.rawValue
        do {
            let heads = try await services.call(
                CommonMethods.outboxHeads, .with { $0.consumer = subscription.consumer.rawValue },
                to: subscription.source
            ).heads
            for head in heads {
                relay.pending += head.lastSequence - min(head.lastSequence, head.acknowledgedSequence)
                let position = try await services.call(
                    CommonMethods.inboxPosition,
                    .with {
                        $0.source = subscription.source.rawValue
                        $0.partition = head.partition
                    }, to: subscription.consumer)
                relay.parked += position.parked
            }
        } catch let error as RPCError {
            relay.problem = error.message
        } catch {
            relay.problem = "The gateway could not ask; see its log."
        }
        return relay
    }

    // MARK: - Import of a journal

    /// Has what is staged read, its pupils mapped by Registry, and all of it shown at once; a dry run keeps nothing.
    func finishImport(
        _ request: GatewayFinishJournalImportRequest, caller: Caller, operation: Operation,
        deadline: ContinuousClock.Instant
    ) async throws -> RiskImportReport {
        guard GatewayRules.mayFinishImport(caller, municipality: request.municipality) else {
            throw Self.importNotAllowed
        }
        let base = operation.id.bytes
        var round = 0
        var report: RiskImportReport
        repeat {
            let prepared = try await services.call(
                RiskMethods.prepareImport,
                .with {
                    $0.municipality = request.municipality
                    $0.importID = request.importID
                }, parent: deadline)
            // The institution of the import itself decides whose pupils are meant, not what this request says.
            guard
                GatewayRules.mayFinishImport(
                    caller, of: InstitutionID(prepared.institutionID),
                    requested: InstitutionID(request.institutionID))
            else { throw Self.importNotAllowed }
            report = prepared.report
            let unmapped = prepared.unmappedPupils
            if unmapped.isEmpty || report.committed { break }
            try await supply(
                unmapped, of: prepared.institutionID, for: request, operation: base, round: round,
                deadline: deadline)
            round += 1
            // A full list may have been cut; a shorter one was all. A dry run reads once more to count the faults.
        } while report.committed == false && round < 100
        if request.dryRun {
            _ = try await services.call(
                RiskMethods.abortImport,
                .with {
                    $0.municipality = request.municipality
                    $0.importID = request.importID
                }, as: caller, parent: deadline, operationID: GatewayRules.operation(base, step: "abort"))
            return report
        }
        guard report.faultCount == 0 else { return report }
        return try await services.call(
            RiskMethods.commitImport,
            .with {
                $0.municipality = request.municipality
                $0.importID = request.importID
            }, parent: deadline, operationID: GatewayRules.operation(base, step: "commit"))
    }

    private static let importNotAllowed = ServiceError(
        .notAllowed, "import-not-allowed",
        "A journal is brought in by a system of the same municipality, or for a registrar, who finishes an"
            + " import for the institution for which it was begun.")

    private func supply(
        _ externalIDs: [String], of institution: Data, for request: GatewayFinishJournalImportRequest,
        operation: [UInt8], round: Int, deadline: ContinuousClock.Instant
    ) async throws {
        let mapped = try await services.call(
            RegistryMethods.mapPupils,
            .with {
                $0.municipality = request.municipality
                $0.institutionID = institution
                $0.externalIds = externalIDs
            }, parent: deadline)
        _ = try await services.call(
            RiskMethods.supplyPupils,
            .with {
                $0.municipality = request.municipality
                $0.importID = request.importID
                $0.externalIds = externalIDs
                $0.childIds = mapped.childIds
            }, parent: deadline, operationID: GatewayRules.operation(operation, step: "supply-\(round)"))
    }

    // MARK: - People

    /// One child's way so far. Every service decides by itself whether this caller may see its part, and keeps the
    /// record of it.
    func journey(
        _ request: GatewayJourneyRequest, caller: Caller, deadline: ContinuousClock.Instant
    ) async throws -> GatewayJourneyResponse {
        let municipality = request.municipality
        let child = try await services.call(
            RegistryMethods.getChild,
            .with {
                $0.municipality = municipality
                $0.childID = request.childID
            }, as: caller, parent: deadline
        ).child
        // What is known under an id that was merged into this child's belongs to the same way.
        let ids = [child.childID] + child.alsoChildIds
        async let signals = gathered(ids) { id in
            try await services.call(
                RiskMethods.listChildSignals,
                .with {
                    $0.municipality = municipality
                    $0.childID = id
                }, as: caller, parent: deadline
            ).signals
        }
        async let cases = gathered(ids) { id in
            try await services.call(
                ReferralMethods.listChildCases,
                .with {
                    $0.municipality = municipality
                    $0.childID = id
                }, as: caller, parent: deadline
            ).cases
        }
        async let notices = gathered(ids) { id in
            try await services.call(
                ReferralMethods.listNotices,
                .with {
                    $0.municipality = municipality
                    $0.childID = id
                }, as: caller, parent: deadline
            ).notices
        }
        async let posts = services.call(
            RegistryMethods.listPosts, .with { $0.municipality = municipality }, as: caller, parent: deadline)
        async let resources = services.call(
            RegistryMethods.listResources, .with { $0.municipality = municipality }, as: caller,
            parent: deadline)
        var response = GatewayJourneyResponse()
        response.child = child
        response.signals = try await signals
        response.cases = try await cases
        response.notices = try await notices
        let names = JourneyNames(posts: try await posts.posts, resources: try await resources.resources)
        let journey = Journey(
            child: child, signals: response.signals, cases: response.cases, names: names)
        response.steps = journey.steps
        response.nextCommand = journey.nextCommand
        response.looked = try await looked(
            .with {
                $0.municipality = municipality
                $0.childID = request.childID
                $0.limit = 200
            }, caller: caller, deadline: deadline
        ).entries
        return response
    }

    /// What a service holds under each of a child's ids. It may keep its part to itself: what it refuses is left out, and the
    /// refusal is on its record.
    private func gathered<Element: Sendable>(
        _ ids: [Data], _ ask: @Sendable (Data) async throws -> [Element]
    ) async throws -> [Element] {
        var all: [Element] = []
        for id in ids { all += try await permitted { try await ask(id) } ?? [] }
        return all
    }

    /// What the calling person has to do today.
    func tasks(
        _ request: GatewayTasksRequest, caller: Caller, deadline: ContinuousClock.Instant
    ) async throws -> GatewayTasksResponse {
        async let tasks = services.call(
            ReferralMethods.listTasks, .with { $0.municipality = request.municipality }, as: caller,
            parent: deadline)
        async let training = services.call(
            TrainingMethods.listTrainingTasks, .with { $0.municipality = request.municipality }, as: caller,
            parent: deadline)
        var response = GatewayTasksResponse()
        response.tasks = try await tasks.tasks
        response.trainingTasks = try await training.tasks
        return response
    }

    /// Who looked at this child's data, from every service that holds some, newest first.
    func looked(
        _ request: CommonAuditForChildRequest, caller: Caller, deadline: ContinuousClock.Instant
    ) async throws -> CommonAuditForChildResponse {
        let entries = try await withThrowingTaskGroup(of: [CommonAuditEntry]?.self) { group in
            for peer in [Peer.registry, .risk, .referral] {
                group.addTask {
                    try await permitted {
                        try await services.call(
                            CommonMethods.auditForChild, request, to: peer, as: caller, parent: deadline
                        ).entries
                    }
                }
            }
            var all: [CommonAuditEntry]?
            for try await some in group { if let some { all = (all ?? []) + some } }
            guard let all else {
                throw ServiceError(
                    .notAllowed, "not-among-yours",
                    "None of the services shows this caller who looked at that child.")
            }
            return all
        }
        let newest = entries.sorted { ($1.atMicroseconds, $1.action) < ($0.atMicroseconds, $0.action) }
        return .with {
            $0.entries = Array(newest.prefix(request.limit == 0 ? 100 : Int(min(request.limit, 1000))))
        }
    }

    /// What `read` gives, or nil when the service does not show it to this caller.
    private func permitted<Value>(_ read: () async throws -> Value) async throws -> Value? {
        do {
            return try await read()
        } catch let error as RPCError where error.code == .permissionDenied {
            return nil
        }
    }
}
