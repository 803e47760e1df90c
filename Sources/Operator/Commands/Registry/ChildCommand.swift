import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// A child's record, marks and links. What is shown goes to standard output of whoever asked, and nowhere else.
struct ChildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "child", abstract: "Records of children, marks, who works with a child, hand-overs.",
        subcommands: [
            ChildRegisterCommand.self, ChildChangeCommand.self, ChildShowCommand.self, ChildFindCommand.self,
            ChildHistoryCommand.self, ChildCountCommand.self, ChildMarkCommand.self, ChildUnmarkCommand.self,
            ChildLinksCommand.self, ChildObjectionCommand.self, ChildReviewCommand.self,
            ChildOfferCommand.self, ChildOffersCommand.self, ChildAcceptCommand.self,
            ChildDeclineCommand.self, ChildWithdrawCommand.self,
        ])
}

/// A child's content as people write it: the JSON form of `ChildContent` of the protocol.
enum ChildContentFile {
    /// Reads FILE, or standard input for "-", so that personal data stands in no list of processes.
    static func read(_ path: String) throws -> (content: RegistryChildContent, fields: [String]) {
        let data = try PrivateText.data(path)
        do {
            let content = try RegistryChildContent(jsonUTF8Data: data)
            let keys = (try JSONDecoder().decode([String: Ignored].self, from: data)).keys
            let fields = keys.map { key in
                key.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
            }
            return (content, fields.sorted())
        } catch {
            throw UsageError(
                "content-unreadable", "That is no JSON of a child's content.",
                next: "see ChildContent in Protocols/registry/v1/children.proto; ids are base64 there")
        }
    }

    private struct Ignored: Decodable {
        init(from decoder: any Decoder) {}
    }
}

/// Brings a child into the register by hand.
struct ChildRegisterCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Bring a child into the register, also one in no institution.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Content as JSON (ChildContent), or - for standard input.") var file: String
    @Option(help: "The institution's id; else the file's, else none.") var institution: String?

    func run(_ session: Session) async throws {
        var content = try ChildContentFile.read(file).content
        if let institution { content.institutionID = try UUIDText(institution, what: "--institution").data }
        let request = content
        let answer = try await session.call(
            RegistryMethods.registerChild,
            .with {
                $0.municipality = session.municipality
                $0.content = request
            })
        try session.output.value(["child": text(answer.childID), "version": "\(answer.version)"]) {
            "registered: \(text(answer.childID))"
        }
    }
}

/// Changes fields of a record.
struct ChildChangeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Change what a file names in a child's record; the rest stays.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Argument(help: "The fields to change as JSON (ChildContent), or - for standard input.") var file: String
    @Option(help: "The version that you read; a newer one is not written over.") var version: UInt32

    func run(_ session: Session) async throws {
        let child = try UUIDText(child, what: "CHILD")
        let (content, fields) = try ChildContentFile.read(file)
        let answer = try await session.call(
            RegistryMethods.changeChild,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.expectedVersion = version
                $0.content = content
                $0.fields = fields
            })
        try session.output.value(["version": answer.version]) { "now version \(answer.version)" }
    }
}

/// Shows a whole record.
struct ChildShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a child's record, now or as it was at the end of a past day.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Option(help: "A past day, e.g. 2026-02-02.") var asOf: String?

    struct Shown: Encodable {
        var child: String
        var version: UInt32
        var name: String
        var isikukood: String
        var birthDate: String
        var language: String
        var institution: String
        var className: String
        var grade: Int32
        var residence: String
        var residenceBasis: String
        var from: String
        var left: String
        var representatives: [String]
        var otherIDs: [String]
        var marks: [ChildMarkText]
    }

    func run(_ session: Session) async throws {
        let id = try UUIDText(child, what: "CHILD")
        let answer = try await session.call(
            RegistryMethods.getChildRecord,
            .with {
                $0.municipality = session.municipality
                $0.childID = id.data
                $0.asOf = asOf ?? ""
            })
        let content = answer.content
        let shown = Shown(
            child: text(answer.child.childID), version: answer.version,
            name: "\(content.givenName) \(content.familyName)", isikukood: content.isikukood,
            birthDate: content.birthDate, language: content.language,
            institution: content.institutionID == answer.child.institutionID
                ? answer.child.institutionName : text(content.institutionID),
            className: content.className, grade: content.grade, residence: content.residenceMunicipality,
            residenceBasis: content.residenceBasis, from: content.from, left: content.left,
            representatives: content.representatives.map { one in
                [one.name, one.relation, one.phone, one.email, one.language].filter { !$0.isEmpty }
                    .joined(separator: ", ")
            },
            otherIDs: content.otherIds.map { "\($0.system) \($0.id)" },
            marks: answer.child.marks.map { ChildMarkText($0) })
        try session.output.value(shown) {
            let lines = [
                ("name", shown.name), ("isikukood", shown.isikukood), ("born", shown.birthDate),
                ("language", shown.language), ("institution", shown.institution),
                ("class", shown.className), ("residence", "\(shown.residence) (\(shown.residenceBasis))"),
                ("from", shown.from), ("left", shown.left),
                ("representatives", shown.representatives.joined(separator: "; ")),
                ("other ids", shown.otherIDs.joined(separator: "; ")), ("version", "\(shown.version)"),
            ]
            let marks = shown.marks.map { "\($0.kind) \($0.toward): \($0.ground) (until \($0.reviewOn))" }
            return Table.render(
                headings: ["", ""],
                rows: lines.filter { !$0.1.isEmpty }.map { [$0.0, $0.1] } + marks.map { ["MARK", $0] })
        }
    }
}

