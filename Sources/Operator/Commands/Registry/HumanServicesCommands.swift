import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// Takes in a directory of help in HSDS.
struct ImportHumanServicesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "hsds",
        abstract: "A directory of help in the Human Services Data Specification, nested JSON or tables.",
        discussion: """
            What the county's directory needs and the feed does not say can be given as defaults; services without it \
            are kept and come back with the export, but are not in the directory (Protocols/hsds.md).
            """)
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "A JSON file, a table, or a folder of them.") var path: String
    @Option(help: "The feed's name; an import takes the place of the one before. Else made from the path.")
    var source: String?
    @Option(help: "3.0 or 3.1; else told by the files.") var hsds: String = ""
    @Option(help: "Default: EHAK code of the municipality that the services belong to.") var owner: String =
        ""
    @Option(help: "Default: kind of the organizations.") var institutionKind: String = ""
    @Option(help: "Default: field, e.g. social.") var field: String = ""
    @Option(help: "Default: scope of help, e.g. municipality.") var scope: String = ""
    @Option(help: "Default: prevention tier, e.g. selective.") var tier: String = ""
    @Option(name: .customLong("need"), help: "Default: need, e.g. attendance; may be given several times.")
    var needs: [String] = []
    @Flag(help: "Take in also what breaks the specification.") var keepInvalid = false
    @Flag(help: "Check only, store nothing.") var dryRun = false
    @Option(help: "Findings in et or en.") var lang: TextLanguage = .en

    struct FindingRow: Encodable {
        var severity: String
        var code: String
        var place: String
        var message: String
        var remedy: String
    }

    struct View: Encodable {
        var source: String
        var version: String
        var stored: Bool
        var objects: UInt32
        var repeats: UInt32
        var rows: UInt32
        var danglingReferences: UInt32
        var unreadable: UInt32
        var errors: UInt32
        var warnings: UInt32
        var inDirectory: UInt32
        var created: UInt32
        var changed: UInt32
        var unchanged: UInt32
        var findings: [FindingRow]

        var summary: String {
            let state = stored ? "stored" : "nothing stored"
            return "\(source): HSDS \(version), \(objects) objects (\(repeats) repeats), \(rows) rows; "
                + "\(errors + unreadable) errors, \(warnings) warnings, \(danglingReferences) dangling references; "
                + "\(inDirectory) in the directory (\(created) new, \(changed) changed); \(state)"
        }
    }

    func run(_ session: Session) async throws {
        let files = try HumanServicesFolder.files(path)
        let name = source ?? HumanServicesFolder.sourceName(path)
        var requests = HumanServicesFolder.messages(files).map { files in
            RegistryImportHumanServicesRequest.with { $0.files = files }
        }
        requests.insert(
            .with {
                $0.source = name
                $0.version = hsds
                $0.defaults.municipality = owner
                $0.defaults.institutionKind = institutionKind
                $0.defaults.field = field
                $0.defaults.scope = scope
                $0.defaults.preventionTier = tier
                $0.defaults.needCodes = needs
                $0.dryRun = dryRun
                $0.keepInvalid = keepInvalid
                $0.language = lang.rawValue
            }, at: 0)
        let answer = try await session.send(RegistryMethods.importHumanServices, requests)
        let view = View(
            source: name, version: answer.version, stored: answer.stored, objects: answer.objects,
            repeats: answer.repeats, rows: answer.rows, danglingReferences: answer.danglingReferences,
            unreadable: answer.unreadable, errors: answer.errors, warnings: answer.warnings,
            inDirectory: answer.inDirectory, created: answer.created, changed: answer.changed,
            unchanged: answer.unchanged,
            findings: answer.findings.map { finding in
                let row = finding.row == 0 ? "" : " row \(finding.row)"
                let column = finding.column.isEmpty ? "" : " \(finding.column)"
                return FindingRow(
                    severity: finding.severity, code: finding.code,
                    place: finding.file + row + column + finding.pointer, message: finding.message,
                    remedy: finding.remedy)
            })
        try session.output.value(view) { view.summary }
        if !session.output.json, !view.findings.isEmpty {
            try session.output.rows(
                view.findings,
                [
                    ("severity", \.severity), ("place", \.place), ("what", \.message), ("remedy", \.remedy),
                ], empty: "")
        }
        if !view.stored, !dryRun || view.errors + view.unreadable > 0 { throw Exit.problemsFound }
    }
}

