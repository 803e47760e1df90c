/// The portable text that services write, and what SQLite is given for it.
///
/// In CREATE TABLE and ALTER TABLE the type INSTANT becomes INTEGER (microseconds), and every table is
/// STRICT, so that a value of a wrong type is refused when it is written. All else is passed as it is.
enum PortableSQL {
    /// Words that a statement may not begin with: transactions and files are the store's own business.
    private static let refusedFirst: Set<String> = [
        "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "ATTACH", "DETACH", "VACUUM",
        "REINDEX",
    ]
    /// Words that only SQLite knows.
    private static let refusedInTables: Set<String> = ["AUTOINCREMENT", "ROWID", "STRICT", "ANY"]

    /// The engine's text for a portable statement.
    static func statement(_ sql: String) throws -> String {
        let first = firstWord(sql)
        if first == "CREATE" || first == "ALTER" { return try definition(sql) }
        if refusedFirst.contains(first) {
            throw StoreError(
                .statement,
                "\(first) is not for a service's statements: a transaction is begun and ended by the store.")
        }
        return sql
    }

    private static func definition(_ sql: String) throws -> String {
        var words: [Substring] = []
        var result = ""
        var body: (text: String, words: Int)?
        for token in tokens(sql) {
            guard token.kind == .word else {
                result += token.text
                if token.text == ")" { body = (result, words.count) }
                continue
            }
            words.append(token.text)
            if words.count > 1, isTable(words), refusedInTables.contains(token.text.uppercased()) {
                throw StoreError(.statement, "\(token.text) is not portable SQL; leave it out.")
            }
            // A column may be called instant; the type is written in capitals.
            result += token.text == "INSTANT" && isTable(words) ? "INTEGER" : token.text
        }
        guard isTable(words), words.first?.uppercased() == "CREATE" else { return result }
        guard let body, body.words == words.count else {
            throw StoreError(
                .statement,
                "A table is made of its columns in brackets, with nothing behind: that is portable SQL.")
        }
        return body.text + " STRICT"
    }

    private static func isTable(_ words: [Substring]) -> Bool {
        words.prefix(3).dropFirst().contains { $0.uppercased() == "TABLE" }
    }

    private static func firstWord(_ sql: String) -> String {
        var word: [UInt8] = []
        for byte in sql.utf8 {
            let upper = (0x61...0x7A) ~= byte ? byte - 32 : byte
            if (0x41...0x5A) ~= upper {
                word.append(upper)
            } else if !word.isEmpty || !(byte == 0x20 || (0x09...0x0D) ~= byte) {
                break
            }
        }
        return String(decoding: word, as: UTF8.self)
    }

    private struct Token {
        enum Kind { case word, other }
        var kind: Kind
        var text: Substring
    }

    /// Words apart from quoted names, texts, comments and signs.
    private static func tokens(_ sql: String) -> [Token] {
        var result: [Token] = []
        var rest = sql[...]
        while let first = rest.first {
            var end = rest.index(after: rest.startIndex)
            var kind = Token.Kind.other
            if first.isLetter || first == "_" {
                kind = .word
                while end < rest.endIndex, rest[end].isLetter || rest[end].isNumber || rest[end] == "_" {
                    end = rest.index(after: end)
                }
            } else if first == "'" || first == "\"" {
                end = rest[end...].firstIndex(of: first).map { rest.index(after: $0) } ?? rest.endIndex
            } else if rest.hasPrefix("--") {
                end = rest.firstIndex(where: \.isNewline) ?? rest.endIndex
            }
            result.append(Token(kind: kind, text: rest[..<end]))
            rest = rest[end...]
        }
        return result
    }
}
