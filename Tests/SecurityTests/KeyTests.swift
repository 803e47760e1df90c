import Security
import Testing

@Suite("Keys, seals and keyed hashes")
struct KeyTests {
    static let plain = Array("Näidis Õpilane 17".utf8)

    @Test("A seal opens with the same key and place, and each seal of the same text differs")
    func sealAndOpen() throws {
        let key = SecretKey.generate()
        for plain in [Self.plain, [], [UInt8](repeating: 7, count: 100_000)] {
            let sealed = try AEAD.seal(plain, key: key, associated: [1, 2])
            #expect(sealed.count == plain.count + AEAD.overheadBytes)
            #expect(try AEAD.open(sealed, key: key, associated: [1, 2]) == plain)
            #expect(try AEAD.seal(plain, key: key, associated: [1, 2]) != sealed)
        }
    }

    @Test("Each changed byte, a cut, another place and another key are all detected")
    func tampering() throws {
        let key = SecretKey.generate()
        let sealed = try AEAD.seal(Self.plain, key: key, associated: [1])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            expectInvalid { try AEAD.open(changed, key: key, associated: [1]) }
        }
        for count in 0..<sealed.count {
            expectInvalid { try AEAD.open(Array(sealed.prefix(count)), key: key, associated: [1]) }
        }
        expectInvalid { try AEAD.open(sealed, key: key, associated: [2]) }
        expectInvalid { try AEAD.open(sealed, key: key, associated: []) }
        expectInvalid { try AEAD.open(sealed, key: .generate(), associated: [1]) }
    }

    private func expectInvalid(_ open: () throws -> [UInt8]) {
        let error = #expect(throws: SecurityError.self) { try open() }
        #expect(error?.code == .sealInvalid)
    }

    @Test("AES-256-GCM agrees with the published vector (McGrew and Viega, test case 14)")
    func publishedSeal() throws {
        let zeros = [UInt8](repeating: 0, count: 32)
        let sealed =
            [UInt8](repeating: 0, count: 12)
            + hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
        #expect(
            try AEAD.open(sealed, key: SecretKey(zeros), associated: []) == [UInt8](repeating: 0, count: 16))
    }

    @Test("A sealing key has 32 bytes, and derived keys differ by purpose and salt but not by chance")
    func derivedKeys() throws {
        #expect(throws: SecurityError.self) { try SecretKey([1, 2, 3]) }
        let key = try SecretKey([UInt8](repeating: 9, count: 32))
        #expect(key.derived(purpose: "names") == key.derived(purpose: "names"))
        #expect(key.derived(purpose: "names") != key.derived(purpose: "codes"))
        #expect(key.derived(purpose: "names") != key.derived(purpose: "names", salt: [1]))
        #expect("\(key)" == "SecretKey")
    }

    @Test("Key derivation agrees with HKDF (RFC 5869), as the openssl command computes it")
    func derivationAgrees() async throws {
        let key = try SecretKey([UInt8](repeating: 0x0b, count: 32))
        let theirs = try await run(
            "openssl",
            [
                "kdf", "-keylen", "32", "-kdfopt", "digest:SHA256", "-kdfopt",
                "hexkey:" + String(repeating: "0b", count: 32), "-kdfopt", "hexsalt:000102", "-kdfopt",
                "info:names",
                "HKDF",
            ])
        let ours = key.derived(purpose: "names", salt: [0, 1, 2]).withBytes { Array($0) }
        #expect(hex(theirs.filter { $0.isHexDigit }) == ours)
    }

    @Test("SHA-256 and HMAC agree with published vectors (FIPS 180-4, RFC 4231 case 4's form)")
    func publishedHashes() async throws {
        let abc = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest.sha256(Array("abc".utf8)) == abc)
        let nothing = hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(Digest.sha256([UInt8]()) == nothing)
        let key = [UInt8](repeating: 0x0b, count: 32)
        let theirs = try await run(
            "openssl",
            [
                "mac", "-digest", "SHA256", "-macopt", "hexkey:" + String(repeating: "0b", count: 32), "-in",
                "/dev/null", "HMAC",
            ])
        #expect(HMAC.sha256([UInt8](), key: try SecretKey(key)) == hex(theirs.filter { $0.isHexDigit }))
    }

    @Test("A hash over pieces is the hash of the whole, and a copied hasher goes its own way")
    func hashOverPieces() {
        var hasher = SHA256Hasher()
        hasher.update(Array("ab".utf8))
        var copy = hasher
        hasher.update(Array("c".utf8)[...])
        copy.update(Array("d".utf8))
        #expect(hasher.finalize() == Digest.sha256(Array("abc".utf8)))
        #expect(hasher.finalize() == Digest.sha256(Array("abc".utf8)))
        #expect(copy.finalize() == Digest.sha256(Array("abd".utf8)))
    }

    @Test("Random bytes come in the asked number and never twice the same")
    func randomBytes() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.bytes(33).count == 33)
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
        #expect(Digest.areEqual([1, 2], [1, 2]))
        #expect(!Digest.areEqual([1, 2], [1, 3]))
        #expect(!Digest.areEqual([1, 2], [1]))
    }
}

