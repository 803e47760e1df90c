import Contracts
import ServiceKit
import Store

/// Who takes part.
extension TrainingService {
    /// Registers a person (nil: the caller), or puts the person on the waiting list. Whoever is registered
    /// already gets that same registration.
    func register(
        _ other: PersonID?, for id: TrainingID, in municipality: String, _ caller: Caller,
        _ operation: Operation
    ) async throws -> Registration {
        try TrainingPolicy.requireReader(of: municipality, caller)
        let actor = try TrainingPolicy.requirePerson(caller)
        let person = other ?? actor
        let kit = kit
        let (today, now) = (kit.clock.today(), kit.clock.now())
        let result = try await kit.once(operation, in: TrainingPolicy.county) { transaction in
            let store = TrainingStore(transaction)
            let training = try Self.seen(try store.training(id), municipality, caller)
            // Who sees a published training may register: the role that Registry confirmed is a post there.
            if person != actor {
                try Self.requireMayRegister(
                    other: try store.posts(of: person).filter { $0.isFilled(on: today) }, training, caller)
            }
            guard training.state == .published else { throw TrainingError.notPublished }
            guard training.isOpen(on: today) else { throw TrainingError.trainingOver }
            let turn = try store.nextTurn(id)
            let all = try store.registrations(of: id)
            let earlier = all.first { $0.person == person }
            if let earlier, earlier.state != .cancelled { return [earlier.id.bytes] }
            let registration = Registration(
                id: earlier?.id ?? kit.newID(Named.Registration.self), training: id, person: person,
                state: RegistrationRules.state(
                    registered: all.count { $0.state == .registered },
                    waiting: all.count { $0.state == .waiting }, places: training.places), turn: turn)
            try store.put(registration, by: actor, at: now)
            return [registration.id.bytes]
        }
        guard let id = result.ids.first.flatMap({ RegistrationID($0) }),
            let registration = try await read({ try $0.registration(id) })
        else { throw TrainingError.registrationUnknown }
        return registration
    }

    private static func requireMayRegister(
        other posts: [PostRecord], _ training: Training, _ caller: Caller
    ) throws(TrainingError) {
        guard TrainingPolicy.plannerRoles.contains(caller.role) else { throw .notPlanner }
        guard TrainingPolicy.mayTakePart(posts, in: training),
            TrainingPolicy.mayRegister(other: posts, for: training, caller)
        else { throw .personWithoutPost }
    }

    /// Ends a registration; whoever waits longest gets the place.
    func cancel(
        _ id: RegistrationID, in municipality: String, _ caller: Caller, _ operation: Operation
    ) async throws {
        try TrainingPolicy.requireReader(of: municipality, caller)
        let actor = try TrainingPolicy.requirePerson(caller)
        let kit = kit
        let (today, now) = (kit.clock.today(), kit.clock.now())
        _ = try await kit.once(operation, in: TrainingPolicy.county) { transaction in
            let store = TrainingStore(transaction)
            guard let found = try store.registration(id),
                let training = try? Self.seen(try store.training(found.training), municipality, caller)
            else { throw TrainingError.registrationUnknown }
            if found.person != actor {
                let posts = try store.posts(of: found.person)
                guard
                    TrainingPolicy.mayPlan(in: training.municipality, caller)
                        || TrainingPolicy.mayRegister(other: posts, for: training, caller)
                else {
                    throw TrainingError.registrationUnknown
                }
            }
            _ = try store.nextTurn(training.id)
            guard var registration = try store.registration(id), registration.state != .cancelled else {
                return [id.bytes]
            }
            registration.state = .cancelled
            try store.put(registration, by: actor, at: now)
            guard training.isOpen(on: today) else { return [id.bytes] }
            let all = try store.registrations(of: training.id)
            for var next in RegistrationRules.promoted(all, places: training.places) {
                next.state = .registered
                try store.put(next, by: actor, at: now)
            }
            return [id.bytes]
        }
    }
}
