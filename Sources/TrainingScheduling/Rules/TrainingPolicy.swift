import ServiceKit

/// Who may see and do what. Nothing here is about children, so systems may read without a person; what
/// changes something is done by a person.
enum TrainingPolicy {
    /// The county: its people may act in every municipality.
    static let county = "0060"

    /// Roles that plan and publish trainings, and register others, in their municipality.
    static let plannerRoles: Set<String> = [
        "education-head", "social-head", "prevention-specialist", "county-coordinator", "head",
    ]

    /// A municipality's trainings are open to its own systems and to the county, the county's to all.
    static func requireReader(of municipality: String, _ caller: Caller) throws(TrainingError) {
        guard municipality.utf8.count == 4, municipality.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw .fieldInvalid("municipality", "a four-digit EHAK code") }
        guard isWithin(municipality, caller) || municipality == county else { throw .otherMunicipality }
    }

    static func requirePerson(_ caller: Caller) throws(TrainingError) -> PersonID {
        guard let person = caller.person, !caller.role.isEmpty else { throw .personNeeded }
        return person
    }

    static func requirePlanner(in municipality: String, _ caller: Caller) throws(TrainingError) -> PersonID {
        let person = try requirePerson(caller)
        guard isWithin(municipality, caller) else { throw .otherMunicipality }
        guard mayPlan(in: municipality, caller) else { throw .notPlanner }
        return person
    }

    static func mayPlan(in municipality: String, _ caller: Caller) -> Bool {
        caller.person != nil && plannerRoles.contains(caller.role) && isWithin(municipality, caller)
    }

    /// A head plans what a team wants; whoever coordinates for a municipality or the county plans any topic.
    static func mayPlan(unwanted caller: Caller) -> Bool { caller.role != "head" }

    /// Drafts are for planners; published trainings for the municipality's people, the county's for
    /// everybody.
    static func maySee(_ training: Training, _ caller: Caller) -> Bool {
        switch training.state {
        case .draft: mayPlan(in: training.municipality, caller)
        case .published: training.municipality == county || isWithin(training.municipality, caller)
        }
    }

    /// May register, or cancel for, a person who holds these posts: planners for people of their
    /// municipality.
    static func mayRegister(other posts: [PostRecord], for training: Training, _ caller: Caller) -> Bool {
        guard caller.person != nil, plannerRoles.contains(caller.role), maySee(training, caller) else {
            return false
        }
        return caller.municipality == county
            || posts.contains { $0.municipality == caller.municipality || $0.municipality == county }
    }

    /// May take part: a post in the training's municipality, or a county-wide one; in the county's, any post.
    static func mayTakePart(_ posts: [PostRecord], in training: Training) -> Bool {
        posts.contains {
            training.municipality == county || $0.municipality == training.municipality
                || $0.municipality == county
        }
    }

    private static func isWithin(_ municipality: String, _ caller: Caller) -> Bool {
        caller.municipality == municipality || caller.municipality == county
    }
}
