import Contracts
import FoundationEssentials
@testable import ReferralRouting
import ServiceKit
import Store
import TestSupport
import Testing

/// Free places under concurrency and across a crash.
@Suite struct PlacesTests {
    /// Cases of several children, each with a need.
    private func prepared(_ scene: Scene, _ count: UInt32) async throws -> [ReferralCase] {
        var records: [ReferralCase] = []
        for number in 0..<count {
            let child = ChildID.synthetic(100 + number)
            if number > 0 { try await scene.place(child) }
            let opened = try await scene.open(child: child, signal: .synthetic(300 + number))
            records.append(try await scene.need(opened))
        }
        return records
    }

    private func states(_ scene: Scene, _ count: UInt32) async throws -> [String] {
        var states: [String] = []
        for number in 0..<count {
            let record = try await scene.cases(of: .synthetic(100 + number), as: scene.teacher).first
            states += record?.needs.flatMap(\.attempts).map(\.state) ?? []
        }
        return states
    }

    @Test("Of many who ask at once for the last place, one gets it")
    func parallelRequests() async throws {
        let scene = try await Scene.start()
        let records = try await prepared(scene, 5)
        let refusals = await withTaskGroup(of: String.self) { group in
            for record in records {
                group.addTask { await scene.refusal { _ = try await scene.request(record) } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.filter { $0 == "" }.count == 1)
        #expect(refusals.filter { $0 == "no-free-place" }.count == 4)
        #expect(try await states(scene, 5) == ["requested"])
    }

    @Test("Of many accepted at once after their kept places expired, one is accepted")
    func parallelAccepts() async throws {
        let scene = try await Scene.start()
        let records = try await prepared(scene, 4)
        var asked: [ReferralCase] = []
        for record in records {
            asked.append(try await scene.request(record))
            scene.bench.clock.advance(days: 20)
        }
        let refusals = await withTaskGroup(of: String.self) { group in
            for record in asked {
                group.addTask { await scene.refusal { _ = try await scene.advance(record, "accept") } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.filter { $0 == "" }.count == 1)
        #expect(refusals.filter { $0 == "no-free-place" }.count == 3)
        #expect(try await states(scene, 4).sorted() == ["accepted", "requested", "requested", "requested"])
        // A taken place does not expire.
        scene.bench.clock.advance(days: 200)
        let route = try await scene.routes(asked[0])
        #expect(!route.candidates.contains { $0.resourceID == Data(ResourceID.synthetic(61).bytes) })
    }

    @Test("A place whose attempt was never written comes back; the same try again finds its own")
    func crashBetweenSteps() async throws {
        let scene = try await Scene.start()
        let records = try await prepared(scene, 2)
        // What a crash leaves behind: a place in the county's partition, no attempt in the child's.
        try await scene.bench.kit.store.partition("0060").write { transaction in
            try transaction.run(
                "INSERT INTO places (attempt_id, resource_id, municipality, expires) VALUES ($1, $2, $3, $4)",
                .blob(AttemptID.synthetic(999).bytes), .blob(ResourceID.synthetic(61).bytes),
                .text(Scene.municipality),
                .instant(.init(microseconds: scene.bench.clock.now().microseconds + 60_000_000)))
        }
        #expect(await scene.refusal { _ = try await scene.request(records[0]) } == "no-free-place")
        scene.bench.clock.advance(by: .seconds(61))
        let operation = OperationID.synthetic(950)
        let record = try await scene.request(records[0], operation: operation)
        #expect(record.needs.first?.attempts.first?.state == "requested")
        #expect(await scene.refusal { _ = try await scene.request(records[1]) } == "no-free-place")
        let after = try await scene.request(records[0], operation: operation)
        #expect(after.needs.first?.attempts.count == 1)
    }

    @Test("A round over all places lets go what a crash left, and takes what was accepted")
    func sweep() async throws {
        let scene = try await Scene.start()
        let asked = try await scene.request(try await prepared(scene, 1)[0])
        _ = try await scene.advance(asked, "accept")
        let mine = try #require(asked.needs.first?.attempts.first?.attemptID)
        let soon = Instant(microseconds: scene.bench.clock.now().microseconds + 1)
        // As after a crash: the accepted attempt's place not yet taken, another place without its attempt.
        let county = try await scene.bench.kit.store.partition("0060")
        try await county.write { transaction in
            try transaction.run("UPDATE places SET expires = $1", .instant(soon))
            try transaction.run(
                "INSERT INTO places (attempt_id, resource_id, municipality, expires) VALUES ($1, $2, $3, $4)",
                .blob(AttemptID.synthetic(999).bytes), .blob(ResourceID.synthetic(62).bytes),
                .text(Scene.municipality), .instant(soon))
        }
        scene.bench.clock.advance(by: .seconds(1))
        let endpoint = try #require(scene.bench.endpoint as? ReferralEndpoint)
        try await endpoint.service.sweepPlaces()
        let left = try await county.read { transaction in
            try transaction.all("SELECT attempt_id, expires FROM places ORDER BY attempt_id") {
                (id: try $0.blob(0), isTaken: try $0.isNull(1))
            }
        }
        #expect(left.count == 1)
        #expect(left.first?.isTaken == true)
        #expect(left.first?.id == Array(mine))
    }

    @Test("Each way an attempt ends gives its place back")
    func released() async throws {
        let scene = try await Scene.start()
        var record = try await prepared(scene, 1)[0]
        for (steps, reason) in [
            (["cancel"], "wrong-recipient"), (["reject"], "no-capacity"), (["accept", "fail"], "no-show"),
            (["accept", "start", "cancel"], "need-met-otherwise"),
        ] {
            record = try await scene.request(record)
            for step in steps {
                let caller = step == "cancel" ? scene.teacher : scene.pedagogue
                record = try await scene.advance(record, step, reason: reason, as: caller)
            }
            #expect(try await scene.routes(record).candidates.first?.freePlaces == 1)
        }
    }
}
