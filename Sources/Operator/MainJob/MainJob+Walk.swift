import Contracts
import SwiftProtobuf
import FoundationEssentials
import RPC

// One child's way: noticed, confirmed by a person, routed, helped, acknowledged.
extension MainJob {
    /// The class teacher whose child the walk follows, and the signal.
    private struct Start {
        var municipality: String
        var signal: RiskSignal
        var teacher: Actor

        /// What was confirmed before goes first: that is where an earlier run went. Then the gravest.
        static func goesBefore(_ one: Start, _ other: Start) -> Bool {
            let (left, right) = (one.signal, other.signal)
            if (left.state == "confirmed") != (right.state == "confirmed") {
                return left.state == "confirmed"
            }
            if left.count != right.count { return left.count > right.count }
            return (left.className, text(left.signalID)) < (right.className, text(right.signalID))
        }
    }

    mutating func walk() async throws {
        var found: [Start] = []
        for code in story.isEmpty ? desk.municipalities : [story] { found += try await starts(in: code) }
        guard let start = found.min(by: Start.goesBefore) else {
            headline(4, "One child's way")
            return say.note(
                "   No class with a teacher has an alarm on unexcused absence: nothing to walk. Try --pupils 10000."
            )
        }
        story = start.municipality
        headline(4, "One child's way in municipality \(story); every decision is a named person's")
        let (signal, teacher) = (start.signal, start.teacher)
        walked = text(signal.signalID)
        report.child = text(signal.childID)
        try desk.keep("class-teacher", story, teacher, purpose: "case-work")
        let registrar = posts[story]?.first {
            $0.institutionID == teacher.institution && $0.role == "registrar" && !$0.personID.isEmpty
        }
        if let registrar { try desk.keep("registrar", story, Actor(registrar), purpose: "data-entry") }
        if let keeper = try await keeper() { try desk.keep("keeper", story, keeper, purpose: "data-entry") }
        let session = try desk.session(story, teacher, purpose: "case-work")
        say.note("   noticed     \(signal.explanationEn)   [computed]")
        if signal.state == "open" {
            _ = try await session.call(
                RiskMethods.decideSignal,
                .with {
                    $0.municipality = story
                    $0.signalID = signal.signalID
                    $0.confirm = true
                    $0.needCodes = ["attendance"]
                }, operation: operation("confirm:\(walked)"))
        }
        say.note("   confirmed   the signal is right   [\(teacher.said)]")
        try await settle()
        var one = try await theCase(of: signal, session)
        say.note(
            "   case        opened at level \(one.level) of \(one.levels): \(one.levelNameEn)   "
                + "[follows from the confirmation]")
        if one.state == "open" { one = try await help(one, teacher: teacher, session) }
        report.journey = one.history.map(\.change)
        try await settle()
        try await show(signal, session)
    }

    /// Alarms on unexcused absence in classes that have a teacher, as the heads of the institutions see them.
    private func starts(in code: String) async throws -> [Start] {
        var found: [Start] = []
        for head in (posts[code] ?? []) where head.role == "head" && !head.personID.isEmpty {
            let answer = try await desk.session(code, Actor(head), purpose: "noticing").call(
                RiskMethods.listSignals,
                .with {
                    $0.municipality = code
                    $0.institutionID = head.institutionID
                    $0.states = ["open", "confirmed"]
                    $0.limit = 500
                })
            for signal in answer.signals where signal.code == "unexcusedAbsenceDays" {
                let teacher = posts[code]?.first {
                    $0.institutionID == head.institutionID && $0.className == signal.className
                        && $0.role == "class-teacher" && !$0.personID.isEmpty
                }
                if let teacher {
                    found.append(Start(municipality: code, signal: signal, teacher: Actor(teacher)))
                }
            }
        }
        return found
    }

    private func theCase(of signal: RiskSignal, _ session: Session) async throws -> ReferralCase {
        let answer = try await session.call(
            ReferralMethods.listChildCases,
            .with {
                $0.municipality = story
                $0.childID = signal.childID
            })
        guard let one = answer.cases.first(where: { $0.signalIds.contains(signal.signalID) }) else {
            throw UsageError(
                "case-missing", "The confirmed signal has no case yet.",
                next: "tugi-gateway status   (do events wait?)")
        }
        return one
    }

