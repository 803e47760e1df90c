public import SwiftProtobuf

/// How many messages flow which way in a call (`Protocols/wire.md`).
public enum CallKind: UInt8, Sendable, Hashable {
    case unary, clientStreaming, serverStreaming, bidirectional
}

/// Who may use a method.
public enum Audience: UInt8, Sendable, Hashable {
    /// Municipalities' systems and people, through the gateway.
    case `public`
    /// Programs of the county between each other.
    case `internal`
    /// County IT; such a method shows nothing of any child.
    case `operator`
}

/// What the protocol has to know of a method; the typed side is ``Method``.
public struct MethodDescriptor: Sendable, Hashable {
    /// From `Protocols/method-ids.txt`; never used again for another method.
    public let id: UInt32
    /// `package.Service/Method`.
    public let name: String
    /// How many messages flow which way.
    public let kind: CallKind
    /// A mutating call must carry an operation id; its effect happens once.
    public let mutating: Bool
    /// Who may use the method.
    public let audience: Audience
    /// Largest request message in bytes, before compression.
    public let requestBytesMax: Int
    /// Largest response message in bytes, before compression.
    public let responseBytesMax: Int
    /// How long a call may take when the caller says nothing else.
    public let deadline: Duration

    /// All values as documented at the properties.
    public init(
        id: UInt32, name: String, kind: CallKind, mutating: Bool, audience: Audience, requestBytesMax: Int,
        responseBytesMax: Int, deadline: Duration
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.mutating = mutating
        self.audience = audience
        self.requestBytesMax = requestBytesMax
        self.responseBytesMax = responseBytesMax
        self.deadline = deadline
    }
}

/// A method with the types of its messages.
public struct Method<Request: Message & Sendable, Response: Message & Sendable>: Sendable {
    /// The method's id, name, kind and bounds, without its message types.
    public let descriptor: MethodDescriptor

    /// A typed view of the descriptor; that the messages are the method's own is for the caller to see to.
    public init(_ descriptor: MethodDescriptor) {
        self.descriptor = descriptor
    }
}
