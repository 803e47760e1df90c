import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials

/// Institutions of a municipality.
struct InstitutionsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "institutions", abstract: "Schools, kindergartens and offices.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var institution: String
        var code: String
        var municipality: String
        var kind: String
        var name: String
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.listInstitutions, .with { $0.municipality = session.municipality })
        try session.output.rows(
            answer.institutions.map {
                Row(
                    institution: text($0.institutionID), code: $0.code, municipality: $0.municipality,
                    kind: $0.kind,
                    name: $0.name)
            }, [("institution", \.institution), ("code", \.code), ("kind", \.kind), ("name", \.name)],
            empty: "no institutions; next: tugi-gateway import county FILE")
    }
}

/// Posts, filled and vacant.
struct PostsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "posts", abstract: "Posts, which are vacant, and who stands in.")
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Only vacant ones.") var vacant = false

    struct Row: Encodable {
        var post: String
        var institution: String
        var role: String
        var share: UInt32
        var person: String
        var name: String
        var className: String
        /// Who stands in today, by name; empty: nobody.
        var substitute: String
        /// The last day of it; empty: open.
        var substituteUntil: String

        var shownSubstitute: String {
            substituteUntil.isEmpty ? substitute : "\(substitute) until \(substituteUntil)"
        }
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.listPosts,
            .with {
                $0.municipality = session.municipality
                $0.vacantOnly = vacant
            })
        try session.output.rows(
            answer.posts.map {
                Row(
                    post: text($0.postID), institution: $0.institutionName, role: $0.role,
                    share: $0.sharePercent,
                    person: text($0.personID), name: $0.personName, className: $0.className,
                    substitute: $0.substituteName, substituteUntil: $0.substituteUntil)
            },
            [
                ("institution", \.institution), ("role", \.role), ("class", \.className),
                ("share", { "\($0.share) %" }), ("who", { $0.name.isEmpty ? "VACANT" : $0.name }),
                ("substitute", \.shownSubstitute), ("person", \.person),
            ], empty: "no posts")
    }
}

/// Who and what can help.
struct ResourcesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "resources", abstract: "The three tables: specialists, services and programmes.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Only for this need, e.g. attendance.") var need: String?

    struct Row: Encodable {
        var resource: String
        var table: String
        var name: String
        var institution: String
        var scope: String
        var needs: [String]
        var places: UInt32
        var asOf: String
        var accepting: Bool
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.listResources,
            .with {
                $0.municipality = session.municipality
                $0.needCode = need ?? ""
            })
        try session.output.rows(
            answer.resources.map {
                Row(
                    resource: text($0.resourceID), table: $0.entry.table, name: $0.entry.name,
                    institution: $0.entry.institution, scope: $0.entry.scope, needs: $0.entry.needCodes,
                    places: $0.entry.capacityPlaces, asOf: $0.entry.capacityAsOf, accepting: $0.accepting)
            },
            [
                ("table", \.table), ("name", \.name), ("institution", \.institution), ("scope", \.scope),
                ("needs", { $0.needs.joined(separator: ", ") }), ("places", { "\($0.places) (\($0.asOf))" }),
                ("takes", { $0.accepting ? "yes" : "no" }),
            ], empty: "nothing on the map")
    }
}

/// How each municipality works.
struct TemplatesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "The municipality's process: levels, who leads each, phases.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var municipality: String
        var kind: String
        var grades: String
        var draft: Bool
        var fallback: Bool
        var levels: [String]
        var phases: [String]
        var source: String
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.listTemplates, .with { $0.municipality = session.municipality })
        try session.output.rows(
            answer.templates.map { template in
                Row(
                    municipality: template.municipality, kind: template.institutionKind,
                    grades: "\(template.gradeFrom)-\(template.gradeTo)", draft: template.draft,
                    fallback: template.fallback,
                    levels: template.levels.map { "\($0.order) \($0.nameEn) (\($0.coordinatorRole))" },
                    phases: template.phases, source: template.source)
            },
            [
                ("kind", \.kind), ("grades", { $0.fallback ? "others" : $0.grades }),
                ("state", { $0.draft ? "draft" : "in force" }),
                ("levels", { $0.levels.joined(separator: " > ") }),
            ], empty: "no templates")
    }
}

