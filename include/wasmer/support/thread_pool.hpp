#pragma once
/// \file
/// Threads that are kept between the pieces of work that they share.

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace wasmer::support {

/// Threads that help the one that calls `run`. They are started when there is first something for them, and end with the pool. For any threads, at once.
class ThreadPool {
 public:
  /// A pool of `threads`, the calling one counted in.
  explicit ThreadPool(unsigned threads) : most_(threads < 2 ? 0 : threads - 1) {}
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wanted_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Threads that can work at once, the calling one counted in.
  unsigned threads() const { return most_ + 1; }

  /// Has up to `helpers` threads call `help`, as they get free, while this one calls `work`; returns when all that began have ended. `help` throws nothing,
  /// and finds its share of the work, or none when it comes late, by itself.
  template <class Help, class Work> void run(std::size_t helpers, Help help, Work&& work) {
    Job job{[](void* on) { (*static_cast<Help*>(on))(); }, &help, std::min<std::size_t>(helpers, most_), 0};
    if (job.places == 0) return work();
    offer(job);
    const Withdrawal at_the_end{*this, job};
    work();
  }

 private:
  struct Job {
    void (*help)(void*);
    void* on;
    std::size_t places;   ///< for threads that have not begun yet
    std::size_t running;  ///< threads that have begun and not ended
  };

  struct Withdrawal {
    ThreadPool& pool;
    Job& job;
    ~Withdrawal() { pool.withdraw(job); }
  };

  void offer(Job& job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(&job);
    places_ += job.places;
    try {
      while (threads_.size() < most_ && threads_.size() - busy_ < places_) threads_.emplace_back([this] { serve(); });
    } catch (const std::exception&) {
      // No more threads to be had: those that there are do the work.
    }
    wanted_.notify_all();
  }
  /// Nobody else begins, and those who have begun come to their end.
  void withdraw(Job& job) {
    std::unique_lock lock(mutex_);
    places_ -= job.places;
    std::erase(jobs_, &job);
    ended_.wait(lock, [&] { return job.running == 0; });
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wanted_.wait(lock, [&] { return closing_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      Job& job = *jobs_.front();
      --places_;
      if (--job.places == 0) jobs_.pop_front();
      ++job.running, ++busy_;
      lock.unlock();
      job.help(job.on);
      lock.lock();
      --busy_;
      if (--job.running == 0) ended_.notify_all();
    }
  }

  const unsigned most_;
  std::mutex mutex_;  ///< guards all that follows, and the jobs
  std::condition_variable wanted_, ended_;
  std::deque<Job*> jobs_;
  std::vector<std::thread> threads_;
  std::size_t places_ = 0;  ///< of all jobs
  std::size_t busy_ = 0;    ///< threads that run one
  bool closing_ = false;
};

}  // namespace wasmer::support
