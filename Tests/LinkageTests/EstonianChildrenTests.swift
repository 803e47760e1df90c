import Linkage
import Testing

/// What the policy makes of children that are easily taken for each other.
@Suite("Estonian children")
struct EstonianChildrenTests {
    private struct Outcome {
        var automaticRight = 0
        var automaticWrong = 0
        var reviewRight = 0
        var reviewWrong = 0
        var all = 0
        var cleanRepeats = 0
    }

    private func outcome(seed: UInt64, families: Int) -> Outcome {
        let children = EstonianChildren(seed: seed, families: families)
        var records = LinkageRecords(EstonianChildren.plan)
        for record in children.records { records.append(record.values) }
        let linkage = Linkage(records)
        var outcome = Outcome()
        outcome.cleanRepeats = children.cleanRepeats
        outcome.all = Dictionary(grouping: children.records, by: \.child).values.count { $0.count > 1 }
        for link in linkage.links {
            let (one, other) = (children.records[link.left], children.records[link.right])
            let levels = linkage.levels(link.left, link.right)
            let valid = EstonianChildren.isValid(one.isikukood) && EstonianChildren.isValid(other.isikukood)
            let evidence = LinkEvidence(
                total: link.total,
                identifier: valid ? (one.isikukood == other.isikukood ? .same : .different) : .unknown,
                birthDate: levels[2], givenName: levels[0], familyName: levels[1], bothHaveOpenCases: false)
            switch (LinkPolicy().decide(evidence), one.child == other.child) {
            case (.automatic, true): outcome.automaticRight += 1
            case (.automatic, false): outcome.automaticWrong += 1
            case (.review, true): outcome.reviewRight += 1
            case (.review, false): outcome.reviewWrong += 1
            case (.apart, _): break
            }
        }
        return outcome
    }

    @Test(
        "No two children are made one by the program, while nearly all repeated records are found",
        arguments: [1, 2, 3] as [UInt64])
    func noFalseMerge(seed: UInt64) {
        let outcome = outcome(seed: seed, families: 250)
        #expect(outcome.automaticWrong == 0)
        #expect(outcome.automaticRight >= outcome.cleanRepeats * 8 / 10)
        #expect(outcome.automaticRight + outcome.reviewRight >= outcome.all * 97 / 100)
        #expect(outcome.reviewWrong <= outcome.all / 2)
    }

    @Test("A kindergarten of a few children works too", arguments: [11, 12, 13] as [UInt64])
    func smallLists(seed: UInt64) {
        #expect(outcome(seed: seed, families: 12).automaticWrong == 0)
    }
}
