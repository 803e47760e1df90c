import ArgumentParser
import FoundationEssentials
import RPC

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where results and messages go: results to standard output, messages to standard error.
struct Output: Sendable {
    /// One JSON document instead of tables; errors become JSON too.
    let json: Bool

    /// Prints rows as a table with headings, or as a JSON array.
    func rows<Row: Encodable>(_ rows: [Row], _ columns: [(String, (Row) -> String)], empty: String) throws {
        guard !json else { return try document(rows) }
        guard !rows.isEmpty else { return Terminal.print(empty) }
        Terminal.print(
            Table.render(headings: columns.map(\.0), rows: rows.map { row in columns.map { $0.1(row) } }))
    }

    /// Prints one value as JSON, or the text for people.
    func value(_ value: some Encodable, _ text: () -> String) throws {
        if json { try document(value) } else { Terminal.print(text()) }
    }

    private func document(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Terminal.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// A line for people about what is going on; nothing in JSON mode.
    func note(_ text: String) {
        if !json { Terminal.standardError(text + "\n") }
    }

    /// A line that is written over by the next one on a terminal; elsewhere each is a line.
    func progress(_ text: String) {
        guard !json else { return }
        Terminal.standardError(isatty(2) == 1 ? "\r\u{1b}[K\(text)" : "\(text)\n")
    }

    /// Ends the line that progress was shown on.
    func progressEnd() {
        if !json, isatty(2) == 1 { Terminal.standardError("\n") }
    }

    private struct Failure: Encodable {
        struct Detail: Encodable {
            var code: String
            var message: String
            var next: String
        }
        var error: Detail
    }

    /// Says what went wrong and what to do, on standard error.
    func failure(code: String, message: String, next: String) {
        Terminal.standardError(failureText(code: code, message: message, next: next))
    }

    func failureText(code: String, message: String, next: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if json,
            let data = try? encoder.encode(Failure(error: .init(code: code, message: message, next: next)))
        {
            return String(decoding: data, as: UTF8.self) + "\n"
        }
        return "error: \(message) [\(code)]\n" + (next.isEmpty ? "" : "  next: \(next)\n")
    }
}

/// Plain tables: columns as wide as their widest cell, two spaces between, no box art.
enum Table {
    static func render(headings: [String], rows: [[String]]) -> String {
        var widths = headings.map(\.count)
        for row in rows {
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], cell.count)
            }
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            for (index, cell) in cells.enumerated() {
                text +=
                    index == cells.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[index] - cell.count + 2)
            }
            return text
        }
        return ([line(headings.map { $0.uppercased() })] + rows.map(line)).joined(separator: "\n")
    }
}

/// The two ways to a terminal or a pipe, both at once and unbuffered, so that results and messages keep their order.
enum Terminal {
    static func print(_ text: String, terminator: String = "\n") { put(text + terminator, on: 1) }

    static func standardError(_ text: String) { put(text, on: 2) }

    private static func put(_ text: String, on descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
