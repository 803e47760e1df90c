import Disclosure
import ServiceKit
import Store

/// Tables of fact sheets as they were released; in partition 0060. Exact counts are never kept.
enum FactStore {
    /// Tables in the order of their release, after the first `skipped`.
    static func tables(
        _ transaction: any Transaction, skipping skipped: Int = 0, limit: Int = 1_000_000
    ) throws -> [FactTable] {
        let heads = try transaction.all(
            """
            SELECT measure, period_from, period_until, as_of, categories FROM fact_tables
            ORDER BY period_from, measure LIMIT $1 OFFSET $2
            """, .integer(Int64(limit)), .integer(Int64(skipped))
        ) { row in
            FactTable(
                measure: try row.text(0),
                period: FactPeriod(from: try day(row, 1), until: try day(row, 2)),
                asOf: try day(row, 3), categories: CountyStore.list(try row.text(4)), rows: [])
        }
        return try heads.map { head in
            var table = head
            try transaction.forEach(
                """
                SELECT municipality, state, value FROM fact_cells WHERE measure = $1 AND period_from = $2
                ORDER BY municipality = '0060', municipality, place
                """, [.text(head.measure), .text(head.period.from.description)]
            ) { row in
                let municipality = try row.text(0)
                if table.rows.last?.municipality != municipality {
                    table.rows.append(FactTable.Row(municipality: municipality, cells: []))
                }
                table.rows[table.rows.count - 1].cells.append(
                    try cell(try row.text(1), try CountyStore.int(row, 2)))
            }
            return table
        }
    }

    /// Keeps a table; false: the measure was released for that period before, and stays so.
    static func add(_ table: FactTable, at now: Instant, _ transaction: any Transaction) throws -> Bool {
        let (measure, from) = (Value.text(table.measure), Value.text(table.period.from.description))
        let added = try transaction.run(
            """
            INSERT INTO fact_tables (measure, period_from, period_until, as_of, categories, released_at)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (measure, period_from) DO NOTHING
            """, measure, from, .text(table.period.until.description), .text(table.asOf.description),
            .text(table.categories.joined(separator: " ")), .instant(now))
        guard added == 1 else { return false }
        for row in table.rows {
            for (place, cell) in row.cells.enumerated() {
                let (state, value) = text(cell)
                try transaction.run(
                    """
                    INSERT INTO fact_cells (measure, period_from, municipality, place, state, value)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """, measure, from, .text(row.municipality), .integer(Int64(place)), .text(state),
                    .integer(Int64(value)))
            }
        }
        return true
    }

    /// A cell as a word and a number.
    static func text(_ cell: PublishedCell) -> (state: String, value: Int) {
        switch cell {
        case .shown(let count): ("shown", count)
        case .below: ("below", 0)
        case .hidden: ("hidden", 0)
        case .near(let count): ("near", count)
        case .withheld: ("withheld", 0)
        }
    }

    private static func cell(_ state: String, _ value: Int) throws -> PublishedCell {
        switch state {
        case "shown": return .shown(value)
        case "below": return .below
        case "hidden": return .hidden
        case "near": return .near(value)
        case "withheld": return .withheld
        default:
            throw StoreError(
                .damaged, "A number of a fact sheet is stored in an unknown way; upgrade the program.")
        }
    }

    private static func day(_ row: any Row, _ column: Int) throws -> LocalDate {
        guard let day = LocalDate(try row.text(column)) else {
            throw StoreError(.damaged, "A day that is stored is none; restore the partition.")
        }
        return day
    }
}
