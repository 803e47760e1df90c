import COpenSSL

/// OpenSSL keeps errors in a queue per thread: it must be empty before a call whose outcome is asked for, and
/// is emptied by whoever reads it, else one connection's failure shows up in another's on the same thread.
enum OpenSSLErrors {
    static func clear() { ERR_clear_error() }

    /// Takes all errors; the first is the cause.
    static func take() -> [UInt] {
        var codes: [UInt] = []
        while true {
            let code = ERR_get_error()
            if code == 0 { return codes }
            if codes.count < 16 { codes.append(code) }
        }
    }

    static func library(_ code: UInt) -> Int32 { Int32((code >> 23) & 0xff) }
    static func reason(_ code: UInt) -> Int32 { Int32(code & 0x7f_ffff) }

    /// OpenSSL's own words for an error; they name algorithms and files' forms, never contents.
    static func text(_ code: UInt) -> String {
        guard let text = ERR_reason_error_string(code) else { return "error \(code)" }
        return String(cString: text)
    }

    /// The words for all queued errors, for messages; empties the queue.
    static func takeText() -> String {
        let codes = take()
        return codes.isEmpty ? "no detail" : codes.map(text).joined(separator: "; ")
    }
}
