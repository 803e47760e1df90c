import Disclosure
import ServiceKit

/// Exact counts of one measure as a service reported them.
struct FactReport: Sendable {
    struct Area: Sendable {
        var municipality: String
        var counts: [Int]
        var total: Int
    }
    var measure: String
    var categories: [String]
    var areas: [Area]
}

/// One measure in one period as it is released and kept. Rows by municipality, the county's under "0060".
struct FactTable: Sendable, Hashable {
    var measure: String
    var period: FactPeriod
    var asOf: LocalDate
    var categories: [String]
    var rows: [Row]

    struct Row: Sendable, Hashable {
        var municipality: String
        /// In the order of the categories, the total last.
        var cells: [PublishedCell]
    }

    /// Decides what may be told of a report. `earlier`: all tables of the measure that were released. `sizes`: children in
    /// schools and kindergartens by municipality. Nil: the report is not of this measure or county, or contradicts itself.
    init?(
        _ report: FactReport, period: FactPeriod, asOf: LocalDate, municipalities: [String],
        sizes: [String: Int], earlier: [FactTable]
    ) {
        guard let measure = FactMeasure.named(report.measure), report.categories == measure.categories,
            !municipalities.isEmpty, report.areas.count == municipalities.count,
            report.areas.allSatisfy({ $0.counts.count == measure.categories.count })
        else { return nil }
        let areas = municipalities.compactMap { code in report.areas.first { $0.municipality == code } }
        guard areas.count == municipalities.count else { return nil }
        // Whoever has left since was counted too: then the number of those who are there is no bound.
        let known = areas.map { area -> Int? in
            measure.isOfPupils ? sizes[area.municipality].flatMap { $0 >= area.total ? $0 : nil } : nil
        }
        guard
            let exact = CountTable(
                measure.shape, areas: areas.map { $0.counts + [$0.total] }, sizes: known)
        else { return nil }
        let codes = municipalities + [RegistryCodes.county]
        let cells: [[PublishedCell]]
        if measure.isAboutPeople {
            let shown =
                measure.isStock ? Self.shown(earlier, codes, columns: measure.categories.count + 1) : nil
            guard let published = Suppression.publish(exact, earlier: shown) else { return nil }
            cells = published.cells
        } else {
            cells = exact.counts.map { $0.map { .shown($0) } }
        }
        self.measure = measure.code
        self.period = period
        self.asOf = asOf
        categories = measure.categories
        rows = zip(codes, cells).map { Row(municipality: $0, cells: $1) }
    }

    /// As it is kept.
    init(
        measure: String, period: FactPeriod, asOf: LocalDate, categories: [String], rows: [Row]
    ) {
        self.measure = measure
        self.period = period
        self.asOf = asOf
        self.categories = categories
        self.rows = rows
    }

    /// The numbers that were told before, by row and column.
    private static func shown(_ earlier: [FactTable], _ codes: [String], columns: Int) -> [[[Int]]] {
        codes.map { code in
            let rows = earlier.flatMap { $0.rows.filter { $0.municipality == code } }
            return (0..<columns).map { column in
                rows.compactMap { row in
                    if column < row.cells.count, case .shown(let count) = row.cells[column] {
                        count
                    } else {
                        nil
                    }
                }
            }
        }
    }
}