    private func help(
        _ opened: ReferralCase, teacher: Actor, _ session: Session
    ) async throws -> ReferralCase {
        var one = opened
        let id = one.caseID
        if one.needs.isEmpty {
            one = try await session.call(
                ReferralMethods.addNeed,
                .with {
                    $0.municipality = story
                    $0.caseID = id
                    $0.needCode = "attendance"
                    $0.urgency = "routine"
                }, operation: operation("need:\(walked)"))
        }
        guard let need = one.needs.first else { return one }
        say.note("   need        \(need.needCode)   [\(teacher.said)]")
        if need.attempts.isEmpty {
            guard let asked = try await request(need, of: one, session) else { return one }
            one = asked
        }
        guard let attempt = one.needs.first?.attempts.last,
            let post = posts[story]?.first(where: { $0.postID == attempt.recipientPostID })
        else { return one }
        let helper = Actor(post)
        try desk.keep("helper", story, helper, purpose: "support")
        say.note("   asked       \(helper.said); basis: \(attempt.basis.paragraph)   [\(teacher.said)]")
        one = try await advance(one, attempt, helper: helper)
        if one.needs.first?.attempts.last?.acknowledged != true {
            one = try await session.call(
                ReferralMethods.acknowledgeOutcome,
                .with {
                    $0.municipality = story
                    $0.caseID = id
                    $0.attemptID = attempt.attemptID
                    $0.needMet = true
                }, operation: operation("acknowledge:\(walked)"))
        }
        say.note("   heard       the referrer took note of the outcome   [\(teacher.said)]")
        one = try await session.call(
            ReferralMethods.closeCase,
            .with {
                $0.municipality = story
                $0.caseID = id
                $0.outcome = "solved-in-institution"
            }, operation: operation("close:\(walked)"))
        say.note("   closed      \(one.outcome)   [\(teacher.said)]")
        return one
    }

    /// Who keeps the municipality's part of the county's map: the registrar of its office, not of a school.
    private func keeper() async throws -> Actor? {
        let places = try await desk.session(story).call(
            RegistryMethods.listInstitutions, .with { $0.municipality = story })
        let office = places.institutions.first { $0.kind == "municipality" }
        return posts[story]?.first {
            $0.institutionID == office?.institutionID && $0.role == "registrar" && !$0.personID.isEmpty
        }.map { Actor($0) }
    }

    /// Asks the first of those who could help; nil when there is nobody.
    private func request(
        _ need: ReferralNeed, of one: ReferralCase, _ session: Session
    ) async throws -> ReferralCase? {
        let routes = try await session.call(
            ReferralMethods.proposeRoutes,
            .with {
                $0.municipality = story
                $0.caseID = one.caseID
                $0.needID = need.needID
            })
        guard let first = routes.candidates.first else {
            say.note(
                "   routed      no provider: \(routes.ruledOut.count) were ruled out; the need shows as unmet"
            )
            return nil
        }
        say.note(
            "   routed      \(routes.candidates.count) could help, \(routes.ruledOut.count) ruled out; first: "
                + "\(first.reasons.joined(separator: ", "))   [computed]")
        return try await session.call(
            ReferralMethods.requestHelp,
            .with {
                $0.municipality = story
                $0.caseID = one.caseID
                $0.needID = need.needID
                $0.resourceID = first.resourceID
                $0.basis.paragraph = "PGS § 37(2)"
            }, operation: operation("request:\(walked)"))
    }

    /// The helper's own steps, from wherever the attempt stands.
    private func advance(
        _ opened: ReferralCase, _ attempt: ReferralAttempt, helper: Actor
    ) async throws -> ReferralCase {
        let session = try desk.session(story, helper, purpose: "support")
        var one = opened
        let steps = [
            ("requested", "receive", "read        the request was read"),
            ("received", "accept", "accepted    a place is taken"),
            ("accepted", "start", "begun       help has begun"),
            ("in-progress", "complete", "helped      outcome: got-help"),
        ]
        for (state, action, words) in steps {
            let now = one.needs.flatMap(\.attempts).first { $0.attemptID == attempt.attemptID }
            if now?.state == state {
                one = try await session.call(
                    ReferralMethods.advanceAttempt,
                    .with {
                        $0.municipality = story
                        $0.caseID = one.caseID
                        $0.attemptID = attempt.attemptID
                        $0.action = action
                        $0.outcomeCode = action == "complete" ? "got-help" : ""
                    }, operation: operation("attempt:\(action):\(walked)"))
            }
            say.note("   \(words)   [\(helper.said)]")
        }
        return one
    }

    private func show(_ signal: RiskSignal, _ session: Session) async throws {
        let journey = try await session.call(
            GatewayMethods.journey,
            .with {
                $0.municipality = story
                $0.childID = signal.childID
            })
        guard !say.json else { return }
        Terminal.print(
            "\nThe same as the child's journey (tugi-gateway journey \(text(signal.childID)) --as class-teacher):\n"
        )
        Terminal.print(JourneyCommand.page(JourneyCommand.view(journey, language: "en")))
    }
}
