import Contracts
import HumanServices
import ServiceKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Files of a feed as they come in messages and go out in messages, each within the methods' largest one.
struct HumanServicesParts {
    /// Of all files of a feed together.
    static let bytesMax = 16 << 20
    static let filesMax = 200
    /// Of the files in one message that goes out.
    private static let partBytes = 800 << 10

    private(set) var files: [HumanServicesPackage.File] = []
    private var byteCount = 0
    /// Whether the last file goes on in the next message.
    private var goesOn = false

    /// Takes the files of the next message. Throws `ServiceError` when they are too many, too large or out of order.
    mutating func take(_ parts: [RegistryHumanServicesFile]) throws {
        for part in parts {
            byteCount += part.content.count
            guard byteCount <= Self.bytesMax else {
                throw ServiceError(
                    .tooMuch, "feed-too-large",
                    "A feed has at most 16 MiB: send it as several sources, by provider for example.")
            }
            if goesOn {
                guard files.last?.name == part.name else { throw Self.unfinished }
                files[files.count - 1].bytes += [UInt8](part.content)
            } else {
                guard files.count < Self.filesMax else {
                    throw ServiceError(.invalid, "files-count", "Send 1 to 200 files of one source.")
                }
                files.append(HumanServicesPackage.File(name: part.name, bytes: [UInt8](part.content)))
            }
            goesOn = part.more
        }
    }

    /// The whole files, once the last message has come.
    func finished() throws -> [HumanServicesPackage.File] {
        if goesOn { throw Self.unfinished }
        return files
    }

    private static let unfinished = ServiceError(
        .invalid, "file-unfinished",
        "A file that goes on (more) is followed by its next part, under the same name.")

    /// Files as the messages that carry them; at least one message.
    static func messages(_ files: [HumanServicesPackage.File]) -> [[RegistryHumanServicesFile]] {
        var messages: [[RegistryHumanServicesFile]] = [[]]
        var room = partBytes
        for file in files {
            var rest = file.bytes[...]
            repeat {
                if room == 0 {
                    messages.append([])
                    room = partBytes
                }
                let piece = rest.prefix(room)
                rest = rest.dropFirst(piece.count)
                room -= piece.count
                messages[messages.count - 1].append(
                    .with {
                        $0.name = file.name
                        $0.content = Data(piece)
                        $0.more = !rest.isEmpty
                    })
            } while !rest.isEmpty
        }
        return messages
    }
}
