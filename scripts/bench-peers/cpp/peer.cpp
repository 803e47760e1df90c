// gRPC C++, which `scripts/bench rpc --peers` compares with: its completion queues, one thread on each side, protobuf's
// messages, mutual TLS 1.3, otherwise its default configuration.
//
//     peer-grpc-cpp server --certificates DIR          prints {"port":…,"churn":…,"churn_server":PID} and serves
//     peer-grpc-cpp client CASE --certificates DIR --port N --server PID [--seconds S] [--number N]
#include <grpc/grpc_security.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/prctl.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "../../bench-limit/case.hpp"
#include "bench.grpc.pb.h"

namespace {

using namespace bench;
using google::protobuf::BytesValue;
using google::protobuf::UInt64Value;
using tugi::bench::v1::Bench;

[[noreturn]] void fail(const std::string &what) {
    fprintf(stderr, "peer-grpc-cpp: %s\n", what.c_str());
    exit(1);
}

std::string contents(const std::string &path) {
    std::ifstream file(path);
    if (!file) fail("cannot read " + path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

BytesValue bytes(size_t count) {
    BytesValue message;
    message.set_value(std::string(count, 7));
    return message;
}

// What a queue gives back: whoever waits for it goes on.
struct Waiting {
    virtual ~Waiting() = default;
    virtual void go(bool isWell) = 0;
};

// MARK: Server

using Queue = grpc::ServerCompletionQueue;

// One call; another stands ready to be asked for as soon as this one is taken.
struct Echo final : Waiting {
    Bench::AsyncService &service;
    Queue &queue;
    grpc::ServerContext context;
    BytesValue message;
    grpc::ServerAsyncResponseWriter<BytesValue> writer{&context};
    bool isAnswered = false;

    Echo(Bench::AsyncService &service, Queue &queue) : service(service), queue(queue) {
        service.RequestEcho(&context, &message, &writer, &queue, &queue, this);
    }
    void go(bool isWell) override {
        if (!isWell || isAnswered) {
            delete this;
            return;
        }
        new Echo(service, queue);
        isAnswered = true;
        writer.Finish(message, grpc::Status::OK, this);
    }
};

struct Stream final : Waiting {
    Bench::AsyncService &service;
    Queue &queue;
    grpc::ServerContext context;
    UInt64Value request;
    grpc::ServerAsyncWriter<BytesValue> writer{&context};
    const BytesValue message = bytes(1024);
    bool isTaken = false, isAnswered = false;
    uint64_t sent = 0;

    Stream(Bench::AsyncService &service, Queue &queue) : service(service), queue(queue) {
        service.RequestStream(&context, &request, &writer, &queue, &queue, this);
    }
    void go(bool isWell) override {
        if (isAnswered || (!isWell && !isTaken)) {
            delete this;
            return;
        }
        if (!isTaken) new Stream(service, queue);
        isTaken = true;
        if (isWell && sent++ < request.value()) {
            writer.Write(message, this);
        } else {
            isAnswered = true;
            writer.Finish(grpc::Status::OK, this);
        }
    }
};

struct Upload final : Waiting {
    Bench::AsyncService &service;
    Queue &queue;
    grpc::ServerContext context;
    BytesValue part;
    UInt64Value count;
    grpc::ServerAsyncReader<UInt64Value, BytesValue> reader{&context};
    bool isTaken = false, isAnswered = false;

    Upload(Bench::AsyncService &service, Queue &queue) : service(service), queue(queue) {
        service.RequestUpload(&context, &reader, &queue, &queue, this);
    }
    void go(bool isWell) override {
        if (isAnswered || (!isWell && !isTaken)) {
            delete this;
            return;
        }
        if (!isTaken) new Upload(service, queue);
        else if (isWell) count.set_value(count.value() + (part.value().empty() ? 0 : 1));
        isTaken = true;
        if (isWell) {
            reader.Read(&part, this);
        } else {
            isAnswered = true;
            reader.Finish(count, grpc::Status::OK, this);
        }
    }
};

// Serves for ever; tells its port first.
template <class Tell> [[noreturn]] void serve(const std::string &folder, bool churns, Tell tell) {
    grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = contents(folder + "/ca.pem");
    options.pem_key_cert_pairs.push_back({contents(folder + "/registry.key"), contents(folder + "/registry.pem")});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
    // Ends each connection, late enough for its client to see that it is ready: what clients then do is shake hands.
    if (churns) builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 10);
    Bench::AsyncService service;
    builder.RegisterService(&service);
    auto queue = builder.AddCompletionQueue();
    auto server = builder.BuildAndStart();
    if (!server) fail("cannot serve");
    tell(port);
    // As many stand ready as the clients have in flight.
    for (int index = 0; index < 64; index++) new Echo(service, *queue);
    new Stream(service, *queue);
    new Upload(service, *queue);
    void *tag;
    bool isWell;
    while (queue->Next(&tag, &isWell)) static_cast<Waiting *>(tag)->go(isWell);
    exit(0);
}

// A server that ends connections, in a process of its own, which goes with this one: two in one would poll for each other.
std::pair<pid_t, int> serveBeside(const std::string &folder) {
    int ends[2], port = 0;
    if (pipe(ends) != 0) fail("pipe");
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) exit(0);
        serve(folder, true, [&](int port) {
            if (write(ends[1], &port, sizeof port) != sizeof port) fail("pipe");
        });
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &port, sizeof port) != sizeof port) fail("cannot serve");
    return {child, port};
}

