import ArgumentParser
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Texts about people that a command sends: names, codes, what was seen, why something was decided. They come from files
/// or from standard input, never as arguments: those stand in the list of processes, which every account of the
/// machine can read, and in the shell's history.
enum PrivateText {
    /// An option that names where a text comes from, and the path given with it.
    struct Source {
        var option: String
        var path: String?

        init(_ option: String, _ path: String?) { (self.option, self.path) = (option, path) }
    }

    /// The texts of these files, in order; "" where none was named. "-" is standard input: all of it when one text comes
    /// from there, else a line for each. A terminal is asked for each by name.
    static func read(_ sources: Source...) throws -> [String] {
        let spoken = sources.filter { $0.path == "-" }
        return try sources.map { source in
            guard let path = source.path else { return "" }
            if path == "-", spoken.count > 1 {
                prompt("\(source.option): ")
                guard let line = readLine() else {
                    throw UsageError(
                        "text-missing", "Standard input ends before \(source.option).",
                        next: "give a line each: \(spoken.map(\.option).joined(separator: ", "))")
                }
                return line
            }
            if path == "-" { prompt("\(source.option) (end with Ctrl-D):\n") }
            let all = try text(path)
            return String(all.reversed().drop { $0.isNewline }.reversed())
        }
    }

    /// One word: a code or an id, without what stands around it.
    static func word(_ source: Source) throws -> String {
        let word = try read(source).first?.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
        return String(word ?? "")
    }

    /// The bytes of FILE, or of standard input for "-".
    static func data(_ path: String) throws -> Data {
        if path == "-" {
            var lines = ""
            while let line = readLine(strippingNewline: false) { lines += line }
            return Data(lines.utf8)
        }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw UsageError("file-unreadable", "\(path) cannot be read.", next: "check the path, or give -")
        }
        return data
    }

    private static func text(_ path: String) throws -> String {
        guard let text = String(validating: try data(path), as: UTF8.self) else {
            throw UsageError("text-unreadable", "\(path) is no text in UTF-8.", next: "save it as UTF-8")
        }
        return text
    }

    /// Asks whoever sits at a terminal; nobody else is there to be asked.
    private static func prompt(_ text: String) {
        guard isatty(0) == 1 else { return }
        Terminal.standardError(text)
    }
}

/// Options that once took a text about a person as an argument. They are still known, so that whoever types one is told
/// what to type instead.
struct FormerTextOptions: ParsableArguments {
    @Option(help: .hidden) var name: String?
    @Option(help: .hidden) var note: String?
    @Option(help: .hidden) var toward: String?
    @Option(help: .hidden) var ground: String?
    @Option(help: .hidden) var reason: String?
    @Option(help: .hidden) var by: String?
    @Option(help: .hidden) var text: String?
    @Option(help: .hidden) var observation: String?
    @Option(help: .hidden) var description: String?
    @Option(help: .hidden) var contact: String?
    @Option(help: .hidden) var consentScope: String?

    func validate() throws {
        let given = [
            ("name", name), ("note", note), ("toward", toward), ("ground", ground), ("reason", reason),
            ("by", by), ("text", text), ("observation", observation), ("description", description),
            ("contact", contact), ("consent-scope", consentScope),
        ]
        for (option, value) in given where value != nil { throw Self.refusal(of: option) }
    }

    static func refusal(of option: String) -> ValidationError {
        ValidationError(
            "--\(option) would stand in the list of processes and in the shell's history. Give --\(option)-from FILE, "
                + "or --\(option)-from - and the text on standard input.")
    }
}
