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