// MARK: Client

using Clock = std::chrono::system_clock;

grpc_arg_pointer_vtable sessionsTable = {
    [](void *cache) { return cache; }, [](void *) {},
    [](void *first, void *second) { return first < second ? -1 : int(first > second); }};

struct Client : Window {
    std::shared_ptr<grpc::ChannelCredentials> credentials;
    grpc::CompletionQueue queue;

    explicit Client(const Arguments &arguments) : Window(arguments) {
        const auto &folder = arguments.certificates;
        grpc::SslCredentialsOptions options;
        options.pem_root_certs = contents(folder + "/ca.pem");
        options.pem_private_key = contents(folder + "/gateway.key");
        options.pem_cert_chain = contents(folder + "/gateway.pem");
        credentials = grpc::SslCredentials(options);
    }

    // A channel has a connection of its own.
    std::shared_ptr<grpc::Channel> channel(grpc_ssl_session_cache *sessions = nullptr) {
        grpc::ChannelArguments options;
        options.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        options.SetSslTargetNameOverride("localhost");
        if (sessions) options.SetPointerWithVtable(GRPC_SSL_SESSION_CACHE_ARG, sessions, &sessionsTable);
        return grpc::CreateCustomChannel("ipv4:127.0.0.1:" + std::to_string(arguments.port), credentials, options);
    }

    bool next(bool &isWell) {
        void *tag;
        if (!queue.Next(&tag, &isWell)) return false;
        if (tag) static_cast<Waiting *>(tag)->go(isWell);
        return true;
    }

    // One caller, making one call after another.
    struct Caller final : Waiting {
        Client &client;
        Bench::Stub &stub;
        const BytesValue &request;
        std::optional<grpc::ClientContext> context;
        std::unique_ptr<grpc::ClientAsyncResponseReader<BytesValue>> reader;
        BytesValue response;
        grpc::Status status;
        int64_t sent = 0;
        const bool keepsTimes;

        Caller(Client &client, Bench::Stub &stub, const BytesValue &request, bool keepsTimes)
            : client(client), stub(stub), request(request), keepsTimes(keepsTimes) {
            call();
        }
        void call() {
            if (keepsTimes) sent = clockTime(CLOCK_MONOTONIC);
            context.emplace();
            context->set_deadline(Clock::now() + std::chrono::seconds(60));
            reader = stub.AsyncEcho(&*context, request, &client.queue);
            reader->Finish(&response, &status, this);
        }
        void go(bool isWell) override {
            if (!isWell || !status.ok() || response.value().size() != request.value().size())
                fail("a call failed: " + status.error_message());
            client.count++;
            if (keepsTimes) client.times.push_back(clockTime(CLOCK_MONOTONIC) - sent);
            reader.reset();
            call();
        }
    };

