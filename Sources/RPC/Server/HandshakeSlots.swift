import NIOCore
import Synchronization

/// Handshakes, counted by where they come from, since they cost a server most and anybody may begin one:
/// whoever opens connections and then says nothing takes the places of its own address, not those of others,
/// and whoever comes again and again waits, so that the calls of others do not. One that breaks the protocol
/// comes as often as many that do not.
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
        /// When the handshakes that have begun would be over, had they come evenly.
        var evenly = NIODeadline.uptimeNanoseconds(0)
    }

    /// What became of one that came.
    enum Answer {
        /// It may begin after that time.
        case place(Slot, after: TimeAmount)
        /// `first`: its origin was not refused anything before in its present crowd, so now is the time to
        /// tell.
        case refused(first: Bool)
    }

    private let atOnceMax: Int
    private let interval: TimeAmount
    private let ahead: TimeAmount
    private let waitMax: TimeAmount
    private let fault: TimeAmount
    private let entries = Mutex<[Origin: Entry]>([:])
    /// Beyond so many origins those are forgotten that have nothing open.
    private static var originsMax: Int { 4_096 }

    init(_ limits: RPCLimits) {
        atOnceMax = limits.handshakesPerAddressMax
        let span = limits.handshakesSpan.timeAmount
        interval = .nanoseconds(span.nanoseconds / Int64(max(1, limits.handshakesPerSpanMax)))
        ahead = span - interval
        fault = interval * Int64(limits.handshakesPerFault)
        waitMax = .nanoseconds(limits.handshakeTimeout.timeAmount.nanoseconds / 2)
    }

    /// A place for one more handshake of that origin.
    func take(_ origin: Origin, now: NIODeadline) -> Answer {
        entries.withLock { entries in
            if entries.count >= Self.originsMax { Self.forget(&entries, now: now) }
            var entry = entries[origin] ?? Entry()
            let wait = max(.zero, entry.evenly - now - ahead)
            guard !isCrowded(entry, now: now) else {
                let first = !entry.isRefusing
                entry.isRefusing = true
                entries[origin] = entry
                return .refused(first: first)
            }
            if entry.taken == 0 { entry.isRefusing = false }
            entry.taken += 1
            entry.evenly = max(entry.evenly, now) + interval
            entries[origin] = entry
            return .place(Slot(self, origin), after: wait)
        }
    }

    /// Whoever comes from there is refused, and not as the first.
    func isStillRefusing(_ origin: Origin, now: NIODeadline) -> Bool {
        entries.withLock { entries in
            entries[origin].map { $0.isRefusing && isCrowded($0, now: now) } ?? false
        }
    }

    private func isCrowded(_ entry: Entry, now: NIODeadline) -> Bool {
        entry.taken >= atOnceMax || entry.evenly - now - ahead > waitMax
    }

    /// A connection of that origin ended with a fault of its peer. However many do, the next one waits no longer
    /// than it may.
    func fault(of origin: Origin, now: NIODeadline) {
        entries.withLock { entries in
            var entry = entries[origin] ?? Entry()
            entry.evenly = max(entry.evenly, min(max(entry.evenly, now) + fault, now + ahead + waitMax))
            entries[origin] = entry
        }
    }

    private func release(_ origin: Origin) {
        entries.withLock { $0[origin]?.taken -= 1 }
    }

    private static func forget(_ entries: inout [Origin: Entry], now: NIODeadline) {
        entries = entries.filter { $0.value.taken > 0 || $0.value.evenly > now }
        if entries.count >= originsMax { entries = entries.filter { $0.value.taken > 0 } }
    }
}
