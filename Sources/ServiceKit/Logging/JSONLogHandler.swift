#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
public import Logging
import Store

/// Log lines as JSON objects on standard error, one line each: `time`, `level`, `service`, `message`, then metadata.
///
/// Only metadata that is known to say nothing about people passes; of other keys a line tells no more than their names
/// (`withheld`). Messages are fixed words of our own code.
public struct JSONLogHandler: LogHandler {
    /// Lines below it are not written.
    public var logLevel: Logger.Level
    /// What every line of this logger carries, as far as its keys may pass.
    public var metadata: Logger.Metadata = [:]
    /// More metadata, asked for at each line; the logger's own and the line's go before it.
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let service: String
    private let clock: (any WallClock)?
    private let write: @Sendable (String) -> Void

    /// Keys whose values may be told.
    public static let allowedKeys: Set<String> = [
        "method", "status", "milliseconds", "system", "reason", "trace", "cause", "partition", "work", "host",
        "port", "signal", "count", "bytes", "schema", "version", "consumer", "source", "sequence", "peer",
        "attempt", "retry", "code", "connections", "state", "address", "environment", "path", "seconds",
        "target", "open", "limit", "error", "ms", "level", "what", "kind", "fault", "failures", "offset",
    ]

    /// `label`: the logger's; `service`: the program's, as it stands in each line; `clock` nil: lines without
    /// a time; `write` takes a whole line with its end.
    public init(
        label: String, service: String, level: Logger.Level, clock: (any WallClock)? = SystemWallClock(),
        write: @escaping @Sendable (String) -> Void = JSONLogHandler.writeToStandardError
    ) {
        self.label = label
        self.service = service
        self.clock = clock
        self.write = write
        logLevel = level
    }

    /// Makes all loggers of this program write so; to be called once, before the first logger is made.
    public static func bootstrap(service: String, level: Logger.Level) {
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, service: service, level: level) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line; metadata whose keys are not known to be harmless is withheld.
    public func log(event: LogEvent) {
        var fields: [(String, String)] = []
        if let clock { fields.append(("time", clock.now().iso8601)) }
        fields += [
            ("level", event.level.rawValue), ("service", service), ("logger", label),
            ("message", event.message.description),
        ]
        let all = (metadataProvider?.get() ?? [:])
            .merging(metadata) { $1 }
            .merging(event.metadata ?? [:]) { $1 }
        var withheld: [String] = []
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            if Self.allowedKeys.contains(key) {
                fields.append((key, "\(value)"))
            } else {
                withheld.append(key)
            }
        }
        if let error = event.error { fields.append(("cause", FailureText.describe(error))) }
        if !withheld.isEmpty { fields.append(("withheld", withheld.joined(separator: ","))) }
        write(JSONText.object(fields) + "\n")
    }

    /// Writes the line in one piece, so that lines of many threads do not mix.
    public static func writeToStandardError(_ line: String) {
        let bytes = Array(line.utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Small JSON objects of strings, in the order given.
enum JSONText {
    static func object(_ fields: [(String, String)]) -> String {
        "{" + fields.map { string($0.0) + ":" + string($0.1) }.joined(separator: ",") + "}"
    }

    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Instant {
    /// "2026-02-02T06:00:00.123Z"
    var iso8601: String {
        let milliseconds = microseconds / 1000
        let day = milliseconds >= 0 ? milliseconds / 86_400_000 : -((-milliseconds + 86_399_999) / 86_400_000)
        let rest = milliseconds - day * 86_400_000
        func padded(_ number: Int64, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }
        return
            "\(LocalDate(dayNumber: Int32(clamping: day)))T\(time.joined(separator: ":")).\(padded(rest % 1000, 3))Z"
    }
}
