#pragma once
/// \file
/// A progress bar on standard error, for people: shown only on a terminal, and only when the work takes over half a second.

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

namespace wasmer::tools {

/// While it lives, draws how much of `total` is done; `done` may be called from any thread, as often as one likes.
class Progress {
 public:
  Progress(std::string title, std::size_t total) : title_(std::move(title)), total_(total) {
    if (total != 0 && isatty(STDERR_FILENO)) painter_ = std::thread([this] { paint(); });
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (!painter_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_one();
    painter_.join();
  }

  void done(std::size_t amount) { done_.fetch_add(amount, std::memory_order_relaxed); }

  /// The bar as text, `[#####.....]  50 %`, for a share between 0 and 1.
  static std::string bar(double share, std::size_t width = 30) {
    const double clipped = share < 0 ? 0 : share > 1 ? 1 : share;
    const auto filled = static_cast<std::size_t>(clipped * static_cast<double>(width));
    char percent[16];
    std::snprintf(percent, sizeof percent, "] %3d %%", static_cast<int>(clipped * 100));
    return "[" + std::string(filled, '#') + std::string(width - filled, '.') + percent;
  }

 private:
  void paint() {
    std::unique_lock lock(mutex_);
    bool drawn = false;
    for (auto wait = std::chrono::milliseconds(500); !wake_.wait_for(lock, wait, [this] { return over_; }); wait = std::chrono::milliseconds(50)) {
      const double share = static_cast<double>(done_.load(std::memory_order_relaxed)) / static_cast<double>(total_);
      std::fprintf(stderr, "\r%s %s", title_.c_str(), bar(share).c_str());
      drawn = true;
    }
    if (drawn) std::fputs("\r\033[K", stderr);
  }

  std::string title_;
  std::size_t total_;
  std::atomic<std::size_t> done_ = 0;
  bool over_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread painter_;
};

}  // namespace wasmer::tools
