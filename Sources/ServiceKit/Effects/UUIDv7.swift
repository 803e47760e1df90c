public import Store

extension Identifier {
    /// A new id that sorts by the time of its making (UUIDv7; RFC 9562, section 5.7): 48 bits of milliseconds, then
    /// 74 bits from the system's random source.
    public init(madeAt now: Instant) {
        let milliseconds = UInt64(max(0, now.microseconds / 1000)) & 0xffff_ffff_ffff
        var random = SystemRandomNumberGenerator()
        self.init(
            high: milliseconds << 16 | 0x7000 | (random.next() & 0x0fff),
            low: 0x8000_0000_0000_0000 | random.next() >> 2)
    }

    /// When such an id was made; nil when it is no UUIDv7.
    public var madeAt: Instant? {
        guard high >> 12 & 0xf == 7, low >> 62 == 2 else { return nil }
        return Instant(microseconds: Int64(high >> 16) * 1000)
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
