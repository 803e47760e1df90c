import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import Security
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("A child's record by hand")
struct ChildRecordTests {
    static let code = "51201010014"
    static let office = SampleCounty.holder("vinni-vald.registrar")
    static let worker = SampleCounty.holder("vinni-vald.child-protection-worker")

    /// Obviously made up; in no institution.
    static func outside(_ number: Int = 1, code: String = "") -> RegistryChildContent {
        .with {
            $0.givenName = "Näidis"
            $0.familyName = "Väljas-Õun \(number)"
            $0.isikukood = code
            $0.language = "ru"
            $0.residenceMunicipality = "0901"
            $0.residenceBasis = "place-of-stay"
            $0.representatives = [
                .with {
                    $0.name = "Näidis Ema"
                    $0.relation = "mother"
                    $0.phone = "+372 000 0000"
                    $0.language = "ru"
                }
            ]
        }
    }

    static func pupil(_ number: Int = 1, code: String = "") -> RegistryChildContent {
        var content = outside(number, code: code)
        content.residenceBasis = "register"
        content.institutionID = SampleCounty.institution(SampleCounty.school).data
        content.className = "7a"
        content.grade = 7
        return content
    }

    @Test(
        "A child in no institution is registered, told, seen by those who answer for such children, and counted"
    )
    func registerOutside() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(Self.outside(code: Self.code), as: Self.worker)
        let placed = try #require(try await bench.placed().first)
        #expect(placed.institutionID.isEmpty && placed.grade == -1 && placed.birthYear == 2012)
        #expect(placed.schoolMunicipality == "0901" && placed.residenceMunicipality == "0901")
        for caller in [Self.worker, Self.office, SampleCounty.holder("vinni-vald.education-head")] {
            let child = try await bench.getChild(id, as: caller)
            #expect(child.institutionID.isEmpty && child.residenceBasis == "place-of-stay")
            #expect(child.version == 1)
        }
        for caller in [SampleCounty.head, SampleCounty.holder("vinni-vald.youth-worker")] {
            await #expect(throws: RPCError.self) { try await bench.getChild(id, as: caller) }
        }
        let counts = try await bench.call(
            RegistryMethods.countChildren, .with { $0.municipality = "0901" }, as: Self.office)
        #expect(counts.inNoInstitution == 1 && counts.inInstitution == 0)
        await #expect(throws: RPCError.self) {
            try await bench.call(
                RegistryMethods.countChildren, .with { $0.municipality = "0901" }, as: SampleCounty.head)
        }
    }

    @Test("A leaver stays open, findable and counted")
    func leaver() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, left: "2026-01-31")))
        let id = try await bench.child("n1")
        #expect(try await bench.getChild(id, as: Self.worker).left)
        #expect(try await bench.find(name: "opilane", as: Self.worker).map(\.childID) == [id.data])
        #expect(try await bench.listChildren(as: Self.worker).count == 1)
        let counts = try await bench.call(
            RegistryMethods.countChildren, .with { $0.municipality = "0901" }, as: Self.worker)
        #expect(counts.left == 1)
    }

    @Test("Each change is a version that tells who, when and what; the record can be read as of a past day")
    func versions() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(Self.pupil(), as: SampleCounty.head)
        bench.clock.advance(days: 3)
        var content = RegistryChildContent()
        content.className = "7b"
        content.familyName = "Uus"
        let version = try await bench.change(
            id, content, fields: ["class_name", "family_name"], version: 1, as: SampleCounty.registrar)
        #expect(version == 2)
        let now = try await bench.record(id, as: SampleCounty.head)
        #expect(now.content.familyName == "Uus" && now.content.className == "7b" && now.version == 2)
        #expect(now.content.representatives.map(\.relation) == ["mother"])
        let past = try await bench.record(id, asOf: "2026-02-03", as: SampleCounty.head)
        #expect(past.version == 1 && past.content.familyName == "Väljas-Õun 1")
        let history = try await bench.history(id, as: SampleCounty.head)
        #expect(history.map(\.action) == ["registered", "changed"])
        #expect(history.last?.fields == ["family_name", "class_name"])
        #expect(history.last?.role == "registrar")
        #expect(history.last?.personID == SampleCounty.registrar.person?.data)
        #expect(history.last?.system == SampleCounty.registrar.system.uri)
        do {
            _ = try await bench.record(id, asOf: "2026-02-01", as: SampleCounty.head)
            Issue.record("there was no record yet")
        } catch let error as RPCError { #expect(error.reason == "no-version-that-day") }
        let officer = SampleCounty.holder("vinni-vald.data-protection-officer")
        #expect(try await bench.record(id, asOf: "2026-02-03", as: officer).version == 1)
        await #expect(throws: RPCError.self) { try await bench.record(id, as: officer) }
        let teacher = SampleCounty.otherClassTeacher
        #expect(try await bench.record(id, as: teacher).version == 2)
        for call in 0..<2 {
            await #expect(throws: RPCError.self) {
                if call == 0 { _ = try await bench.history(id, as: teacher) }
                _ = try await bench.record(id, asOf: "2026-02-03", as: teacher)
            }
        }
    }

    @Test("Who read an old version writes nothing over a newer one")
    func expectedVersion() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(Self.pupil(), as: SampleCounty.head)
        let content = RegistryChildContent.with { $0.language = "uk" }
        _ = try await bench.change(id, content, fields: ["language"], version: 1, as: SampleCounty.head)
        do {
            _ = try await bench.change(id, content, fields: ["language"], version: 1, as: SampleCounty.head)
            Issue.record("written over")
        } catch let error as RPCError { #expect(error.reason == "version-differs") }
        // The same content again is no new version.
        #expect(
            try await bench.change(id, content, fields: ["language"], version: 2, as: SampleCounty.head) == 2)
    }

    @Test("A class teacher corrects representatives and language of the own class, and nothing else")
    func classTeacher() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(Self.pupil(code: Self.code), as: SampleCounty.head)
        let content = RegistryChildContent.with {
            $0.representatives = [.with { $0.name = "Näidis Isa" }]
            $0.grade = 8
        }
        _ = try await bench.change(
            id, content, fields: ["representatives"], version: 1, as: SampleCounty.classTeacher)
        let seen = try await bench.record(id, as: SampleCounty.classTeacher).content
        #expect(seen.representatives.map(\.name) == ["Näidis Isa"])
        // The code is for those who keep the record.
        #expect(seen.isikukood.isEmpty && seen.birthDate == "2012-01-01")
        #expect(try await bench.record(id, as: SampleCounty.head).content.isikukood == Self.code)
        for (caller, fields) in [
            (SampleCounty.classTeacher, ["grade"]), (SampleCounty.otherClassTeacher, ["representatives"]),
            (SampleCounty.holder("\(SampleCounty.otherSchool).head"), ["representatives"]),
        ] {
            await #expect(throws: RPCError.self) {
                try await bench.change(id, content, fields: fields, version: 2, as: caller)
            }
        }
    }

    /// What is wrong with a record, and how it becomes so.
    private static let spoilt: [(reason: String, spoil: @Sendable (inout RegistryChildContent) -> Void)] = [
        ("isikukood-check-digit", { $0.isikukood = "51201010015" }),
        ("isikukood-not-eleven-digits", { $0.isikukood = "5120101" }),
        ("isikukood-no-such-day", { $0.isikukood = "51213010010" }),
        (
            "birth-date-differs",
            {
                $0.birthDate = "2012-01-02"; $0.isikukood = code
            }
        ),
        ("birth-date-implausible", { $0.birthDate = "2030-01-01" }),
        ("name-unusable", { $0.familyName = "\u{1}" }), ("name-unusable", { $0.givenName = "" }),
        ("class-without-institution", { $0.className = "7a" }),
        ("residence-not-a-municipality", { $0.residenceMunicipality = "0060" }),
        ("residence-basis-unknown", { $0.residenceBasis = "hearsay" }),
        ("relation-unknown", { $0.representatives[0].relation = "friend" }),
        ("other-ids-unusable", { $0.otherIds = [.with { $0.system = "EHIS" }] }),
        (
            "not-open-to-you",
            { $0.institutionID = SampleCounty.institution("kunda-uhisgumnaasium").data }
        ),
    ]

    @Test("What cannot be is refused with what to correct, and nothing is kept", arguments: spoilt.indices)
    func refused(index: Int) async throws {
        let (reason, spoil) = Self.spoilt[index]
        let bench = try await SampleCounty.bench()
        var content = Self.outside()
        spoil(&content)
        let caller = reason == "not-open-to-you" ? Self.worker : Self.office
        do {
            _ = try await bench.register(content, as: caller)
            Issue.record("taken in")
        } catch let error as RPCError {
            #expect(error.reason == reason)
            #expect(!error.message.contains(content.isikukood.isEmpty ? "Väljas" : content.isikukood))
        }
        #expect(try await bench.placed().isEmpty)
    }

    @Test(
        "Nobody registers in a role not held, for another municipality, or at a place that is not the own one"
    )
    func hostile() async throws {
        let bench = try await SampleCounty.bench()
        for caller in [
            Caller.synthetic(role: "registrar", person: .synthetic(99)),
            SampleCounty.holder("viru-nigula-vald.registrar", municipality: "0903"),
            SampleCounty.holder("virol.county-coordinator", municipality: "0060"), .operatorOfCounty(),
            SampleCounty.holder("\(SampleCounty.otherSchool).head"), SampleCounty.classTeacher, Self.worker,
        ] {
            await #expect(throws: RPCError.self) { try await bench.register(Self.pupil(), as: caller) }
        }
        let code = Self.pupil(code: Self.code)
        _ = try await bench.register(code, as: SampleCounty.head)
        do {
            _ = try await bench.register(Self.outside(code: Self.code), as: Self.office)
            Issue.record("the same child twice")
        } catch let error as RPCError { #expect(error.reason == "identifier-taken") }
    }

    @Test("A retried operation gives the same child; the same operation with other content is refused")
    func operations() async throws {
        let bench = try await SampleCounty.bench()
        let operation = OperationID(madeAt: bench.clock.now())
        let first = try await bench.register(Self.pupil(), as: SampleCounty.head, operation: operation)
        #expect(try await bench.register(Self.pupil(), as: SampleCounty.head, operation: operation) == first)
        do {
            _ = try await bench.register(Self.pupil(2), as: SampleCounty.head, operation: operation)
            Issue.record("two changes under one id")
        } catch let error as RPCError { #expect(error.reason == "operation-reused") }
    }

    @Test(
        "A school's file changes the record as a version and keeps the representatives whom people wrote down"
    )
    func importOverHand() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: Self.code)))
        let id = try await bench.child("n1")
        let before = try await bench.record(id, as: SampleCounty.head)
        #expect(before.content.representatives.map(\.name) == ["Näidis Esindaja 1"])
        let content = RegistryChildContent.with {
            $0.representatives = [
                .with {
                    $0.name = "Näidis Eestkostja"
                    $0.relation = "guardian"
                }
            ]
            $0.residenceBasis = "place-of-stay"
        }
        _ = try await bench.change(
            id, content, fields: ["representatives", "residence_basis"], version: 1, as: SampleCounty.head)
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, className: "7b")))
        let after = try await bench.record(id, as: SampleCounty.head)
        #expect(after.content.className == "7b" && after.content.isikukood == Self.code)
        #expect(after.content.representatives.map(\.name) == ["Näidis Eestkostja"])
        #expect(after.content.residenceBasis == "place-of-stay")
        let history = try await bench.history(id, as: SampleCounty.head)
        #expect(history.map(\.action) == ["imported", "changed", "imported"])
        #expect(history.last?.fields == ["class_name"])
    }

    @Test("Marks travel with every look at the child until they are ended")
    func marks() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(Self.pupil(), as: SampleCounty.head)
        let mark = try await bench.mark(id, "do-not-share", as: SampleCounty.classTeacher)
        let shown = [
            try await bench.getChild(id, as: SampleCounty.head),
            try await bench.listChildren(as: SampleCounty.head).first,
            try await bench.find(name: "valjas", as: SampleCounty.head).first,
            try await bench.record(id, as: SampleCounty.head).child,
        ]
        for child in shown {
            let first = try #require(child?.marks.first)
            #expect(first.kind == "do-not-share" && first.toward == "Näidis Isa")
            #expect(first.ground == "Kohtumäärus (näidis)" && first.reviewOn == "2026-09-01")
            #expect(first.setBy == SampleCounty.classTeacher.person?.data && first.setRole == "class-teacher")
        }
        for caller in [SampleCounty.otherClassTeacher, SampleCounty.holder("vinni-vald.youth-worker")] {
            await #expect(throws: RPCError.self) { try await bench.mark(id, "do-not-contact", as: caller) }
        }
        do {
            _ = try await bench.mark(id, "do-not-share", reviewOn: "2026-02-02", as: SampleCounty.head)
            Issue.record("a review in the past")
        } catch let error as RPCError { #expect(error.reason == "review-missing") }
        let end = RegistryEndMarkRequest.with {
            $0.municipality = "0901"
            $0.childID = id.data
            $0.markID = mark
            $0.reason = "Määrus tühistati (näidis)"
        }
        _ = try await bench.call(RegistryMethods.endMark, end, as: SampleCounty.head)
        #expect(try await bench.getChild(id, as: SampleCounty.head).marks.isEmpty)
        do {
            _ = try await bench.call(RegistryMethods.endMark, end, as: SampleCounty.head)
            Issue.record("ended twice")
        } catch let error as RPCError { #expect(error.reason == "mark-not-in-force") }
    }
}

