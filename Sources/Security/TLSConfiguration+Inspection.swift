import COpenSSL

extension TLSConfiguration {
    /// One of the files.
    public enum File: Sendable, Hashable, CaseIterable {
        case certificate, key, authority, revocationList
    }

    /// What a look at the files found.
    public struct Inspection: Sendable {
        /// Who the certificate says that we are; nil when that cannot be read.
        public var identity: PeerIdentity?
        /// All that is wrong, each with the file to correct.
        public var faults: [(file: File, error: SecurityError)]
    }

    /// Looks at each file by itself, then at how they fit. ``TLSContext`` stops at the first fault; here all are told
    /// at once. No fault: a context can be made of the files.
    public func inspect() -> Inspection {
        var found = Inspection(identity: nil, faults: [])
        func note<Value>(_ file: File, _ body: () throws(SecurityError) -> Value) -> Value? {
            do throws(SecurityError) {
                return try body()
            } catch {
                found.faults.append((file, error))
                return nil
            }
        }
        let roots = note(.authority) { () throws(SecurityError) in try CertificateFile(trustRootsFile) }
        let chain = note(.certificate) { () throws(SecurityError) in
            try CertificateFile(certificateChainFile)
        }
        var lists: RevocationLists?
        if let revocationListFile {
            lists = note(.revocationList) { () throws(SecurityError) in
                try RevocationLists(revocationListFile)
            }
        }
        let key = note(.key) { () throws(SecurityError) in try PrivateKeyFile(privateKeyFile) }
        if let chain {
            found.identity = note(.certificate) { () throws(SecurityError) in
                try TLSContext.identity(of: chain, self)
            }
            if let roots {
                _ = note(.certificate) { () throws(SecurityError) in
                    try TLSContext.trusted(chain, roots, lists, self, now: SystemTime.seconds())
                }
            }
            if let key {
                _ = note(.key) { () throws(SecurityError) in
                    guard X509_check_private_key(chain.leaf.pointer, key.pointer) == 1 else {
                        OpenSSLErrors.clear()
                        throw TLSContext.foreignKey(self)
                    }
                }
            }
        }
        if found.faults.isEmpty {
            _ = note(.certificate) { () throws(SecurityError) in _ = try TLSContext(self) }
        }
        return found
    }
}
