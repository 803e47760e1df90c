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
        switch ConnectionTrouble(error) {
        case .ownFiles, .environment: return usage
        case .certificate: return notAllowed
        case nil: break
        }
        return code(for: error.code)
    }

    private static func code(for code: StatusCode) -> ExitCode {
        switch code {
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

/// Why there is no connection although somebody answers: trying again would not help.
enum ConnectionTrouble {
    /// A certificate, key or authority file of ours cannot be used.
    case ownFiles
    /// One side does not accept the other's certificate.
    case certificate
    /// The two sides name different environments.
    case environment

    /// Reasons as in `SecurityError` and `Protocols/wire.md`.
    init?(_ error: RPCError) {
        guard error.code == .unavailable || error.code == .failedPrecondition else { return nil }
        switch error.reason {
        case "file-missing", "file-unreadable", "key-kind", "key-length", "key-not-of-certificate",
            "key-readable-by-all", "key-unreadable", "certificate-unreadable", "certificate-unusable",
            "root-unusable":
            self = .ownFiles
        case "authority-unknown", "authority-as-leaf", "certificate-expired", "certificate-invalid",
            "certificate-not-yet-valid", "certificate-revoked", "county-differs", "extended-key-usage",
            "key-usage", "no-certificate", "no-uri", "peer-alert", "peer-differs", "peer-unexpected",
            "several-uris", "uri-form":
            self = .certificate
        case "environment-mismatch": self = .environment
        default: return nil
        }
    }

    var next: String {
        switch self {
        case .ownFiles:
            "correct --certificate, --key and --authority; scripts/certificates makes files to try"
        case .certificate:
            "both sides need certificates of one authority: check --certificate and --authority"
        case .environment: "give the gateway's --environment and --county"
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
