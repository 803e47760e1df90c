import Linkage
import Testing

/// When a program may make two records one.
@Suite("Policy of links")
struct LinkPolicyTests {
    private func evidence(_ change: (inout LinkEvidence) -> Void) -> LinkEvidence {
        var evidence = LinkEvidence(
            total: 30, identifier: .unknown, birthDate: .exact, givenName: .exact, familyName: .exact,
            bothHaveOpenCases: false)
        change(&evidence)
        return evidence
    }

    private func decision(_ change: (inout LinkEvidence) -> Void) -> LinkDecision {
        LinkPolicy().decide(evidence(change))
    }

    @Test("The same valid code with the same birth date and name is decided by the program")
    func sameCode() {
        #expect(decision { $0.identifier = .same } == .automatic)
        #expect(decision { ($0.identifier, $0.total) = (.same, 3) } == .automatic)
        #expect(decision { ($0.identifier, $0.givenName) = (.same, .close) } == .automatic)
    }

    @Test("The same code with another birth date or name goes to a person")
    func sharedCode() {
        #expect(
            decision { ($0.identifier, $0.birthDate) = (.same, .different) } == .review([.identifierShared]))
        #expect(
            decision { ($0.identifier, $0.birthDate) = (.same, .missing) } == .review([.identifierShared]))
        #expect(
            decision { ($0.identifier, $0.givenName) = (.same, .different) }
                == .review([.identifierShared, .twins]))
    }

    @Test("Different valid codes are never made one by the program")
    func differentCodes() {
        #expect(decision { $0.identifier = .different } == .review([.identifiersDiffer]))
        #expect(decision { ($0.identifier, $0.total) = (.different, -1) } == .apart)
        #expect(decision { ($0.identifier, $0.givenName) = (.different, .different) } == .apart)
    }

    @Test("Without a code the bound is strict, and names and birth date must be the very same")
    func withoutCode() {
        #expect(decision { _ in } == .automatic)
        #expect(decision { $0.total = 19.9 } == .review([.uncertain]))
        #expect(decision { $0.total = -0.1 } == .apart)
        #expect(decision { $0.birthDate = .similar } == .review([.uncertain]))
        #expect(decision { $0.familyName = .close } == .review([.uncertain]))
    }

    @Test("Whatever marks twins goes to a person, however much agrees")
    func twins() {
        for level in [AgreementLevel.different, .weak, .similar, .missing, .close] {
            #expect(decision { ($0.givenName, $0.total) = (level, 100) } == .review([.twins, .uncertain]))
        }
    }

    @Test("Two open cases are never joined by the program")
    func openCases() {
        #expect(decision { ($0.identifier, $0.bothHaveOpenCases) = (.same, true) } == .review([.openCases]))
        #expect(decision { ($0.total, $0.bothHaveOpenCases) = (100, true) } == .review([.openCases]))
    }
}
