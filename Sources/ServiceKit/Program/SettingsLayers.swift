#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What was said on the command line, in the environment and in the file, by key; not yet understood.
public struct SettingsLayers: Sendable {
    /// A value as it was given.
    enum Given: Sendable, Hashable {
        case text(String)
        /// From the file, where values have types.
        case typed(JSONValue)
    }

    /// By key.
    private(set) var flags: [String: String] = [:]
    /// By the variable's name; only those that begin with TUGI_ and are not empty.
    private(set) var environment: [String: String] = [:]
    /// By key; objects are taken apart.
    private(set) var file: [String: JSONValue] = [:]
    /// What could not even be taken apart: a flag without value, a file that cannot be read.
    private(set) var faults: [ConfigurationFaults.Fault] = []

    /// Variables that begin with TUGI_ and are no settings: the command line's own, then
    /// docker-compose.yml's.
    private static let otherVariables: Set = [
        "TUGI_CONFIG", "TUGI_HOME", "TUGI_GATEWAY", "TUGI_PORTS",
        "TUGI_VERSION", "TUGI_REVISION", "TUGI_IMAGES", "TUGI_PUBLISH", "TUGI_IDENTITIES",
        "TUGI_HEALTH_INTERVAL", "TUGI_STORE_NODE",
    ]
    /// What the variables of the client in Python begin with.
    private static let clientPrefix = "TUGI_CLIENT_"

    /// - Parameters:
    ///   - flags: keys and values in their order; a later one takes the place of an earlier.
    ///   - environment: all variables of the process; others than settings are passed over, as are empty ones.
    ///   - file: the path of a JSON file; nil: the one that TUGI_CONFIG names, if any.
    public init(
        flags: [(key: String, value: String)] = [], environment: [String: String] = [:], file: String? = nil
    ) {
        for (key, value) in flags { self.flags[key] = value }
        self.environment = environment.filter { name, value in
            name.hasPrefix("TUGI_") && !name.hasPrefix(Self.clientPrefix)
                && !Self.otherVariables.contains(name) && !value.isEmpty
        }
        let named = environment["TUGI_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        if let path = file ?? named {
            read(path, key: file == nil ? "TUGI_CONFIG" : "--config")
        }
    }

    /// Remembers something that is wrong with how settings were given.
    mutating func fault(_ key: String, _ message: String) { faults.append(.init(key: key, message: message)) }

    /// What was said about a key, and by whom.
    func given(_ key: String) -> (value: Given, source: Setting.Source)? {
        if let text = flags[key] { return (.text(text), .flag) }
        if let text = environment[Setting.variable(key)] { return (.text(text), .environment) }
        if let value = file[key] { return (.typed(value), .file) }
        return nil
    }

    /// All names that were given and are no settings, with the nearest that is one.
    func unknown(_ known: Set<String>) -> [ConfigurationFaults.Fault] {
        let keys = Set(flags.keys).union(file.keys).subtracting(known).sorted()
        let variables = Set(known.map(Setting.variable))
        return keys.map { Self.unknown($0, known) }
            + environment.keys.filter { !variables.contains($0) }.sorted().map { Self.unknown($0, variables) }
    }

    private static func unknown(_ name: String, _ known: Set<String>) -> ConfigurationFaults.Fault {
        let remedy =
            Spelling.nearest(to: name, among: known).map { "did you mean \($0)?" }
            ?? "`config keys` lists all"
        return .init(key: name, message: "no such setting; \(remedy)")
    }

    private mutating func read(_ path: String, key: String) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            return fault(key, "the file \(path) cannot be read; check its path and who may read it")
        }
        guard case .object(let content)? = try? JSONDecoder().decode(JSONValue.self, from: data) else {
            return fault(key, "the file \(path) is no JSON object; check its form")
        }
        flatten(content, under: "")
    }

    private mutating func flatten(_ object: [String: JSONValue], under prefix: String) {
        for (name, value) in object {
            if case .object(let inner) = value {
                flatten(inner, under: prefix + name + ".")
            } else {
                file[prefix + name] = value
            }
        }
    }

    /// The variables of this process.
    public static func processEnvironment() -> [String: String] { ProcessInfo.processInfo.environment }
}

/// A value of a JSON file.
indirect enum JSONValue: Sendable, Hashable, Decodable {
    case text(String)
    case whole(Int)
    case real(Double)
    case flag(Bool)
    case list([JSONValue])
    case object([String: JSONValue])
    case null

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let whole = try? value.decode(Int.self) {
            self = .whole(whole)
        } else if let real = try? value.decode(Double.self) {
            self = .real(real)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    /// As people write it.
    var text: String {
        switch self {
        case .text(let text): text
        case .whole(let number): "\(number)"
        case .real(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .list(let list): list.map(\.text).joined(separator: ",")
        case .object: "an object"
        case .null: "null"
        }
    }
}
