// The limit that `scripts/bench rpc` compares with: frames (u32 length, u32 stream, bytes) over mutual TLS, on epoll and
// OpenSSL alone, without calls, credit, deadlines, messages or checks. One SSL_write for each batch of frames.
//
//     limit server --certificates DIR                  prints {"port":…,"churn":…} and serves until it is ended
//     limit client CASE --certificates DIR --port N --server PID [--seconds S] [--number N]
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "case.hpp"

namespace {

// The highest byte of the stream says what is asked for: its frame back, so many messages, or nothing.
enum Kind : uint32_t { echo = 0, stream = 1, upload = 2 };
constexpr uint32_t kindShift = 24, streamBytes = 1024;
constexpr size_t batchBytes = 256 * 1024;

[[noreturn]] void fail(const char *what) {
    fprintf(stderr, "limit: %s: %s\n", what, strerror(errno));
    ERR_print_errors_fp(stderr);
    exit(1);
}

using namespace bench;

SSL_SESSION *newest = nullptr;

SSL_CTX *makeContext(const std::string &folder, const std::string &name, bool resumes) {
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    auto file = [&](const char *end) { return folder + "/" + name + end; };
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set1_groups_list(context, "X25519:P-256");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const uint8_t *>("limit"), 5);
    if (SSL_CTX_use_certificate_chain_file(context, file(".pem").c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, file(".key").c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_load_verify_locations(context, (folder + "/ca.pem").c_str(), nullptr) != 1)
        fail("certificates");
    if (resumes) {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context, [](SSL *, SSL_SESSION *session) {
            if (newest) SSL_SESSION_free(newest);
            newest = session;
            return 1;
        });
    }
    return context;
}

struct Frame {
    uint32_t stream;
    const uint8_t *bytes;
    uint32_t length;
};

// One connection: what came and is no whole frame yet, what is to be sent.
struct Connection {
    int socket;
    SSL *ssl;
    std::vector<uint8_t> in, out;
    size_t inEnd = 0, outBegin = 0;
    uint32_t streamLeft = 0, streamID = 0;
    uint32_t events = 0;
    bool isOver = false, isReady = false;

    Connection(SSL_CTX *context, int socket, bool isServer) : socket(socket), ssl(SSL_new(context)) {
        int one = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
        SSL_set_fd(ssl, socket);
        if (isServer) SSL_set_accept_state(ssl); else SSL_set_connect_state(ssl);
    }
    ~Connection() {
        SSL_free(ssl);
        close(socket);
    }

    void put(uint32_t stream, const uint8_t *bytes, uint32_t length) {
        uint32_t head[2] = {htonl(length), htonl(stream)};
        auto *start = reinterpret_cast<uint8_t *>(head);
        out.insert(out.end(), start, start + sizeof head);
        out.insert(out.end(), bytes, bytes + length);
    }

    bool wait(int result) {
        int error = SSL_get_error(ssl, result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) isOver = true;
        ERR_clear_error();
        return error == SSL_ERROR_WANT_WRITE;
    }

    // Reads all that is there and hands whole frames on.
    template <class Take> void read(Take take) {
        while (!isOver) {
            if (in.size() < inEnd + 16 * 1024) in.resize(inEnd + 80 * 1024);
            int count = SSL_read(ssl, in.data() + inEnd, int(in.size() - inEnd));
            if (count <= 0) {
                wait(count);
                break;
            }
            isReady = true;
            inEnd += size_t(count);
            size_t begin = 0;
            while (inEnd - begin >= 8) {
                uint32_t head[2];
                memcpy(head, in.data() + begin, sizeof head);
                uint32_t length = ntohl(head[0]);
                if (length > 1 << 20) fail("a frame is too long");
                if (inEnd - begin < 8 + size_t(length)) break;
                take(Frame{ntohl(head[1]), in.data() + begin + 8, length});
                begin += 8 + size_t(length);
            }
            memmove(in.data(), in.data() + begin, inEnd - begin);
            inEnd -= begin;
        }
    }

    // True when all is sent.
    bool flush() {
        while (outBegin < out.size() && !isOver) {
            int count = SSL_write(ssl, out.data() + outBegin, int(out.size() - outBegin));
            if (count <= 0) {
                wait(count);
                return false;
            }
            outBegin += size_t(count);
        }
        out.clear();
        outBegin = 0;
        return true;
    }
};

int listenAnywhere(int &port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *general = reinterpret_cast<sockaddr *>(&address);
    if (bind(listener, general, size) != 0 || listen(listener, 4096) != 0) fail("listen");
    getsockname(listener, general, &size);
    port = ntohs(address.sin_port);
    return listener;
}

struct Poll {
    int fd = epoll_create1(0);
    std::vector<epoll_event> ready{1024};

    void set(Connection &connection, bool wantsWrite) {
        uint32_t wanted = EPOLLIN | (wantsWrite ? uint32_t(EPOLLOUT) : 0u);
        if (wanted == connection.events) return;
        epoll_event event{wanted, {&connection}};
        epoll_ctl(fd, connection.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, connection.socket, &event);
        connection.events = wanted;
    }
    int wait(int milliseconds) { return epoll_wait(fd, ready.data(), int(ready.size()), milliseconds); }
};

