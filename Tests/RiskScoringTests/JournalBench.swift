import Contracts
import FoundationEssentials
import RPC
import Security
import ServiceKit
import SwiftProtobuf
import TestSupport

@testable import RiskScoring

/// Risk scoring on the bench with a school of synthetic pupils, and the steps of an import.
struct JournalBench {
    static let partition = "0901"
    static let school = InstitutionID.synthetic(500)
    /// Monday of the pass; the weeks before it hold the journal.
    static let monday = LocalDate("2026-11-02") ?? LocalDate(dayNumber: 0)
    static let gateway = Caller.program("gateway")
    static let registrar = Caller.synthetic(role: "registrar", institution: school, purpose: "data-entry")
    static let teacher = Caller.synthetic(
        role: "class-teacher", institution: school, className: "5a", person: .synthetic(21),
        purpose: "noticing")

    let service: ServiceBench

    static func start(configuration: RiskScoringConfiguration = RiskScoringConfiguration()) async throws
        -> JournalBench
    {
        JournalBench(
            service: try await ServiceBench.start(
                ServiceDefinition(name: "risk", port: 0, migrations: RiskScoringMigrations.all) { _, _ in
                    { kit in RiskScoringAssembly.endpoint(kit, configuration) }
                }, on: monday))
    }

    static func child(_ number: Int) -> ChildID { .synthetic(UInt32(1000 + number)) }

    /// Registry tells where pupils learn.
    func place(_ pupils: ClosedRange<Int>, className: String = "5a", left: Bool = false) async throws {
        try await service.deliver(
            pupils.map { number in
                ServiceBench.Incoming(
                    .childPlaced(
                        .with {
                            $0.institutionID = Self.school.data
                            $0.institutionKind = "school"
                            $0.schoolMunicipality = Self.partition
                            $0.residenceMunicipality = Self.partition
                            $0.className = className
                            $0.grade = 5
                            $0.left = left
                        }), child: Self.child(number))
            }, from: "registry", partition: Self.partition)
    }

    func begin(
        _ text: String, full: (from: String, until: String)? = nil, as caller: Caller = registrar
    ) async throws -> RiskBeginImportResponse {
        try await service.call(
            RiskMethods.beginImport,
            .with {
                $0.municipality = Self.partition
                $0.institutionID = Self.school.data
                $0.format = "tugi-journal/1"
                $0.contentDigest = .init(Digest.sha256(Array(text.utf8)))
                $0.contentBytes = UInt64(text.utf8.count)
                $0.fileName = "paevik.csv"
                $0.full = full != nil
                $0.fullFrom = full?.from ?? ""
                $0.fullUntil = full?.until ?? ""
            }, as: caller)
    }

    func chunks(_ text: String, _ begun: RiskBeginImportResponse) -> [RiskStageChunk] {
        let bytes = Array(text.utf8)
        let size = Int(begun.chunkBytes)
        return (0..<(bytes.count + size - 1) / size).dropFirst(Int(begun.nextChunk)).map { index in
            .with {
                $0.municipality = Self.partition
                $0.importID = begun.importID
                $0.index = UInt64(index)
                $0.data = .init(bytes[index * size..<min(bytes.count, (index + 1) * size)])
            }
        }
    }

    /// What the gateway does to finish: prepare, map, supply, until all pupils are known, then commit.
    /// Pupils "p1", "p2" … are the children of these numbers, except those in `unknown`.
    func finish(_ importID: ImportID, unknown: Set<String> = []) async throws -> RiskImportReport {
        while true {
            let prepared = try await service.call(
                RiskMethods.prepareImport,
                .with {
                    $0.municipality = Self.partition
                    $0.importID = importID.data
                }, as: Self.gateway)
            guard !prepared.unmappedPupils.isEmpty else {
                guard prepared.report.faultCount == 0 else { return prepared.report }
                break
            }
            _ = try await service.call(
                RiskMethods.supplyPupils,
                .with { request in
                    request.municipality = Self.partition
                    request.importID = importID.data
                    request.externalIds = prepared.unmappedPupils
                    request.childIds = prepared.unmappedPupils.map { name in
                        guard !unknown.contains(name), let number = Int(name.dropFirst()) else {
                            return .init()
                        }
                        return Self.child(number).data
                    }
                }, as: Self.gateway)
        }
        return try await service.call(
            RiskMethods.commitImport,
            .with {
                $0.municipality = Self.partition
                $0.importID = importID.data
            }, as: Self.gateway)
    }

    /// A whole import.
    @discardableResult
    func load(
        _ text: String, full: (from: String, until: String)? = nil, unknown: Set<String> = []
    ) async throws -> RiskImportReport {
        let begun = try await begin(text, full: full)
        guard !begun.committed, let id = ImportID(begun.importID) else { return begun.report }
        let rest = chunks(text, begun)
        if !rest.isEmpty {
            let _: RiskStageChunksResponse = try await service.call(
                RiskMethods.stageChunks, sending: rest, as: Self.registrar)
        }
        return try await finish(id, unknown: unknown)
    }

    func pass(_ asOf: LocalDate = monday) async throws -> RiskRunWeeklyPassResponse {
        try await service.call(
            RiskMethods.runWeeklyPass,
            .with {
                $0.municipality = Self.partition
                $0.asOf = asOf.description
            }, as: Self.registrar)
    }

    func signals(states: [String] = [], as caller: Caller = teacher) async throws -> [RiskSignal] {
        try await service.call(
            RiskMethods.listSignals,
            .with {
                $0.municipality = Self.partition
                $0.states = states
            }, as: caller
        ).signals
    }

    func signals(of child: ChildID, as caller: Caller = teacher) async throws -> [RiskSignal] {
        try await service.call(
            RiskMethods.listChildSignals,
            .with {
                $0.municipality = Self.partition
                $0.childID = child.data
            }, as: caller
        ).signals
    }

    func decide(
        _ signal: RiskSignal, confirm: Bool, reason: String = "", needs: [String] = [],
        as caller: Caller = teacher
    ) async throws -> RiskSignal {
        try await service.call(
            RiskMethods.decideSignal,
            .with {
                $0.municipality = Self.partition
                $0.signalID = signal.signalID
                $0.confirm = confirm
                $0.reason = reason
                $0.needCodes = needs
            }, as: caller
        ).signal
    }
}

/// Builds journal files.
struct JournalText {
    static let header = "record,date,until,class,grade,lesson,pupil,journal,value\n"
    var text = header

    /// Members of class 5a and four weeks of five lessons a day before the bench's Monday.
    static func school(pupils: ClosedRange<Int>, weeks: Int = 4) -> JournalText {
        var journal = JournalText()
        for pupil in pupils { journal.text += "member,2026-09-01,,5a,5,,p\(pupil),,\n" }
        for day in -7 * weeks..<0 where (day + 7 * weeks) % 7 < 5 {
            for (lesson, subject) in ["Matemaatika", "Eesti keel", "Loodus", "Muusika", "Kehaline"]
                .enumerated()
            {
                journal.text +=
                    "lesson,\(JournalBench.monday.adding(days: day)),,5a,,\(lesson + 1),,\(subject),\n"
            }
        }
        return journal
    }

    mutating func absence(_ day: Int, _ lesson: Int, _ pupil: Int, _ value: String) {
        text += "absence,\(JournalBench.monday.adding(days: day)),,,,\(lesson),p\(pupil),,\(value)\n"
    }

    mutating func grade(_ day: Int, _ pupil: Int, _ subject: String, _ value: String) {
        text += "grade,\(JournalBench.monday.adding(days: day)),,,,,p\(pupil),\(subject),\(value)\n"
    }
}
