#include <wasmer/support/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>

#include "../catch.hpp"

using wasmer::support::ThreadPool;
using namespace std::chrono_literals;

namespace {

/// Has `threads` meet: each waits until all have come.
std::set<std::thread::id> meet(ThreadPool& pool, std::size_t threads) {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  std::atomic<std::size_t> here{0};
  const auto come = [&] {
    {
      const std::lock_guard lock(mutex);
      seen.insert(std::this_thread::get_id());
    }
    here.fetch_add(1);
    while (here.load() < threads) std::this_thread::yield();
  };
  pool.run(threads - 1, come, come);
  return seen;
}

}  // namespace

TEST_CASE("a pool of one is the calling thread") {
  ThreadPool pool(1);
  int helped = 0, worked = 0;
  pool.run(5, [&] { ++helped; }, [&] { ++worked; });
  CHECK(pool.threads() == 1);
  CHECK(helped == 0);
  CHECK(worked == 1);
}

TEST_CASE("threads are kept from one piece of work to the next") {
  ThreadPool pool(4);
  const auto first = meet(pool, 4);
  CHECK(first.size() == 4);
  CHECK(first.contains(std::this_thread::get_id()));
  for (int i = 0; i < 20; ++i) CHECK(meet(pool, 4) == first);
  CHECK(meet(pool, 2).size() == 2);
}

TEST_CASE("no help is begun once the work is done, and what was begun has ended") {
  ThreadPool pool(3);
  for (int i = 0; i < 200; ++i) {
    std::atomic<int> inside{0};
    pool.run(2, [&] { inside.fetch_add(1), std::this_thread::yield(), inside.fetch_sub(1); }, [] {});
    CHECK(inside.load() == 0);
  }
}

TEST_CASE("several threads share a pool, and more work than threads is done") {
  ThreadPool pool(2);
  std::atomic<int> done{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i)
    callers.emplace_back([&] {
      for (int k = 0; k < 100; ++k) {
        std::atomic<int> left{50};
        const auto work = [&] {
          while (left.fetch_sub(1) > 0) done.fetch_add(1);
        };
        pool.run(8, work, work);
      }
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(done.load() == 6 * 100 * 50);
}

TEST_CASE("work that throws leaves no helper behind") {
  ThreadPool pool(2);
  std::atomic<bool> stop{false};
  const auto help = [&] {
    while (!stop.load()) std::this_thread::yield();
  };
  CHECK_THROWS_AS(pool.run(1, help, [&] { stop = true, throw std::runtime_error("progress"); }), std::runtime_error);
  CHECK(meet(pool, 2).size() == 2);
}
