import NIOCore
import NIOTLS

/// The steps of a connection: handshake, bytes in, bytes out, farewell.
extension TLSHandler {
    /// At most this much plaintext per `channelRead` passed on.
    static var plainBytesMax: Int { 256 * 1024 }
    /// Ciphertext is handed to the socket at the latest when there is this much of it.
    static var outputBytesMax: Int { 256 * 1024 }
    /// Buffers above this size are not kept for reuse.
    static var keptBytesMax: Int { 64 * 1024 }
    static var recordBytesMax: Int { 16_384 }

    // MARK: Handshake

    func start(_ context: ChannelHandlerContext) {
        guard phase == .waiting else { return }
        phase = .handshaking
        if let handshakeTimeout {
            handshakeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: handshakeTimeout) {
                [weak self] in
                guard let self, self.phase == .handshaking else { return }
                self.fail(
                    context,
                    SecurityError(
                        .handshakeTimeout, "handshake-timeout",
                        "the TLS handshake took longer than \(handshakeTimeout.nanoseconds / 1_000_000) ms; "
                            + "check the network and whether the peer speaks TLS on this port"))
            }
        }
        advance(context)
        // The handshake needs the peer's answer even where the pipeline reads only on demand.
        if phase == .handshaking { context.read() }
    }

    /// Goes on as far as what has come allows.
    func advance(_ context: ChannelHandlerContext) {
        if phase == .handshaking {
            switch connection.handshake() {
            case .wantsMore:
                sendOutput(context, nil)
                return
            case .failed(let error):
                fail(context, error)
                return
            case .done:
                completeHandshake(context)
            }
        }
        decrypt(context)
    }

    private func completeHandshake(_ context: ChannelHandlerContext) {
        guard let identity = connection.peer else { return }
        phase = .open
        peerIdentity = identity
        handshakeTimer?.cancel()
        handshakeTimer = nil
        context.fireUserInboundEventTriggered(
            TLSPeerIdentified(
                identity: identity, version: connection.version, isResumed: connection.isResumed))
        guard phase == .open else { return }
        let name = connection.negotiatedProtocol
        context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: name))
        guard phase == .open else { return }
        // The handshake's last bytes leave together with what was written meanwhile.
        encryptPending(context)
        sendOutput(context, nil)
        let promises = farewellPromises
        farewellPromises = []
        for promise in promises { closeOutput(context, promise) }
    }

    // MARK: In

    private func decrypt(_ context: ChannelHandlerContext) {
        while phase == .open, !heardFarewell {
            var buffer = plain
            plain = ByteBuffer()
            let step = connection.read(into: &buffer, limit: Self.plainBytesMax)
            if buffer.readableBytes > 0 {
                passedOn = true
                context.fireChannelRead(wrapInboundOut(buffer))
            }
            if buffer.capacity <= Self.keptBytesMax {
                buffer.clear(minimumCapacity: 0)
                plain = buffer
            }
            // A change of keys may have to be answered.
            if connection.output.readableBytes > 0, phase == .open { sendOutput(context, nil) }
            switch step {
            case .full: continue
            case .wantsMore:
                // Something may have come while the above was passed on.
                if connection.input.readableBytes == 0 { return }
            case .closed:
                if phase == .open { hearFarewell(context) }
                return
            case .failed(let error):
                fail(context, error)
                return
            }
        }
    }

    private func hearFarewell(_ context: ChannelHandlerContext) {
        heardFarewell = true
        if saidFarewell || !allowsHalfClosure {
            closeAll(context, nil)
        } else {
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    // MARK: Out

    /// Encrypts all that was flushed and hands it on as one write.
    func encryptPending(_ context: ChannelHandlerContext) {
        // A write's promise may flush again while we are here: the loop below sees its mark.
        guard phase == .open, !isFlushing, pending.hasMark else { return }
        isFlushing = true
        defer { isFlushing = false }
        var written: EventLoopPromise<Void>?
        while phase == .open, pending.hasMark, let next = pending.popFirst() {
            if let promise = next.promise {
                if let written { written.futureResult.cascade(to: promise) } else { written = promise }
            }
            let isLast = !pending.hasMark
            if let error = encrypt(context, next.bytes, isLast: isLast) {
                written?.fail(error)
                fail(context, error)
                return
            }
            if isLast, phase == .open {
                sendOutput(context, written, evenEmpty: written != nil)
                written = nil
            }
        }
        written?.fail(ChannelError.ioOnClosedChannel)
    }

    /// Large writes go to OpenSSL as they are, small ones are gathered until a record is full.
    private func encrypt(_ context: ChannelHandlerContext, _ bytes: ByteBuffer, isLast: Bool)
        -> SecurityError?
    {
        var bytes = bytes
        while bytes.readableBytes > 0, phase == .open {
            let isEnd = isLast && bytes.readableBytes <= Self.outputBytesMax
            let whole =
                isEnd ? bytes.readableBytes : bytes.readableBytes - bytes.readableBytes % Self.recordBytesMax
            var error: SecurityError?
            if staging.readableBytes == 0, whole > 0 {
                let count = min(whole, Self.outputBytesMax)
                error = bytes.readWithUnsafeReadableBytes { readable in
                    (count, connection.write(UnsafeRawBufferPointer(rebasing: readable.prefix(count))))
                }
            } else {
                let count = min(Self.recordBytesMax - staging.readableBytes, bytes.readableBytes)
                if var slice = bytes.readSlice(length: count) { staging.writeBuffer(&slice) }
                if staging.readableBytes == Self.recordBytesMax { error = encryptStaging() }
            }
            if let error { return error }
            if connection.output.readableBytes >= Self.outputBytesMax { sendOutput(context, nil) }
        }
        return isLast ? encryptStaging() : nil
    }

    private func encryptStaging() -> SecurityError? {
        let error = staging.withUnsafeReadableBytes { connection.write($0) }
        staging.clear()
        return error
    }

    /// Hands the ciphertext to the socket.
    func sendOutput(
        _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?, evenEmpty: Bool = false
    ) {
        var bytes = connection.output
        guard bytes.readableBytes > 0 || evenEmpty else { return }
        connection.output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
        // The socket has mostly taken it by now: then the buffer is ours alone and is used again.
        if connection.output.capacity == 0, bytes.capacity <= Self.keptBytesMax {
            bytes.clear(minimumCapacity: 0)
            connection.output = bytes
        }
    }

    // MARK: Ends

    /// The connection is beyond use: tells the peer (an alert), the pipeline, and closes.
    func fail(_ context: ChannelHandlerContext, _ error: SecurityError) {
        guard phase != .closed else { return }
        phase = .closed
        stopTimers()
        closeAfterOutput(context, nil) {
            self.failPending(error); context.fireErrorCaught(error)
        }
    }

    func closeAll(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard phase == .open else {
            // Before the handshake there is nothing to say; after the end we may be asked again.
            let known = phase == .closed
            phase = .closed
            if !known { stopTimers() }
            failPending(ChannelError.ioOnClosedChannel)
            context.close(promise: promise)
            return
        }
        if !saidFarewell {
            saidFarewell = true
            connection.sayFarewell()
        }
        phase = .closed
        let clean = heardFarewell
        closeAfterOutput(context, promise) {
            self.failPending(ChannelError.ioOnClosedChannel)
            if clean { context.fireUserInboundEventTriggered(TLSUserEvent.shutdownCompleted) }
        }
    }

    func closeOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        switch phase {
        case .waiting, .handshaking:
            farewellPromises.append(promise)
        case .closed:
            promise?.fail(ChannelError.ioOnClosedChannel)
        case .open:
            guard !saidFarewell else {
                promise?.fail(ChannelError.outputClosed)
                return
            }
            saidFarewell = true
            connection.sayFarewell()
            sendOutput(context, promise, evenEmpty: true)
            failPending(ChannelError.outputClosed)
            if heardFarewell, phase == .open { closeAll(context, nil) }
        }
    }

    /// Sends what is left and closes when it has left, or when that takes too long.
    private func closeAfterOutput(
        _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?, _ tell: () -> Void
    ) {
        guard connection.output.readableBytes > 0, context.channel.isActive else {
            tell()
            context.close(promise: promise)
            return
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sendOutput(context, sent)
        tell()
        closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) {
            context.close(promise: nil)
        }
        sent.futureResult.assumeIsolated().whenComplete { _ in
            self.closeTimer?.cancel()
            self.closeTimer = nil
            if context.channel.isActive { context.close(promise: promise) } else { promise?.succeed(()) }
        }
    }

    /// The socket is gone.
    func end(_ context: ChannelHandlerContext) {
        let before = phase
        phase = .closed
        stopTimers()
        failPending(ChannelError.ioOnClosedChannel)
        switch before {
        case .waiting, .closed: break
        case .handshaking: context.fireErrorCaught(SecurityError.closedEarly)
        case .open where heardFarewell: context.fireUserInboundEventTriggered(TLSUserEvent.shutdownCompleted)
        case .open: context.fireErrorCaught(SecurityError.truncation)
        }
    }

    func stopTimers() {
        handshakeTimer?.cancel()
        handshakeTimer = nil
        closeTimer?.cancel()
        closeTimer = nil
    }

    func failPending(_ error: any Error) {
        while let next = pending.popFirst() { next.promise?.fail(error) }
        let promises = farewellPromises
        farewellPromises = []
        for promise in promises { promise?.fail(error) }
    }
}
