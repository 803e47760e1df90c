/// One setting of a program: its documentation, given where it is read, and what holds now.
public struct Setting: Sendable, Hashable {
    /// Who said the value; the later ones give way to the earlier.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        case flag, environment, file
        case preset = "default"
    }

    /// The same everywhere: "service.data" is `--set service.data=…`, the variable ``variable`` and, in the file,
    /// {"service": {"data": …}}. Lower case letters, digits and "-", with dots between the parts.
    public var key: String
    /// What holds, as text; lists with commas. Files are named, their content is never here.
    public var value: String
    /// Who said it.
    public var source: Source
    /// What holds when nobody says anything.
    public var preset: String
    /// What may be given: a range, the choices, or the kind.
    public var allowed: String
    /// What it is for, in one line.
    public var meaning: String

    /// The setting's name among environment variables: "TUGI_SERVICE_DATA".
    public var variable: String { Self.variable(key) }

    /// The one rule for names of variables: upper case, and "_" for "." and "-".
    static func variable(_ key: String) -> String {
        "TUGI_" + key.map { $0 == "." || $0 == "-" ? "_" : $0.uppercased() }.joined()
    }
}

/// All that is wrong with the settings, one line each.
public struct ConfigurationFaults: Error, Sendable, CustomStringConvertible {
    /// One setting that is wrong or missing.
    public struct Fault: Sendable, Hashable {
        /// The setting's key: "service.listen.port"; for what is no setting, the name as it was given.
        public var key: String
        /// What is wrong, to be read after the key.
        public var message: String

        /// All values as documented at the properties.
        public init(key: String, message: String) {
            self.key = key
            self.message = message
        }
    }

    /// All of them, in the order of reading.
    public var faults: [Fault]

    /// Faults that end the program before it serves.
    public init(_ faults: [Fault]) { self.faults = faults }

    /// One line for each fault, indented: key and message.
    public var description: String {
        faults.map { "  \($0.key): \($0.message)" }.joined(separator: "\n")
    }
}

/// Finds what somebody may have meant.
enum Spelling {
    /// The nearest of the known names, when it is near enough to be meant.
    static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let plain = folded(name)
        let near = known.map { (name: $0, distance: distance(plain, folded($0))) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        guard let near, near.distance <= max(2, plain.count / 4) else { return nil }
        return near.name
    }

    /// Case and the signs between words do not count: `lateDays` is near to `late-days`.
    private static func folded(_ name: String) -> [UInt8] {
        name.lowercased().utf8.filter { ![0x2d, 0x2e, 0x5f].contains($0) }
    }

    /// Levenshtein's: how many letters are to be added, removed or changed.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (i, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, candidate) in other.enumerated() {
                let changed = diagonal + (letter == candidate ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
