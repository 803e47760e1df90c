import Directory
import ServiceKit
import Store

/// Searching the county's map. It holds nothing about children, so searches leave no audit entry.
extension RegistryService {
    struct DirectoryAnswer: Sendable {
        var page: DirectoryPage
        var snapshot: DirectorySnapshot
        var today: LocalDate
    }

    func searchDirectory(_ question: DirectoryQuestion, caller: Caller) async throws -> DirectoryAnswer {
        let query = try question.query()
        for municipality in question.municipalities {
            guard RegistryRules.mayReadMap(of: municipality, callerMunicipality: caller.municipality) else {
                throw ServiceError(
                    .notAllowed, "other-municipality",
                    "Search your own municipality and the county: leave the others out.")
            }
        }
        let visible = RegistryRules.mapScope("", callerMunicipality: caller.municipality, withCounty: true)
        let snapshot = try await directorySnapshot()
        let today = kit.clock.today()
        do {
            let page = try snapshot.index.search(
                query, visible: visible, on: today.dayNumber,
                after: question.cursor.isEmpty ? nil : question.cursor, limit: question.limit)
            return DirectoryAnswer(page: page, snapshot: snapshot, today: today)
        } catch {
            throw ServiceError(.invalid, error.reason, error.message)
        }
    }

    /// The directory of today; made when there is none yet, or only that of an earlier day (posts end by their date).
    /// Searches that find none at once make it once.
    func directorySnapshot() async throws -> DirectorySnapshot {
        while true {
            if let snapshot = directory.snapshot, snapshot.day == kit.clock.today() { return snapshot }
            guard await directory.mayMake() else {
                try Task.checkCancellation()
                continue
            }
            defer { directory.made() }
            // Between the look and the turn another one may have made it.
            if let snapshot = directory.snapshot, snapshot.day == kit.clock.today() { return snapshot }
            return try await readDirectory(directory.ticket())
        }
    }

    /// To be called after every change of the county's map, when its transaction is over. What was written stays
    /// written whatever happens here: if the map cannot be read now, the next search reads it.
    func renewDirectory() async {
        let ticket = directory.ticket()
        do {
            _ = try await readDirectory(ticket)
        } catch {
            directory.clear(ticket)
        }
    }

    @discardableResult
    private func readDirectory(_ ticket: UInt64) async throws -> DirectorySnapshot {
        let today = kit.clock.today()
        let map = try await county().read { try CountyStore.load($0) }
        // Beside the calls: making the index of a whole country takes longer than a call may wait.
        let snapshot = await withTaskExecutorPreference(globalConcurrentExecutor) {
            DirectorySnapshot(map.inForce(on: today), on: today)
        }
        directory.put(snapshot, read: ticket)
        return snapshot
    }
}
