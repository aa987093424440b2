// What it takes to start, one figure a line, "NAME VALUE": microseconds (medians of rounds in which the sides take turns), bytes, or counts.
// usage: bench-start CORPUS ROUNDS
#include <wasmer/wasmer.hpp>
#include <wasmer/vm/constant.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

using namespace wasmer;

namespace {

using Clock = std::chrono::steady_clock;

double microseconds(Clock::time_point begin, Clock::time_point end) { return std::chrono::duration<double, std::micro>(end - begin).count(); }

/// Microseconds that one of `count` calls takes.
template <class Body> double each(int count, Body&& body) {
  const auto begin = Clock::now();
  for (int i = 0; i < count; ++i) body();
  return microseconds(begin, Clock::now()) / count;
}

/// The medians of what the bodies return, which run one after the other, `rounds` times over, after one round that does not count.
template <class... Body> std::array<double, sizeof...(Body)> medians(int rounds, Body&&... bodies) {
  std::array<std::vector<double>, sizeof...(Body)> taken;
  for (int round = -1; round < rounds; ++round) {
    std::size_t i = 0;
    (..., [&](double time) {
      if (round >= 0) taken[i].push_back(time);
      ++i;
    }(bodies()));
  }
  std::array<double, sizeof...(Body)> result;
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::ranges::sort(taken[i]);
    result[i] = taken[i][taken[i].size() / 2];
  }
  return result;
}

void figure(std::string_view name, double value) {
  std::printf("%.*s %.4f\n", static_cast<int>(name.size()), name.data(), value);
  std::fflush(stdout);
}

std::size_t resident_bytes() {
  std::size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * support::page_size();
}
std::size_t mappings() {
  std::ifstream maps("/proc/self/maps");
  return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(maps), {}, '\n'));
}

constexpr std::size_t guarded = (std::size_t{1} << 32) + vm::guarded_offset + 4096, page = 65536;
constexpr Pooling pooling{.slots = 64};
constexpr std::string_view with_memory = R"((module (memory 1) (func (export "touch") (result i32)
  (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))) (i32.load (i32.const 8)))))";

/// CoreMark, from bytes to where its `run` first calls its host, which stops it there.
double first_call(const auto& runtime, const std::vector<std::byte>& bytes) {
  auto copy = bytes;
  Clock::time_point called;
  const auto begin = Clock::now();
  const auto module = runtime.compile(std::move(copy)).value();
  const auto instance = runtime.instantiate(module, Imports{{"env", "clock_ms", [&]() -> Result<std::uint32_t> {
                                                               called = Clock::now();
                                                               return Error(ErrorId::interrupted);
                                                             }}}).value();
  static_cast<void>(instance.function("run").value().call({}));
  return microseconds(begin, called);
}

void tiny(const std::string& corpus, int rounds) {
  const auto bytes = support::read_file(corpus + "/coremark.wasm", limit::module_size).value();
  const Runtime<Singlepass> one({}, {.threads = 1}), plain({}, {.threads = 2}), pooled({}, {.threads = 2, .pooling = pooling});
  const auto times = medians(
      20 * rounds, [&] { return first_call(one, bytes); }, [&] { return first_call(plain, bytes); }, [&] { return first_call(pooled, bytes); });
  figure("coremark-one-thread", times[0]);
  figure("coremark", times[1]);
  figure("coremark-pooled", times[2]);
}

/// Instantiating with WASI, beside the bare system calls for such a memory and copying the same data there.
void spidermonkey(const std::string& corpus, int rounds) {
  const Runtime<Singlepass, Wasi<Latest>> plain, pooled({}, {.pooling = pooling});
  const auto module = plain.compile_file(corpus + "/spidermonkey.wasm").value();
  const Imports imports{{"bench", "start", [] {}}, {"bench", "end", [] {}}};

  struct Copy {
    std::uint64_t to;
    std::span<const std::byte> bytes;
  };
  std::vector<Copy> copies;
  std::vector<std::uint64_t> pages;
  const auto sample = plain.instantiate(module, imports).value();
  for (const DataSegment& segment : module.module().data) {
    if (segment.mode != SegmentMode::active || segment.bytes.empty()) continue;
    copies.push_back({static_cast<std::uint32_t>(vm::evaluate_word(sample, segment.offset)), segment.bytes});
    for (std::uint64_t at = copies.back().to / 4096; at <= (copies.back().to + segment.bytes.size() - 1) / 4096; ++at) pages.push_back(at);
  }
  std::ranges::sort(pages);
  const auto same = std::ranges::unique(pages);
  figure("spidermonkey-data-pages", static_cast<double>(pages.size() - same.size()));

  const std::uint64_t length = module.module().memories[0].limits.minimum * page;
  const auto times = medians(
      10 * rounds,
      [&] {
        return each(1, [&] {
          auto memory = support::VirtualMemory::reserve(guarded).value();
          if (!memory.protect(0, length, support::Access::read_write)) std::abort();
          for (const Copy& copy : copies) std::memcpy(memory.data() + copy.to, copy.bytes.data(), copy.bytes.size());
        });
      },
      [&] { return each(1, [&] { plain.instantiate(module, imports).value(); }); },
      [&] { return each(1, [&] { pooled.instantiate(module, imports).value(); }); });
  figure("spidermonkey-bare", times[0]);
  figure("spidermonkey", times[1]);
  figure("spidermonkey-pooled", times[2]);
}

