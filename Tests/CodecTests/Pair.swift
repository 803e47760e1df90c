import Codec
import NIOCore

/// A client's and a server's machine back to back; what one writes waits in a buffer until the other reads
/// it.
final class Pair {
    var client: ClientConnection
    var server: ServerConnection
    var toServer = ByteBuffer()
    var toClient = ByteBuffer()
    var now: UInt64 = 1_000
    var callsRunning: Int { server.callsRunning }
    var callsOpen: Int { client.callsOpen }
    var windowsGivenBytes: Int { server.windowsGivenBytes }
    var serverIsClosed: Bool { server.isClosed }
    var clientIsClosed: Bool { client.isClosed }
    var clientIsDrained: Bool { client.isDrained }
    private var serverDecoder: FrameDecoder
    private var clientDecoder: FrameDecoder

    init(
        serverLimits: Limits = Limits(), clientLimits: Limits = Limits(),
        serverEnvironment: String = "katse/1",
        clientFeatures: Features = [.zlib]
    ) {
        var clientHello = Hello(environment: "katse/1", software: "proov/1", limits: clientLimits)
        clientHello.features = clientFeatures
        clientHello.grease = [1, 2, 3]
        client = ClientConnection(limits: clientLimits, hello: clientHello)
        server = ServerConnection(
            limits: serverLimits,
            hello: Hello(environment: serverEnvironment, software: "proov/1", limits: serverLimits))
        serverDecoder = FrameDecoder(limits: serverLimits)
        clientDecoder = FrameDecoder(limits: clientLimits)
    }

    /// Both HELLOs go over.
    func start() {
        client.start(into: &toServer)
        server.start(into: &toClient)
        _ = serverReads()
        _ = clientReads()
    }

    /// All fragments that wait are written.
    func flush() {
        while client.hasFragments { _ = client.writeFragment(into: &toServer) }
        while server.hasFragments { _ = server.writeFragment(into: &toClient) }
    }

    /// The server reads `bytesMax` of what waits for it; its events but `nothing`.
    func serverReads(bytesMax: Int = .max) -> [ServerEvent] {
        if bytesMax == .max { flush() }
        guard let part = toServer.readSlice(length: min(bytesMax, toServer.readableBytes)) else { return [] }
        var events: [ServerEvent] = []
        serverDecoder.append(part)
        while true {
            switch serverDecoder.next() {
            case .needMore: return events
            case .frame(let frame):
                let event = server.receive(frame, now: now, into: &toClient)
                if event != .nothing { events.append(event) }
            case .failed(let fault):
                let event = server.fail(fault, into: &toClient)
                return event == .nothing ? events : events + [event]
            }
        }
    }

    /// The client reads `bytesMax` of what waits for it; its events but `nothing`.
    func clientReads(bytesMax: Int = .max) -> [ClientEvent] {
        if bytesMax == .max { flush() }
        guard let part = toClient.readSlice(length: min(bytesMax, toClient.readableBytes)) else { return [] }
        var events: [ClientEvent] = []
        clientDecoder.append(part)
        while true {
            switch clientDecoder.next() {
            case .needMore: return events
            case .frame(let frame):
                let event = client.receive(frame, now: now, into: &toServer)
                if event != .nothing { events.append(event) }
            case .failed(let fault):
                let event = client.fail(fault, into: &toServer)
                return event == .nothing ? events : events + [event]
            }
        }
    }

    /// Opens a call with windows for messages of 64 KiB, or of the given length.
    func open(messageBytesMax: Int = 65_536, messagesInFlight: Int = 1) -> CallID {
        let header = CallHeader(
            method: 0x0104, deadlineMilliseconds: 5_000, requestBytesMax: messageBytesMax,
            responseBytesMax: messageBytesMax, messagesInFlight: messagesInFlight)
        guard case .opened(let id) = client.open(header, responseBytesMax: messageBytesMax, into: &toServer)
        else { return 0 }
        return id
    }
}
