import Contracts
import Foundation
import Security

/// One school of the sample county with files that tests write by hand, and the people who act there.
struct School: Sendable {
    let county: County
    let code = "naidis-kool-3-vinni"
    let municipality = "0901"

    /// The county's map comes in first, as in every county.
    static func open(in county: County) async throws -> School {
        let map = try await county.tugi(
            "import", "county", "\(Repository.root)/scripts/samples/county.json", "--municipality", "0060")
        guard map.status == 0 else { throw County.Trouble(description: map.messages + map.output) }
        return School(county: county)
    }

    // MARK: - People

    /// The words that say who acts; people of the sample have ids made from codes (`Protocols/codes.md`).
    func acting(_ role: String, of className: String? = nil, purpose: String = "case-work") -> [String] {
        acting("\(code).\(role)\(className.map { ".\($0)" } ?? "")", role, purpose)
    }

    func acting(_ post: String, _ role: String, _ purpose: String) -> [String] {
        [
            "--municipality", municipality, "--person", School.id("person:p.\(post)"), "--role", role,
            "--purpose", purpose,
        ]
    }

    var registrar: [String] { acting("registrar", purpose: "data-entry") }
    /// Who keeps the municipality's part of the county's map.
    var keeper: [String] { acting("vinni-vald.registrar", "registrar", "data-entry") }
    /// Of the municipality's office.
    var protection: [String] {
        acting("vinni-vald.child-protection-worker", "child-protection-worker", "child-protection")
    }
    var teacher: [String] { acting("class-teacher", of: "3a") }

    /// The id that a code of the sample county makes.
    static func id(_ name: String) -> String {
        var bytes = Array(Digest.sha256(Array("tugi:\(name)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = bytes.map { String(format: "%02x", $0) }.joined()
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { part in
            hex.dropFirst(part.lowerBound).prefix(part.count)
        }
        return parts.joined(separator: "-")
    }

    // MARK: - Files

    private static let pupilColumns =
        "pupil,given_name,family_name,isikukood,birth_date,class,grade,language,residence,representative,"
        + "representative_contact,from,left"
    private static let journalColumns = "record,date,until,class,grade,lesson,pupil,journal,value"

    /// A row of a good pupil of a class.
    static func pupil(_ number: Int, className: String = "3a") -> String {
        "\(number),Näidis,Õpilane \(number),,2016-03-01,\(className),3,et,0901,,,2025-09-01,"
    }

    /// Two weeks of lessons of a class, and a member.
    static func lessons(_ className: String, member: Int) -> [String] {
        ["member,2025-09-01,,\(className),3,,\(member),,"]
            + ["02", "03", "04", "05", "06", "09", "10", "11", "12", "13"].map {
                "lesson,2026-03-\($0),,\(className),,1,,Matemaatika,"
            }
    }

    /// Three days away.
    static func absences(of pupil: Int, _ value: String) -> [String] {
        ["09", "10", "11"].map { "absence,2026-03-\($0),,,,1,\(pupil),Matemaatika,\(value)" }
    }

    func importPupils(_ rows: [String], file: String = "pupils.csv", _ more: String...) async throws
        -> County.Answer
    {
        try await bringIn("pupils", [School.pupilColumns] + rows, file: file, more)
    }

    func importJournal(_ rows: [String], file: String = "journal.csv", _ more: String...) async throws
        -> County.Answer
    {
        try await bringIn("journal", [School.journalColumns] + rows, file: file, more)
    }

    private func bringIn(_ what: String, _ lines: [String], file: String, _ more: [String]) async throws
        -> County.Answer
    {
        let path = "\(county.folder)/\(file)"
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return try await county.tugi(
            ["import", what, path, "--school", code, "--json"] + registrar + more)
    }

    // MARK: - What people see

    struct Child: Decodable {
        var child: String
        var name: String
    }
    struct Signal: Decodable {
        var signal: String
        var child: String
        var code: String
        var state: String
        var count: Int
    }

    func children(_ person: [String]) async throws -> [Child] {
        try await county.tugi(["children", "--json"] + person).decoded([Child].self)
    }

    func alarms(_ person: [String]) async throws -> [Signal] {
        try await county.tugi(["alarms", "--json"] + person).decoded([Signal].self)
    }

    func weeklyPass() async throws -> County.Answer {
        try await county.tugi(
            "weekly-pass", "--municipality", municipality, "--as-of", "2026-03-16", "--json")
    }

    /// Waits until every event has reached every program.
    func settle() async throws -> County.Answer {
        try await county.tugi("health", "--settled", "--wait", "30")
    }
}

/// What an import says with `--json`.
struct ImportReport: Decodable, Equatable {
    struct Fault: Decodable, Equatable {
        var file: String
        var row: Int
        var column: String
        var code: String
        var message: String
        var remedy: String
    }
    var rows: Int
    var good: Int
    var stored: Bool
    var faultCount: Int
    var faults: [Fault]
}

/// An error as `--json` tells it.
struct ToldError: Decodable {
    struct Detail: Decodable {
        var code: String
        var message: String
        var next: String
    }
    var error: Detail
}

extension County.Answer {
    /// The error that was told; messages are one JSON document with `--json`.
    func told() throws -> ToldError.Detail {
        do {
            return try JSONDecoder().decode(ToldError.self, from: Data(messages.utf8)).error
        } catch {
            throw County.Trouble(description: "no error was told: \(messages)\n\(output)")
        }
    }
}
