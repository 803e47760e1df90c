import ServiceKit
import Store

/// What the map lacks.
extension RegistryService {
    func gaps(of municipality: String, caller: Caller) async throws -> RecordGaps {
        let scope = try scope(municipality, caller, withCounty: false)
        let today = kit.clock.today()
        return try await county().read { transaction in
            let records = try RecordGaps.kinds.flatMap { try RecordStore.all($0, transaction) }.map(\.record)
            let municipalities = records.filter { $0.kind == "municipality" }.map(\.code)
            return RecordGaps(
                records, municipalities: municipalities.filter { scope?.contains($0) ?? true }, on: today)
        }
    }
}
