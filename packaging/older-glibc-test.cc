// Tries older-glibc.c where it is used: linked statically with libstdc++ and libgcc as the packaged
// binary is. Prints nothing and ends with 0 where everything holds.
#include <unwind.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static void expect(bool holds, const char *what) {
    if (holds) return;
    std::fprintf(stderr, "not so: %s\n", what);
    std::exit(1);
}

struct Counted {
    int &left;
    ~Counted() { left++; }
};

// Throws from below so many frames, each with something to destroy on the way out.
[[gnu::noinline]] static int deep(int frames, int &left) {
    Counted counted{left};
    if (frames == 0) throw std::runtime_error("from the depth");
    return deep(frames - 1, left) + 1;
}

static void unwinds() {
    for (int round = 0; round < 200; round++) {
        int left = 0;
        std::string caught;
        try {
            deep(20, left);
        } catch (const std::exception &error) {
            caught = error.what();
        }
        expect(caught == "from the depth" && left == 21, "an exception unwinds every frame");
    }
}

// Through the C library's own frames: qsort is its code, with its own tables.
static int refuses(const void *, const void *) { throw 7; }

static void unwindsThroughTheLibrary() {
    int numbers[] = {3, 1, 2}, caught = 0;
    try {
        std::qsort(numbers, 3, sizeof *numbers, refuses);
    } catch (int thrown) {
        caught = thrown;
    }
    expect(caught == 7, "an exception passes through the C library");
}

[[gnu::noinline]] static int frames() {
    int count = 0;
    _Unwind_Backtrace(
        [](_Unwind_Context *, void *counted) {
            ++*static_cast<int *>(counted);
            return _URC_NO_REASON;
        },
        &count);
    return count;
}

int main() {
    unwinds();
    unwindsThroughTheLibrary();
    std::vector<std::thread> threads;
    for (int index = 0; index < 4; index++) threads.emplace_back(unwinds);
    for (auto &thread : threads) thread.join();
    expect(frames() >= 3, "a backtrace reaches beyond main");

    std::random_device device("default");
    std::set<unsigned> drawn;
    for (int index = 0; index < 1000; index++) drawn.insert(device());
    expect(drawn.size() > 990, "random numbers differ");

    volatile float three = 3, four = 4, huge = 3e38f, nothing = NAN, infinite = INFINITY;
    expect(hypotf(three, four) == 5, "hypotf(3, 4) is 5");
    expect(std::isinf(hypotf(huge, huge)), "hypotf overflows to infinity");
    expect(std::isinf(hypotf(infinite, nothing)), "infinity is longer than no number");
    return 0;
}
