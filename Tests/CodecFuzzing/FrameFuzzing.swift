import Codec
import NIOCore

/// The decoder on bytes as they come.
enum FrameFuzzing {
    static func run(_ input: ByteBuffer) -> String? {
        var whole = FrameDecoder()
        whole.append(input)
        let expected = read(&whole)
        for frame in expected.frames {
            if let complaint = complaint(about: frame) { return complaint }
        }
        // Cut in pieces, whose lengths the input decides, the same bytes mean the same.
        var parts = FrameDecoder()
        var found = Reading()
        var rest = input
        var seed = UInt64(input.readableBytes) &+ UInt64(input.readableBytesView.last ?? 0)
        while found.fault == nil, rest.readableBytes > 0 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let count = min(1 + Int(seed >> 33) % (1 + input.readableBytes / 3), rest.readableBytes)
            guard let part = rest.readSlice(length: count) else { break }
            parts.append(part)
            let more = read(&parts)
            found.frames += more.frames
            found.fault = more.fault
            if parts.bufferedBytes > Wire.headerBytes + Wire.frameBodyBytesMax {
                return "The decoder keeps more than a frame."
            }
        }
        if found != expected { return "In pieces the bytes mean something else." }
        if let fault = expected.fault {
            whole.append(input)
            if whole.next() != .failed(fault) || whole.bufferedBytes > input.readableBytes {
                return "A fault is forgotten."
            }
        }
        return nil
    }

    private struct Reading: Equatable {
        var frames: [Frame] = []
        var fault: WireFault?
    }

    private static func read(_ decoder: inout FrameDecoder) -> Reading {
        var reading = Reading()
        while true {
            switch decoder.next() {
            case .needMore: return reading
            case .frame(let frame): reading.frames.append(frame)
            case .failed(let fault):
                reading.fault = fault
                return reading
            }
        }
    }

    /// Nothing comes through that the text forbids, and what is relayed from one connection to another must be
    /// readable there.
    private static func complaint(about frame: Frame) -> String? {
        var out = ByteBuffer()
        switch frame {
        case .request(let call, let header):
            if !isProper(header) { return "A REQUEST breaks the bounds of its fields." }
            FrameEncoder.write(header, call: call, into: &out)
        case .end(let call, let status): FrameEncoder.write(status, call: call, into: &out)
        case .goAway(let goAway): FrameEncoder.write(goAway, into: &out)
        case .error(let fault): FrameEncoder.write(fault, into: &out)
        case .message(_, let fragment): return isProper(fragment) ? nil : "A fragment has impossible lengths."
        case .credit(_, let bytes): return (1...window.upperBound) ~= bytes ? nil : "A CREDIT of nothing."
        default: return nil
        }
        var decoder = FrameDecoder()
        decoder.append(out)
        guard case .frame = decoder.next(), decoder.bufferedBytes == 0 else {
            return "What was read cannot be written again."
        }
        return nil
    }

    /// Bounds of REQUEST's windows, by section 5.1.
    private static let window: ClosedRange<UInt32> = 64...0x7fff_ffff

    private static func isProper(_ header: CallHeader) -> Bool {
        header.deadlineMilliseconds > 0 && header.attempt > 0
            && window ~= header.requestWindow && window ~= header.responseWindow
            && header.metadataBytes <= 12_288 && header.metadata.count <= 255
            && header.metadata.allSatisfy { (1...64) ~= $0.name.utf8.count }
    }

    private static func isProper(_ fragment: MessageFragment) -> Bool {
        let payload = fragment.payload.readableBytes
        guard fragment.flags.contains(.first) else { return payload <= Wire.frameBodyBytesMax }
        let isWhole = payload == fragment.messageBytes
        guard payload <= fragment.messageBytes, fragment.flags.contains(.last) == isWhole else {
            return false
        }
        return fragment.flags.contains(.compressed)
            ? fragment.plainBytes > fragment.messageBytes && fragment.plainBytes <= 20 * fragment.messageBytes
            : fragment.plainBytes == fragment.messageBytes
    }
}
