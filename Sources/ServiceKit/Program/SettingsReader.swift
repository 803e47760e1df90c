public import Configuration

/// All that is wrong with the settings, one line each.
public struct ConfigurationFaults: Error, Sendable, CustomStringConvertible {
    /// One setting that is wrong or missing.
    public struct Fault: Sendable, Hashable {
        /// The setting's key: "service.listen.port".
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

/// Reads settings and collects what is wrong, so that all faults are told at once. Services use it in the second init
/// of their configuration.
public struct SettingsReader {
    private let config: ConfigReader
    private var faults: [ConfigurationFaults.Fault] = []

    /// Nothing is read yet.
    public init(_ config: ConfigReader) { self.config = config }

    public mutating func text(_ key: ConfigKey, _ preset: String) -> String {
        config.string(forKey: key) ?? preset
    }

    public mutating func integer(_ key: ConfigKey, _ preset: Int, in range: ClosedRange<Int>) -> Int {
        guard let number = value(key, { $0.int(forKey: key) }, "a whole number") else { return preset }
        guard range.contains(number) else {
            fault(key, "\(number) is not between \(range.lowerBound) and \(range.upperBound)")
            return preset
        }
        return number
    }

    public mutating func real(_ key: ConfigKey, _ preset: Double, in range: ClosedRange<Double>) -> Double {
        guard let number = value(key, { $0.double(forKey: key) }, "a number") else { return preset }
        guard range.contains(number) else {
            fault(key, "\(number) is not between \(range.lowerBound) and \(range.upperBound)")
            return preset
        }
        return number
    }

    public mutating func flag(_ key: ConfigKey, _ preset: Bool) -> Bool {
        value(key, { $0.bool(forKey: key) }, "true or false") ?? preset
    }

    public mutating func list(_ key: ConfigKey, _ preset: [String]) -> [String] {
        config.stringArray(forKey: key) ?? preset
    }

    public mutating func choice(_ key: ConfigKey, _ preset: String, of choices: [String]) -> String {
        guard let text = config.string(forKey: key) else { return preset }
        guard choices.contains(text) else {
            fault(key, "\"\(text)\" is none of \(choices.joined(separator: ", "))")
            return preset
        }
        return text
    }

    /// Remembers something that is wrong.
    public mutating func fault(_ key: ConfigKey, _ message: String) {
        faults.append(.init(key: key.components.joined(separator: "."), message: message))
    }

    /// Throws when anything was wrong.
    public func finish() throws {
        if !faults.isEmpty { throw ConfigurationFaults(faults) }
    }

    /// A value that is there but of another type is a fault, not absent.
    private mutating func value<Value>(_ key: ConfigKey, _ read: (ConfigReader) -> Value?, _ kind: String)
        -> Value?
    {
        if let value = read(config) { return value }
        if let text = config.string(forKey: key) { fault(key, "\"\(text)\" is not \(kind)") }
        return nil
    }
}