extension ServiceBench {
    func register(
        _ content: RegistryChildContent, municipality: String = "0901", as caller: Caller,
        operation: OperationID? = nil
    ) async throws -> ChildID {
        let answer = try await call(
            RegistryMethods.registerChild,
            .with {
                $0.municipality = municipality
                $0.content = content
            }, as: caller, operation: operation)
        guard let id = ChildID(answer.childID) else { throw NoSuchPupil() }
        return id
    }

    func change(
        _ id: ChildID, _ content: RegistryChildContent, fields: [String], version: UInt32, as caller: Caller
    ) async throws -> UInt32 {
        try await call(
            RegistryMethods.changeChild,
            .with {
                $0.municipality = caller.municipality
                $0.childID = id.data
                $0.expectedVersion = version
                $0.fields = fields
                $0.content = content
            }, as: caller
        ).version
    }

    func record(_ id: ChildID, asOf: String = "", as caller: Caller) async throws
        -> RegistryGetChildRecordResponse
    {
        try await call(
            RegistryMethods.getChildRecord,
            .with {
                $0.municipality = caller.municipality
                $0.childID = id.data
                $0.asOf = asOf
            }, as: caller)
    }

    func history(_ id: ChildID, as caller: Caller) async throws -> [RegistryChildVersion] {
        try await call(
            RegistryMethods.childHistory,
            .with {
                $0.municipality = caller.municipality
                $0.childID = id.data
            }, as: caller
        ).versions
    }

    func find(
        name: String = "", isikukood: String = "", otherID: RegistryOtherSystemID? = nil,
        municipality: String = "0901", as caller: Caller
    ) async throws -> [RegistryChild] {
        try await call(
            RegistryMethods.findChild,
            .with {
                $0.municipality = municipality
                $0.name = name
                $0.isikukood = isikukood
                if let otherID { $0.otherID = otherID }
            }, as: caller
        ).children
    }

    func mark(
        _ id: ChildID, _ kind: String, reviewOn: String = "2026-09-01", as caller: Caller
    ) async throws -> Data {
        try await call(
            RegistryMethods.setMark,
            .with {
                $0.municipality = caller.municipality
                $0.childID = id.data
                $0.kind = kind
                $0.toward = "Näidis Isa"
                $0.ground = "Kohtumäärus (näidis)"
                $0.reviewOn = reviewOn
            }, as: caller
        ).markID
    }
}
