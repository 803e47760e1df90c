/// What is wrong with a table, for the person who made the file: where, what, and what to do. It never holds
/// the value.
public struct TableFault: Error, Sendable, Hashable {
    /// The row as a spreadsheet counts it: the header is row 1, an empty row counts, a line break inside
    /// quotes does not begin a row.
    public var row: Int
    /// The column's name; nil when the whole row or file is meant.
    public var column: String?
    /// For programs, kebab-case: "date-not-iso".
    public var code: String
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var remedy: String

    /// All values as documented at the properties.
    public init(row: Int, column: String? = nil, code: String, message: String, remedy: String) {
        self.row = row
        self.column = column
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension TableFault {
    static let utf8Remedy =
        "Save the file as \"CSV UTF-8\" (in LibreOffice: character set Unicode (UTF-8)) and send it again."

    static func emptyFile() -> TableFault {
        TableFault(
            row: 1, code: "empty-file", message: "The file has no header row.",
            remedy: "Send a file whose first row names the columns.")
    }

    static func utf16() -> TableFault {
        TableFault(
            row: 1, code: "utf-16", message: "The file is written in UTF-16, not in UTF-8.",
            remedy: utf8Remedy)
    }

    static func workbook() -> TableFault {
        TableFault(
            row: 1, code: "workbook", message: "The file is a workbook or an archive, not a CSV table.",
            remedy: "Open it in the spreadsheet program and save the sheet as \"CSV UTF-8\".")
    }

    static func nul(_ row: Int) -> TableFault {
        TableFault(
            row: row, code: "nul-byte", message: "The file holds a zero byte: it is not plain text in UTF-8.",
            remedy: utf8Remedy)
    }

    static func notUTF8(_ row: Int, _ column: String?, baltic: Bool) -> TableFault {
        TableFault(
            row: row, column: column, code: baltic ? "windows-1257" : "not-utf-8",
            message: baltic
                ? "The text looks like Windows-1257 (Baltic) or a similar character set, not UTF-8."
                : "The text is not valid UTF-8.",
            remedy: utf8Remedy)
    }

    static func separator() -> TableFault {
        TableFault(
            row: 1, code: "separator", message: "The header's columns are separated neither by , nor by ;.",
            remedy: "Save the table with comma or semicolon between the columns.")
    }

    static func header(_ column: String?, _ code: String, _ message: String, _ remedy: String) -> TableFault {
        TableFault(row: 1, column: column, code: code, message: message, remedy: remedy)
    }

    static func fieldTooLong(_ row: Int, _ column: String?, maximum: Int, quoted: Bool) -> TableFault {
        TableFault(
            row: row, column: column, code: "field-too-long",
            message: "A field is longer than \(maximum) bytes.",
            remedy: quoted
                ? "Look for a quotation mark (\") in this row that is never closed, or shorten the field."
                : "Shorten the field, or check that rows end with line breaks.")
    }

    static func rowTooLong(_ row: Int, maximum: Int) -> TableFault {
        TableFault(
            row: row, code: "row-too-long", message: "A row is longer than \(maximum) bytes.",
            remedy: "Check that rows end with line breaks and that quotation marks are closed.")
    }

    static func unclosedQuote(_ row: Int, _ column: String?) -> TableFault {
        TableFault(
            row: row, column: column, code: "unclosed-quote",
            message: "A quotation mark opens in this row and is never closed.",
            remedy: "Close it, or write a quotation mark inside a field twice (\"\").")
    }

    static func strayQuote(_ row: Int, _ column: String?) -> TableFault {
        TableFault(
            row: row, column: column, code: "stray-quote",
            message: "A quotation mark stands inside a field that does not begin with one.",
            remedy: "Put the whole field in quotation marks and write the inner ones twice (\"\").")
    }

    static func textAfterQuote(_ row: Int, _ column: String?) -> TableFault {
        TableFault(
            row: row, column: column, code: "text-after-quote",
            message: "Text follows a field's closing quotation mark.",
            remedy: "Write a quotation mark inside a quoted field twice (\"\").")
    }

    static func carriageReturn(_ row: Int) -> TableFault {
        TableFault(
            row: row, code: "line-ending", message: "A carriage return stands alone in this row.",
            remedy: "Save the file with line ends LF or CRLF.")
    }

    static func tooManyFields(_ row: Int, expected: Int) -> TableFault {
        TableFault(
            row: row, code: "too-many-fields",
            message: "The row has more fields than the header's \(expected).",
            remedy: "Put fields that hold the separator in quotation marks, and remove what is too much.")
    }

    static func tooFewFields(_ row: Int, found: Int, expected: Int) -> TableFault {
        TableFault(
            row: row, code: "too-few-fields",
            message: "The row has \(found) fields where the header has \(expected).",
            remedy: "Complete the row: an empty field keeps its separator.")
    }
}
