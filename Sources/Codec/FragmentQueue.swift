import NIOCore

/// Messages longer than one frame on their way out: one fragment of each in turn, so that none holds up the
/// others. What follows a message in its call (HALF_CLOSE, END) waits for its last fragment.
struct FragmentQueue {
    /// What follows the message.
    enum Trailer {
        case halfClose
        case end(CallStatus)
    }

    private struct Entry {
        let call: CallID
        var rest: ByteBuffer
        /// The message's lengths, before its first fragment.
        var prefix: ByteBuffer
        var flags: MessageFlags
        let lastFlags: MessageFlags
        var trailer: Trailer?
    }

    private var entries = CircularBuffer<Entry>()

    var isEmpty: Bool { entries.isEmpty }

    func contains(_ call: CallID) -> Bool { entries.contains { $0.call == call } }

    /// Whether a message of so many bytes, as sent, needs more than one frame.
    static func isNeeded(bytes: Int) -> Bool { bytes > Wire.frameBodyBytesMax - 8 }

    /// `plainBytes`: its length before compression; nil: none.
    mutating func append(_ message: ByteBuffer, call: CallID, plainBytes: Int?, endOfRequests: Bool) {
        var prefix = ByteBuffer()
        prefix.writeInteger(UInt32(clamping: message.readableBytes))
        if let plainBytes { prefix.writeInteger(UInt32(clamping: plainBytes)) }
        entries.append(
            Entry(
                call: call, rest: message, prefix: prefix,
                flags: plainBytes == nil ? [.first] : [.first, .compressed],
                lastFlags: endOfRequests ? [.last, .endOfRequests] : [.last]))
    }

    /// Puts something behind the call's message; false when none is on its way. END replaces HALF_CLOSE.
    mutating func follow(_ call: CallID, with trailer: Trailer) -> Bool {
        guard let index = entries.firstIndex(where: { $0.call == call }) else { return false }
        entries[index].trailer = trailer
        return true
    }

    /// The rest of the call's message is not sent.
    mutating func remove(_ call: CallID) {
        guard !entries.isEmpty else { return }
        entries.removeAll { $0.call == call }
    }

    mutating func removeAll() { entries.removeAll() }

    /// Writes the next fragment in turn; answers the call when that was its message's last.
    mutating func writeNext(into out: inout ByteBuffer) -> CallID? {
        guard var entry = entries.popFirst() else { return nil }
        let room = Wire.frameBodyBytesMax - entry.prefix.readableBytes
        let isLast = entry.rest.readableBytes <= room
        if isLast { entry.flags.formUnion(entry.lastFlags) }
        if let payload = entry.rest.readSlice(length: min(room, entry.rest.readableBytes)) {
            FrameEncoder.fragment(
                call: entry.call, entry.flags, prefix: entry.prefix, payload, into: &out)
        }
        guard isLast else {
            entry.prefix.clear()
            entry.flags = []
            entries.append(entry)
            return nil
        }
        switch entry.trailer {
        case nil: break
        case .halfClose: FrameEncoder.halfClose(call: entry.call, into: &out)
        case .end(let status): FrameEncoder.write(status, call: entry.call, into: &out)
        }
        return entry.call
    }
}
