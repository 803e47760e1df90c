import Contracts
import FoundationEssentials
import RPC
import ReferralRouting
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

/// A small municipality on the bench: one school with a class, its support team, the municipality's office.
struct Scene {
    static let municipality = "0901"
    static let school = InstitutionID.synthetic(10)
    static let office = InstitutionID.synthetic(20)
    static let child = ChildID.synthetic(100)
    static let signal = SignalID.synthetic(300)

    let bench: ServiceBench
    let teacher = Caller.synthetic(
        role: "class-teacher", institution: school, className: "5A", person: .synthetic(1),
        post: .synthetic(51))
    let coordinator = Caller.synthetic(
        role: "hev-coordinator", institution: school, person: .synthetic(2), post: .synthetic(52))
    let pedagogue = Caller.synthetic(
        role: "social-pedagogue", institution: school, person: .synthetic(3), post: .synthetic(53))
    let head = Caller.synthetic(
        role: "head", institution: school, person: .synthetic(4), post: .synthetic(54))
    let protection = Caller.synthetic(
        role: "child-protection-worker", institution: office, institutionKind: "municipality",
        person: .synthetic(5), post: .synthetic(55))
    let socialHead = Caller.synthetic(
        role: "social-head", institution: office, institutionKind: "municipality", person: .synthetic(6),
        post: .synthetic(56))
    let otherTeacher = Caller.synthetic(
        role: "class-teacher", institution: school, className: "5B", person: .synthetic(7),
        post: .synthetic(57))
    let county = Caller.synthetic(
        role: "county-coordinator", municipality: "0060", institution: .synthetic(30),
        institutionKind: "county",
        person: .synthetic(8))

    static func start(grade: Int32 = 5) async throws -> Scene {
        let scene = Scene(bench: try await ServiceBench.start(ReferralAssembly.service))
        var events: [EventEnvelope.OneOf_Body] = [
            template(1, grades: 1...9, fallback: false), template(2, grades: 1...12, fallback: true),
        ]
        for (number, caller) in [
            (UInt32(51), scene.teacher), (52, scene.coordinator), (53, scene.pedagogue), (54, scene.head),
            (55, scene.protection), (56, scene.socialHead), (57, scene.otherTeacher),
        ] {
            events.append(
                post(
                    number, caller.role, caller.person, caller.institution ?? school, caller.institutionKind,
                    caller.className))
        }
        events += [
            resource(61, scope: "institution", places: 1, post: 53, institution: school),
            resource(62, scope: "municipality", places: 5, post: 55, institution: office),
            resource(63, scope: "county", places: 9, post: nil, institution: nil, municipality: "0060"),
        ]
        try await scene.take(events, from: "registry", partition: "0060")
        try await scene.place(child, grade: grade)
        return scene
    }

    func take(
        _ events: [EventEnvelope.OneOf_Body], child: ChildID? = nil, from source: String = "risk",
        partition: String = municipality
    ) async throws {
        let answer = try await bench.deliver(events, child: child, from: source, partition: partition)
        #expect(answer.parked == 0)
    }

    func place(_ child: ChildID, grade: Int32 = 5, className: String = "5A") async throws {
        let placed = EventChildPlaced.with {
            $0.institutionID = Data(Self.school.bytes)
            $0.institutionKind = "school"
            $0.schoolMunicipality = Self.municipality
            $0.residenceMunicipality = Self.municipality
            $0.className = className
            $0.grade = grade
            $0.language = "et"
        }
        try await take([.childPlaced(placed)], child: child, from: "registry")
    }

    func raise(_ signal: SignalID = signal, child: ChildID = child, kind: String = "alarm") async throws {
        let raised = EventSignalRaised.with {
            $0.signalID = Data(signal.bytes)
            $0.kind = kind
            $0.code = "unexcusedAbsenceDays"
            $0.institutionID = Data(Self.school.bytes)
            $0.className = "5A"
        }
        try await take([.signalRaised(raised)], child: child)
    }

