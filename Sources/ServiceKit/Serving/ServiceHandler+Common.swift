import Contracts
import RPC
import Store
import SwiftProtobuf

/// The methods that every service offers beside its own (`tugi.common.v1`).
extension ServiceHandler {
    func answer(_ method: CommonMethod, _ call: any ServerCall, caller: Caller) async throws {
        switch method {
        case .outboxHeads:
            try await call.answer(CommonMethods.outboxHeads) { try await heads($0) }
        case .outboxPull:
            try await call.answer(CommonMethods.outboxPull) { try await pull($0) }
        case .outboxAcknowledge:
            // Moving forward twice is moving forward once: no operation record is needed.
            try await call.answer(CommonMethods.outboxAcknowledge) { try await acknowledge($0) }
        case .inboxPosition:
            try await call.answer(CommonMethods.inboxPosition) { try await position($0) }
        case .inboxDeliver:
            // The events' own ids and numbers make a repeated delivery harmless.
            try await call.answer(CommonMethods.inboxDeliver) { try await deliver($0) }
        case .auditForChild:
            try await call.answer(CommonMethods.auditForChild) { try await audit($0, caller: caller) }
        case .storeStatus:
            try await call.answer(CommonMethods.storeStatus) { try await status($0) }
        case .countsReport:
            try await call.answer(CommonMethods.countsReport) { try await counts($0, caller: caller) }
        }
    }

    private func heads(_ request: CommonOutboxHeadsRequest) async throws -> CommonOutboxHeadsResponse {
        let consumer = try checked(request.consumer, "consumer")
        var response = CommonOutboxHeadsResponse()
        for code in try await kit.store.codes() {
            let (newest, acknowledged) = try await kit.store.partition(code).read { transaction in
                (try Outbox.newest(in: transaction), try Outbox.acknowledged(by: consumer, in: transaction))
            }
            guard newest > acknowledged else { continue }
            response.heads.append(
                .with {
                    $0.partition = code
                    $0.lastSequence = UInt64(newest)
                    $0.acknowledgedSequence = UInt64(acknowledged)
                })
        }
        return response
    }

    private func pull(_ request: CommonOutboxPullRequest) async throws -> CommonOutboxPullResponse {
        let consumer = try checked(request.consumer, "consumer")
        let database = try await kit.store.partition(try checked(partition: request.partition))
        var events = try await database.read { transaction in
            try Outbox.events(
                after: Int64(clamping: request.afterSequence), limit: Int(request.limit), in: transaction)
        }
        // What goes from one of our partitions to another is nobody else's.
        for index in events.indices where !events[index].destination.isEmpty && consumer != kit.service {
            events[index].body = nil
        }
        return .with { $0.events = events }
    }

    private func acknowledge(_ request: CommonOutboxAcknowledgeRequest) async throws -> CommonEmpty {
        let consumer = try checked(request.consumer, "consumer")
        let database = try await kit.store.partition(try checked(partition: request.partition))
        try await database.write { transaction in
            try Outbox.acknowledge(Int64(clamping: request.sequence), by: consumer, in: transaction)
        }
        return CommonEmpty()
    }

    private func position(_ request: CommonInboxPositionRequest) async throws -> CommonInboxPositionResponse {
        let source = try checked(request.source, "source")
        let database = try await kit.store.partition(try checked(partition: request.partition))
        let position = try await database.read { try Inbox.position(of: source, in: $0) }
        return .with {
            $0.sequence = UInt64(clamping: position.sequence)
            $0.parked = UInt64(clamping: position.parked)
        }
    }

