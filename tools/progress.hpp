#pragma once
/// \file
/// A progress bar on standard error, for people: shown only on a terminal, and only once the work has taken half a second.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>

namespace wasmer::tools {

/// Called with how much is done; draws at most twenty times a second, and wipes its line when it goes.
class Progress {
 public:
  explicit Progress(std::string title, bool visible = isatty(STDERR_FILENO) != 0) : title_(std::move(title)), visible_(visible) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }

  void operator()(std::size_t done, std::size_t total) {
    if (!visible_ || Clock::now() < next_) return;
    next_ = Clock::now() + std::chrono::milliseconds(50);
    drawn_ = true;
    std::fprintf(stderr, "\r%s %s", title_.c_str(), bar(static_cast<double>(done) / static_cast<double>(total)).c_str());
  }

  /// The bar as text, `[#####.....]  50 %`, for a share between 0 and 1.
  static std::string bar(double share, std::size_t width = 30) {
    const double clipped = share > 0 ? std::min(share, 1.0) : 0;
    const auto filled = static_cast<std::size_t>(clipped * static_cast<double>(width));
    char percent[16];
    std::snprintf(percent, sizeof percent, "] %3d %%", static_cast<int>(clipped * 100));
    return "[" + std::string(filled, '#') + std::string(width - filled, '.') + percent;
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::string title_;
  bool visible_;
  bool drawn_ = false;
  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(500);
};

}  // namespace wasmer::tools