    func decide(
        _ signal: SignalID = signal, child: ChildID = child, confirmed: Bool = true, needs: [String] = []
    ) async throws {
        let decided = EventSignalDecided.with {
            $0.signalID = Data(signal.bytes)
            $0.kind = "alarm"
            $0.code = "unexcusedAbsenceDays"
            $0.confirmed = confirmed
            $0.personID = Data(teacher.person?.bytes ?? [])
            $0.role = "class-teacher"
            $0.institutionID = Data(Self.school.bytes)
            $0.needCodes = needs
        }
        try await take([.signalDecided(decided)], child: child)
    }

    func withdraw(_ signal: SignalID = signal, child: ChildID = child) async throws {
        let withdrawn = EventSignalWithdrawn.with { $0.signalID = Data(signal.bytes) }
        try await take([.signalWithdrawn(withdrawn)], child: child)
    }

    /// Opens a case by a confirmed signal.
    func open(child: ChildID = child, signal: SignalID = signal) async throws -> ReferralCase {
        try await raise(signal, child: child)
        try await decide(signal, child: child)
        return try #require(try await cases(of: child, as: teacher).first)
    }

    func cases(of child: ChildID = child, as caller: Caller) async throws -> [ReferralCase] {
        try await bench.call(
            ReferralMethods.listChildCases,
            .with {
                $0.municipality = Self.municipality
                $0.childID = Data(child.bytes)
            }, as: caller
        ).cases
    }

    func need(
        _ record: ReferralCase, _ code: String = "attendance", urgency: String = "", as caller: Caller? = nil,
        operation: OperationID? = nil
    ) async throws -> ReferralCase {
        try await bench.call(
            ReferralMethods.addNeed,
            .with {
                $0.municipality = Self.municipality
                $0.caseID = record.caseID
                $0.needCode = code
                $0.urgency = urgency
            }, as: caller ?? teacher, operation: operation)
    }

    func routes(_ record: ReferralCase, as caller: Caller? = nil) async throws
        -> ReferralProposeRoutesResponse
    {
        try await bench.call(
            ReferralMethods.proposeRoutes,
            .with {
                $0.municipality = Self.municipality
                $0.caseID = record.caseID
                $0.needID = record.needs.last?.needID ?? Data()
            }, as: caller ?? teacher)
    }

    func request(
        _ record: ReferralCase, _ resource: UInt32 = 61, paragraph: String = "PGS § 37(2)",
        as caller: Caller? = nil, operation: OperationID? = nil
    ) async throws -> ReferralCase {
        try await bench.call(
            ReferralMethods.requestHelp,
            .with {
                $0.municipality = Self.municipality
                $0.caseID = record.caseID
                $0.needID = record.needs.last?.needID ?? Data()
                $0.resourceID = Data(ResourceID.synthetic(resource).bytes)
                $0.basis.paragraph = paragraph
            }, as: caller ?? teacher, operation: operation)
    }

    func advance(
        _ record: ReferralCase, _ action: String, reason: String = "", outcome: String = "",
        version: UInt64 = 0, as caller: Caller? = nil, operation: OperationID? = nil
    ) async throws -> ReferralCase {
        try await bench.call(
            ReferralMethods.advanceAttempt,
            .with {
                $0.municipality = Self.municipality
                $0.caseID = record.caseID
                $0.attemptID = record.needs.last?.attempts.last?.attemptID ?? Data()
                $0.action = action
                $0.reasonCode = reason
                $0.outcomeCode = outcome
                $0.expectedVersion = version
            }, as: caller ?? pedagogue, operation: operation)
    }

    func acknowledge(
        _ record: ReferralCase, met: Bool, as caller: Caller? = nil
    ) async throws -> ReferralCase {
        try await bench.call(
            ReferralMethods.acknowledgeOutcome,
            .with {
                $0.municipality = Self.municipality
                $0.caseID = record.caseID
                $0.attemptID = record.needs.last?.attempts.last?.attemptID ?? Data()
                $0.needMet = met
            }, as: caller ?? teacher)
    }

