#pragma once
/// \file
/// What `--bench-hooks` supplies: `bench.start` and `bench.end`, by which a guest marks what is to be measured, and `env.clock_ms`.

#include <chrono>
#include <cstdint>
#include <optional>

#include <wasmer/imports.hpp>

namespace wasmer::tools {

/// The time that a guest spends between its calls of bench.start and bench.end, summed up. Outlives the instances that import from it.
class BenchHooks {
 public:
  BenchHooks() = default;
  BenchHooks(const BenchHooks&) = delete;
  BenchHooks& operator=(const BenchHooks&) = delete;

  void provide(Imports& imports) {
    imports.add("bench", "start", [this] { begin_ = Clock::now(); });
    imports.add("bench", "end", [this] { spent_ = spent_.value_or(Clock::duration::zero()) + (Clock::now() - begin_); });
    imports.add("env", "clock_ms", [this] {
      return static_cast<std::int32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - made_).count());
    });
  }

  /// Empty when the guest has not called bench.end.
  std::optional<double> milliseconds() const {
    if (!spent_) return std::nullopt;
    return std::chrono::duration<double, std::milli>(*spent_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point made_ = Clock::now();
  Clock::time_point begin_ = made_;
  std::optional<Clock::duration> spent_;
};

}  // namespace wasmer::tools
