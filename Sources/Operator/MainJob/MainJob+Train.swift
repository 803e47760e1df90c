import Contracts
import SwiftProtobuf
import FoundationEssentials
import RPC

// What the support teams want to learn becomes a training.
extension MainJob {
    mutating func train() async throws {
        headline(5, "What support teams want to learn becomes a training")
        guard
            let planner = posts[story]?.first(where: { $0.role == "education-head" && !$0.personID.isEmpty })
        else {
            return say.note("   \(story) has no education head who could plan it.")
        }
        let trainer = Actor(planner)
        try desk.keep("trainer", story, trainer, purpose: "training")
        let session = try desk.session(story, trainer, purpose: "training")
        let gaps = try await session.call(TrainingMethods.listGaps, .with { $0.municipality = story }).gaps
        let topic = gaps.min { ($1.institutionIds.count, $0.topic) < ($0.institutionIds.count, $1.topic) }
        guard let topic else { return say.note("   no gaps are known") }
        say.note(
            "   gap         \(topic.topic): \(topic.institutionIds.count) support teams, \(topic.teamMembers) people"
        )
        let draft = try await session.call(
            TrainingMethods.planTraining,
            .with {
                $0.municipality = story
                $0.topic = topic.topic
                $0.places = 24
            }, operation: operation("training:plan"))
        say.note("   planned     \(draft.titleEn), \(draft.sessions.count) sessions   [\(trainer.said)]")
        var training = draft
        if training.state == "draft" {
            training = try await session.call(
                TrainingMethods.publishTraining,
                .with {
                    $0.municipality = story
                    $0.trainingID = draft.trainingID
                }, operation: operation("training:publish"))
        }
        say.note("   published   \(training.places) places   [\(trainer.said)]")
        let members = (posts[story] ?? []).filter { post in
            ["hev-coordinator", "social-pedagogue", "aev-coordinator"].contains(post.role)
                && !post.personID.isEmpty
                && topic.institutionIds.contains(post.institutionID)
        }
        for member in members.prefix(6) {
            let actor = Actor(member)
            let answer = try await desk.session(story, actor, purpose: "training").call(
                TrainingMethods.register,
                .with {
                    $0.municipality = story
                    $0.trainingID = draft.trainingID
                }, operation: operation("training:register:\(actor.person)"))
            say.note("   \(answer.state)  \(actor.said)")
        }
        let calendar = try await session.call(
            TrainingMethods.getCalendar,
            .with {
                $0.municipality = story
                $0.trainingID = draft.trainingID
            })
        let file = "\(desk.home)/training.ics"
        do {
            try Data(calendar.icalendar.utf8).write(to: URL(filePath: file))
        } catch {
            throw UsageError(
                "calendar-unwritable", "\(file) cannot be written.", next: "choose another --home")
        }
        say.note("   calendar    \(file)")
        try await settle()
        let now = try await session.call(TrainingMethods.listTrainings, .with { $0.municipality = story })
            .trainings
        report.training = text(draft.trainingID)
        report.registered = now.first { $0.trainingID == draft.trainingID }?.registered ?? 0
    }
}
