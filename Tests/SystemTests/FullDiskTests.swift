import Foundation
import RPC
import Subprocess
import Testing

/// May this machine's account mount a file system of its own?
private func mayMount() async throws -> Bool {
    let result = try await Subprocess.run(
        .name("unshare"), arguments: ["-rm", "sh", "-c", "mount -t tmpfs none /mnt"], output: .discarded,
        error: .discarded)
    return result.terminationStatus == .exited(0)
}

@Suite("A disk that is full", .serialized)
struct FullDiskTests {
    @Test(
        "The program says that it does not serve and why, and serves again when there is room",
        .enabled("needs unshare and mount") { (try? await mayMount()) == true })
    func full() async throws {
        try await County.with { county in
            await county.stop("registry")
            let place = "\(county.folder)/registry"
            try await county.start(
                "registry",
                within: [
                    "unshare", "-rm", "sh", "-c",
                    "mount -t tmpfs -o size=32m none '\(place)' && exec \"$0\" \"$@\"",
                ])
            try await Peer.with("registry", of: county) { peer in
                _ = try await peer.deliver(to: "registry")
                let watch = try await peer.watch()
                #expect(try await watch.nextHealth() == .serving)
                let filler = county.seen(by: "registry", "registry/filler")
                try await Self.fill(filler)
                await #expect(throws: RPCError.self) {
                    for sequence in UInt64(2)...10_000 {
                        _ = try await peer.deliver(to: "registry", sequence: sequence)
                    }
                }
                #expect(try await watch.nextHealth() == .notServing)
                let probe = try await County.run("registry", ["probe"] + county.options("registry"))
                #expect(probe.status == 1)
                #expect(probe.output.contains("store-not-written"))
                let status = try await county.tugi("status")
                #expect(status.status != 0)
                #expect(status.output.contains("not-serving"), "\(status.output)")
                #expect(status.output.contains("Make room"), "\(status.output)")
                try FileManager.default.removeItem(atPath: filler)
                #expect(try await watch.nextHealth() == .serving)
                #expect(try await county.tugi("status").status == 0)
                _ = try await peer.deliver(to: "registry")
            }
        }
    }

    /// Writes until the disk has no room for a byte more.
    private static func fill(_ path: String) async throws {
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", "cat /dev/zero > '\(path)'"], output: .discarded,
            error: .string(limit: 4096))
        #expect(result.standardError.contains("No space left"))
    }
}
