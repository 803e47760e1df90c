import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// Finds who and what can help, as people ask for it.
struct SearchCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract:
            "Find help, institutions and posts by words and filters, e.g. logopeed vene 1. klass Tapa vaba koht.",
        discussion: """
            Words in Estonian, English or Russian that name a role, a need, a language, a grade, a municipality or a \
            free place act as filters; others are beginnings of words in names and descriptions, in any spelling. Type \
            no child's name: what is needed finds help, not for whom.
            """)
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "What is looked for.") var words: [String] = []
    @Option(help: "resource, institution or post; may be repeated.") var kind: [String] = []
    @Option(help: "specialist, service, programme, or an institution's kind; may be repeated.") var sort:
        [String] = []
    @Option(help: "A role, e.g. speech-therapist; may be repeated.") var with: [String] = []
    @Option(help: "A need, e.g. speech; may be repeated.") var need: [String] = []
    @Option(help: "A field, e.g. education; may be repeated.") var field: [String] = []
    @Option(help: "A prevention tier, e.g. selective; may be repeated.") var tier: [String] = []
    @Option(help: "A language, e.g. ru; may be repeated.") var language: [String] = []
    @Option(help: "Grade, 0 is kindergarten.") var grade: Int32?
    @Option(help: "Age in years.") var age: Int32?
    @Option(help: "EHAK code: there, next to it, or serving the whole county.") var near: String?
    @Flag(help: "Only what declares places and has somebody to ask.") var free = false
    @Option(help: "Only what declares its capacity not longer ago than so many days.") var fresh: UInt32?
    @Option(help: "Entries at most (100).") var limit: UInt32 = 20
    @Option(help: "What an earlier page gave as its next.") var next: String?
    @Option(help: "Language of the reasons: et or en.") var lang = "et"

    struct Row: Encodable {
        struct Reason: Encodable {
            var code: String
            var text: String
            var typed: String
            var points: UInt32
        }
        struct Capacity: Encodable {
            var places: UInt32
            var asOf: String
            var ageDays: UInt32?
            var old: Bool
        }
        var kind: String
        var id: String
        var code: String
        var title: String
        var institution: String
        var municipality: String
        var person: String
        var accepting: Bool
        var capacity: Capacity?
        var howToRefer: String
        var points: UInt32
        var reasons: [Reason]
    }

    struct Found: Encodable {
        var total: UInt32
        var next: String?
        var understood: [String]
        var hits: [Row]
    }

    func validate() throws {
        guard ["et", "en"].contains(lang) else { throw ValidationError("--lang is et or en.") }
        if let next, Data(base64Encoded: next) == nil {
            throw ValidationError("--next is what an earlier page gave; copy it whole.")
        }
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(RegistryMethods.searchDirectory, request)
        let next = answer.cursor.isEmpty ? nil : answer.cursor.base64EncodedString()
        let rows = answer.hits.map(row)
        guard !session.output.json else {
            return try session.output.value(
                Found(total: answer.total, next: next, understood: answer.understood.map(meaning), hits: rows)
            ) { "" }
        }
        for part in answer.understood where !part.taken.isEmpty {
            session.output.note("nothing matches \(part.typed); shown: \(part.taken.joined(separator: ", "))")
        }
        try session.output.rows(
            rows,
            [
                ("title", \.title), ("institution", \.institution), ("where", \.municipality),
                ("declared places", places), ("how to refer", \.howToRefer),
                ("why", { $0.reasons.map(\.text).joined(separator: "; ") }),
            ], empty: "nothing found")
        for part in answer.without {
            session.output.note("without \(meaning(part)): \(part.hits)")
        }
        if let next { session.output.note("\(rows.count) of \(answer.total); go on with --next \(next)") }
    }

    private var request: RegistrySearchDirectoryRequest {
        .with {
            $0.words = words.joined(separator: " ")
            $0.kinds = kind
            $0.sorts = sort
            $0.roles = with
            $0.needCodes = need
            $0.fields = field
            $0.preventionTiers = tier
            $0.languages = language
            if let grade { $0.grade = grade }
            if let age { $0.age = age }
            $0.near = near ?? ""
            $0.freePlace = free
            $0.capacityNotOlderThanDays = fresh ?? 0
            $0.pageSize = limit
            $0.cursor = next.flatMap { Data(base64Encoded: $0) } ?? Data()
        }
    }

    private func row(_ hit: RegistryDirectoryHit) -> Row {
        Row(
            kind: hit.kind, id: text(hit.id), code: hit.code, title: hit.title,
            institution: hit.institutionName,
            municipality: hit.municipalityName, person: hit.personName, accepting: hit.accepting,
            capacity: hit.hasCapacity
                ? Row.Capacity(
                    places: hit.capacity.places, asOf: hit.capacity.asOf,
                    ageDays: hit.capacity.hasAgeDays ? hit.capacity.ageDays : nil, old: hit.capacity.old)
                : nil,
            howToRefer: hit.howToRefer, points: hit.points,
            reasons: hit.reasons.map {
                Row.Reason(
                    code: $0.code, text: lang == "en" ? $0.textEn : $0.textEt, typed: $0.typed,
                    points: $0.points)
            })
    }

    private func places(_ row: Row) -> String {
        guard let capacity = row.capacity else { return "" }
        let old = lang == "en" ? "old" : "vana"
        return "\(capacity.places) (\(capacity.asOf)\(capacity.old ? ", \(old)" : ""))"
    }

    private func meaning(_ part: RegistryDirectoryPart) -> String {
        let meaning = lang == "en" ? part.meaningEn : part.meaningEt
        return meaning.isEmpty ? "\"\(part.typed)\"" : meaning
    }
}
