import ArgumentParser
import Contracts
import FoundationEssentials
import Rosters
import SwiftProtobuf
import Tables

/// Pupils and staff of one or more schools from a OneRoster 1.2 export.
struct ImportRosterCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster",
        abstract: "Pupils from a OneRoster 1.2 CSV export (whole tables): a folder or a ZIP.",
        discussion: """
            Each school's pupils are imported as by "import pupils"; who is missing from the export stays. A school \
            with faults is left out whole, the others are taken. Staff are not stored: --staff writes them as a \
            county document, to be looked through and brought in by "import county".
            """)
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Folder or ZIP with manifest.csv, users.csv, roles.csv, ...") var path: String
    @Option(help: "SOURCEDID=CODE: which institution of ours a school is; else its identifier is our code.")
    var school: [String] = []
    @Option(help: "Home language of pupils of whom the export has none, e.g. et.") var assumeLanguage: String?
    @Option(help: "Residence (EHAK code) of pupils of whom the export has none.") var assumeResidence: String?
    @Option(help: "Write teachers and heads to this file as people and posts.") var staff: String?
    @Flag(help: "Check only, store nothing.") var dryRun = false
    @Option(help: "Faults in et or en.") var lang: TextLanguage = .en

    struct View: Encodable {
        var schools: [ImportView]
        /// Of files, or of schools that could not be read; then nothing of them was sent.
        var faults: [FaultRow]
        /// Files that were not announced, and the like.
        var notes: [FaultRow]
    }

    func run(_ session: Session) async throws {
        let roster = try Roster(files: RosterFolder.read(path))
        var view = View(
            schools: [], faults: roster.faults.map { FaultRow($0.fault, file: $0.file, lang) },
            notes: roster.notes.map { FaultRow($0.fault, file: $0.file, lang) })
        if view.faults.isEmpty {
            let codes = try codes()
            let day = LocalTimeText.minute(Int64(Date.now.timeIntervalSince1970) * 1_000_000).prefix(10)
            guard let today = Array(day.utf8).withUnsafeBufferPointer({ TableDate($0) }) else {
                throw UsageError("clock", "This machine's clock shows no day.", next: "set the clock")
            }
            let schools = roster.schools(
                RosterDefaults(language: assumeLanguage, residence: assumeResidence), today: today)
            for school in schools {
                view.schools.append(
                    try await send(school, code: codes[school.sourcedID] ?? school.identifier, session))
            }
            if let staff { try write(schools, codes, to: staff) }
        }
        try say(view, session.output)
    }

    private func codes() throws -> [String: String] {
        var codes: [String: String] = [:]
        for pair in school {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw UsageError(
                    "school-option", "--school \"\(pair)\" is not SOURCEDID=CODE.",
                    next: "give the export's id of the school and our code of the institution")
            }
            codes[parts[0]] = parts[1]
        }
        return codes
    }

    private func send(_ school: RosterSchool, code: String, _ session: Session) async throws -> ImportView {
        var view = ImportView(
            file: code, rows: UInt64(school.pupilCount + school.faults.count), good: 0, stored: false,
            counts: [:], faultCount: UInt64(school.faults.count),
            faults: school.faults.map { FaultRow($0.fault, file: $0.file, lang) })
        guard view.faults.isEmpty, school.pupilCount > 0 else { return view }
        view = try await ImportPupilsCommand.run(
            session, csv: Data(school.csv), name: "users.csv", school: code, dryRun: dryRun,
            lang: lang, operation: connection.operationID.map { UUIDText.derived("\($0):\(code)").bytes })
        view.file = code
        for index in view.faults.indices {
            view.faults[index].row = UInt64(clamping: school.sourceRow(Int(clamping: view.faults[index].row)))
        }
        return view
    }

    private func write(_ schools: [RosterSchool], _ codes: [String: String], to file: String) throws {
        var document = RegistryCountyDocument()
        for school in schools {
            let institution = codes[school.sourcedID] ?? school.identifier
            for member in school.staff {
                let code = "\(institution)-\(member.sourcedID)".lowercased()
                document.people.append(
                    .with {
                        $0.code = code
                        $0.givenName = member.givenName
                        $0.familyName = member.familyName
                        $0.email = member.email
                    })
                document.posts.append(
                    .with {
                        $0.code = "\(code)-\(member.role)"
                        $0.institution = institution
                        $0.role = member.role
                        $0.sharePercent = 100
                        $0.person = code
                        $0.className = member.className
                    })
            }
        }
        do {
            try document.jsonUTF8Data().write(to: URL(filePath: file))
        } catch {
            throw UsageError("staff-unwritable", "\(file) cannot be written.", next: "choose another file")
        }
    }

    private func say(_ view: View, _ output: Output) throws {
        try output.value(view) {
            view.schools.isEmpty ? "nothing stored" : view.schools.map(\.summary).joined(separator: "\n")
        }
        let faults = view.faults + view.schools.flatMap(\.faults)
        if !output.json {
            if !view.notes.isEmpty { try output.rows(view.notes, FaultRow.columns, empty: "") }
            if !faults.isEmpty { try output.rows(faults, FaultRow.columns, empty: "") }
        }
        if !faults.isEmpty { throw Exit.problemsFound }
    }
}

/// The files of a roster, from a folder or an archive.
enum RosterFolder {
    static func read(_ path: String) throws -> [String: [UInt8]] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw UsageError("file-unreadable", "\(path) is not there.", next: "check the name")
        }
        guard isFolder else { return try archive(path) }
        var files: [String: [UInt8]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where name.hasSuffix(".csv") {
            files[name] = Array(try fileContents("\(path)/\(name)"))
        }
        return files
    }

    private static func archive(_ path: String) throws -> [String: [UInt8]] {
        do {
            return try ZipArchive.tables(Array(fileContents(path)))
        } catch let failure as ZipArchive.Failure {
            throw UsageError(
                failure.rawValue, "\(path) cannot be read as a ZIP archive.",
                next: "unpack it with the system's program and name the folder")
        }
    }
}
