import ServiceKit

/// What teams want to learn, put together by topic.
enum GapRules {
    private struct Key: Hashable {
        var municipality: String
        var topic: String
    }

    /// Gaps by municipality and topic, in that order.
    static func gaps(
        teams: [TeamRecord], posts: [PostRecord], trainings: [Training], today: LocalDate
    ) -> [Gap] {
        let filled = Dictionary(
            posts.filter { $0.isFilled(on: today) }.compactMap { post in post.person.map { (post.id, $0) } }
        ) { first, _ in first }
        var wanting: [Key: [TeamRecord]] = [:]
        for team in teams {
            for topic in team.wants.keys {
                wanting[Key(municipality: team.municipality, topic: topic), default: []].append(team)
            }
        }
        return wanting.map { key, teams in
            Gap(
                topic: key.topic, municipality: key.municipality,
                institutions: Set(teams.map(\.institution)).sorted(),
                // One person may be in two teams, or hold two posts of one.
                members: Set(teams.flatMap(\.members).compactMap { filled[$0] }).count,
                training: training(for: key.topic, in: key.municipality, trainings, today)?.id,
                since: teams.compactMap { $0.wants[key.topic] }.min() ?? today)
        }.sorted { ($0.municipality, $0.topic) < ($1.municipality, $1.topic) }
    }

    /// The institutions whose teams want the topic: a municipality's, or for the county's training all.
    static func institutions(wanting topic: TrainingTopic, in municipality: String, _ teams: [TeamRecord])
        -> Set<InstitutionID>
    {
        Set(
            teams.filter {
                $0.wants[topic.rawValue] != nil
                    && (municipality == TrainingPolicy.county || $0.municipality == municipality)
            }.map(\.institution))
    }

    /// The municipality's own training first, then one for the whole county.
    private static func training(
        for topic: String, in municipality: String, _ trainings: [Training], _ today: LocalDate
    ) -> Training? {
        guard let topic = TrainingTopic(rawValue: topic) else { return nil }
        return PlanRules.open(trainings, municipality: municipality, topic: topic, today: today)
            ?? PlanRules.open(trainings, municipality: TrainingPolicy.county, topic: topic, today: today)
    }
}
