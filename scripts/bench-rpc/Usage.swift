import Glibc

/// What processes used: this one and those that serve it.
struct Usage {
    /// CPU time, user and system, in nanoseconds.
    private static func cpu(_ process: Int32) -> Int64 {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private let servers: [Int32]
    private let began: (client: Int64, server: Int64)

    /// From now on.
    init(servers: [Int32]) {
        self.servers = servers
        began = (Self.cpu(0), Self.cpu(servers))
    }

    private static func cpu(_ processes: [Int32]) -> Int64 { processes.reduce(0) { $0 + cpu($1) } }

    /// Microseconds of CPU since then: ours, and the servers'.
    var microseconds: (client: Double, server: Double) {
        (Double(Self.cpu(0) - began.client) / 1000, Double(Self.cpu(servers) - began.server) / 1000)
    }
}

/// Writes a line at once.
func say(_ line: String, to file: Int32 = STDOUT_FILENO) {
    var line = line + "\n"
    line.withUTF8 { _ = write(file, $0.baseAddress, $0.count) }
}

/// What one case gave.
struct Measured {
    var count = 0
    var client = 0.0
    var server = 0.0
    /// Nanoseconds that single calls took; empty when they were not asked for.
    var times: [Int64] = []

    var json: String {
        let sorted = times.sorted()
        func at(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : Double(sorted[Int(Double(sorted.count - 1) * share)]) / 1000
        }
        return """
            {"count": \(count), "client_us": \(client), "server_us": \(server), "p50": \(at(0.5)), "p99": \(at(0.99))}
            """
    }
}