    void unary(size_t size, int inFlight) {
        auto stub = Bench::NewStub(channel());
        const BytesValue request = bytes(size);
        for (int index = 0; index < inFlight; index++) new Caller(*this, *stub, request, inFlight == 1);
        bool isWell;
        while (goesOn() && next(isWell)) {}
        tell();
        // The calls go with the process.
        _exit(0);
    }

    void stream() {
        auto stub = Bench::NewStub(channel());
        grpc::ClientContext context;
        context.set_deadline(Clock::now() + std::chrono::seconds(60));
        UInt64Value many;
        many.set_value(UINT64_MAX);
        BytesValue part;
        auto reader = stub->AsyncStream(&context, many, &queue, nullptr);
        bool isWell;
        while (goesOn() && next(isWell)) {
            if (!isWell) fail("the stream ended");
            count += long(part.value().size() / 1024);
            reader->Read(&part, nullptr);
        }
        tell();
        _exit(0);
    }

    void upload() {
        auto stub = Bench::NewStub(channel());
        grpc::ClientContext context;
        context.set_deadline(Clock::now() + std::chrono::seconds(60));
        const BytesValue part = bytes(64 * 1024);
        UInt64Value answer;
        auto writer = stub->AsyncUpload(&context, &answer, &queue, nullptr);
        bool isWell;
        for (bool isFirst = true; goesOn() && next(isWell); isFirst = false) {
            if (!isWell) fail("the upload ended");
            if (!isFirst) count++;
            writer->Write(part, nullptr);
        }
        tell();
        _exit(0);
    }

    // The server ends each connection at once; the channel makes another.
    void handshakes(bool resumed) {
        auto churning = channel(resumed ? grpc_ssl_session_cache_create_lru(16) : nullptr);
        auto state = churning->GetState(true);
        while (goesOn()) {
            churning->NotifyOnStateChange(state, Clock::now() + std::chrono::seconds(10), &queue, nullptr);
            bool isWell;
            if (!next(isWell) || !isWell) fail("no handshake in ten seconds");
            state = churning->GetState(true);
            if (state == GRPC_CHANNEL_TRANSIENT_FAILURE) fail("a handshake failed");
            if (state == GRPC_CHANNEL_READY) count++;
        }
        tell();
        _exit(0);
    }

    void idle() {
        std::vector<std::shared_ptr<grpc::Channel>> channels;
        for (int index = 0; index < arguments.number; index++) {
            channels.push_back(channel());
            channels.back()->GetState(true);
            if (!channels.back()->WaitForConnected(Clock::now() + std::chrono::seconds(60))) fail("cannot connect");
        }
        keepIdle();
    }

    void measure() {
        const auto &what = arguments.what;
        if (what == "unary100.x64") unary(100, 64);
        else if (what == "unary1k.x64") unary(1024, 64);
        else if (what == "unary100.x1") unary(100, 1);
        else if (what == "sstream1k") stream();
        else if (what == "upload64k") upload();
        else if (what == "handshake") handshakes(false);
        else if (what == "resumed") handshakes(true);
        else if (what == "idle") idle();
        else exit(notOffered);
    }
};

}  // namespace

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    // Read when OpenSSL is first used. OPENSSL_SETTINGS is the path of openssl.cnf.
    setenv("OPENSSL_CONF", OPENSSL_SETTINGS, 1);
    Arguments arguments(count, words);
    if (!arguments.isServer) {
        Client(arguments).measure();
        return 0;
    }
    // Before gRPC has threads.
    auto [child, churn] = serveBeside(arguments.certificates);
    serve(arguments.certificates, false, [child = child, churn = churn](int port) {
        printf("{\"port\": %d, \"churn\": %d, \"churn_server\": %d}\n", port, churn, int(child));
        fflush(stdout);
    });
}
