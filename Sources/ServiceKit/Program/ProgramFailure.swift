import ArgumentParser
import RPC
import Security
import Store

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a program ends, and with which code (those of sysexits.h).
public struct ProgramFailure: Error, Sendable, CustomStringConvertible {
    /// Exit codes with names.
    public enum Code: Int32, Sendable {
        /// Stored data is damaged, or the audit chain is broken.
        case damaged = 65
        /// The port is taken or the address is not of this machine.
        case cannotListen = 69
        /// Something that was not foreseen.
        case unforeseen = 70
        /// The data folder cannot be written.
        case cannotWrite = 73
        /// A setting is wrong or missing, or a key or certificate cannot be used.
        case configuration = 78
    }

    /// The program's exit code.
    public var code: Code
    /// What happened and what to do next.
    public var message: String

    /// All values as documented at the properties.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message alone; the exit code says the rest.
    public var description: String { message }

    /// What ended the program, in words for its operator.
    public init(_ error: any Error) {
        switch error {
        case let error as ProgramFailure: self = error
        case let error as ConfigurationFaults:
            self.init(.configuration, "settings are wrong:\n\(error.description)")
        case let error as SecurityError: self.init(.configuration, error.message)
        case let error as StoreError:
            self.init(error.code == .damaged ? .damaged : .cannotWrite, error.message)
        case let error as RPCError:
            self.init(error.reason == "listen-failed" ? .cannotListen : .configuration, error.message)
        case let error as ServiceError: self.init(.configuration, error.message)
        default: self.init(.unforeseen, "ended by something that was not foreseen: \(error)")
        }
    }

    /// Runs a command's work; a failure is printed to standard error and becomes the exit code. `serving`: the work
    /// has no end of its own, so a signal that ends it is no failure.
    public static func reporting(
        _ program: String, serving: Bool = false, _ work: () async throws -> Void
    ) async throws {
        if serving { StopSignals.endWell() } else { StopSignals.endUnfinished() }
        do {
            try await work()
        } catch let exit as ExitCode {
            throw exit
        } catch {
            let failure = ProgramFailure(error)
            JSONLogHandler.writeToStandardError("\(program): \(failure.message)\n")
            throw ExitCode(failure.code.rawValue)
        }
    }
}
