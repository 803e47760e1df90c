import ServiceKit

/// What waits for whom, and until when.
enum TaskRules {
    /// Working days from a team's wish to a plan.
    static let planWithinWorkingDays = 10
    /// Schools learn of a training two weeks before it, to arrange who stands in.
    static let publishDaysBefore = 14

    static func planTasks(_ gaps: [Gap], calendar: SchoolCalendar, _ caller: Caller) -> [TrainingTask] {
        gaps.filter { gap in
            gap.training == nil && TrainingTopic(rawValue: gap.topic) != nil
                && TrainingPolicy.mayPlan(in: gap.municipality, caller)
                && concerns(gap.institutions, caller)
        }.map { gap in
            TrainingTask(
                code: "plan-training", training: nil, topic: gap.topic,
                due: calendar.adding(workingDays: planWithinWorkingDays, to: gap.since),
                command: "tugi-gateway training plan --topic \(gap.topic)")
        }
    }

    static func publishTasks(_ trainings: [Training], today: LocalDate, _ caller: Caller) -> [TrainingTask] {
        trainings.filter {
            $0.state == .draft && today <= $0.firstDay
                && TrainingPolicy.mayPlan(in: $0.municipality, caller) && concerns($0.institutions, caller)
        }.map { training in
            TrainingTask(
                code: "publish-training", training: training.id, topic: training.topic.rawValue,
                due: max(training.planned, training.firstDay.adding(days: -publishDaysBefore)),
                command: "tugi-gateway training publish \(training.id)")
        }
    }

    /// Sessions from today on of the trainings at which the person has a place.
    static func attendTasks(_ trainings: [Training], placed: Set<TrainingID>, today: LocalDate)
        -> [TrainingTask]
    {
        trainings.filter { placed.contains($0.id) }.flatMap { training in
            training.sessions.filter { today <= $0.day }.map { session in
                TrainingTask(
                    code: "attend-session", training: training.id, topic: training.topic.rawValue,
                    due: session.day,
                    command: "tugi-gateway training calendar --training \(training.id)")
            }
        }
    }

    /// A head looks after the own institution; the others after all.
    private static func concerns(_ institutions: [InstitutionID], _ caller: Caller) -> Bool {
        guard caller.role == "head", let own = caller.institution else { return true }
        return institutions.contains(own)
    }
}
