import Tables

/// Something wrong in a document or file that was sent in: where, what, and what to do. Never holds a value that may
/// identify a child.
struct Fault: Sendable, Hashable, Error {
    /// As a spreadsheet counts (the header is row 1), or the place in a document's list, from 1.
    var row: Int
    /// Empty: the whole row.
    var column: String
    /// Machine reason, kebab case.
    var code: String
    var message: Bilingual
    /// What to do.
    var remedy: Bilingual

    init(_ row: Int, _ column: String, _ code: String, _ message: Bilingual, _ remedy: Bilingual) {
        self.row = row
        self.column = column
        self.code = code
        self.message = message
        self.remedy = remedy
    }
    /// What a table's reader found.
    init(_ fault: TableFault) {
        self.init(
            fault.row, fault.column ?? "", fault.code, Bilingual(fault.message), Bilingual(fault.remedy))
    }
}
