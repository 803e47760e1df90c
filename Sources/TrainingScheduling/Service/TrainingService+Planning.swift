import Contracts
import ServiceKit
import Store

/// From a wish to a published training.
extension TrainingService {
    /// Makes a draft; without sessions two afternoons are proposed.
    func plan(
        in municipality: String, topic: String, places: UInt32, sessions: [SessionPlan], _ caller: Caller,
        _ operation: Operation
    ) async throws -> Training {
        try TrainingPolicy.requireReader(of: municipality, caller)
        let person = try TrainingPolicy.requirePlanner(in: municipality, caller)
        guard let topic = TrainingTopic(rawValue: topic) else { throw TrainingError.topicUnknown }
        guard places <= PlanRules.placesMax else {
            throw TrainingError.fieldInvalid(
                "places", "at most \(PlanRules.placesMax); 0 for the usual number")
        }
        let (kit, configuration) = (kit, configuration)
        let (today, now) = (kit.clock.today(), kit.clock.now())
        let result = try await kit.once(operation, in: TrainingPolicy.county) { transaction in
            let store = TrainingStore(transaction)
            let known = try store.trainings(for: municipality)
            if let open = PlanRules.open(known, municipality: municipality, topic: topic, today: today) {
                throw TrainingError.trainingOpen(open.id)
            }
            let institutions = GapRules.institutions(
                wanting: topic, in: municipality, try store.teams(of: municipality))
            guard !institutions.isEmpty || TrainingPolicy.mayPlan(unwanted: caller) else {
                throw TrainingError.topicNotWanted
            }
            let plans = try Self.sessions(
                given: sessions, taken: PlanRules.takenDays(known, municipality: municipality), today: today,
                configuration)
            let training = Training(
                id: kit.newID(Named.Training.self), municipality: municipality, topic: topic, state: .draft,
                places: places == 0 ? configuration.placesDefault : places, version: 1, planned: today,
                changed: now,
                sessions: plans.map {
                    Session(
                        id: kit.newID(Named.Session.self), day: $0.day, start: $0.start, end: $0.end,
                        place: $0.place)
                }, institutions: institutions.sorted())
            try store.insert(training, by: person)
            return [training.id.bytes]
        }
        return try await training(of: result)
    }

    /// The sessions that were given, or proposed ones.
    private static func sessions(
        given: [SessionPlan], taken: Set<LocalDate>, today: LocalDate, _ configuration: TrainingConfiguration
    ) throws(TrainingError) -> [SessionPlan] {
        let calendar = configuration.calendar
        guard given.isEmpty else {
            try PlanRules.check(given, today: today, calendar: calendar)
            return given
        }
        let proposal = PlanRules.proposal(
            today: today, aheadDays: configuration.aheadDays, taken: taken, calendar: calendar)
        guard let proposal else { throw .noFreeDay }
        return proposal
    }

    /// A person makes a draft known: from now on people may register, and Registry hears of it.
    func publish(
        _ id: TrainingID, in municipality: String, expectedVersion: UInt64, _ caller: Caller,
        _ operation: Operation
    ) async throws -> Training {
        try TrainingPolicy.requireReader(of: municipality, caller)
        let person = try TrainingPolicy.requirePerson(caller)
        let kit = kit
        let (today, now) = (kit.clock.today(), kit.clock.now())
        let result = try await kit.once(operation, in: TrainingPolicy.county) { transaction in
            let store = TrainingStore(transaction)
            var training = try Self.seen(try store.training(id), municipality, caller)
            guard TrainingPolicy.mayPlan(in: training.municipality, caller) else {
                throw TrainingError.notPlanner
            }
            guard expectedVersion == 0 || expectedVersion == training.version else {
                throw TrainingError.versionConflict(training.version)
            }
            guard training.state == .draft else { throw TrainingError.alreadyPublished }
            guard today <= training.firstDay else { throw TrainingError.sessionsPast }
            training.state = .published
            training.version += 1
            training.changed = now
            // Teams may have come to want it since it was planned.
            let wanting = GapRules.institutions(
                wanting: training.topic, in: training.municipality,
                try store.teams(of: training.municipality))
            training.institutions = wanting.union(training.institutions).sorted()
            try store.publish(training, by: person)
            try kit.emit(
                TrainingEvents.published(training), child: nil, partition: TrainingPolicy.county,
                in: transaction)
            return [id.bytes]
        }
        return try await training(of: result)
    }

    /// The training that an operation made or changed, as it is now.
    private func training(of result: OperationResult) async throws -> Training {
        guard let id = result.ids.first.flatMap({ TrainingID($0) }),
            let training = try await read({ try $0.training(id) })
        else { throw TrainingError.trainingUnknown }
        return training
    }
}
