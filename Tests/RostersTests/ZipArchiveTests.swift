import FoundationEssentials
import Rosters
import Testing

@Suite("Reading a ZIP archive") struct ZipArchiveTests {
    /// Made by Python's zipfile: roster/users.csv (deflated by its own codes), roster/manifest.csv (stored),
    /// a Mac's shadow file, and a file that is no table.
    private let roster = """
        UEsDBBQAAAAIAO+1dl2BTFY+JgEAAJsFAAAQAAAAcm9zdGVyL3VzZXJzLmNzdm3Uu20CQRRG4XyqoAAC7gvYEpy4B+TdYCUb\
        j4xcijtwJzTGP/Gc9GSf7uPx/fvzsa1v6/F++9paPx3fn//7uj8Oz7++f97u2+HUus3VWve5eusx12g955qt11yr9fNcz61f\
        5npp/TrXa+vLXBcpAGdDRzz5DIAmoQHRZDRAmpQGTJPTAGqSGlBNVgOsSWvANXkdvC6vg9fHPGmg8jp4XV4Hr8vr4HV5Hbwu\
        r4PX5XXwurwOXpc3wBvyBnhD3gBvjA2mFZY3wBvyBnhD3gBvyBvgDXkDvCFvgDfkTfCmvAnelDfBm/ImeHPcLB2tvAnelDfB\
        m/ImeFPeBG/Km+BNeQu8JW+Bt+Qt8Ja8Bd6St8Bb40vRm5K3wFvyFnhL3gJvyVvgraW9AFBLAwQUAAAAAAAAACEAGYPwmBMA\
        AAATAAAAEwAAAHJvc3Rlci9tYW5pZmVzdC5jc3Zwcm9wZXJ0eU5hbWUsdmFsdWUKUEsDBBQAAAAIAO+1dl2DFtyMAwAAAAEA\
        AAAUAAAAX19NQUNPU1gvLl91c2Vycy5jc3arAABQSwMEFAAAAAgA77V2XYMW3IwDAAAAAQAAAAoAAAByZWFkbWUudHh0qwAA\
        UEsBAhQDFAAAAAgA77V2XYFMVj4mAQAAmwUAABAAAAAAAAAAAAAAAIABAAAAAHJvc3Rlci91c2Vycy5jc3ZQSwECFAMUAAAA\
        AAAAACEAGYPwmBMAAAATAAAAEwAAAAAAAAAAAAAAgAFUAQAAcm9zdGVyL21hbmlmZXN0LmNzdlBLAQIUAxQAAAAIAO+1dl2D\
        FtyMAwAAAAEAAAAUAAAAAAAAAAAAAACAAZgBAABfX01BQ09TWC8uX3VzZXJzLmNzdlBLAQIUAxQAAAAIAO+1dl2DFtyMAwAA\
        AAEAAAAKAAAAAAAAAAAAAACAAc0BAAByZWFkbWUudHh0UEsFBgAAAAAEAAQA+QAAAPgBAAAAAA==
        """
    /// One short file, deflated by the fixed codes.
    private let short = """
        UEsDBBQAAAAIAO+1dl3h4M6kCQAAABQAAAAFAAAAYS5jc3ZLTEQFSTrJXABQSwECFAMUAAAACADvtXZd4eDOpAkAAAAUAAAA\
        BQAAAAAAAAAAAAAAgAEAAAAAYS5jc3ZQSwUGAAAAAAEAAQAzAAAALAAAAAAA
        """

    private func bytes(_ text: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: text))) }

    @Test("Tables are unpacked, other files are passed over")
    func tables() throws {
        let archive = try bytes(roster)
        #expect(ZipArchive.isArchive(archive))
        let files = try ZipArchive.tables(archive)
        #expect(files.keys.sorted() == ["manifest.csv", "users.csv"])
        let users = String(decoding: files["users.csv"] ?? [], as: UTF8.self)
        #expect(users == "sourcedId,name\n" + (0..<60).map { "p\($0),Näidis Õpilane \($0)\n" }.joined())
        let one = try ZipArchive.tables(bytes(short))
        #expect(one["a.csv"] == Array("aaaaaaaaaaaaaaaab,c\n".utf8))
    }

    @Test("What is no archive, or was cut, is refused")
    func refused() throws {
        #expect(throws: ZipArchive.Failure.notAnArchive) { try ZipArchive.tables(Array("a,b\n".utf8)) }
        #expect(throws: ZipArchive.Failure.notAnArchive) {
            try ZipArchive.tables(Array(bytes(roster).dropLast(30)))
        }
        #expect(throws: ZipArchive.Failure.self) { try ZipArchive.tables(Array(bytes(roster).dropFirst(40))) }
    }

    @Test("An archive with any byte changed is read as it was or refused, never a trap")
    func damaged() throws {
        for text in [roster, short] {
            let archive = try bytes(text)
            // With another name the Mac's shadow file ("x") may look like a table.
            let good = try Array(ZipArchive.tables(archive).values) + [Array("x".utf8)]
            for place in archive.indices {
                for mask: UInt8 in [0xFF, 0x01, 0x80] {
                    var damaged = archive
                    damaged[place] ^= mask
                    if let files = try? ZipArchive.tables(damaged) {
                        #expect(files.values.allSatisfy { good.contains($0) })
                    }
                }
            }
        }
    }
}
