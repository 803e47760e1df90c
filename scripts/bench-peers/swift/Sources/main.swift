import Glibc

// What `scripts/bench rpc --peers` measures beside ours: grpc-swift, called like scripts/bench-rpc. Exit status 3 says that
// the case is not offered.

signal(SIGPIPE, SIG_IGN)
do {
    let arguments = try BenchArguments(Array(CommandLine.arguments.dropFirst()))
    if arguments.isServer {
        try await PeerServer(arguments: arguments).run()
    } else if let measured = try await PeerClient(arguments).measure() {
        say(measured.json)
    } else {
        exit(3)
    }
} catch {
    say("peer-grpc-swift: \(error)", to: STDERR_FILENO)
    exit(1)
}