void serve(const std::string &folder) {
    SSL_CTX *context = makeContext(folder, "registry", false);
    int port = 0;
    int listener = listenAnywhere(port);
    printf("{\"port\": %d, \"churn\": %d}\n", port, port);
    fflush(stdout);
    Poll poll;
    epoll_event event{EPOLLIN, {nullptr}};
    epoll_ctl(poll.fd, EPOLL_CTL_ADD, listener, &event);
    const std::vector<uint8_t> message(streamBytes, 7);
    while (true) {
        int count = poll.wait(-1);
        for (int index = 0; index < count; index++) {
            auto *connection = static_cast<Connection *>(poll.ready[size_t(index)].data.ptr);
            if (!connection) {
                int socket;
                while ((socket = accept(listener, nullptr, nullptr)) >= 0)
                    poll.set(*new Connection(context, socket, true), false);
                continue;
            }
            Connection &c = *connection;
            c.read([&](Frame frame) {
                switch (frame.stream >> kindShift) {
                case stream: memcpy(&c.streamLeft, frame.bytes, 4); c.streamID = frame.stream; break;
                case upload: break;
                default: c.put(frame.stream, frame.bytes, frame.length);
                }
            });
            bool isDone = c.flush();
            while (isDone && c.streamLeft > 0 && !c.isOver) {
                for (; c.streamLeft > 0 && c.out.size() < batchBytes; c.streamLeft--)
                    c.put(c.streamID, message.data(), streamBytes);
                isDone = c.flush();
            }
            if (c.isOver) { SSL_shutdown(c.ssl); delete &c; } else { poll.set(c, !isDone); }
        }
    }
}

struct Client : Window {
    SSL_CTX *context;
    Poll poll;
    std::vector<std::unique_ptr<Connection>> connections;

    Client(const Arguments &arguments, bool resumes)
        : Window(arguments), context(makeContext(arguments.certificates, "gateway", resumes)) {}

    int dial() {
        int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(uint16_t(arguments.port));
        if (connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) fail("connect");
        return socket;
    }

    // A connection with its handshake done.
    Connection &open() {
        auto &c = *connections.emplace_back(new Connection(context, dial(), false));
        if (newest) {
            SSL_set_session(c.ssl, newest);
        }
        fcntl(c.socket, F_SETFL, fcntl(c.socket, F_GETFL) & ~O_NONBLOCK);
        if (SSL_do_handshake(c.ssl) != 1) fail("handshake");
        fcntl(c.socket, F_SETFL, fcntl(c.socket, F_GETFL) | O_NONBLOCK);
        poll.set(c, false);
        return c;
    }

    void unary(uint32_t bytes, uint32_t inFlight, int number) {
        const std::vector<uint8_t> message(bytes, 7);
        for (int index = 0; index < number; index++) open();
        for (auto &c : connections) {
            for (uint32_t id = 0; id < inFlight; id++) c->put(id, message.data(), bytes);
            c->flush();
        }
        int64_t sent = clockTime(CLOCK_MONOTONIC);
        while (goesOn()) {
            int ready = poll.wait(1000);
            for (int index = 0; index < ready; index++) {
                auto &c = *static_cast<Connection *>(poll.ready[size_t(index)].data.ptr);
                c.read([&](Frame frame) {
                    count++;
                    if (inFlight == 1) {
                        int64_t now = clockTime(CLOCK_MONOTONIC);
                        times.push_back(now - sent);
                        sent = now;
                    }
                    c.put(frame.stream, message.data(), bytes);
                });
                if (c.isOver) fail("the server closed");
                poll.set(c, !c.flush());
            }
        }
    }

    void streaming() {
        auto &c = open();
        uint32_t many = 0xffffffff;
        c.put(uint32_t(stream) << kindShift, reinterpret_cast<uint8_t *>(&many), 4);
        c.flush();
        while (goesOn()) {
            poll.wait(1000);
            c.read([&](Frame) { count++; });
        }
    }

    void uploading() {
        auto &c = open();
        const std::vector<uint8_t> message(64 * 1024, 7);
        while (goesOn()) {
            if (c.flush()) {
                c.put(uint32_t(upload) << kindShift, message.data(), uint32_t(message.size()));
                count++;
            } else {
                poll.set(c, true);
                poll.wait(1000);
            }
        }
    }

    // One connection after another, with one frame there and back.
    void handshakes(bool resumed) {
        const uint8_t message[16] = {};
        while (goesOn()) {
            auto &c = open();
            c.put(1, message, sizeof message);
            c.flush();
            bool isAnswered = false;
            while (!isAnswered) {
                poll.wait(1000);
                c.read([&](Frame) { isAnswered = true; });
                if (c.isOver) fail("the server closed");
            }
            if (isWarm && SSL_session_reused(c.ssl) != int(resumed)) fail("not the kind of handshake that was asked for");
            count++;
            SSL_shutdown(c.ssl);
            connections.clear();
        }
    }

    void measure() {
        const auto &what = arguments.what;
        if (what == "unary100.x64") unary(100, 64, 1);
        else if (what == "unary1k.x64") unary(1024, 64, 1);
        else if (what == "unary100.x1") unary(100, 1, 1);
        else if (what == "connections") unary(100, 4, arguments.number);
        else if (what == "sstream1k") streaming();
        else if (what == "upload64k") uploading();
        else if (what == "handshake") handshakes(false);
        else if (what == "resumed") handshakes(true);
        else if (what == "idle") {
            for (int index = 0; index < arguments.number; index++) open();
            return keepIdle();
        } else exit(notOffered);
        tell();
    }
};

}  // namespace

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    Arguments arguments(count, words);
    if (arguments.isServer) serve(arguments.certificates);
    Client(arguments, arguments.what == "resumed").measure();
}
