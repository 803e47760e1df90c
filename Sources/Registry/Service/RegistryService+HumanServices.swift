import Contracts
import HumanServices
import Security
import ServiceKit
import Store

/// Directories of help from and for others, as HSDS.
extension RegistryService {
    struct HumanServicesImport: Sendable {
        var source: String
        var files: [HumanServicesPackage.File]
        /// nil: told by the files.
        var version: Specification.Version?
        var defaults: DirectoryReading.Defaults
        var dryRun: Bool
        /// Take in also what breaks the specification.
        var keepInvalid: Bool
    }

    struct HumanServicesResult: Sendable {
        var reading: HumanServicesPackage.Reading
        var counts = ImportCounts()
        var linked = 0
        /// What the directory cannot hold.
        var notes: [Finding] = []
        /// Not empty: nothing was stored.
        var faults: [Fault] = []
        var stored = false
    }

    /// A services' directory in the files of a page.
    struct HumanServicesFiles: Sendable {
        var files: [HumanServicesPackage.File]
        var version: Specification.Version
        var page = 1
        var pages = 1
    }

    func importHumanServices(
        _ request: HumanServicesImport, operation: Operation, caller: Caller
    ) async throws -> HumanServicesResult {
        try Self.check(request)
        try await requireCountyImporter(caller)
        let stored = try await county().read { try CountyStore.load($0) }
        let today = kit.clock.today().description
        // A large feed takes seconds: away from the connections' own threads.
        let reading = await withTaskExecutorPreference(globalConcurrentExecutor) {
            HumanServicesPackage.read(request.files, version: request.version)
        }
        var result = HumanServicesResult(reading: reading)
        let errors = reading.findings.count(.error)
        guard reading.findings.count(.unreadable) == 0, errors == 0 || request.keepInvalid else {
            return result
        }
        let directory = await withTaskExecutorPreference(globalConcurrentExecutor) {
            DirectoryReading(reading.package, request.defaults, stored: stored, today: today)
        }
        result.notes = directory.notes
        result.linked = directory.links.count
        let check = try await importCounty(
            directory.map, dryRun: true, operation: operation, caller: caller)
        result.faults = check.faults
        result.counts = check.counts
        guard check.faults.isEmpty, !request.dryRun else { return result }
        let source = HumanServicesStore.Source(
            name: request.source, owner: caller.municipality, defaults: request.defaults,
            package: reading.package.kept, links: directory.links)
        let map = directory.map
        let done = try await kit.once(operation, in: RegistryCodes.county) { transaction in
            try HumanServicesStore.replace(
                source, at: kit.clock.now(), by: caller.system.uri, transaction)
            return [try take(map, caller: caller, in: transaction).bytes]
        }
        result.counts = ImportCounts(bytes: done.ids.first ?? []) ?? ImportCounts()
        result.stored = true
        await renewDirectory()
        return result
    }

    private static func check(_ request: HumanServicesImport) throws {
        guard RegistryCodes.isName(request.source) else {
            throw ServiceError(
                .invalid, "source-malformed",
                "Name the source with lower case letters, digits, \".\" and \"-\", such as \"tallinn.ee\".")
        }
        guard !request.files.isEmpty, request.files.count <= HumanServicesParts.filesMax else {
            throw ServiceError(.invalid, "files-count", "Send 1 to 200 files of one source.")
        }
        guard Set(request.files.map(\.name)).count == request.files.count else {
            throw ServiceError(.invalid, "files-same-name", "Give each file of a source a name of its own.")
        }
    }

    /// The county's own directory, or a municipality's part of it with what serves the whole county.
    func exportDirectory(
        of municipality: String, version: Specification.Version, asTables: Bool, page: Int, caller: Caller
    ) async throws -> HumanServicesFiles {
        let rows = try await resources(of: municipality, needCode: "", caller: caller)
        let (map, records) = try await county().read { transaction in
            var map = CountyMap()
            map.municipalities = try CountyStore.municipalities(transaction)
            map.institutions = try CountyStore.institutions(transaction)
            let held = try ["institution", "resource"].flatMap { try RecordStore.all($0, transaction) }
            return (map, Dictionary(held.map { ($0.record.key, $0.record) }) { first, _ in first })
        }
        let view = DirectoryView.page(
            page, size: 100, of: map, resources: rows.map(\.resource), records: records, version)
        var result = HumanServicesFiles(files: [], version: version, page: view.number, pages: view.pages)
        result.files = asTables ? try Self.tables(view.package).files() : view.package.files(indent: nil)
        return result
    }

    /// A source's files as they came, with what was changed in the directory since laid over them.
    func exportSource(
        _ name: String, asTables: Bool, caller: Caller
    ) async throws -> HumanServicesFiles {
        let found = try await county().read { transaction in
            (
                source: try HumanServicesStore.source(name, transaction),
                map: try CountyStore.load(transaction)
            )
        }
        guard let source = found.source,
            RegistryRules.mayReadMap(of: source.owner, callerMunicipality: caller.municipality)
        else {
            throw ServiceError(
                .notFound, "source-unknown",
                "There is no such source: check the name that it was imported by.")
        }
        let package: HumanServicesPackage
        do throws(Finding) {
            package = try HumanServicesPackage(source.package)
        } catch {
            throw StoreError(
                .damaged, "A kept HSDS package is damaged. Verify the store and restore a backup.")
        }
        let current = DirectoryReading.laidOver(
            package, source.defaults, links: source.links, stored: found.map)
        return HumanServicesFiles(
            files: asTables ? try Self.tables(current).files() : current.files(indent: nil),
            version: source.package.version)
    }

    private static func tables(_ package: HumanServicesPackage) throws -> HumanServicesPackage {
        if package.documents.isEmpty { return package }
        do throws(Finding) {
            return try package.asTables().package
        } catch {
            throw ServiceError(.tooMuch, error.code, "\(error.message.en) \(error.remedy.en)")
        }
    }
}
