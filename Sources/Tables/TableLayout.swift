/// Where the format's columns are in one file.
struct TableLayout: Sendable {
    /// For each column of the format its place in the file; nil when the file does not have it.
    let places: [Int?]
    /// For each place in the file its column's name; empty where it has none.
    let names: [String]
    /// How many fields a row has to have: up to the last column that has a name.
    let width: Int

    init(places: [Int?], names: [String]) {
        self.places = places
        self.names = names
        width = (names.lastIndex { !$0.isEmpty } ?? -1) + 1
    }

    /// Reads a header whose names are fixed, or says all that is wrong with it.
    static func read(_ header: [String], for format: TableFormat) -> (TableLayout?, [TableFault]) {
        var faults: [TableFault] = []
        let known = Set(format.columns.map(\.name))
        var seen: [String: Int] = [:]
        for (place, name) in header.enumerated() {
            if !known.contains(name) {
                faults.append(unknown(name, at: place, format))
            } else if seen[name] != nil {
                faults.append(.duplicateColumn(name, row: 1))
            } else {
                seen[name] = place
            }
        }
        for column in format.columns where column.required && seen[column.name] == nil {
            faults.append(.missingColumn(column.name, row: 1))
        }
        guard faults.isEmpty else { return (nil, faults) }
        return (TableLayout(places: format.columns.map { seen[$0.name] }, names: header), [])
    }

    /// Reads a header that people wrote, or says all that is wrong with it.
    static func read(
        _ header: [String], for format: SheetFormat, row: Int
    ) -> (TableLayout?, [TableFault]) {
        var faults: [TableFault] = []
        var seen: [Int: Int] = [:]
        var names = header.map { _ in "" }
        for (place, text) in header.enumerated() {
            let heading = Heading(text)
            if let column = format.column(heading) {
                let name = format.columns[column].name
                if seen[column] != nil { faults.append(.duplicateColumn(name, row: row)) }
                seen[column] = place
                names[place] = name
            } else if !heading.folded.isEmpty, !format.ignoresUnknownColumns {
                let near = format.columns.first { column in
                    ([column.name] + column.headings).contains { Heading($0).isNear(heading) }
                }
                faults.append(.unknownColumn(place, row: row, near: near?.name, format.columns.map(\.name)))
            }
        }
        for (place, column) in format.columns.enumerated() where column.required && seen[place] == nil {
            faults.append(.missingColumn(column.name, row: row))
        }
        guard faults.isEmpty else { return (nil, faults) }
        return (TableLayout(places: format.columns.indices.map { seen[$0] }, names: names), [])
    }

    /// The unknown name itself is not repeated: a file without a header has a child's data in its first row.
    private static func unknown(_ name: String, at place: Int, _ format: TableFormat) -> TableFault {
        let expected = format.columns.map(\.name)
        guard name.isEmpty else { return .unknownColumn(place, row: 1, near: nil, expected) }
        return .unnamedColumn(place, row: 1, expected)
    }
}
