/// A time of day without zone, to the minute: when a lesson or a meeting begins.
public struct LocalTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 0 to 1439.
    public let minuteOfDay: Int16

    init(minuteOfDay: Int16) { self.minuteOfDay = minuteOfDay }

    /// Nil outside 00:00 to 23:59.
    public init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        minuteOfDay = Int16(hour * 60 + minute)
    }

    /// Reads "08:30"; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == 0x3a else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        self.init(hour: digits[0] * 10 + digits[1], minute: digits[2] * 10 + digits[3])
    }

    /// 0 to 23.
    public var hour: Int { Int(minuteOfDay) / 60 }
    /// 0 to 59.
    public var minute: Int { Int(minuteOfDay) % 60 }

    /// "08:05".
    public var description: String {
        "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    public static func < (left: LocalTime, right: LocalTime) -> Bool { left.minuteOfDay < right.minuteOfDay }
}