    func move(
        _ record: ReferralCase, to level: UInt32, reason: String = "needs more", phase: String = "",
        as caller: Caller? = nil
    ) async throws -> ReferralCase {
        try await bench.call(
            ReferralMethods.moveCase,
            .with {
                $0.municipality = Self.municipality
                $0.caseID = record.caseID
                $0.toLevel = level
                $0.phase = phase
                $0.reason = reason
            }, as: caller ?? teacher)
    }

    func close(
        _ record: ReferralCase, _ outcome: String = "solved-in-institution", as caller: Caller? = nil,
        operation: OperationID? = nil
    ) async throws -> ReferralCase {
        try await bench.call(
            ReferralMethods.closeCase,
            .with {
                $0.municipality = Self.municipality
                $0.caseID = record.caseID
                $0.outcome = outcome
            }, as: caller ?? teacher, operation: operation)
    }

    func tasks(as caller: Caller) async throws -> [ReferralTask] {
        try await bench.call(
            ReferralMethods.listTasks, .with { $0.municipality = caller.municipality }, as: caller
        ).tasks
    }

    func notices(as caller: Caller, child: ChildID = child) async throws -> [ReferralNotice] {
        try await bench.call(
            ReferralMethods.listNotices,
            .with {
                $0.municipality = Self.municipality
                $0.childID = Data(child.bytes)
            }, as: caller
        ).notices
    }

    /// Why a call was refused; "" when it was not.
    func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return ""
        } catch let error as RPCError {
            return error.reason
        } catch {
            return "other"
        }
    }
}

extension Scene {
    static func post(
        _ number: UInt32, _ role: String, _ person: PersonID?, _ institution: InstitutionID, _ kind: String,
        _ className: String = ""
    ) -> EventEnvelope.OneOf_Body {
        .postChanged(
            .with {
                $0.postID = Data(PostID.synthetic(number).bytes)
                $0.institutionID = Data(institution.bytes)
                $0.institutionKind = kind
                $0.municipality = municipality
                $0.role = role
                $0.personID = Data(person?.bytes ?? [])
                $0.className = className
            })
    }

    static func resource(
        _ number: UInt32, scope: String, places: UInt32, post: UInt32?, institution: InstitutionID?,
        municipality: String = municipality, needs: [String] = ["attendance"], accepting: Bool = true
    ) -> EventEnvelope.OneOf_Body {
        .resourceChanged(
            .with {
                $0.resourceID = Data(ResourceID.synthetic(number).bytes)
                $0.municipality = municipality
                $0.institutionID = Data(institution?.bytes ?? [])
                if let post { $0.postID = Data(PostID.synthetic(post).bytes) }
                $0.scope = scope
                $0.needCodes = needs
                $0.capacityPlaces = places
                $0.capacityAsOf = "2026-01-28"
                $0.gradeFrom = 1
                $0.gradeTo = 12
                $0.accepting = accepting
                $0.field = "education"
                $0.kind = "specialist"
            })
    }

    static func template(_ number: UInt32, grades: ClosedRange<Int32>, fallback: Bool)
        -> EventEnvelope.OneOf_Body
    {
        .templateChanged(
            .with {
                $0.template.templateID = Data(TemplateID.synthetic(number).bytes)
                $0.template.municipality = municipality
                $0.template.institutionKind = "school"
                $0.template.draft = true
                $0.template.fallback = fallback
                $0.template.gradeFrom = grades.lowerBound
                $0.template.gradeTo = grades.upperBound
                $0.template.levels = [
                    level(1, "class-teacher", "institution"), level(2, "hev-coordinator", "institution"),
                    level(3, "child-protection-worker", "municipality"),
                ]
                $0.template.phases = [
                    "noticing", "clarifying-needs", "setting-goals", "activities", "evaluating",
                ]
            })
    }

    private static func level(_ order: UInt32, _ role: String, _ place: String) -> EventTemplateLevel {
        .with {
            $0.order = order
            $0.nameEt = "Tase \(order)"
            $0.nameEn = "Level \(order)"
            $0.coordinatorRole = role
            $0.coordinatorPlace = place
            $0.firstActionSchoolDays = 2
        }
    }
}
