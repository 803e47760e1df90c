/// The columns that a table may have, by the fixed names of its header, and how large it may be.
///
/// Columns are asked for by their place in `columns`, whatever their order in the file.
public struct TableFormat: Sendable, Hashable {
    /// A column's name and whether the header must have it.
    public struct Column: Sendable, Hashable {
        /// The column's name as the header must have it.
        public let name: String
        /// Whether a file without the column is refused.
        public let required: Bool

        /// All values as documented at the properties.
        public init(_ name: String, required: Bool = true) {
            self.name = name
            self.required = required
        }
    }

    /// In the order by which rows are asked; the file's own order does not matter.
    public let columns: [Column]
    /// The longest field, in bytes after quotation marks are taken away.
    public var fieldBytesMaximum = 65_536
    /// The longest row, in bytes.
    public var rowBytesMaximum = 1_048_576

    /// Columns in the order by which rows are asked.
    public init(_ columns: [Column]) { self.columns = columns }

    /// All of these columns are required.
    public init(required names: [String]) { self.init(names.map { Column($0) }) }
}

/// Where the format's columns are in one file.
struct TableLayout: Sendable {
    /// For each column of the format its place in the file; nil when the file does not have it.
    let places: [Int?]
    /// For each place in the file its column's name.
    let names: [String]

    /// Reads the header, or says all that is wrong with it.
    static func read(_ header: [String], for format: TableFormat) -> (TableLayout?, [TableFault]) {
        var faults: [TableFault] = []
        let known = Set(format.columns.map(\.name))
        var seen: [String: Int] = [:]
        for (place, name) in header.enumerated() {
            if !known.contains(name) {
                faults.append(unknown(name, at: place, format))
            } else if seen[name] != nil {
                faults.append(
                    .header(
                        name, "duplicate-column",
                        BilingualText(
                            et: "Päis nimetab seda veergu kaks korda.",
                            en: "The header names this column twice."),
                        BilingualText(et: "Eemalda üks neist.", en: "Remove one of the two columns.")))
            } else {
                seen[name] = place
            }
        }
        for column in format.columns where column.required && seen[column.name] == nil {
            faults.append(
                .header(
                    column.name, "missing-column",
                    BilingualText(et: "Päises ei ole seda veergu.", en: "The header lacks this column."),
                    BilingualText(
                        et: "Lisa veerg; nimi kirjutatakse täpselt nii.",
                        en: "Add the column; its name is written exactly so.")))
        }
        guard faults.isEmpty else { return (nil, faults) }
        return (TableLayout(places: format.columns.map { seen[$0.name] }, names: header), [])
    }

    /// The unknown name itself is not repeated: a file without a header has a child's data in its first row.
    private static func unknown(_ name: String, at place: Int, _ format: TableFormat) -> TableFault {
        let message =
            name.isEmpty
            ? BilingualText(
                et: "Päise \(place + 1). veerul ei ole nime.",
                en: "Column \(place + 1) of the header has no name.")
            : BilingualText(
                et: "Päise \(place + 1). veeru nime see vorming ei tunne.",
                en: "Column \(place + 1) of the header has a name that this format does not know.")
        let expected = format.columns.map(\.name).joined(separator: ", ")
        return .header(
            nil, name.isEmpty ? "empty-column-name" : "unknown-column", message,
            BilingualText(
                et: "Eemalda veerg või nimeta see väikeste tähtedega nagu vorming: \(expected).",
                en:
                    "Remove the column or name it as the format does, in small letters; known are: \(expected)."
            ))
    }
}
