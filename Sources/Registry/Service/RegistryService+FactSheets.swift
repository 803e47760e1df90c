import Contracts
import Disclosure
import ServiceKit
import Store

/// Fact sheets: what is counted is suppressed here, kept as released, and shown.
extension RegistryService {
    struct FactSheet: Sendable {
        var name = ""
        var today: LocalDate
        var tables: [FactTable] = []
        /// With the measures that are not released yet.
        var periods: [(period: FactPeriod, missing: [String])] = []
        var municipalities: [String] = []
        var mayReadExact = false
    }

    /// Children of the municipality that learn somewhere, and those that do not.
    func counts(of municipality: String) async throws -> [MeasureCount] {
        let counts = try await kit.store.partition(municipality).read { try ChildStore.counts($0) }
        return [
            MeasureCount(measure: "inside", total: counts.inInstitution),
            MeasureCount(measure: "outside", total: counts.left + counts.inNone),
        ]
    }

    /// Keeps what may be told of the counts of a period that is over, and says which measures are new. The gateway brings them
    /// whenever a sheet is asked for by somebody who may read it: what is released, and when, is nobody's choice.
    func releaseCounts(
        _ reports: [FactReport], period: FactPeriod, operation: Operation, caller: Caller
    ) async throws -> [String] {
        guard caller.isProgram("gateway") else {
            throw ServiceError(
                .notAllowed, "gateway-only",
                "Counts are brought by the gateway alone; ask it for a fact sheet.")
        }
        let today = kit.clock.today()
        let closed = FactPeriod.closed(on: today)
        guard closed.contains(period) else {
            throw ServiceError(
                .invalid, "period",
                "Only the last five periods of the school year that are over are released.")
        }
        // On a database thread, where work that takes a while keeps no connection waiting.
        let tables = try await county().read { transaction in
            let municipalities = try CountyStore.municipalities(transaction).map(\.code)
                .filter(RegistryCodes.isMunicipality)
            let earlier = try FactStore.tables(transaction)
            let sizes = Dictionary(
                reports.first { $0.measure == "inside" }?.areas.map { ($0.municipality, $0.total) } ?? []
            ) { first, _ in first }
            return try reports.compactMap { report -> FactTable? in
                let isStock = FactMeasure.named(report.measure)?.isStock ?? false
                // What stands now says nothing of a period long over.
                if isStock, period != closed.last { return nil }
                let released = earlier.filter { $0.measure == report.measure }
                if released.contains(where: { $0.period == period }) { return nil }
                guard
                    let table = FactTable(
                        report, period: period, asOf: today, municipalities: municipalities, sizes: sizes,
                        earlier: released)
                else {
                    throw ServiceError(
                        .invalid, "counts-contradict",
                        "The counts of \"\(report.measure)\" do not fit the measure, the county or each other;"
                            + " upgrade all programs to one version.")
                }
                return table
            }
        }
        let now = kit.clock.now()
        let done = try await kit.once(operation, in: RegistryCodes.county) { transaction in
            try tables.filter {
                try FactStore.add($0, at: now, transaction)
            }.map { Array($0.measure.utf8) }
        }
        try await audit(caller, .releaseCounts, partition: RegistryCodes.county, children: [])
        return done.ids.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What was released of a municipality or the county. `exact`: the caller goes on to the municipality's own numbers as
    /// they are, which stay in its office; that is kept in its own audit.
    func factSheet(of municipality: String, exact: Bool, caller: Caller) async throws -> FactSheet {
        let actor = try await actor(caller, .getFactSheet, partition: RegistryCodes.county)
        guard RegistryRules.mayReadFactSheet(of: municipality, actor),
            !exact || RegistryRules.mayReadExact(of: municipality, actor)
        else { throw try await noFactSheet(caller, .getFactSheet) }
        var sheet = FactSheet(today: kit.clock.today())
        let (municipalities, all) = try await county().read {
            (try CountyStore.municipalities($0), try FactStore.tables($0))
        }
        sheet.municipalities = municipalities.map(\.code).filter(RegistryCodes.isMunicipality)
        guard municipality == RegistryCodes.county || sheet.municipalities.contains(municipality) else {
            throw ServiceError(
                .notFound, "municipality-unknown", "The county has no municipality of this code.")
        }
        sheet.name = municipalities.first { $0.code == municipality }?.name ?? ""
        let closed = FactPeriod.closed(on: sheet.today)
        sheet.periods = closed.map { period in
            let released = Set(all.filter { $0.period == period }.map(\.measure))
            let expected = FactMeasure.all.filter { !$0.isStock || period == closed.last }
            return (period, expected.map(\.code).filter { !released.contains($0) })
        }
        sheet.tables = all.compactMap { table in
            var own = table
            own.rows = table.rows.filter { $0.municipality == municipality }
            return own.rows.isEmpty ? nil : own
        }
        sheet.mayReadExact = RegistryRules.mayReadExact(of: municipality, actor)
        let partition = exact ? municipality : RegistryCodes.county
        try await audit(caller, .getFactSheet, partition: partition, children: [])
        return sheet
    }

    /// Tables ever released, whole, page by page.
    func releasedTables(
        skipping: Int, caller: Caller
    ) async throws -> (tables: [FactTable], more: Bool) {
        let actor = try await actor(caller, .listReleasedCounts, partition: RegistryCodes.county)
        guard RegistryRules.mayReadAllReleased(actor) else {
            throw try await noFactSheet(caller, .listReleasedCounts)
        }
        let page = 40
        let tables = try await county().read {
            try FactStore.tables($0, skipping: skipping, limit: page + 1)
        }
        try await audit(caller, .listReleasedCounts, partition: RegistryCodes.county, children: [])
        return (Array(tables.prefix(page)), tables.count > page)
    }

    private func noFactSheet(_ caller: Caller, _ method: RegistryMethod) async throws -> ServiceError {
        try await auditRefusal(caller, method, partition: RegistryCodes.county, children: [])
        return ServiceError(
            .notAllowed, "not-open-to-you",
            "Fact sheets are open to the county's coordinator, and to a municipality's heads and prevention"
                + " specialist: their own and the county's, exact numbers of their own only.")
    }
}
