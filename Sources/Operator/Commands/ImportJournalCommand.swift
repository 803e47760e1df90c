import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials
import NIOCore
import RPC
import Security

/// A school's journal, streamed in.
struct ImportJournalCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "A school's journal from CSV (Protocols/journal.md), streamed and resumable.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "CSV file.") var file: String
    @Option(help: "The school's code, e.g. haljala-kool.") var school: String
    @Flag(help: "Check only, keep nothing.") var dryRun = false
    @Option(help: "Faults in et or en.") var lang: TextLanguage = .en
    @Flag(help: "The file is all there is from --from to --until: what it lacks is taken away.") var full =
        false
    @Option(help: "With --full: first day, e.g. 2025-09-01.") var from: String?
    @Option(help: "With --full: last day.") var until: String?

    func validate() throws {
        guard full == (from != nil), full == (until != nil) else {
            throw ValidationError("--full goes with --from and --until, and they with it.")
        }
    }

    func run(_ session: Session) async throws {
        let institution = try await ImportJournalCommand.institution(session, school: school)
        let journal = JournalImport(
            file: file, institution: institution, dryRun: dryRun,
            period: full ? (from ?? "", until ?? "") : nil, lang: lang)
        try await journal.run(session).say(session.output)
    }

    /// The id of a school by its code.
    static func institution(_ session: Session, school: String) async throws -> Data {
        let answer = try await session.call(
            RegistryMethods.listInstitutions, .with { $0.municipality = session.municipality })
        guard let found = answer.institutions.first(where: { $0.code == school }) else {
            throw UsageError(
                "school-unknown", "\(session.municipality) has no institution with the code \"\(school)\".",
                next: "tugi-gateway institutions --municipality \(session.municipality)")
        }
        return found.institutionID
    }
}

/// One journal on its way: what it holds names it, so a try that was cut off goes on where it stopped.
struct JournalImport {
    let file: String
    let institution: Data
    let dryRun: Bool
    let period: (from: String, until: String)?
    var lang = TextLanguage.en
    /// Seed of the operation ids; the same seed makes the same ids.
    var seed: String = UUIDText.newOperation().description

    /// Brings it in; a try that was cut off is begun again and goes on after the last piece that was kept.
    func run(_ session: Session) async throws -> ImportView {
        try await session.patiently { try await attempt(session) }
    }

    private func attempt(_ session: Session) async throws -> ImportView {
        let handle = try FileReader(path: file)
        let (digest, size) = try handle.digest()
        let begun = try await session.call(
            RiskMethods.beginImport,
            .with {
                $0.municipality = session.municipality
                $0.institutionID = institution
                $0.format = "tugi-journal/1"
                $0.contentDigest = Data(digest)
                $0.contentBytes = size
                $0.fileName = fileName(file)
                if let period {
                    $0.full = true
                    $0.fullFrom = period.from
                    $0.fullUntil = period.until
                }
            }, operation: operation("begin"))
        if begun.committed { return view(begun.report) }
        let chunks = (size + UInt64(begun.chunkBytes) - 1) / UInt64(max(1, begun.chunkBytes))
        if begun.nextChunk < chunks { try await upload(session, begun, handle: handle, chunks: chunks) }
        let report = try await session.call(
            GatewayMethods.finishJournalImport,
            .with {
                $0.municipality = session.municipality
                $0.institutionID = institution
                $0.importID = begun.importID
                $0.dryRun = dryRun
            }, operation: operation("finish"))
        return view(report)
    }

    private func operation(_ step: String) -> [UInt8] { UUIDText.derived("\(seed):\(step)").bytes }

    private func upload(
        _ session: Session, _ begun: RiskBeginImportResponse, handle: FileReader, chunks: UInt64
    ) async throws {
        let method = RiskMethods.stageChunks
        let call = try await session.channel.open(
            method.descriptor, session.options(method.descriptor, operation: UUIDText.newOperation().bytes))
        do {
            for index in begun.nextChunk..<chunks {
                let data = try handle.read(at: index * UInt64(begun.chunkBytes), count: Int(begun.chunkBytes))
                let chunk = RiskStageChunk.with {
                    if index == begun.nextChunk {
                        $0.municipality = session.municipality
                        $0.importID = begun.importID
                    }
                    $0.index = index
                    $0.data = data
                }
                try await call.send(try encode(chunk))
            }
            try await call.finishSending()
            guard let buffer = try await call.receive() else {
                throw RPCError(
                    .internal, reason: "response-missing", message: "The upload ended without an answer.")
            }
            let staged: RiskStageChunksResponse = try decode(buffer)
            guard try await call.receive() == nil, staged.nextChunk == chunks else {
                throw RPCError(
                    .aborted, reason: "upload-incomplete",
                    message: "The upload was cut off; start it again, it goes on.",
                    retry: .after(.seconds(1)))
            }
        } catch {
            call.cancel()
            throw error
        }
    }

    private func view(_ report: RiskImportReport) -> ImportView {
        ImportView(
            file: fileName(file), rows: report.rows, good: report.good, stored: report.committed,
            counts: [
                "lessons": report.lessons, "absences": report.absences, "grades": report.grades,
                "remarks": report.remarks, "memberships": report.memberships,
            ], faultCount: report.faultCount,
            faults: report.faults.map { FaultRow($0, file: fileName(file), lang) })
    }
}

/// A file read piece by piece.
struct FileReader {
    private let path: String
    private static let pieceBytes = 1 << 20

    init(path: String) throws {
        self.path = path
        _ = try open()
    }

    private func open() throws -> FileHandleBox { try FileHandleBox(path: path) }

    /// SHA-256 and length of the whole.
    func digest() throws -> (digest: [UInt8], size: UInt64) {
        let handle = try open()
        var hasher = SHA256Hasher()
        var size: UInt64 = 0
        while true {
            let piece = try handle.read(at: size, count: Self.pieceBytes)
            if piece.isEmpty { return (hasher.finalize(), size) }
            hasher.update(piece)
            size += UInt64(piece.count)
        }
    }

    func read(at offset: UInt64, count: Int) throws -> Data {
        Data(try open().read(at: offset, count: count))
    }
}
