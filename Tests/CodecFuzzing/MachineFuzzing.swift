import Codec
import NIOCore

/// A connection's machine, as far as those of both sides are alike.
protocol FuzzedMachine: ~Copyable {
    associatedtype Event: Equatable
    /// The event that says nothing.
    static var noNews: Event { get }
    var isClosed: Bool { get }
    mutating func start(into out: inout ByteBuffer)
    mutating func receive(_ frame: Frame, now: UInt64, into out: inout ByteBuffer) -> Event
    mutating func fail(_ fault: WireFault, into out: inout ByteBuffer) -> Event
}

extension ClientConnection: FuzzedMachine {
    static var noNews: ClientEvent { .nothing }
}

extension ServerConnection: FuzzedMachine {
    static var noNews: ServerEvent { .nothing }
}

/// A machine between a hostile peer and an application that does anything at any time: what holds on both
/// sides. Each side says what its application does and what else has to hold.
class MachineFuzzing<Machine: FuzzedMachine & ~Copyable> {
    let limits: Limits
    var machine: Machine
    var input: FuzzInput
    var out = ByteBuffer()
    /// Messages that the application has not taken, with their credit.
    var untaken: [(call: CallID, credit: Int)] = []
    private(set) var complaint: String?
    private let greeting: Hello?
    private var decoder: FrameDecoder
    private var peer: HostilePeer
    /// Reads what the machine writes, as the peer would.
    private var reader: FrameDecoder
    private var now: UInt64 = 1

    init(_ given: FuzzInput, peerIsServer: Bool, _ make: (Limits) -> Machine) {
        input = given
        let flags = input.byte() ?? 0
        limits = HostilePeer.limits(flags)
        greeting = flags & 0x01 == 0 ? HostilePeer.hello(flags, limits: limits) : nil
        peer = HostilePeer(isServer: peerIsServer)
        machine = make(limits)
        decoder = FrameDecoder(limits: limits)
        var widest = Limits()
        widest.messageBytesMax = Wire.messageBytesHardMax
        widest.metadataBytesMax = Wire.metadataBytesHardMax
        widest.metadataEntriesMax = Wire.metadataEntriesHardMax
        reader = FrameDecoder(limits: widest)
    }

    /// What did not hold; nil when all did.
    final func run() -> String? {
        machine.start(into: &out)
        if let greeting {
            var hello = ByteBuffer()
            FrameEncoder.write(greeting, into: &hello)
            receive(hello)
        }
        while complaint == nil, let step = input.byte() {
            now += step & 0xF0 == 0xF0 ? 40_000 : UInt64(step >> 4)
            let move = step & 0x0F
            if HostilePeer.moves.contains(move) {
                guard let bytes = peer.bytes(move, &input) else { break }
                receive(bytes)
            } else {
                let wasClosed = machine.isClosed
                let written = out.readableBytes
                act(move)
                if wasClosed, out.readableBytes > written { complain("Bytes after the end.") }
            }
            checkAll()
        }
        if complaint == nil { settle() }
        checkAll()
        return complaint
    }

    final func complain(_ text: String) { complaint = complaint ?? text }

    // MARK: What each side adds

    /// What the machine tells the application.
    func note(_ event: Machine.Event) {}

    /// Something that the application does; moves that are the peer's do not come here.
    func act(_ move: UInt8) {}

    /// What holds after each step.
    func check() {}

    /// A frame that the machine wrote.
    func judge(_ frame: Frame) {}

    /// The application comes to its end.
    func settle() {}

    // MARK: What comes and goes

    private func receive(_ bytes: ByteBuffer) {
        decoder.append(bytes)
        while complaint == nil {
            let wasClosed = machine.isClosed
            let written = out.readableBytes
            let event: Machine.Event
            var isWhole = true
            switch decoder.next() {
            case .needMore: return
            case .failed(let fault):
                event = machine.fail(fault, into: &out)
                isWhole = false
            case .frame(let frame):
                event = machine.receive(frame, now: now, into: &out)
                if out.readableBytes - written > 2_048 { complain("A frame is answered at length.") }
            }
            if wasClosed, event != Machine.noNews || out.readableBytes > written {
                complain("News after the end.")
            }
            if !isWhole, !machine.isClosed { complain("Open after a fault.") }
            note(event)
            if !isWhole { return }
        }
    }

    /// Keeps a message's credit until the application takes it.
    final func take(_ message: InboundMessage, of id: CallID) {
        if message.credit != message.payload.readableBytes + Wire.messageOverheadBytes {
            complain("A message costs something else than it is long.")
        }
        if message.payload.readableBytes > limits.messageBytesMax { complain("A message is too long.") }
        untaken.append((id, message.credit))
    }

    private func checkAll() {
        check()
        reader.append(out)
        out = ByteBuffer()
        while complaint == nil {
            switch reader.next() {
            case .needMore:
                if reader.bufferedBytes > 0 { complain("Half a frame is written.") }
                return
            case .failed(let fault): complain("The machine writes what cannot be read: \(fault.code.name).")
            case .frame(let frame): judge(frame)
            }
        }
    }
}