@Suite("Signatures", .withAuthority)
struct SignatureTests {
    @Test("A signature is valid for its bytes and key only, and always has 64 bytes")
    func signAndVerify() throws {
        let key = SigningKey.generate()
        let message = Array("assertion".utf8)
        for _ in 0..<20 {
            let signature = try key.signature(for: message)
            #expect(signature.count == 64)
            #expect(key.verifyingKey.isValid(signature, for: message))
            #expect(!key.verifyingKey.isValid(signature, for: message + [0]))
            #expect(!SigningKey.generate().verifyingKey.isValid(signature, for: message))
            var changed = signature
            changed[40] ^= 1
            #expect(!key.verifyingKey.isValid(changed, for: message))
        }
    }

    @Test("Signatures of any other form are invalid, not an error")
    func malformedSignatures() {
        let key = SigningKey.generate().verifyingKey
        for bad in [
            [], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 255, count: 64),
            [UInt8](repeating: 1, count: 63),
        ] {
            #expect(!key.isValid(bad, for: [1]))
        }
    }

    @Test("The assertion key pair that scripts/certificates makes fits together and has one id")
    func assertionKeyPair() async throws {
        let authority = try TestAuthority.current()
        let key = try SigningKey(pemFile: authority.folder + "/assertion.key")
        let check = try VerifyingKey(pemFile: authority.folder + "/assertion.pub")
        #expect(check.isValid(try key.signature(for: [1, 2, 3]), for: [1, 2, 3]))
        #expect(key.verifyingKey.id == check.id)
        #expect(check.id.count == 8)
    }

    @Test("Keys of another kind, unreadable keys and keys open to everyone are refused with the remedy")
    func refusedKeys() async throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        try await run("openssl", ["genpkey", "-algorithm", "ED25519", "-out", folder + "/other.key"])
        try write("nothing", to: folder + "/nothing.key")
        try write("nothing", to: folder + "/open.key", mode: 0o644)
        try await run(
            "openssl",
            [
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass",
                "pass:x",
                "-out", folder + "/locked.key",
            ])
        for (file, reason) in [
            ("other.key", "key-kind"), ("nothing.key", "key-unreadable"), ("open.key", "key-readable-by-all"),
            ("locked.key", "key-unreadable"), ("missing.key", "file-missing"), (".", "file-unreadable"),
        ] {
            let error = #expect(throws: SecurityError.self) { try SigningKey(pemFile: "\(folder)/\(file)") }
            #expect(error?.reason == reason)
            #expect(error?.message.contains(folder) == true)
        }
    }
}

func hex(_ text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in text.compactMap(\.hexDigitValue).map(UInt8.init) {
        if let first = high {
            bytes.append(first << 4 | digit)
            high = nil
        } else {
            high = digit
        }
    }
    return bytes
}
