/// The different values of one field (or of two whose values are exchanged) as numbers from 1; 0 is "missing".
/// What comparing and searching need of a value is worked out once, when it is first met.
struct ValueTable {
    let kind: LinkageField.Kind
    private var codes: [String: UInt32] = [:]
    private var codesByFolded: [[UInt8]: UInt32] = [:]
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0, 0]
    /// A bit for each letter and digit that the value has: tells at once that two values are far apart.
    private(set) var letters: [UInt64] = [0]
    /// A number for how the value sounds: equal sounds, equal numbers. Names only.
    private(set) var sounds: [UInt32] = [0]
    /// The parts of a double name; empty for all others.
    private(set) var parts: [[[UInt8]]] = [[]]
    private var soundCodes: [[UInt8]: UInt32] = [:]

    init(_ kind: LinkageField.Kind) { self.kind = kind }

    /// How many different values there are, "missing" included.
    var count: Int { sounds.count }

    /// The value as it is compared: folded, without spaces.
    func value(_ code: UInt32) -> ArraySlice<UInt8> { bytes[ends[Int(code)]..<ends[Int(code) + 1]] }

    /// The number of a value; 0 when nothing of it is left after folding.
    mutating func code(_ text: String) -> UInt32 {
        if let known = codes[text] { return known }
        let words = TextFolding.parts(text)
        let folded = Array(words.joined())
        let code = codesByFolded[folded] ?? append(folded, words)
        codes[text] = code
        return code
    }

    private mutating func append(_ folded: [UInt8], _ words: [[UInt8]]) -> UInt32 {
        if folded.isEmpty { return 0 }
        let code = UInt32(count)
        codesByFolded[folded] = code
        bytes += folded
        ends.append(bytes.count)
        letters.append(folded.reduce(0) { $0 | 1 << UInt64($1 & 0x3F) })
        var sound: UInt32 = 0
        var nameParts: [[UInt8]] = []
        if kind == .name {
            let spoken = TextFolding.sound(folded)
            sound = soundCodes[spoken] ?? UInt32(soundCodes.count + 1)
            soundCodes[spoken] = sound
            if words.count > 1 { nameParts = words.filter { $0.count >= 4 } }
        }
        sounds.append(sound)
        parts.append(nameParts)
        return code
    }
}
