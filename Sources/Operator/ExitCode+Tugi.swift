import ArgumentParser
import RPC

/// What the programs say by their exit status; the same with and without `--json`.
enum Exit {
    static let problemsFound = ExitCode(1)
    static let usage = ExitCode(2)
    static let unreachable = ExitCode(3)
    static let notAllowed = ExitCode(4)
    static let notFound = ExitCode(5)
    static let conflict = ExitCode(6)
    static let timeout = ExitCode(7)
    static let dataDamaged = ExitCode(9)
    static let bug = ExitCode(70)

    /// The exit status for the way a call ended.
    static func code(for error: RPCError) -> ExitCode {
        switch error.code {
        case .ok: ExitCode.success
        case .invalidArgument, .outOfRange: usage
        case .unavailable, .resourceExhausted, .cancelled: unreachable
        case .permissionDenied, .unauthenticated: notAllowed
        case .notFound: notFound
        case .failedPrecondition, .aborted, .alreadyExists: conflict
        case .deadlineExceeded: timeout
        case .dataLoss: dataDamaged
        case .internal, .unknown, .unimplemented: bug
        }
    }
}

/// Something that is wrong with what was typed or with a file, found before anything is sent.
struct UsageError: Error, CustomStringConvertible {
    var code: String
    var message: String
    /// What to do next.
    var next: String

    init(_ code: String, _ message: String, next: String) {
        self.code = code
        self.message = message
        self.next = next
    }

    var description: String { "\(message)\n  next: \(next)" }
}