/// Support teams and what they want to learn.
struct TeamsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "teams", abstract: "Support teams, vacant seats, and what they want to learn.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var institution: String
        var members: UInt32
        var vacant: UInt32
        var gaps: [String]
        var planned: [String]
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.listTeams, .with { $0.municipality = session.municipality })
        try session.output.rows(
            answer.teams.map {
                Row(
                    institution: $0.institutionName, members: $0.members, vacant: $0.vacantMembers,
                    gaps: $0.gapTopics,
                    planned: $0.plannedTopics)
            },
            [
                ("institution", \.institution), ("members", { String($0.members) }),
                ("vacant", { String($0.vacant) }),
                ("wants to learn", { $0.gaps.joined(separator: ", ") }),
                ("planned", { $0.planned.joined(separator: ", ") }),
            ], empty: "no teams")
    }
}

/// Children whom the acting person works with.
struct ChildrenCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "children", abstract: "Children of a class that the acting person works with.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Institution's id.") var institution: String?
    @Option(help: "Class, e.g. 7a.") var className: String?

    struct Row: Encodable {
        var child: String
        var name: String
        var className: String
        var grade: Int32
    }

    func run(_ session: Session) async throws {
        var request = RegistryListChildrenRequest()
        request.municipality = session.municipality
        request.className = className ?? ""
        if let institution { request.institutionID = try UUIDText(institution, what: "--institution").data }
        let answer = try await session.call(RegistryMethods.listChildren, request)
        try session.output.rows(
            answer.children.map {
                Row(
                    child: text($0.childID), name: "\($0.givenName) \($0.familyName)",
                    className: $0.className,
                    grade: $0.grade)
            }, [("child", \.child), ("name", \.name), ("class", \.className)], empty: "no children")
    }
}

/// Gives a specialist access to a child.
struct LinkCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Give a specialist work with a child; the representatives are told.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Argument(help: "The specialist's person id.") var specialist: String
    @Option(name: .customLong("specialist-role"), help: "Role in which the specialist works with the child.")
    var specialistRole: String
    @Option(help: "The day on which access ends by itself.") var endsOn: String?
    @Option(help: "The day on which people look whether it is still needed.") var reviewOn: String?

    func run(_ session: Session) async throws {
        let (child, person) = (
            try UUIDText(child, what: "CHILD"), try UUIDText(specialist, what: "SPECIALIST")
        )
        let answer = try await session.call(
            RegistryMethods.linkSpecialist,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.personID = person.data
                $0.role = specialistRole
                $0.endsOn = endsOn ?? ""
                $0.reviewOn = reviewOn ?? ""
            })
        try session.output.value(["link": text(answer.linkID)]) { "linked: \(text(answer.linkID))" }
    }
}

/// Ends a specialist's access to a child.
struct UnlinkCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink", abstract: "End a specialist's work with a child; access ends with it.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Argument(help: "The link's id.") var link: String
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("reason-from"), help: "Why: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let (child, link) = (try UUIDText(child, what: "CHILD"), try UUIDText(link, what: "LINK"))
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        _ = try await session.call(
            RegistryMethods.endLink,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.linkID = link.data
                $0.reason = reason
            })
        try session.output.value(["ended": link.description]) { "ended" }
    }
}

/// Who looked at a child's data.
struct LookedCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "looked", abstract: "Who looked at a child's data, when, in which role and why.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Option(help: "Rows at most (1000).") var limit: UInt32 = 100

    struct Row: Encodable {
        var at: String
        var service: String
        var action: String
        var system: String
        var person: String
        var role: String
        var purpose: String
        var granted: Bool
    }

    func run(_ session: Session) async throws {
        let id = try UUIDText(child, what: "CHILD")
        let answer = try await session.call(
            CommonMethods.auditForChild,
            .with {
                $0.municipality = session.municipality
                $0.childID = id.data
                $0.limit = limit
            })
        try session.output.rows(
            answer.entries.map {
                Row(
                    at: LocalTimeText.minute($0.atMicroseconds), service: $0.service, action: $0.action,
                    system: $0.system, person: text($0.personID), role: $0.role, purpose: $0.purpose,
                    granted: $0.granted)
            },
            [
                ("when", \.at), ("what", \.action), ("role", { $0.role.isEmpty ? "program" : $0.role }),
                ("person", \.person), ("why", \.purpose), ("", { $0.granted ? "" : "REFUSED" }),
            ], empty: "nobody looked")
    }
}
