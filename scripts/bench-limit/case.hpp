// What the programs in C++ that `scripts/bench rpc` measures have in common: their command line, the measured time, the
// line that they print.
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace bench {

// Exit status of a client that does not offer the case.
constexpr int notOffered = 3;

inline int64_t clockTime(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

inline int64_t cpuTime(pid_t process) {
    clockid_t clock{};
    return clock_getcpuclockid(process, &clock) == 0 ? clockTime(clock) : 0;
}

struct Arguments {
    bool isServer = false;
    std::string what, certificates;
    int port = 0, number = 1;
    pid_t server = 0;
    double seconds = 1.2;

    Arguments(int count, char **words) {
        isServer = count > 1 && strcmp(words[1], "server") == 0;
        if (!isServer && count > 2) what = words[2];
        for (int index = isServer ? 2 : 3; index + 1 < count; index += 2) {
            std::string name = words[index], value = words[index + 1];
            if (name == "--certificates") certificates = value;
            else if (name == "--port") port = atoi(value.c_str());
            else if (name == "--server") server = atoi(value.c_str());
            else if (name == "--seconds") seconds = atof(value.c_str());
            else if (name == "--number") number = atoi(value.c_str());
            else {
                fprintf(stderr, "%s: unknown option %s\n", words[0], name.c_str());
                exit(1);
            }
        }
    }
};

// The time in which a case is measured, after some to warm up, and what was done in it.
struct Window {
    const Arguments &arguments;
    long count = 0;
    bool isWarm = false;
    int64_t began = clockTime(CLOCK_MONOTONIC), cpu[2] = {0, 0};
    std::vector<int64_t> times;

    explicit Window(const Arguments &arguments) : arguments(arguments) {}

    // Begins and ends the measured time; false when it is over.
    bool goesOn() {
        int64_t now = clockTime(CLOCK_MONOTONIC), window = int64_t(arguments.seconds * 1e9);
        if (!isWarm && now - began >= window * 2 / 5) {
            isWarm = true;
            began = now;
            count = 0;
            times.clear();
            cpu[0] = cpuTime(0);
            cpu[1] = cpuTime(arguments.server);
        }
        return !isWarm || now - began < window;
    }

    // Tells what was done and what it cost.
    void tell() {
        double client = double(cpuTime(0) - cpu[0]) / 1000, server = double(cpuTime(arguments.server) - cpu[1]) / 1000;
        std::sort(times.begin(), times.end());
        auto at = [&](double share) {
            return times.empty() ? 0.0 : double(times[size_t(double(times.size() - 1) * share)]) / 1000;
        };
        printf("{\"count\": %ld, \"client_us\": %f, \"server_us\": %f, \"p50\": %f, \"p99\": %f}\n", count, client, server,
               at(0.5), at(0.99));
        fflush(stdout);
    }
};

// Connections are open; how much memory the server has is for who asked to see.
inline void keepIdle() {
    printf("{\"ready\": true}\n");
    fflush(stdout);
    pause();
}

}  // namespace bench
