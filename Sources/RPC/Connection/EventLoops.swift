import CMalloc
import NIOPosix

/// The event loops that all connections of this process share.
enum EventLoops {
    static let group: MultiThreadedEventLoopGroup = {
        keepFreedMemory()
        return .singleton
    }()

    /// Memory that a long message needed stays with the process for the next one, up to so many bytes a thread.
    private static var keptBytesMax: Int32 { 2 * 1024 * 1024 }
    /// Larger pieces come from the system and go back to it one by one.
    private static var pieceBytesMax: Int32 { 512 * 1024 }

    /// By default glibc gives back what lies free on top of a thread's heap from 128 KiB on: at each message
    /// of 64 KiB, so that each one's pages have to be mapped anew, which costs as much as to encrypt them.
    /// Both have to be said: either of them ends glibc's own adaption of the other.
    private static func keepFreedMemory() {
        mallopt(M_TRIM_THRESHOLD, keptBytesMax)
        mallopt(M_MMAP_THRESHOLD, pieceBytesMax)
    }
}
