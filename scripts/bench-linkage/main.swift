import Linkage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How well and how fast records of one person are found in files whose `rec_id` tells the truth (`rec-12-org`,
/// `rec-12-dup-0`), as those of FEBRL are. Prints one JSON object a line.
///
/// usage: linkage-bench --data FILE.csv [--data FILE.csv]...
///
/// Each file is a set by itself. Files without a pair within themselves (FEBRL 4 is two lists, none of which has anybody
/// twice) are joined with each other instead.

func fail(_ message: String) -> Never {
    var line = "bench: \(message)\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(2)
}

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

var files: [String] = []
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    switch word {
    case "--json": continue  // always JSON lines; accepted so that all benches are called alike
    case "--data":
        guard let file = words.popFirst() else { fail("--data needs a file") }
        files.append(file)
    default: fail("unknown option \(word); usage: scripts/bench linkage --json --data FILE.csv...")
    }
}
if files.isEmpty { fail("give at least one --data FILE.csv with the columns of FEBRL") }

var sets: [LabelledSet] = []
var alone: [LabelledSet] = []
for file in files {
    guard let set = LabelledSet(file: file) else {
        fail(
            "cannot use \(file): it needs a header with rec_id and at least two of \(LabelledSet.columnNames)"
        )
    }
    if set.truePairCount > 0 { sets.append(set) } else { alone.append(set) }
}
if let first = alone.first {
    let joined = alone.dropFirst().reduce(into: first) { $0.join($1) }
    if joined.truePairCount == 0 { fail("no two records of \(joined.name) are of one person") }
    sets.append(joined)
}
for set in sets {
    measure(set, withIdentifier: false)
    if set.hasIdentifier { measure(set, withIdentifier: true) }
}
