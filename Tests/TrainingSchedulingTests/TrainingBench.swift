import Contracts
import RPC
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@testable import TrainingScheduling

/// A made-up part of a county on the bench, and its people. The clock stands at Monday 2026-02-02.
struct TrainingBench {
    let bench: ServiceBench

    static let school = InstitutionID.synthetic(101)
    static let otherSchool = InstitutionID.synthetic(102)
    static let farSchool = InstitutionID.synthetic(103)

    static let educationHead = Caller.synthetic(role: "education-head", person: .synthetic(11))
    static let head = Caller.synthetic(role: "head", institution: school, person: .synthetic(12))
    static let coordinator = Caller.synthetic(
        role: "hev-coordinator", institution: school, person: .synthetic(13))
    static let pedagogue = Caller.synthetic(role: "social-pedagogue", person: .synthetic(14))
    static let farEducationHead = Caller.synthetic(
        role: "education-head", municipality: "0191", person: .synthetic(21))
    static let farTeacher = Caller.synthetic(role: "teacher", municipality: "0191", person: .synthetic(22))
    static let countyCoordinator = Caller.synthetic(
        role: "county-coordinator", municipality: "0060", person: .synthetic(31))

    /// Started and told of posts and teams: two schools of 0901 want early-noticing, one of 0191
    /// school-avoidance.
    static func start() async throws -> TrainingBench {
        let bench = try await ServiceBench.start(TrainingAssembly.service)
        let told = try await bench.deliver(county, from: "registry", partition: "0060")
        #expect(told.parked == 0)
        return TrainingBench(bench: bench)
    }

    static let county: [EventEnvelope.OneOf_Body] = [
        post(11, nil, "education-head", 11), post(12, school, "head", 12),
        post(13, school, "hev-coordinator", 13), post(14, school, "social-pedagogue", 14),
        post(15, school, "school-psychologist", nil),
        post(16, otherSchool, "hev-coordinator", 13), post(17, otherSchool, "special-educator", 17),
        post(18, otherSchool, "social-pedagogue", 18, until: "2026-01-31"),
        post(21, nil, "education-head", 21, in: "0191"), post(22, farSchool, "teacher", 22, in: "0191"),
        post(31, nil, "county-coordinator", 31, in: "0060"),
        team(1, school, [13, 14, 15], wants: ["early-noticing", "covision"]),
        team(2, otherSchool, [16, 17, 18], wants: ["early-noticing"]),
        team(3, farSchool, [22], wants: ["school-avoidance"], in: "0191"),
    ]

    static func post(
        _ number: UInt32, _ institution: InstitutionID?, _ role: String, _ person: UInt32?,
        in municipality: String = "0901", until: String = ""
    ) -> EventEnvelope.OneOf_Body {
        .postChanged(
            .with {
                $0.postID = PostID.synthetic(number).data
                if let institution { $0.institutionID = institution.data }
                $0.municipality = municipality
                $0.role = role
                if let person { $0.personID = PersonID.synthetic(person).data }
                $0.until = until
            })
    }

    static func team(
        _ number: UInt32, _ institution: InstitutionID, _ posts: [UInt32], wants: [String],
        in municipality: String = "0901"
    ) -> EventEnvelope.OneOf_Body {
        .teamChanged(
            .with {
                $0.teamID = TeamID.synthetic(number).data
                $0.institutionID = institution.data
                $0.municipality = municipality
                $0.memberPostIds = posts.map { PostID.synthetic($0).data }
                $0.gapTopics = wants
            })
    }

    // MARK: calls

    func plan(
        _ topic: String, places: UInt32 = 0, sessions: [TrainingSession] = [],
        in municipality: String = "0901",
        as caller: Caller = educationHead, operation: OperationID? = nil
    ) async throws -> TrainingTraining {
        try await bench.call(
            TrainingMethods.planTraining,
            .with {
                $0.municipality = municipality
                $0.topic = topic
                $0.places = places
                $0.sessions = sessions
            }, as: caller, operation: operation)
    }

    func publish(
        _ training: TrainingTraining, version: UInt64 = 0, as caller: Caller = educationHead
    ) async throws -> TrainingTraining {
        try await bench.call(
            TrainingMethods.publishTraining,
            .with {
                $0.municipality = training.municipality
                $0.trainingID = training.trainingID
                $0.expectedVersion = version
            }, as: caller)
    }

    /// Planned and published.
    func published(
        _ topic: String, places: UInt32 = 0, sessions: [TrainingSession] = [],
        in municipality: String = "0901",
        as caller: Caller = educationHead
    ) async throws -> TrainingTraining {
        try await publish(
            try await plan(topic, places: places, sessions: sessions, in: municipality, as: caller),
            as: caller)
    }

    func register(
        _ person: PersonID? = nil, for training: TrainingTraining, in municipality: String = "0901",
        as caller: Caller
    ) async throws -> TrainingRegisterResponse {
        try await bench.call(
            TrainingMethods.register,
            .with {
                $0.municipality = municipality
                $0.trainingID = training.trainingID
                if let person { $0.personID = person.data }
            }, as: caller)
    }

    func cancel(
        _ registration: TrainingRegisterResponse, in municipality: String = "0901", as caller: Caller
    ) async throws {
        _ = try await bench.call(
            TrainingMethods.cancelRegistration,
            .with {
                $0.municipality = municipality
                $0.registrationID = registration.registrationID
            }, as: caller)
    }

    func gaps(_ municipality: String = "0901", as caller: Caller = educationHead) async throws
        -> [TrainingGap]
    {
        try await bench.call(
            TrainingMethods.listGaps, .with { $0.municipality = municipality }, as: caller
        ).gaps
    }

    func trainings(_ municipality: String = "0901", as caller: Caller = educationHead) async throws
        -> [TrainingTraining]
    {
        try await bench.call(
            TrainingMethods.listTrainings, .with { $0.municipality = municipality }, as: caller
        ).trainings
    }

    func tasks(_ municipality: String = "0901", as caller: Caller) async throws -> [TrainingTrainingTask] {
        try await bench.call(
            TrainingMethods.listTrainingTasks, .with { $0.municipality = municipality }, as: caller
        ).tasks
    }

    func calendar(
        _ training: TrainingTraining? = nil, in municipality: String = "0901",
        as caller: Caller = educationHead
    ) async throws -> String {
        try await bench.call(
            TrainingMethods.getCalendar,
            .with {
                $0.municipality = municipality
                if let training { $0.trainingID = training.trainingID }
            }, as: caller
        ).icalendar
    }

    static func session(
        _ date: String, _ start: String = "14:00", _ end: String = "16:00",
        place: String = "Näidis Kool, saal"
    ) -> TrainingSession {
        .with {
            $0.date = date
            $0.start = start
            $0.end = end
            $0.place = place
        }
    }

    /// The reason with which something is refused.
    static func refusal<Result>(_ body: () async throws -> Result) async throws -> String {
        let error = try await #require(throws: RPCError.self) { _ = try await body() }
        return error.reason
    }
}
