import ServiceKit
import Store

/// Names a kind of id that only Registry uses.
enum DuplicateNamed {
    enum Pair {}
}

typealias DuplicatePairID = Identifier<DuplicateNamed.Pair>

/// Two records that may be of one child, why, and what was decided.
struct DuplicatePair: Sendable, Hashable {
    enum State: String, Sendable, CaseIterable {
        /// For a person to decide.
        case waiting
        /// One child: the kept record is shown for both.
        case merged
        /// Two children.
        case different
        /// Was merged, and is not any more.
        case separated
    }

    /// Where the pair's weight comes from; holds no value of any record.
    struct Reason: Sendable, Hashable {
        var field: String
        var level: String
        var bits: Double
    }

    var id: DuplicatePairID
    /// The smaller id comes first.
    var first: ChildID
    var second: ChildID
    var state = State.waiting
    var bits: Double
    var reasons: [Reason]
    /// Why no program may decide; empty: it may.
    var doubts: [String]
    /// While merged.
    var kept: ChildID?
    /// Nil: nobody, or the program.
    var decidedBy: PersonID?
    var decidedRole = ""
    var decidedAt: Instant?
    var reasonSealed: [UInt8]?
}