/// Writes a directory of help in HSDS.
struct ExportHumanServicesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "hsds",
        abstract:
            "The county's directory, or an imported feed as it came, in the Human Services Data Specification."
    )
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "An imported feed's name; else the county's own directory.") var source: String = ""
    @Option(help: "Folder to write into; made if it is not there.") var out: String
    @Option(help: "3.0 or 3.1, of the own directory.") var hsds: String = ""
    @Flag(help: "Tables (CSV) instead of nested JSON.") var tables = false
    @Flag(help: "All of the county that you may see, not only --municipality and the county's own.") var all =
        false

    func run(_ session: Session) async throws {
        var page: UInt32 = 1
        var written: [String] = []
        while true {
            let answers = try await session.collect(
                RegistryMethods.exportHumanServices,
                .with {
                    $0.source = source
                    $0.municipality = all ? "" : session.municipality
                    $0.version = hsds
                    $0.tables = tables
                    $0.page = page
                })
            let pages = answers.last?.pages ?? 1
            // Tables of one page belong together.
            let folder = tables && pages > 1 ? "\(out)/page-\(page)" : out
            written += try HumanServicesFolder.write(
                HumanServicesFolder.whole(answers.flatMap(\.files)), into: folder)
            guard page < pages else { break }
            page += 1
        }
        let files = Set(written).sorted()
        try session.output.value(["files": files]) { "written: \(files.joined(separator: ", "))" }
    }
}

/// Files of a feed on disk.
enum HumanServicesFolder {
    /// The file, or the JSON files and tables of the folder without its data package's description.
    static func files(_ path: String) throws -> [RegistryHumanServicesFile] {
        var isFolder = false
        let found = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard found else {
            throw UsageError("file-unreadable", "\(path) is not there.", next: "check the name")
        }
        let names = isFolder ? (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] : []
        let paths =
            isFolder
            ? names.sorted().filter {
                ($0.hasSuffix(".csv") || $0.hasSuffix(".json")) && $0 != "datapackage.json"
            }
            .map { "\(path)/\($0)" }
            : [path]
        guard !paths.isEmpty else {
            throw UsageError(
                "folder-empty", "\(path) holds no JSON file and no table.", next: "name another folder")
        }
        return try paths.map { path in
            let data = try fileContents(path)
            return .with {
                $0.name = fileName(path)
                $0.content = data
            }
        }
    }

    /// A source's name from a path: its last part in lower case, other signs as "-".
    static func sourceName(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        let stem =
            last.hasSuffix(".json") || last.hasSuffix(".csv") ? String(last.split(separator: ".")[0]) : last
        let name = stem.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber) || character == "."
                || character == "-"
                ? character : "-"
        }
        return String(name.prefix(100))
    }

    private static let partBytes = 800 << 10

    /// The files in as many messages as they need.
    static func messages(_ files: [RegistryHumanServicesFile]) -> [[RegistryHumanServicesFile]] {
        var messages: [[RegistryHumanServicesFile]] = []
        for file in files {
            var rest = file.content[...]
            repeat {
                let piece = rest.prefix(partBytes)
                rest = rest.dropFirst(piece.count)
                let part = RegistryHumanServicesFile.with {
                    $0.name = file.name
                    $0.content = Data(piece)
                    $0.more = !rest.isEmpty
                }
                if let held = messages.last?.reduce(0, { $0 + $1.content.count }),
                    held + piece.count <= partBytes
                {
                    messages[messages.count - 1].append(part)
                } else {
                    messages.append([part])
                }
            } while !rest.isEmpty
        }
        return messages
    }

    /// Files that came in parts, whole again.
    static func whole(_ parts: [RegistryHumanServicesFile]) -> [RegistryHumanServicesFile] {
        var files: [RegistryHumanServicesFile] = []
        for part in parts {
            if files.last?.more == true {
                files[files.count - 1].content += part.content
                files[files.count - 1].more = part.more
            } else {
                files.append(part)
            }
        }
        return files
    }

    /// Writes files by their last name only, and gives the paths.
    static func write(_ files: [RegistryHumanServicesFile], into folder: String) throws -> [String] {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            return try files.map { file in
                let path = "\(folder)/\(fileName(file.name))"
                try file.content.write(to: URL(filePath: path))
                return path
            }
        } catch {
            throw UsageError(
                "folder-unwritable", "\(folder) cannot be written to.", next: "give another folder with --out"
            )
        }
    }
}
