import Contracts
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@testable import Gateway

@Suite("A child's journey as steps in time")
struct JourneyTests {
    private let teacher = PersonID.synthetic(1)
    private let helper = ResourceID.synthetic(2)
    private let signalID = SignalID.synthetic(3)
    private let caseID = CaseID.synthetic(4)
    private let needID = NeedID.synthetic(5)
    private let attemptID = AttemptID.synthetic(6)

    private var names: JourneyNames {
        JourneyNames(
            posts: [
                .with {
                    $0.personID = teacher.data
                    $0.personName = "Proovi Spetsialist 1"
                }
            ],
            resources: [
                .with {
                    $0.resourceID = helper.data
                    $0.entry.name = "Sotsiaalpedagoog"
                }
            ])
    }

    private func signal(_ state: String, _ changes: [(Int64, String)]) -> RiskSignal {
        .with {
            $0.signalID = signalID.data
            $0.kind = "alarm"
            $0.state = state
            $0.explanationEn = "Days with unexcused absence: 3"
            $0.history = changes.map { at, change in
                .with {
                    $0.atMicroseconds = at
                    $0.change = change
                    if change == "confirmed" || change == "dismissed" {
                        $0.personID = teacher.data
                        $0.role = "class-teacher"
                    }
                }
            }
        }
    }

    private func aCase(
        _ changes: [(Int64, String)] = [(1, "opened")], state: String = "open", attempt: String? = nil,
        need: Bool = true, acknowledged: Bool = false
    ) -> ReferralCase {
        .with {
            $0.caseID = caseID.data
            $0.state = state
            $0.level = 1
            $0.levelNameEn = "Support in the class"
            $0.history = changes.map { at, change in
                .with {
                    $0.atMicroseconds = at
                    $0.change = change
                }
            }
            guard need else { return }
            $0.needs = [
                .with {
                    $0.needID = needID.data
                    $0.needCode = "attendance"
                    $0.state = "active"
                    guard let attempt else { return }
                    $0.attempts = [
                        .with {
                            $0.attemptID = attemptID.data
                            $0.resourceID = helper.data
                            $0.state = attempt
                            $0.acknowledged = acknowledged
                        }
                    ]
                }
            ]
        }
    }

    private func journey(_ signals: [RiskSignal] = [], _ cases: [ReferralCase] = []) -> Journey {
        Journey(child: RegistryChild(), signals: signals, cases: cases, names: names)
    }

    @Test("Steps of signals and cases stand in the order of time; at one instant in the order of cause")
    func order() {
        let way = journey(
            [signal("confirmed", [(10, "raised"), (20, "confirmed")])],
            [aCase([(20, "opened"), (30, "need-added"), (40, "help-requested")], attempt: "requested")])
        #expect(
            way.steps.map(\.step) == [
                "signal.raised", "signal.confirmed", "case.opened", "case.need-added", "case.help-requested",
            ])
        #expect(way.steps[1].decidedBy == "Proovi Spetsialist 1, class-teacher")
        #expect(way.steps[0].decidedBy == "computed" && way.steps[2].decidedBy == "computed")
        #expect(way.steps[4].textEn == "Help was requested: Sotsiaalpedagoog")
        #expect(way.steps.allSatisfy { !$0.textEt.isEmpty && !$0.textEn.isEmpty })
    }

    @Test("Who is not on the map is told by role alone")
    func unknownPerson() {
        #expect(names.decider(PersonID.synthetic(99).bytes, role: "head") == "head")
        #expect(names.decider(teacher.bytes, role: "") == "Proovi Spetsialist 1")
        #expect(names.decider([UInt8](), role: "") == "computed")
    }

    @Test("An open signal waits for a person's decision")
    func openSignal() {
        #expect(journey([signal("open", [(1, "raised")])]).nextCommand == "tugi-gateway confirm \(signalID)")
        #expect(journey([signal("dismissed", [(1, "raised"), (2, "dismissed")])]).nextCommand.isEmpty)
        #expect(journey().nextCommand.isEmpty)
    }

    @Test("Every state of a case names the command that carries it on")
    func nextOfCase() {
        #expect(
            journey([], [aCase(need: false)]).nextCommand
                == "tugi-gateway need add \(caseID) --need attendance")
        #expect(journey([], [aCase()]).nextCommand == "tugi-gateway routes \(caseID) \(needID)")
        let expected = [
            "requested": "attempt accept \(caseID) \(attemptID)",
            "received": "attempt accept \(caseID) \(attemptID)",
            "accepted": "attempt start \(caseID) \(attemptID)",
            "on-hold": "attempt resume \(caseID) \(attemptID)",
            "in-progress": "attempt complete \(caseID) \(attemptID) --outcome got-help",
            "completed": "acknowledge \(caseID) \(attemptID) --need-met",
            "rejected": "routes \(caseID) \(needID)", "failed": "routes \(caseID) \(needID)",
        ]
        for (state, command) in expected {
            #expect(journey([], [aCase(attempt: state)]).nextCommand == "tugi-gateway \(command)")
        }
        let heard = aCase(attempt: "completed", acknowledged: true)
        #expect(journey([], [heard]).nextCommand == "tugi-gateway routes \(caseID) \(needID)")
    }

    @Test("When all needs are met the case can be closed; a closed case waits for nothing")
    func closing() {
        var met = aCase(attempt: "completed", acknowledged: true)
        met.needs[0].state = "completed"
        #expect(
            journey([], [met]).nextCommand
                == "tugi-gateway case close \(caseID) --outcome solved-in-institution")
        #expect(journey([], [aCase(state: "closed", attempt: "completed")]).nextCommand.isEmpty)
        let both = journey([signal("open", [(1, "raised")])], [aCase(state: "closed")])
        #expect(both.nextCommand == "tugi-gateway confirm \(signalID)")
    }
}
