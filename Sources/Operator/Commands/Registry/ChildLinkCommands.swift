import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// Sets a mark on a child.
struct ChildMarkCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark", abstract: "Note whom not to contact, or with whom not to share.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Argument(help: "do-not-contact or do-not-share.") var kind: String
    @OptionGroup var former: FormerTextOptions
    @Option(
        name: .customLong("toward-from"),
        help: "Who is not contacted, or with whom nothing is shared: a file, or - for standard input.")
    var towardFrom: String
    @Option(name: .customLong("ground-from"), help: "On what ground: a file, or - for standard input.")
    var groundFrom: String
    @Option(help: "The day on which people look again.") var reviewOn: String

    func run(_ session: Session) async throws {
        let child = try UUIDText(child, what: "CHILD")
        let texts = try PrivateText.read(
            .init("--toward-from", towardFrom), .init("--ground-from", groundFrom))
        let answer = try await session.call(
            RegistryMethods.setMark,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.kind = kind
                $0.toward = texts[0]
                $0.ground = texts[1]
                $0.reviewOn = reviewOn
            })
        try session.output.value(["mark": text(answer.markID)]) { "marked: \(text(answer.markID))" }
    }
}

/// Ends a mark.
struct ChildUnmarkCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmark", abstract: "End a mark on a child.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Argument(help: "The mark's id.") var mark: String
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("reason-from"), help: "Why: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let (child, mark) = (try UUIDText(child, what: "CHILD"), try UUIDText(mark, what: "MARK"))
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        _ = try await session.call(
            RegistryMethods.endMark,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.markID = mark.data
                $0.reason = reason
            })
        try session.output.value(["ended": mark.description]) { "ended" }
    }
}

/// Who works and worked with a child, or with whom a specialist works.
struct ChildLinksCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "Links of a child, or of a specialist, with objections; ended ones too.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String?
    @Option(help: "A specialist's person id, instead of a child.") var specialist: String?

    struct Row: Encodable {
        struct Objection: Encodable {
            var raisedOn: String
            var raisedBy: String
            var text: String
            var outcome: String
            var decidedOn: String
            var ground: String
        }
        var link: String
        var child: String
        var person: String
        var name: String
        var role: String
        var from: String
        var until: String
        var open: Bool
        var endsOn: String
        var reviewOn: String
        var givenBy: String
        var endedBy: String
        var endReason: String
        var objections: [Objection]
    }

    func validate() throws {
        guard (child == nil) != (specialist == nil) else {
            throw ValidationError("Give a child's id, or --specialist.")
        }
    }

    func run(_ session: Session) async throws {
        var request = RegistryListLinksRequest()
        request.municipality = session.municipality
        if let child { request.childID = try UUIDText(child, what: "CHILD").data }
        if let specialist { request.personID = try UUIDText(specialist, what: "--specialist").data }
        let answer = try await session.call(RegistryMethods.listLinks, request)
        try session.output.rows(
            answer.links.map(Self.row),
            [
                ("link", \.link), ("child", \.child),
                ("who", { $0.name.isEmpty ? $0.person : $0.name }), ("role", \.role), ("from", \.from),
                ("until", { $0.open ? ($0.endsOn.isEmpty ? "open" : "\($0.endsOn) (open)") : $0.until }),
                ("review", \.reviewOn),
                (
                    "objections",
                    { row in
                        row.objections.map { "\($0.raisedOn) \($0.outcome.isEmpty ? "WAITS" : $0.outcome)" }
                            .joined(separator: "; ")
                    }
                ),
            ], empty: "no links")
    }

    private static func row(_ detail: RegistryLinkDetail) -> Row {
        Row(
            link: text(detail.link.linkID), child: text(detail.childID), person: text(detail.link.personID),
            name: detail.link.personName, role: detail.link.role, from: detail.link.from,
            until: detail.link.until, open: detail.open, endsOn: detail.endsOn, reviewOn: detail.reviewOn,
            givenBy: text(detail.givenBy), endedBy: text(detail.endedBy), endReason: detail.endReason,
            objections: detail.objections.map {
                Row.Objection(
                    raisedOn: $0.raisedOn, raisedBy: $0.raisedBy, text: $0.text, outcome: $0.outcome,
                    decidedOn: $0.decidedOn, ground: $0.ground)
            })
    }
}

/// Takes down an objection of a representative.
struct ChildObjectionCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "objection", abstract: "Take down that a representative objects to a specialist's link.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Argument(help: "The link's id.") var link: String
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("by-from"), help: "Who objects: a file, or - for standard input.")
    var byFrom: String
    @Option(name: .customLong("text-from"), help: "To what, in their words: a file, or - for standard input.")
    var textFrom: String
    @Option(name: .customLong("on"), help: "The day; else today.") var raisedOn: String?

    func run(_ session: Session) async throws {
        let (child, link) = (try UUIDText(child, what: "CHILD"), try UUIDText(link, what: "LINK"))
        let texts = try PrivateText.read(.init("--by-from", byFrom), .init("--text-from", textFrom))
        let answer = try await session.call(
            RegistryMethods.recordObjection,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.linkID = link.data
                $0.raisedBy = texts[0]
                $0.text = texts[1]
                $0.raisedOn = raisedOn ?? ""
            })
        let id = UUIDText(bytes: answer.objectionID).description
        try session.output.value(["objection": id]) { "taken down: \(id)" }
    }
}

/// Decides whether a link goes on.
struct ChildReviewCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Decide whether a specialist's link goes on; settles objections.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Argument(help: "The link's id.") var link: String
    @Argument(help: "continue or end.") var outcome: String
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("ground-from"), help: "On what ground: a file, or - for standard input.")
    var groundFrom: String
    @Option(help: "When to look again.") var reviewOn: String?
    @Option(help: "When access ends by itself.") var endsOn: String?

    func run(_ session: Session) async throws {
        let (child, link) = (try UUIDText(child, what: "CHILD"), try UUIDText(link, what: "LINK"))
        let ground = try PrivateText.read(.init("--ground-from", groundFrom))[0]
        _ = try await session.call(
            RegistryMethods.reviewLink,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.linkID = link.data
                $0.outcome = outcome
                $0.ground = ground
                $0.reviewOn = reviewOn ?? ""
                $0.endsOn = endsOn ?? ""
            })
        try session.output.value(["link": link.description, "outcome": outcome]) { "decided: \(outcome)" }
    }
}
