import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// Records that may be of one child. What is shown goes to standard output of whoever asked, and nowhere else.
struct DuplicatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates", abstract: "Records that may be of one child: find, look, decide, undo.",
        subcommands: [
            DuplicatesFindCommand.self, DuplicatesListCommand.self, DuplicatesMergeCommand.self,
            DuplicatesApartCommand.self, DuplicatesUndoCommand.self,
        ])
}

/// A pair as people see it.
struct DuplicateRow: Encodable {
    struct Child: Encodable {
        var child: String
        var name: String
        var birthDate: String
        var institution: String
        var className: String
        var left: Bool
        var hasIsikukood: Bool
        var hasOpenCase: Bool

        init(_ one: RegistryDuplicateChild) {
            child = text(one.childID)
            name = "\(one.givenName) \(one.familyName)"
            birthDate = one.birthDate
            institution = one.institutionName
            className = one.className
            left = one.left
            hasIsikukood = one.hasIsikukood_p
            hasOpenCase = one.hasOpenCase_p
        }

        var line: String {
            let marks = [
                left ? "left" : nil, hasIsikukood ? "isikukood" : nil, hasOpenCase ? "open case" : nil,
            ].compactMap { $0 }
            return
                "  \(child)  \(name), \(birthDate.isEmpty ? "birth date unknown" : birthDate), \(institution) "
                + className + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))")
        }
    }

    struct Reason: Encodable {
        var field: String
        var level: String
        var bits: Double

        var text: String {
            let rounded = (bits * 10).rounded() / 10
            return "\(field)\(level.isEmpty ? "" : " \(level)") \(rounded < 0 ? "" : "+")\(rounded)"
        }
    }

    var pair: String
    var state: String
    var bits: Double
    var first: Child
    var second: Child
    var reasons: [Reason]
    var doubts: [String]
    var kept: String
    var decidedBy: String
    var decidedRole: String
    var reason: String

    init(_ one: RegistryDuplicatePair) {
        pair = text(one.pairID)
        state = one.state
        bits = one.bits
        first = Child(one.first)
        second = Child(one.second)
        reasons = one.reasons.map { Reason(field: $0.field, level: $0.level, bits: $0.bits) }
        doubts = one.doubts
        kept = text(one.keptChildID)
        decidedBy = text(one.decidedBy)
        decidedRole = one.decidedRole
        reason = one.reason
    }

    /// All that speaks for and against, for whoever decides.
    var page: String {
        var lines = [
            "pair \(pair) (\(state)), \((bits * 10).rounded() / 10) bits for one child", first.line,
            second.line,
        ]
        let weighed = reasons.filter { abs($0.bits) >= 0.05 }.map(\.text)
        lines.append("  why: \(weighed.joined(separator: ", "))")
        if !doubts.isEmpty { lines.append("  a person decides, because: \(doubts.joined(separator: ", "))") }
        if !kept.isEmpty { lines.append("  shown for both: \(kept)") }
        if !decidedRole.isEmpty { lines.append("  decided by \(decidedBy) as \(decidedRole): \(reason)") }
        return lines.joined(separator: "\n")
    }
}

/// Compares all children of the municipality.
struct DuplicatesFindCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Compare all children and keep the pairs that a person should look at."
    )
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Merge what the policy lets a program decide.") var mergeCertain = false

    func run(_ session: Session) async throws {
        let mergeCertain = mergeCertain
        let answer = try await session.call(
            RegistryMethods.findDuplicates,
            .with {
                $0.municipality = session.municipality
                $0.mergeCertain = mergeCertain
            })
        let counts = [
            "children": answer.children, "waiting": answer.waiting, "certain": answer.certain,
            "merged": answer.merged,
        ]
        try session.output.value(counts) {
            "\(answer.children) children compared; \(answer.waiting) pairs wait for a person, \(answer.certain) of them "
                + "certain; \(answer.merged) merged\nnext: tugi-gateway registry duplicates list"
        }
    }
}

/// Shows pairs with the weights that explain them.
struct DuplicatesListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show pairs with what speaks for and against one child.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "waiting, merged, different or separated.") var state = "waiting"
    @Option(help: "Pairs at most (200).") var limit: UInt32 = 50

    func run(_ session: Session) async throws {
        let (state, limit) = (state, limit)
        let answer = try await session.call(
            RegistryMethods.listDuplicates,
            .with {
                $0.municipality = session.municipality
                $0.state = state
                $0.limit = limit
            })
        let rows = answer.pairs.map(DuplicateRow.init)
        try session.output.value(rows) {
            if rows.isEmpty { return "no pairs; next: tugi-gateway registry duplicates find" }
            let more = answer.more > 0 ? "\n\(answer.more) more: give --limit" : ""
            return rows.map(\.page).joined(separator: "\n") + more
        }
    }
}

/// Decides that both records are of one child.
struct DuplicatesMergeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Decide that both records are of one child; can be undone exactly.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The pair's id.") var pair: String
    @Option(help: "The child whose record is shown for both; else the one with an isikukood.") var keep:
        String?
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("reason-from"), help: "Why: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let pair = try UUIDText(pair, what: "PAIR")
        let kept = try keep.map { try UUIDText($0, what: "--keep") }
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        let answer = try await session.call(
            RegistryMethods.decideDuplicate,
            .with {
                $0.municipality = session.municipality
                $0.pairID = pair.data
                $0.same = true
                $0.keptChildID = kept?.data ?? Data()
                $0.reason = reason
            })
        let row = DuplicateRow(answer.pair)
        try session.output.value(row) {
            row.page + "\nnext, if that was wrong: registry duplicates undo \(row.pair)"
        }
    }
}

/// Decides that they are two children.
struct DuplicatesApartCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "apart",
        abstract: "Decide that the records are of two children; the pair is not shown again.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The pair's id.") var pair: String
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("reason-from"), help: "Why: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let pair = try UUIDText(pair, what: "PAIR")
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        let answer = try await session.call(
            RegistryMethods.decideDuplicate,
            .with {
                $0.municipality = session.municipality
                $0.pairID = pair.data
                $0.reason = reason
            })
        let row = DuplicateRow(answer.pair)
        try session.output.value(row) { row.page }
    }
}

/// Takes a merge back.
struct DuplicatesUndoCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take a merge back: both records are again as they were.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The pair's id.") var pair: String
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("reason-from"), help: "Why: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let pair = try UUIDText(pair, what: "PAIR")
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        let answer = try await session.call(
            RegistryMethods.undoMerge,
            .with {
                $0.municipality = session.municipality
                $0.pairID = pair.data
                $0.reason = reason
            })
        let row = DuplicateRow(answer.pair)
        try session.output.value(row) { row.page }
    }
}
