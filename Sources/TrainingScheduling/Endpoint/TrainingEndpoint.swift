import Contracts
import RPC
import ServiceKit
import Store
import SwiftProtobuf

/// TrainingScheduling's methods and events: messages to values, use case, values to messages.
struct TrainingEndpoint: ServiceEndpoint {
    private let service: TrainingService

    init(_ service: TrainingService) { self.service = service }

    var methods: [MethodDescriptor] { TrainingMethod.allCases.map(\.descriptor) }

    func handle(_ call: any ServerCall, caller: Caller) async throws {
        guard let method = TrainingMethod(rawValue: call.method.id) else {
            throw RPCError(
                .unimplemented, reason: "method-unknown",
                message: "TrainingScheduling has no method of this id.")
        }
        do {
            try await answer(method, call, caller)
        } catch let error as TrainingError {
            throw error.answer
        }
    }

    private func answer(_ method: TrainingMethod, _ call: any ServerCall, _ caller: Caller) async throws {
        switch method {
        case .listGaps: try await listGaps(call, caller)
        case .planTraining: try await planTraining(call, caller)
        case .publishTraining: try await publishTraining(call, caller)
        case .listTrainings: try await listTrainings(call, caller)
        case .register: try await register(call, caller)
        case .cancelRegistration: try await cancelRegistration(call, caller)
        case .getCalendar: try await getCalendar(call, caller)
        case .listTrainingTasks: try await listTrainingTasks(call, caller)
        }
    }

    /// Registry tells who holds which post, and what teams want to learn.
    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {
        let store = TrainingStore(transaction)
        do {
            switch event.body {
            case .postChanged(let body):
                try service.postChanged(try TrainingMessages.post(body), store)
            case .teamChanged(let body):
                try service.teamChanged(
                    try TrainingMessages.team(body, today: service.kit.clock.today()), store)
            default: break
            }
        } catch let error as TrainingError {
            throw error.answer
        }
    }

    func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws -> [MeasureCount] {
        try await service.counts(of: municipality, in: period)
    }

    /// Nothing here is about a child.
    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool { false }
}

// MARK: one method each

extension TrainingEndpoint {
    private func listGaps(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.listGaps) { request in
            let gaps = try await service.gaps(of: request.municipality, caller)
            return .with { $0.gaps = gaps.map(TrainingMessages.message) }
        }
    }

    private func planTraining(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.planTraining) { request, operation in
            TrainingMessages.message(
                try await service.plan(
                    in: request.municipality, topic: request.topic, places: request.places,
                    sessions: try request.sessions.map(TrainingMessages.plan), caller, operation))
        }
    }

    private func publishTraining(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.publishTraining) { request, operation in
            TrainingMessages.message(
                try await service.publish(
                    try TrainingMessages.id(request.trainingID, "training_id"), in: request.municipality,
                    expectedVersion: request.expectedVersion, caller, operation))
        }
    }

    private func listTrainings(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.listTrainings) { request in
            let trainings = try await service.trainings(of: request.municipality, caller)
            return .with { $0.trainings = trainings.map(TrainingMessages.message) }
        }
    }

    private func register(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.register) { request, operation in
            let registration = try await service.register(
                try TrainingMessages.optionalID(request.personID, "person_id"),
                for: try TrainingMessages.id(request.trainingID, "training_id"), in: request.municipality,
                caller, operation)
            return .with {
                $0.registrationID = registration.id.data
                $0.state = registration.state.rawValue
            }
        }
    }

    private func cancelRegistration(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.cancelRegistration) { request, operation in
            try await service.cancel(
                try TrainingMessages.id(request.registrationID, "registration_id"), in: request.municipality,
                caller, operation)
            return .init()
        }
    }

    private func getCalendar(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.getCalendar) { request in
            let text = try await service.calendar(
                of: request.municipality,
                training: try TrainingMessages.optionalID(request.trainingID, "training_id"), caller)
            return .with { $0.icalendar = text }
        }
    }

    private func listTrainingTasks(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(TrainingMethods.listTrainingTasks) { request in
            let tasks = try await service.tasks(in: request.municipality, caller)
            return .with { $0.tasks = tasks.map(TrainingMessages.message) }
        }
    }
}