    private func deliver(_ request: CommonInboxDeliverRequest) async throws -> CommonInboxDeliverResponse {
        guard let first = request.events.first else {
            throw ServiceError(.invalid, "events", "A delivery holds at least one event.")
        }
        let source = try checked(first.source, "events.source")
        let partition = try checked(partition: first.partition)
        for event in request.events {
            guard event.source == source, event.partition == partition else {
                throw ServiceError(
                    .invalid, "events", "A delivery holds events of one source and one partition: split it.")
            }
            guard EventID(event.eventID) != nil, event.childID.isEmpty || ChildID(event.childID) != nil,
                event.sequence > 0
            else {
                throw ServiceError(
                    .invalid, "events",
                    "An event has a 16-byte id, a number from 1, and a 16-byte child or none.")
            }
        }
        let position: Inbox.Position
        if source == kit.service {
            position = try await inbox.deliverOwn(
                request.events, source: source, partition: partition, in: kit.store
            ) { kit.noteParked(in: $0) }
        } else {
            position = try await inbox.deliver(
                request.events, source: source, partition: partition,
                to: try await kit.store.partition(partition))
        }
        if position.parked > 0 { kit.noteParked(in: partition) }
        return .with {
            $0.sequence = UInt64(clamping: position.sequence)
            $0.parked = UInt64(clamping: position.parked)
        }
    }

    private func audit(_ request: CommonAuditForChildRequest, caller: Caller) async throws
        -> CommonAuditForChildResponse
    {
        let partition = try checked(partition: request.municipality)
        guard let child = ChildID(request.childID) else {
            throw ServiceError(.invalid, "child_id", "A child's id has 16 bytes.")
        }
        let ownMunicipality = caller.municipality == partition
        let allowed: Bool
        if ownMunicipality {
            allowed = try await endpoint.maySeeAudit(of: child, caller: caller, partition: partition)
        } else {
            allowed = false
        }
        // Looking at who looked is a look too, and a refused one as well.
        try await kit.audit(
            AuditRecord(
                caller: caller, action: CommonMethods.auditForChild.descriptor.name, partition: partition,
                children: [child], granted: allowed))
        guard allowed else {
            throw ServiceError(
                .notAllowed, ownMunicipality ? "child-not-yours" : "other-municipality",
                "You may not see this: ask the one who leads the child's support.")
        }
        let limit = request.limit == 0 ? 100 : min(Int(request.limit), 1000)
        let rows = try await kit.store.partition(partition).read { transaction in
            try AuditChain.entries(
                for: child, withProtection: AuditSight.seesChildProtection(caller), limit: limit,
                in: transaction)
        }
        return .with { $0.entries = rows.map { $0.message(service: kit.service) } }
    }

    /// Exact counts by municipality: for the gateway, which brings them to Registry.
    private func counts(_ request: CommonCountsRequest, caller: Caller) async throws -> CommonCountsResponse {
        guard caller.isProgram("gateway") else {
            throw ServiceError(
                .notAllowed, "gateway-only",
                "Counts are given to the gateway alone; ask Registry for a fact sheet.")
        }
        guard let from = LocalDate(request.from), let until = LocalDate(request.until), from <= until else {
            throw ServiceError(.invalid, "period", "Name a first and a last day as YYYY-MM-DD.")
        }
        guard (1...100).contains(request.municipalities.count) else {
            throw ServiceError(.invalid, "municipalities", "Name 1 to 100 municipalities.")
        }
        var tables: [CommonCountsTable] = []
        for municipality in request.municipalities {
            let counts = try await endpoint.counts(
                of: try checked(partition: municipality), in: from...until)
            for count in counts {
                if !tables.contains(where: { $0.measure == count.measure }) {
                    tables.append(
                        .with {
                            $0.measure = count.measure
                            $0.categories = count.categories
                        })
                }
                guard let place = tables.firstIndex(where: { $0.measure == count.measure }) else { continue }
                tables[place].areas.append(
                    .with {
                        $0.municipality = municipality
                        $0.counts = count.counts.map { UInt32(clamping: $0) }
                        $0.total = UInt32(clamping: count.total)
                    })
            }
        }
        return .with { $0.tables = tables }
    }

    /// A name of a program, from a request.
    private func checked(_ name: String, _ field: String) throws -> String {
        let plain = name.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d }
        guard plain, (1...32).contains(name.utf8.count) else {
            throw ServiceError(.invalid, field, "Give the program's name: lower case letters and \"-\".")
        }
        return name
    }

    private func checked(partition code: String) throws -> String {
        guard code.utf8.count == 4, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ServiceError(.invalid, "partition", "Give a municipality's four-digit EHAK code.")
        }
        return code
    }
}
