import Foundation
import Logging
import Synchronization

// The Swift server and client that scripts/conformance drives: a JSON command a line on standard input, an answer a
// line on standard output, in the order in which they are ready.
//
//     conformance-program CERTIFICATES

signal(SIGPIPE, SIG_IGN)
guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("usage: conformance-program CERTIFICATES\n".utf8))
    exit(2)
}
var quiet = Logger(label: "conformance-program") { StreamLogHandler.standardError(label: $0) }
quiet.logLevel = .error
let program = Program(certificates: CommandLine.arguments[1], logger: quiet)

let (lines, reading) = AsyncStream.makeStream(of: String.self)
Thread.detachNewThread {
    while let line = readLine() { reading.yield(line) }
    reading.finish()
}
let output = Mutex(FileHandle.standardOutput)
await withDiscardingTaskGroup { group in
    for await line in lines {
        group.addTask {
            let answer: Answer
            do {
                let command = try JSONDecoder().decode(Command.self, from: Data(line.utf8))
                answer = await program.perform(command)
            } catch {
                answer = Answer(id: 0, trouble: "\(error)")
            }
            guard var data = try? JSONEncoder().encode(answer) else { return }
            data.append(0x0A)
            output.withLock { $0.write(data) }
        }
    }
    // The runner has gone: what still runs ends with this program.
    exit(0)
}
