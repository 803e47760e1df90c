import Contracts
import ServiceKit
import Store

/// The use cases of TrainingScheduling: read, decide by the rules, write, tell. All of it is in the county's
/// partition.
struct TrainingService: Sendable {
    /// Most trainings in one answer (256 KiB hold them with all sessions); the newest stay.
    static let trainingsMax = 80
    /// Most tasks in one answer; the most urgent stay.
    static let tasksMax = 500

    let kit: any Kit
    let configuration: TrainingConfiguration

    init(_ kit: any Kit, _ configuration: TrainingConfiguration) {
        self.kit = kit
        self.configuration = configuration
    }

    /// Reads in one snapshot.
    func read<Result: Sendable>(_ body: @Sendable @escaping (TrainingStore) throws -> Result) async throws
        -> Result
    {
        try await kit.store.partition(TrainingPolicy.county).read { try body(TrainingStore($0)) }
    }

    // MARK: gaps and lists

    func gaps(of municipality: String, _ caller: Caller) async throws -> [Gap] {
        try TrainingPolicy.requireReader(of: municipality, caller)
        // The county's own question is over all its municipalities, and they do not see each other's.
        guard municipality == caller.municipality || caller.municipality == TrainingPolicy.county else {
            throw TrainingError.otherMunicipality
        }
        let today = kit.clock.today()
        return try await read { store in
            GapRules.gaps(
                teams: try store.teams(of: municipality), posts: try store.posts(),
                trainings: try store.trainings(for: municipality), today: today)
        }
    }

    /// What the caller may see of the municipality's trainings and the county's; the county sees all
    /// municipalities'.
    func trainings(of municipality: String, _ caller: Caller) async throws -> [Training] {
        try TrainingPolicy.requireReader(of: municipality, caller)
        let found = try await read { try $0.trainings(for: municipality) }
        let shown = found.filter {
            TrainingPolicy.maySee($0, caller)
                && (caller.municipality == TrainingPolicy.county || Self.belongs($0, to: municipality))
        }
        return shown.suffix(Self.trainingsMax)
    }

    /// One training as a calendar, or the published ones: the municipality's and the county's.
    func calendar(of municipality: String, training id: TrainingID?, _ caller: Caller) async throws -> String
    {
        try TrainingPolicy.requireReader(of: municipality, caller)
        if let id {
            return TrainingCalendar.text([try await seen(id, municipality, caller)])
        }
        let found = try await read { try $0.trainings(for: municipality) }
        return TrainingCalendar.text(
            found.filter { $0.state == .published && Self.belongs($0, to: municipality) })
    }

    func tasks(in municipality: String, _ caller: Caller) async throws -> [TrainingTask] {
        try TrainingPolicy.requireReader(of: municipality, caller)
        let person = try TrainingPolicy.requirePerson(caller)
        let today = kit.clock.today()
        let calendar = configuration.calendar
        return try await read { store in
            let trainings = try store.trainings(for: municipality).filter {
                Self.belongs($0, to: municipality)
            }
            // The county's own list has no municipality's gaps: each of them has planners, and is asked for
            // by itself.
            let gaps =
                municipality == TrainingPolicy.county
                ? []
                : GapRules.gaps(
                    teams: try store.teams(of: municipality), posts: [], trainings: trainings, today: today)
            let placed = Set(
                try store.registrations(of: person).filter { $0.state == .registered }.map(\.training))
            let tasks =
                TaskRules.planTasks(gaps, calendar: calendar, caller)
                + TaskRules.publishTasks(trainings, today: today, caller)
                + TaskRules.attendTasks(trainings, placed: placed, today: today)
            let ordered = tasks.sorted { ($0.due, $0.code, $0.topic) < ($1.due, $1.code, $1.topic) }
            return Array(ordered.prefix(Self.tasksMax))
        }
    }

    /// A training that belongs to the municipality (or the county) and that the caller may see.
    private func seen(_ id: TrainingID, _ municipality: String, _ caller: Caller) async throws -> Training {
        let found = try await read { try $0.training(id) }
        return try Self.seen(found, municipality, caller)
    }

    static func seen(_ training: Training?, _ municipality: String, _ caller: Caller)
        throws(TrainingError) -> Training
    {
        guard let training, belongs(training, to: municipality), TrainingPolicy.maySee(training, caller)
        else { throw .trainingUnknown }
        return training
    }

    /// Held there, or for the whole county.
    private static func belongs(_ training: Training, to municipality: String) -> Bool {
        training.municipality == municipality || training.municipality == TrainingPolicy.county
    }

    // MARK: what Registry tells

    func postChanged(_ post: PostRecord, _ store: TrainingStore) throws { try store.put(post) }

    func teamChanged(_ team: TeamRecord, _ store: TrainingStore) throws { try store.put(team) }
}
