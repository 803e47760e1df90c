/// Records to be linked, their values coded as numbers. A value is missing when it is empty.
public struct LinkageRecords: Sendable {
    /// What the values are.
    public let plan: LinkagePlan
    /// How many records there are.
    public private(set) var count = 0

    private(set) var tables: [ValueTable] = []
    /// For each field the place of its table; fields that are exchanged share one.
    let tableOfField: [Int]
    /// For each field its exchange, by place in `exchanges`.
    let exchanges: [LinkagePlan.Exchange]
    /// For each field the records' values.
    private(set) var codes: [[UInt32]]
    /// For each field how many records have a value.
    private(set) var occurrences: [[Int]]
    /// For each record the list it came from.
    private(set) var sources: [Int] = []

    /// No records yet.
    public init(_ plan: LinkagePlan) {
        self.plan = plan
        var tableOfField = [Int](repeating: -1, count: plan.fields.count)
        var exchanges: [LinkagePlan.Exchange] = []
        for exchange in plan.exchanges where Self.fits(exchange, plan.fields, tableOfField) {
            tables.append(ValueTable(plan.fields[exchange.first].kind))
            tableOfField[exchange.first] = tables.count - 1
            tableOfField[exchange.second] = tables.count - 1
            exchanges.append(exchange)
        }
        for (field, description) in plan.fields.enumerated() where tableOfField[field] < 0 {
            tables.append(ValueTable(description.kind))
            tableOfField[field] = tables.count - 1
        }
        self.tableOfField = tableOfField
        self.exchanges = exchanges
        codes = [[UInt32]](repeating: [], count: plan.fields.count)
        occurrences = [[Int]](repeating: [0], count: plan.fields.count)
    }

    private static func fits(
        _ exchange: LinkagePlan.Exchange, _ fields: [LinkageField], _ tables: [Int]
    ) -> Bool {
        fields.indices.contains(exchange.first) && fields.indices.contains(exchange.second)
            && exchange.first != exchange.second && tables[exchange.first] < 0 && tables[exchange.second] < 0
            && fields[exchange.first].kind == fields[exchange.second].kind
    }

    /// Adds a record.
    ///
    /// - Parameters:
    ///   - values: in the order of `plan.fields`; those that lack count as missing, more are not looked at.
    ///   - source: the list that the record came from; only `Linkage.Scope.betweenSources` looks at it.
    public mutating func append(_ values: [String], source: Int = 0) {
        for field in plan.fields.indices {
            let text = field < values.count ? values[field] : ""
            let code = text.isEmpty ? 0 : tables[tableOfField[field]].code(text)
            codes[field].append(code)
            while occurrences[field].count <= Int(code) { occurrences[field].append(0) }
            occurrences[field][Int(code)] += 1
        }
        sources.append(source)
        count += 1
    }

    /// How many records have that value in the field.
    func occurrences(of code: UInt32, in field: Int) -> Int {
        Int(code) < occurrences[field].count ? occurrences[field][Int(code)] : 0
    }
}
