import ReferralRouting
import Testing

/// The attempt's machine against a second, hand-written picture of it: every state, action and side.
@Suite struct AttemptTableTests {
    /// State, then what each action leads to ("Q" requester, "R" recipient).
    private static let picture: [String: [String: String]] = [
        "requested": [
            "receive": "R received", "accept": "R accepted", "reject": "R rejected", "cancel": "Q cancelled",
        ],
        "received": ["accept": "R accepted", "reject": "R rejected", "cancel": "Q cancelled"],
        "accepted": [
            "start": "R in-progress", "hold": "R on-hold", "complete": "R completed", "fail": "R failed",
            "cancel": "Q cancelled",
        ],
        "in-progress": [
            "hold": "R on-hold", "complete": "R completed", "fail": "R failed", "cancel": "Q cancelled",
        ],
        "on-hold": [
            "resume": "R back", "complete": "R completed", "fail": "R failed", "cancel": "Q cancelled",
        ],
        "rejected": [:], "failed": [:], "cancelled": [:], "completed": [:],
    ]

    private static func result(
        _ state: AttemptState, _ action: AttemptAction, _ sides: Set<AttemptSide>, started: Bool = false,
        reason: String = "other", outcome: String = "got-help"
    ) -> Result<AttemptState, ReferralError> {
        Result { () throws(ReferralError) in
            try AttemptTable.step(
                from: state, action, by: sides, started: started, reason: reason, outcome: outcome)
        }
    }

    @Test(
        "Each step of each state, by each side, is exactly as pictured", arguments: AttemptState.allCases,
        AttemptAction.allCases)
    func wholeMatrix(_ state: AttemptState, _ action: AttemptAction) throws {
        let row = try #require(Self.picture[state.rawValue])
        for side in AttemptSide.allCases {
            for started in [false, true] {
                let got = Self.result(state, action, [side], started: started)
                guard let cell = row[action.rawValue] else {
                    guard case .failure(.illegalTransition(state.rawValue, action.rawValue, let now)) = got
                    else {
                        Issue.record("\(action) in \(state) is not told to be impossible")
                        continue
                    }
                    #expect(Set(now) == Set(row.keys))
                    continue
                }
                let mine = cell.hasPrefix("R") ? AttemptSide.recipient : .requester
                if side != mine {
                    #expect(got == .failure(.otherSide(action.rawValue, mine.rawValue)))
                } else {
                    let back = started ? "in-progress" : "accepted"
                    let to = cell.dropFirst(2) == "back" ? back : String(cell.dropFirst(2))
                    #expect(try got.get().rawValue == to)
                }
            }
        }
    }

    @Test("A refusal, a hold, a failure and a taking back need a known reason; an end needs an outcome")
    func compulsoryCodes() {
        for (action, state) in [
            (AttemptAction.reject, AttemptState.requested), (.hold, .accepted), (.fail, .inProgress),
            (.cancel, .requested),
        ] {
            for reason in ["", "because"] {
                guard
                    case .failure(.codeMissing("reason_code", _)) = Self.result(
                        state, action, [.requester, .recipient], reason: reason)
                else {
                    Issue.record("\(action) went without a reason")
                    continue
                }
            }
        }
        guard
            case .failure(.codeMissing("outcome_code", _)) = Self.result(
                .inProgress, .complete, [.recipient], outcome: "")
        else {
            Issue.record("completed without an outcome")
            return
        }
    }

    @Test("What may be done now names the side, and an unheard outcome waits for the requester")
    func actionsNow() {
        #expect(
            AttemptTable.actions(in: .requested, acknowledged: false) == [
                "receive:recipient", "accept:recipient", "reject:recipient", "cancel:requester",
            ])
        #expect(AttemptTable.actions(in: .completed, acknowledged: false) == ["acknowledge:requester"])
        #expect(AttemptTable.actions(in: .completed, acknowledged: true).isEmpty)
        #expect(AttemptTable.actions(in: .cancelled, acknowledged: false).isEmpty)
    }
}
