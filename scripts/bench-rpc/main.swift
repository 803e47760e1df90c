import Glibc

// What `scripts/bench rpc` measures: our own server and client, in two processes, making real typed calls.
//
//     rpc-bench server --certificates DIR            prints {"port":…,"churn":…,"guarded":…} and serves until it is ended
//     rpc-bench gateway --certificates DIR --port N  passes calls on to the server at that port; prints {"port":…}
//     rpc-bench assertion --certificates DIR         prints the assertion of a call in hexadecimal, for attackers
//     rpc-bench client CASE --certificates DIR --port N --server PID... [--seconds S] [--number N]

signal(SIGPIPE, SIG_IGN)
do {
    let arguments = try BenchArguments(Array(CommandLine.arguments.dropFirst()))
    if arguments.isServer {
        try await BenchServer(arguments).run()
    } else if arguments.isGateway {
        try await BenchGateway(arguments).run()
    } else if arguments.what == "assertion" {
        let bytes = try BenchClient(arguments).assertion()
        say(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    } else {
        say(try await BenchClient(arguments).measure().json)
    }
} catch {
    say("rpc-bench: \(error)", to: STDERR_FILENO)
    exit(1)
}
