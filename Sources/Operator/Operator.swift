/// What the operator's commands are as a peer.
enum Operator {
    /// Told to the gateway in HELLO.
    static let version = "0.1.0"
}
