/// Reads all settings of a program in one pass: the common ones and the service's own. Remembers each with its value,
/// its source and its documentation, and collects what is wrong, so that all faults are told at once.
///
/// A service reads in the init of its configuration:
///
///     init(_ reading: inout SettingsReader) {
///         sweepSeconds = reading.integer("referral.sweep.seconds", 60, in: 5...86_400, "seconds between two rounds")
///     }
public struct SettingsReader: Sendable {
    private let layers: SettingsLayers
    private var byKey: [String: Setting] = [:]
    private var ownFaults: [ConfigurationFaults.Fault] = []

    /// Nothing is read yet.
    public init(_ layers: SettingsLayers = SettingsLayers()) { self.layers = layers }

    /// All that were read, sorted by key.
    public var settings: [Setting] { byKey.values.sorted { $0.key < $1.key } }

    /// All that is wrong: with how settings were given, with values, and names that are no settings. Complete once
    /// everything is read.
    public var faults: [ConfigurationFaults.Fault] {
        layers.faults + ownFaults + layers.unknown(Set(byKey.keys))
    }

    /// Throws when anything was wrong.
    public func finish() throws(ConfigurationFaults) {
        let faults = faults
        if !faults.isEmpty { throw ConfigurationFaults(faults) }
    }

    /// Remembers something that is wrong.
    public mutating func fault(_ key: String, _ message: String) {
        ownFaults.append(.init(key: key, message: message))
    }

    /// Any text: a name, a path.
    public mutating func text(
        _ key: String, _ preset: String, _ meaning: String, allowed: String = "text"
    ) -> String {
        read(key, preset, (preset, allowed, meaning)) { given in
            switch given {
            case .text(let text), .typed(.text(let text)): text
            case .typed(let value): throw Refusal("\(value.text) is not a text; put it in quotes")
            }
        }
    }

    /// A whole number.
    public mutating func integer(
        _ key: String, _ preset: Int, in range: ClosedRange<Int>, _ meaning: String
    ) -> Int {
        read(key, preset, ("\(preset)", "\(range.lowerBound) to \(range.upperBound)", meaning)) { given in
            let number = try Self.whole(given)
            guard range.contains(number) else {
                throw Refusal("\(number) is not between \(range.lowerBound) and \(range.upperBound)")
            }
            return number
        }
    }

    /// One of a few whole numbers.
    public mutating func integer(
        _ key: String, _ preset: Int, of choices: [Int], _ meaning: String
    ) -> Int {
        let allowed = choices.map { "\($0)" }.joined(separator: ", ")
        return read(key, preset, ("\(preset)", allowed, meaning)) { given in
            let number = try Self.whole(given)
            guard choices.contains(number) else { throw Refusal("\(number) is none of \(allowed)") }
            return number
        }
    }

    /// Yes or no. `presetText`: the default in words, where it depends on something.
    public mutating func flag(
        _ key: String, _ preset: Bool, _ meaning: String, presetText: String? = nil
    ) -> Bool {
        read(key, preset, (presetText ?? "\(preset)", "true or false", meaning)) { given in
            switch given {
            case .text("true"), .typed(.flag(true)): true
            case .text("false"), .typed(.flag(false)): false
            case .text(let text): throw Refusal("\"\(text)\" is neither true nor false")
            case .typed(let value): throw Refusal("\(value.text) is neither true nor false (without quotes)")
            }
        }
    }

    /// Several texts: with commas between, or an array in the file.
    public mutating func list(
        _ key: String, _ preset: [String], _ meaning: String, allowed: String
    ) -> [String] {
        let shown = preset.joined(separator: ",")
        return read(key, preset, (shown, allowed + ", with commas between", meaning)) { given in
            switch given {
            case .text(let text), .typed(.text(let text)):
                return text.split(separator: ",", omittingEmptySubsequences: false)
                    .map { String($0.drop { $0 == " " }) }
            case .typed(.list(let values)):
                return try values.map { value in
                    guard case .text(let text) = value else {
                        throw Refusal("\(value.text) in its list is not a text; put it in quotes")
                    }
                    return text
                }
            case .typed(let value): throw Refusal("\(value.text) is not a list of texts")
            }
        }
    }

    /// One of a few words.
    public mutating func choice(
        _ key: String, _ preset: String, of choices: [String], _ meaning: String
    ) -> String {
        let allowed = choices.joined(separator: ", ")
        return read(key, preset, (preset, allowed, meaning)) { given in
            switch given {
            case .text(let text), .typed(.text(let text)):
                guard choices.contains(text) else { throw Refusal("\"\(text)\" is none of \(allowed)") }
                return text
            case .typed(let value): throw Refusal("\(value.text) is none of \(allowed)")
            }
        }
    }

    /// Why a value is not taken.
    private struct Refusal: Error {
        var message: String
        init(_ message: String) { self.message = message }
    }

    private static func whole(_ given: SettingsLayers.Given) throws -> Int {
        switch given {
        case .typed(.whole(let number)): return number
        case .text(let text):
            guard let number = Int(text) else { throw Refusal("\"\(text)\" is not a whole number") }
            return number
        case .typed(.text(let text)):
            throw Refusal("\"\(text)\" is not a whole number; write it without quotes")
        case .typed(let value): throw Refusal("\(value.text) is not a whole number")
        }
    }

    /// Takes what the first layer says, and remembers the setting. A value that is refused stays in the list as it
    /// was given, with its fault; the preset goes on in its place.
    private mutating func read<Value>(
        _ key: String, _ preset: Value, _ words: (preset: String, allowed: String, meaning: String),
        _ take: (SettingsLayers.Given) throws -> Value
    ) -> Value {
        var setting = Setting(
            key: key, value: words.preset, source: .preset, preset: words.preset, allowed: words.allowed,
            meaning: words.meaning)
        defer { byKey[key] = setting }
        guard let (given, source) = layers.given(key) else {
            if let flag = preset as? Bool { setting.value = "\(flag)" }
            return preset
        }
        setting.source = source
        switch given {
        case .text(let text): setting.value = text
        case .typed(let value): setting.value = value.text
        }
        do {
            return try take(given)
        } catch {
            fault(key, (error as? Refusal)?.message ?? "cannot be understood")
            return preset
        }
    }
}