/// A module with a memory of 64 KiB, instantiated and dropped, beside the bare system calls and beside writing 64 KiB.
void small(int rounds) {
  const Runtime<Singlepass> plain, pooled({}, {.pooling = pooling});
  const Runtime<Singlepass> plain_explicit({.bounds = Bounds::explicit_}), pooled_explicit({.bounds = Bounds::explicit_}, {.pooling = pooling});
  const auto module = plain.compile(with_memory).value(), explicit_ = plain_explicit.compile(with_memory).value();
  std::vector<std::byte> bytes(page);
  constexpr int count = 500;
  const auto times = medians(
      3 * rounds,
      [&] {
        return each(count, [&] {
          auto memory = support::VirtualMemory::reserve(guarded).value();
          if (!memory.protect(0, page, support::Access::read_write)) std::abort();
        });
      },
      [&] {
        return each(count, [&] {
          std::memset(bytes.data(), 0, page);
          __asm__ volatile("" : : "r"(bytes.data()) : "memory");
        });
      },
      [&] { return each(count, [&] { plain.instantiate(module).value(); }); }, [&] { return each(count, [&] { pooled.instantiate(module).value(); }); },
      [&] { return each(count, [&] { plain_explicit.instantiate(explicit_).value(); }); },
      [&] { return each(count, [&] { pooled_explicit.instantiate(explicit_).value(); }); });
  constexpr std::array names{"small-bare", "small-clear", "small", "small-pooled", "small-explicit", "small-explicit-pooled"};
  for (std::size_t i = 0; i < names.size(); ++i) figure(names[i], times[i]);
}

/// Ten thousand instances that live at once; each is called, in the end.
void many(std::string_view name, Bounds bounds) {
  constexpr int count = 10'000;
  const Runtime<Singlepass> runtime({.bounds = bounds});
  const auto module = runtime.compile(with_memory).value();
  std::vector<Runtime<Singlepass>::Linked> alive;
  alive.reserve(count);
  const std::size_t resident = resident_bytes(), mapped = mappings();
  const double time = each(count, [&] { alive.push_back(runtime.instantiate(module).value()); });
  int right = 0;
  for (const auto& instance : alive) right += instance.template function<std::int32_t()>("touch").value()().value() == 1;
  const std::string prefix = "many-" + std::string(name);
  figure(prefix + "-right", right);
  figure(prefix, time);
  figure(prefix + "-resident", static_cast<double>(resident_bytes() - resident) / count);
  figure(prefix + "-mappings", static_cast<double>(mappings() - mapped) / count);
}

/// A million instances, each of which is called, one after the other: what the process occupies after the first hundred thousand, and in the end.
void cycles(std::string_view name, Pooling kept) {
  constexpr int count = 1'000'000;
  const Runtime<Singlepass> runtime({}, {.pooling = kept});
  const auto module = runtime.compile(with_memory).value();
  const auto cycle = [&] {
    const auto instance = runtime.instantiate(module).value();
    if (instance.template function<std::int32_t()>("touch").value()().value() != 1) std::abort();
  };
  each(count / 10, cycle);
  const std::size_t before = resident_bytes();
  const double time = each(count - count / 10, cycle);
  const std::string prefix = "cycles-" + std::string(name);
  figure(prefix, time);
  figure(prefix + "-before", static_cast<double>(before));
  figure(prefix + "-after", static_cast<double>(resident_bytes()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: bench-start CORPUS ROUNDS\n", stderr), 2;
  const int rounds = std::atoi(argv[2]);
  tiny(argv[1], rounds);
  spidermonkey(argv[1], rounds);
  small(rounds);
  many("guarded", Bounds::guard_pages);
  many("explicit", Bounds::explicit_);
  cycles("plain", {});
  cycles("pooled", pooling);
}