/// A mark as it is shown.
struct ChildMarkText: Encodable {
    var mark: String
    var kind: String
    var toward: String
    var ground: String
    var setOn: String
    var setBy: String
    var setRole: String
    var reviewOn: String

    init(_ mark: RegistryMark) {
        self.mark = text(mark.markID)
        kind = mark.kind
        toward = mark.toward
        ground = mark.ground
        setOn = mark.setOn
        setBy = text(mark.setBy)
        setRole = mark.setRole
        reviewOn = mark.reviewOn
    }
}

/// Finds children.
struct ChildFindCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Find a child by name, isikukood or another system's id.",
        discussion: "That somebody looked is recorded, also when nothing is found.")
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var former: FormerTextOptions
    @Option(
        name: .customLong("name-from"),
        help: "Beginning of a name, with Estonian letters or without: a file, or - for standard input.")
    var nameFrom: String?
    @Option(name: .customLong("isikukood-from"), help: "File with the isikukood, or - for standard input.")
    var isikukoodFrom: String?
    @Option(help: "Another system's code, e.g. ehis; with --id-from.") var system: String?
    @Option(name: .customLong("id-from"), help: "File with that system's id, or - for standard input.")
    var idFrom: String?

    struct Row: Encodable {
        var child: String
        var name: String
        var institution: String
        var className: String
        var state: String
        var marks: [ChildMarkText]
    }

    func validate() throws {
        let ways = [nameFrom != nil, isikukoodFrom != nil, system != nil]
        guard ways.filter(\.self).count == 1, (system == nil) == (idFrom == nil) else {
            throw ValidationError("Give --name-from, or --isikukood-from, or --system with --id-from.")
        }
    }

    func run(_ session: Session) async throws {
        var request = RegistryFindChildRequest()
        request.municipality = session.municipality
        if let nameFrom { request.name = try PrivateText.read(.init("--name-from", nameFrom))[0] }
        if let isikukoodFrom {
            request.isikukood = try PrivateText.word(.init("--isikukood-from", isikukoodFrom))
        }
        if let system, let idFrom {
            request.otherID.system = system
            request.otherID.id = try PrivateText.word(.init("--id-from", idFrom))
        }
        let answer = try await session.call(RegistryMethods.findChild, request)
        try session.output.rows(
            answer.children.map { child in
                Row(
                    child: text(child.childID), name: "\(child.givenName) \(child.familyName)",
                    institution: child.institutionName, className: child.className,
                    state: child.institutionID.isEmpty ? "in no institution" : child.left ? "left" : "",
                    marks: child.marks.map { ChildMarkText($0) })
            },
            [
                ("child", \.child), ("name", \.name), ("institution", \.institution), ("class", \.className),
                ("", \.state),
                ("marks", { $0.marks.map { "\($0.kind) \($0.toward)" }.joined(separator: "; ") }),
            ], empty: "nobody whom you may see")
    }
}

/// Who changed a record.
struct ChildHistoryCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Who changed what in a child's record, and when.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String

    struct Row: Encodable {
        var version: UInt32
        var at: String
        var action: String
        var role: String
        var person: String
        var system: String
        var fields: [String]
    }

    func run(_ session: Session) async throws {
        let id = try UUIDText(child, what: "CHILD")
        let answer = try await session.call(
            RegistryMethods.childHistory,
            .with {
                $0.municipality = session.municipality
                $0.childID = id.data
            })
        try session.output.rows(
            answer.versions.map {
                Row(
                    version: $0.version, at: LocalTimeText.minute($0.atMicroseconds), action: $0.action,
                    role: $0.role, person: text($0.personID), system: $0.system, fields: $0.fields)
            },
            [
                ("version", { "\($0.version)" }), ("when", \.at), ("what", \.action), ("role", \.role),
                ("person", \.person), ("fields", { $0.fields.joined(separator: ", ") }),
            ], empty: "no version kept yet")
    }
}

/// How many children there are, and where.
struct ChildCountCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "count", abstract: "How many children: in institutions, left, in none, handed over.")
    @OptionGroup var connection: ConnectionOptions

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.countChildren, .with { $0.municipality = session.municipality })
        let counts = [
            ("inInstitution", answer.inInstitution), ("left", answer.left),
            ("inNoInstitution", answer.inNoInstitution), ("handedOver", answer.handedOver),
        ]
        try session.output.value(Dictionary(uniqueKeysWithValues: counts)) {
            Table.render(headings: ["children", ""], rows: counts.map { [$0.0, "\($0.1)"] })
        }
    }
}
