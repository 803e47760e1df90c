import Codec
import Foundation
import NIOCore

/// Plays a transcript's inputs into a machine of ours.
final class Replay {
    /// The transcripts' one method.
    static let requestBytesMax = 65_536
    static let responseBytesMax = 131_072

    private var server: ServerConnection
    private var client: ClientConnection
    private let isServer: Bool
    private let features: Features
    private var decoder: FrameDecoder
    private var out = ByteBuffer()
    private var now: UInt64 = 0
    private var outcome = Outcome()

    init(_ transcript: Transcript) {
        var limits = Limits()
        if let numbers = transcript.limits, numbers.count == 5 {
            limits.messageBytesMax = numbers[0]
            limits.callsMax = numbers[1]
            limits.receiveBudgetBytes = numbers[2]
            limits.metadataBytesMax = numbers[3]
            limits.metadataEntriesMax = numbers[4]
        }
        var hello = Hello(environment: "katse/1", software: "proov/1", limits: limits)
        features = Features(rawValue: transcript.features)
        hello.features = features
        server = ServerConnection(limits: limits, hello: hello)
        client = ClientConnection(limits: limits, hello: hello)
        decoder = FrameDecoder(limits: limits)
        isServer = transcript.isServer
    }

    /// What the input leads to; nil: the act belongs to the shell around the machine.
    func play(_ given: [String: Any]) -> String? {
        outcome = Outcome()
        if let text = given["receive"] as? String {
            for _ in 0..<(given["times"] as? Int ?? 1) { receive(bytes(hex: text)) }
        } else if !act(given) {
            return nil
        }
        collectSends()
        if !isServer, client.isDrained, !client.isClosed { outcome.tell("closed", ["lost": client.close()]) }
        return outcome.text
    }

    private func receive(_ bytes: [UInt8]) {
        decoder.append(ByteBuffer(bytes: bytes))
        while true {
            switch decoder.next() {
            case .needMore:
                return
            case .frame(let frame):
                if isServer {
                    tell(server.receive(frame, now: now, into: &out))
                } else {
                    tell(client.receive(frame, now: now, into: &out))
                }
            case .failed(let fault):
                return fail(fault)
            }
        }
    }

    private func fail(_ fault: WireFault) {
        if isServer { tell(server.fail(fault, into: &out)) } else { tell(client.fail(fault, into: &out)) }
    }

    /// The frames written, without what is the implementation's own affair: words for people, and when credit goes
    /// back.
    private func collectSends() {
        // A transcript has a long message's fragments at once.
        while isServer ? server.hasFragments : client.hasFragments {
            if isServer {
                _ = server.writeFragment(into: &out)
            } else {
                _ = client.writeFragment(into: &out)
            }
        }
        var reader = FrameDecoder()
        reader.append(out)
        out = ByteBuffer()
        while case .frame(let frame) = reader.next() {
            var frame = meaning(of: frame)
            let kind = frame["frame"] as? String ?? ""
            if kind == "credit" { continue }
            if ["end", "error", "goAway"].contains(kind) { frame["message"] = nil }
            outcome.sends.append(frame)
        }
    }

    // MARK: Acts

    private func act(_ given: [String: Any]) -> Bool {
        let call = CallID(given["call"] as? Int ?? 0)
        switch given["act"] as? String {
        case "start":
            if isServer { server.start(into: &out) } else { client.start(into: &out) }
        case "later":
            now += UInt64(given["milliseconds"] as? Int ?? 0)
        case "ping":
            let opaque = UInt64(given["opaque"] as? String ?? "", radix: 16) ?? 0
            if isServer { server.ping(opaque, into: &out) } else { client.ping(opaque, into: &out) }
        case "helloIsLate":
            fail(WireFault(.timeout, "HELLO does not come."))
        case "peerCloses":
            closePeer()
        case "send":
            send(given, call)
        case "take":
            let credit = (given["bytes"] as? Int ?? 0) + Wire.messageOverheadBytes
            if isServer {
                server.consumed(credit, call: call, into: &out)
            } else {
                client.consumed(credit, call: call, into: &out)
            }
        default:
            return isServer ? serverAct(given, call) : clientAct(given, call)
        }
        return true
    }

    private func closePeer() {
        if isServer {
            if !server.isClosed { outcome.tell("closed") }
            server.close()
        } else if !client.isClosed {
            outcome.tell("closed", ["lost": client.close()])
        }
    }

    private func send(_ given: [String: Any], _ call: CallID) {
        let message = ByteBuffer(bytes: bytes(hex: given["payload"] as? String ?? ""))
        let sent =
            isServer
            ? server.send(message, call: call, into: &out)
            : client.send(message, call: call, last: given["ends"] as? Bool ?? false, into: &out)
        switch sent {
        case .sent: outcome.answer = "sent"
        case .wait: outcome.answer = "waits"
        case .tooLarge: outcome.answer = "never"
        case .callOver: outcome.answer = "gone"
        }
    }

    private func serverAct(_ given: [String: Any], _ call: CallID) -> Bool {
        switch given["act"] as? String {
        case "end":
            server.end(call, status(given), into: &out)
        case "deadlinePasses":
            server.end(call, CallStatus(.deadlineExceeded), into: &out)
        case "handlerReturns":
            tell(server.finish(call, status(given), into: &out))
        case "leave":
            let reasons: [String: GoAway.Reason] = [
                "shutdown": .shutdown, "age": .age, "idle": .idle, "overload": .overload,
            ]
            let grace = UInt32(given["graceMilliseconds"] as? Int ?? 0)
            let reason = reasons[given["reason"] as? String ?? "shutdown"] ?? .other
            tell(server.drain(reason, graceMilliseconds: grace, into: &out))
        case "patienceEnds":
            tell(server.finishDraining(into: &out))
        default:
            return false
        }
        return true
    }

