import Logging
import Security

extension TLSIdentity {
    /// Looks at the files at every interval, until cancelled; changed ones are loaded and handed to `use`.
    /// What is wrong with them is logged once.
    func watch(every interval: Duration, _ logger: Logger, _ use: (TLSContext) -> Void) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: interval)
                if let newest = try reloadIfChanged() { use(newest) }
            } catch let error as SecurityError {
                logger.error(
                    "changed certificates cannot be used; those before stay",
                    metadata: ["reason": "\(error.reason)", "what": "\(error.message)"])
            } catch {
                return
            }
        }
    }
}
