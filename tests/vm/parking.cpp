#include <wasmer/vm/parking.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;
using vm::ParkingLot, vm::Waiter, vm::WaitEnd;

namespace {

constexpr std::int64_t for_ever = -1;
constexpr auto always = [] { return true; };

/// A thread that waits, and how that ended.
struct Parked {
  ParkingLot& lot;
  Waiter waiter;
  std::atomic<bool> asked{false};
  WaitEnd end = WaitEnd::unequal;
  std::thread thread;

  Parked(ParkingLot& lot, const void* address)
      : lot(lot), waiter(address), thread([this] { end = this->lot.wait(waiter, for_ever, [&] { return asked = true; }); }) {
    while (!asked) std::this_thread::yield();
  }
  WaitEnd join() {
    thread.join();
    return end;
  }
};

}  // namespace

TEST_CASE("who does not find what was expected does not wait") {
  ParkingLot lot;
  const int place = 0;
  Waiter waiter(&place);
  CHECK(lot.wait(waiter, for_ever, [] { return false; }) == WaitEnd::unequal);
  CHECK(lot.notify(&place, 1) == 0);
}

TEST_CASE("a wait without a notification lasts as long as it shall, and leaves nobody behind") {
  ParkingLot lot;
  const int place = 0;
  for (const std::int64_t timeout : {0, 1, 20'000'000}) {
    Waiter waiter(&place);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(lot.wait(waiter, timeout, always) == WaitEnd::timed_out);
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::nanoseconds(timeout));
    CHECK(lot.notify(&place, 1) == 0);
  }
}

TEST_CASE("a timeout beyond the end of time is none") {
  ParkingLot lot;
  const int place = 0;
  Waiter waiter(&place);
  std::atomic<bool> asked{false};
  WaitEnd end = WaitEnd::unequal;
  std::thread thread([&] { end = lot.wait(waiter, INT64_MAX, [&] { return asked = true; }); });
  while (!asked) std::this_thread::yield();
  CHECK(lot.notify(&place, 1) == 1);
  thread.join();
  CHECK(end == WaitEnd::notified);
}

TEST_CASE("notifications reach the threads at that address, the first to come first") {
  ParkingLot lot;
  const int places[2] = {};
  Parked a(lot, &places[0]), other(lot, &places[1]), b(lot, &places[0]), c(lot, &places[0]);
  CHECK(lot.notify(&places[0], 0) == 0);
  CHECK(lot.notify(&places[0], 1) == 1);
  CHECK(a.join() == WaitEnd::notified);
  CHECK(lot.notify(&places[0], ~0u) == 2);
  CHECK(b.join() == WaitEnd::notified);
  CHECK(c.join() == WaitEnd::notified);
  CHECK(lot.notify(&places[0], ~0u) == 0);
  CHECK(lot.notify(&places[1], 5) == 1);
  CHECK(other.join() == WaitEnd::notified);
}

TEST_CASE("one of several waits at an address is interrupted") {
  ParkingLot lot;
  const int place = 0;
  Parked a(lot, &place), b(lot, &place);
  lot.interrupt(b.waiter);
  CHECK(b.join() == WaitEnd::interrupted);
  CHECK(lot.notify(&place, 5) == 1);
  CHECK(a.join() == WaitEnd::notified);
}

TEST_CASE("a wait that was interrupted before it began ends at once") {
  ParkingLot lot;
  const int place = 0;
  Waiter waiter(&place);
  lot.interrupt(waiter);
  CHECK(lot.wait(waiter, for_ever, always) == WaitEnd::interrupted);
}

TEST_CASE("many threads that wait for and notify each other at few addresses miss nothing") {
  ParkingLot lot;
  constexpr int rounds = 500;
  std::atomic<int> turns[2] = {0, 0};
  const auto play = [&](int mine) {
    for (int round = 0; round < rounds; ++round) {
      // A turn is the other's answer to one's own.
      turns[mine] = round + 1;
      lot.notify(&turns[mine], 1);
      while (turns[1 - mine] <= round) {
        Waiter waiter(&turns[1 - mine]);
        lot.wait(waiter, for_ever, [&] { return turns[1 - mine] <= round; });
      }
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  CHECK((turns[0] == rounds && turns[1] == rounds));
}
