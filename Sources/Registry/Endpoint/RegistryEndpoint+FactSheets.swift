import Contracts
import Disclosure
import RPC
import ServiceKit
import SwiftProtobuf

/// Fact sheets: messages to values and back.
extension RegistryEndpoint {
    /// Numbers for the fact sheets.
    func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws -> [MeasureCount] {
        try await service.counts(of: municipality)
    }

    func releaseCounts(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.releaseCounts,
            changing: { request, operation in
                guard let from = LocalDate(request.from), let until = LocalDate(request.until) else {
                    throw ServiceError(.invalid, "period", "Name a first and a last day as YYYY-MM-DD.")
                }
                let reports = request.tables.map { table in
                    FactReport(
                        measure: table.measure, categories: table.categories,
                        areas: table.areas.map {
                            FactReport.Area(
                                municipality: $0.municipality, counts: $0.counts.map(Int.init),
                                total: Int($0.total))
                        })
                }
                let released = try await service.releaseCounts(
                    reports, period: FactPeriod(from: from, until: until), operation: operation,
                    caller: caller)
                return .with { $0.released = released }
            })
    }

    func getFactSheet(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.getFactSheet) { request in
            let sheet = try await service.factSheet(
                of: request.municipality, exact: request.exact, caller: caller)
            return .with {
                $0.municipality = request.municipality
                $0.name = sheet.name
                $0.today = sheet.today.description
                $0.tables = sheet.tables.map(Self.message)
                $0.periods = sheet.periods.map { one in
                    .with {
                        $0.from = one.period.from.description
                        $0.until = one.period.until.description
                        $0.missing = one.missing
                    }
                }
                $0.municipalities = sheet.municipalities
                $0.exact = sheet.mayReadExact
            }
        }
    }

    func listReleasedCounts(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listReleasedCounts) { request in
            let page = try await service.releasedTables(skipping: Int(request.after), caller: caller)
            return .with {
                $0.tables = page.tables.map(Self.message)
                $0.more = page.more
            }
        }
    }

    private static func message(_ table: FactTable) -> RegistryFactTable {
        .with {
            $0.measure = table.measure
            $0.from = table.period.from.description
            $0.until = table.period.until.description
            $0.asOf = table.asOf.description
            $0.categories = table.categories
            $0.rows = table.rows.map { row in
                .with {
                    $0.municipality = row.municipality
                    $0.cells = row.cells.map { cell in
                        let (state, value) = FactStore.text(cell)
                        return .with {
                            $0.state = state
                            $0.value = UInt32(clamping: value)
                        }
                    }
                }
            }
        }
    }
}