    private func clientAct(_ given: [String: Any], _ call: CallID) -> Bool {
        switch given["act"] as? String {
        case "call":
            let opened = client.open(
                header(given["request"] as? [String: Any] ?? [:]),
                responseBytesMax: given["responseBytesMax"] as? Int ?? 0, into: &out)
            switch opened {
            case .opened: outcome.answer = "sent"
            case .full, .notReady: outcome.answer = "waits"
            case .tooLarge: outcome.answer = "never"
            case .unavailable: outcome.answer = "leaving"
            }
        case "halfClose":
            client.finishSending(call, into: &out)
        case "cancel":
            client.cancel(call, .callerLeft, into: &out)
        case "deadlinePasses":
            client.cancel(call, .deadlinePassed, into: &out)
        default:
            return false
        }
        return true
    }

    private func header(_ request: [String: Any]) -> CallHeader {
        func number(_ name: String) -> UInt32 { UInt32(request[name] as? Int ?? 0) }
        var header = CallHeader(
            method: number("method"), deadlineMilliseconds: number("deadlineMilliseconds"),
            requestBytesMax: 0,
            responseBytesMax: 0)
        header.requestWindow = number("requestWindow")
        header.responseWindow = number("responseWindow")
        header.attempt = UInt8(request["attempt"] as? Int ?? 1)
        header.operationID = (request["operation"] as? String).flatMap { OperationID(bytes: bytes(hex: $0)) }
        header.traceContext = (request["trace"] as? String).flatMap { TraceContext(bytes: bytes(hex: $0)) }
        header.metadata = (request["metadata"] as? [[String]] ?? []).map {
            MetadataEntry(name: $0[0], value: ByteBuffer(bytes: bytes(hex: $0[1])))
        }
        return header
    }

    private func status(_ given: [String: Any]) -> CallStatus {
        let words = given["status"] as? [String: Any] ?? [:]
        let code = CallStatus.Code.allCases.first { "\($0)" == words["status"] as? String } ?? .unknown
        let retry = words["retry"] as? String ?? "doNot"
        return CallStatus(
            code, reason: words["reason"] as? String ?? "",
            retry: retry == "neverSeen"
                ? .neverSeen
                : retry == "doNot" ? .doNot : .after(milliseconds: UInt32(retry.dropFirst(6)) ?? 0),
            details: ByteBuffer(bytes: bytes(hex: words["details"] as? String ?? "")))
    }

    // MARK: Events

    private func tell(_ event: ServerEvent) {
        switch event {
        case .nothing, .pong: break
        case .ready(let peer): tellReady(peer)
        case .call(let id, let header):
            var words = meaning(of: .request(id, header))
            words["frame"] = nil
            outcome.tell("call", words)
            server.accept(
                id, requestBytesMax: Self.requestBytesMax, responseBytesMax: Self.responseBytesMax)
        case .message(let id, let message, let last):
            outcome.tell("message", ["call": Int(id), "bytes": message.payload.readableBytes])
            if last { outcome.tell("halfClosed", ["call": Int(id)]) }
        case .requestsEnded(let id): outcome.tell("halfClosed", ["call": Int(id)])
        case .cancelled(let id, let reason):
            outcome.tell("cancelled", ["call": Int(id), "reason": "\(reason)"])
        case .broken(let id, let status): outcome.tell("broken", words(of: status, id))
        case .mayWrite(let id): outcome.tell("mayWrite", ["call": Int(id)])
        case .drained: outcome.tell("closed")
        case .peerFailed(let fault): outcome.tell("closed", ["peerFault": fault.code.name])
        case .failed(let fault): outcome.tell("closed", ["fault": fault.code.name])
        }
    }

    private func tell(_ event: ClientEvent) {
        switch event {
        case .nothing, .pong: break
        case .ready(let peer): tellReady(peer)
        case .message(let id, let message):
            outcome.tell("message", ["call": Int(id), "bytes": message.payload.readableBytes])
        case .mayWrite(let id): outcome.tell("mayWrite", ["call": Int(id)])
        case .ended(let id, let status): outcome.tell("ended", words(of: status, id))
        case .broken(let id, let status): outcome.tell("broken", words(of: status, id))
        case .goAway(let goAway, let neverSeen):
            outcome.tell("leaving", ["last": Int(goAway.lastCallID), "reason": "\(goAway.reason)"])
            for id in neverSeen {
                outcome.tell("ended", words(of: CallStatus(.unavailable, retry: .neverSeen), id))
            }
        case .peerFailed(let fault, let lost):
            outcome.tell("closed", ["peerFault": fault.code.name, "lost": lost.map { Int($0) }])
        case .failed(let fault, let lost):
            outcome.tell("closed", ["fault": fault.code.name, "lost": lost.map { Int($0) }])
        }
    }

    private func tellReady(_ peer: Hello) {
        let zlib = features.intersection(peer.features).contains(.zlib)
        outcome.tell("ready", ["version": Int(min(peer.versionMax, Wire.version)), "zlib": zlib])
    }

    private func words(of status: CallStatus, _ id: CallID) -> [String: Any] {
        var words = meaning(of: .end(id, status))
        words["frame"] = nil
        words["message"] = nil
        return words
    }
}
