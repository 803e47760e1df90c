import NIOCore
import Synchronization

/// Handshakes that go on now, counted by where they come from: whoever opens connections and then says nothing
/// takes the places of its own address, not those of others.
final class HandshakeSlots: Sendable {
    /// Where a connection comes from: an IPv4 address, or the /64 of an IPv6 one (whoever has one address of
    /// it has all).
    enum Origin: Hashable, Sendable {
        case v4(UInt32)
        case v6Network(UInt64)
        case other

        /// The address begins at byte 4 of a `sockaddr_in`, at byte 8 of a `sockaddr_in6`.
        init(_ address: SocketAddress?) {
            switch address {
            case .v4(let address):
                self = withUnsafeBytes(of: address.address) { .v4(Self.number($0.dropFirst(4).prefix(4))) }
            case .v6(let address):
                self = withUnsafeBytes(of: address.address) { Self(v6: Array($0.dropFirst(8).prefix(16))) }
            default:
                self = .other
            }
        }

        private init(v6 bytes: [UInt8]) {
            // An IPv4 peer of a socket that listens to both: ::ffff:192.0.2.1.
            if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) {
                self = .v4(Self.number(bytes.dropFirst(12)))
            } else {
                self = .v6Network(Self.number(bytes.prefix(8)))
            }
        }

        private static func number<Number: FixedWidthInteger>(_ bytes: some Sequence<UInt8>) -> Number {
            bytes.reduce(0) { $0 << 8 | Number($1) }
        }
    }

    /// A place that is taken until nobody holds this any more.
    final class Slot: Sendable {
        private let slots: HandshakeSlots
        private let origin: Origin

        fileprivate init(_ slots: HandshakeSlots, _ origin: Origin) {
            self.slots = slots
            self.origin = origin
        }

        deinit { slots.release(origin) }
    }

    private struct Entry {
        var taken = 0
        var isRefusing = false
    }

    private let perOriginMax: Int
    private let entries = Mutex<[Origin: Entry]>([:])

    init(perOriginMax: Int) {
        self.perOriginMax = perOriginMax
    }

    /// A place for one more handshake; nil when that origin has as many as may be. `first`: it was not refused
    /// anything before in its present crowd, so now is the time to tell.
    func take(_ origin: Origin) -> (slot: Slot?, first: Bool) {
        entries.withLock { entries in
            var entry = entries[origin] ?? Entry()
            guard entry.taken < perOriginMax else {
                let first = !entry.isRefusing
                entry.isRefusing = true
                // A bound of zero leaves nothing to release.
                if entry.taken > 0 { entries[origin] = entry }
                return (nil, first)
            }
            entry.taken += 1
            entries[origin] = entry
            return (Slot(self, origin), false)
        }
    }

    private func release(_ origin: Origin) {
        entries.withLock { entries in
            guard var entry = entries[origin] else { return }
            entry.taken -= 1
            entries[origin] = entry.taken > 0 ? entry : nil
        }
    }
}
