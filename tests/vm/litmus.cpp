// Two guest threads at a shared memory, and what each may see of the other (threads proposal, "Relaxed Memory Model"): atomic accesses have one order that all
// threads agree on; of plain ones only that no value comes out of thin air.

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

#include <wasmer/vm/memory.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

namespace {

constexpr std::uint32_t rounds = 4000;
// Each round has two cells, in cache lines of their own.
constexpr std::uint32_t results[2] = {0x100000, 0x180000}, progress[2] = {0x200000, 0x200040};

/// What a thread does in a round with its `$at`; the last value that it reads, or both of them as 2 * first + second, go to `$r`.
struct Litmus {
  std::string first, second;
};

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) text.replace(at, what.size(), by);
  return text;
}

/// A function that plays `body` so often. Before each round it waits for the other thread, though not for long: that one may have been put to sleep.
std::string player(std::string_view name, const std::string& body, unsigned who) {
  return "(func (export \"" + std::string(name) + R"(") (local $i i32) (local $at i32) (local $r i32) (local $tries i32)
    loop $rounds
      (i32.atomic.store (i32.const )" + std::to_string(progress[who]) + R"() (i32.add (local.get $i) (i32.const 1)))
      (local.set $tries (i32.const 2000))
      loop $wait
        (local.set $tries (i32.sub (local.get $tries) (i32.const 1)))
        (br_if $wait (i32.and (i32.ne (local.get $tries) (i32.const 0))
                              (i32.le_u (i32.atomic.load (i32.const )" + std::to_string(progress[1 - who]) + R"()) (local.get $i))))
      end
      (local.set $at (i32.shl (local.get $i) (i32.const 7)))
      )" + body + R"(
      (i32.store offset=)" + std::to_string(results[who]) + R"( (i32.shl (local.get $i) (i32.const 2)) (local.get $r))
      (br_if $rounds (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const )" + std::to_string(rounds) + R"()))
    end))";
}

/// How often the threads ended with each pair of results, by 4 * first's + second's.
std::array<unsigned, 16> play(const Litmus& litmus, bool atomic, Bounds bounds) {
  const auto words = [&](std::string body) {
    body = replaced(replaced(body, "LOAD", atomic ? "i32.atomic.load" : "i32.load"), "STORE", atomic ? "i32.atomic.store" : "i32.store");
    return replaced(replaced(body, "[x]", "(local.get $at)"), "[y]", "(i32.add (local.get $at) (i32.const 64))");
  };
  const std::string first = player("first", words(litmus.first), 0), second_text = player("second", words(litmus.second), 1);
  const std::string text = "(module (import \"\" \"\" (memory 33 33 shared))" + first + second_text + ")";
  const auto code = tests::compile(text, bounds);
  const auto memory = vm::Memory::create({.limits = {33, 33}, .shared = true}, bounds).value();
  const Extern imports[] = {memory};
  const auto run = [&](const char* name) {
    Store store;
    Instance& instance = *vm::Instantiation::run(store, code, imports).value();
    return instance.function<void()>(name).value()().has_value();
  };
  bool second_done = false;
  std::thread second([&] { second_done = run("second"); });
  CHECK(run("first"));
  second.join();
  CHECK(second_done);

  std::array<unsigned, 16> seen{};
  for (std::uint32_t round = 0; round < rounds; ++round) {
    std::uint32_t got[2];
    for (int who : {0, 1}) std::memcpy(&got[who], memory->bytes().data() + results[who] + 4 * round, 4);
    REQUIRE((got[0] < 4 && got[1] < 4));
    ++seen[4 * got[0] + got[1]];
  }
  return seen;
}

/// Whether atomic accesses never come to `forbidden`, and plain ones to nothing but bits.
bool holds(const Litmus& litmus, unsigned forbidden) {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    if (play(litmus, true, bounds)[forbidden] != 0) return false;
    play(litmus, false, bounds);
  }
  return true;
}

}  // namespace

TEST_CASE("store buffering: of two threads that write and then read what the other writes, one sees it") {
  CHECK(holds({"(STORE [x] (i32.const 1)) (local.set $r (LOAD [y]))", "(STORE [y] (i32.const 1)) (local.set $r (LOAD [x]))"}, 0));
}

TEST_CASE("store buffering: a fence orders plain accesses too") {
  const Litmus litmus{"(i32.store [x] (i32.const 1)) atomic.fence (local.set $r (i32.load [y]))",
                      "(i32.store [y] (i32.const 1)) atomic.fence (local.set $r (i32.load [x]))"};
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) CHECK(play(litmus, false, bounds)[0] == 0);
}

TEST_CASE("load buffering: two threads do not both read what the other writes afterwards") {
  CHECK(holds({"(local.set $r (LOAD [y])) (STORE [x] (i32.const 1))", "(local.set $r (LOAD [x])) (STORE [y] (i32.const 1))"}, 4 * 1 + 1));
}

TEST_CASE("message passing: who sees the flag sees the message") {
  // The second thread's result is 2 * flag + message; the first one's is 0.
  CHECK(holds({"(STORE [x] (i32.const 1)) (STORE [y] (i32.const 1))",
               "(local.set $r (i32.shl (LOAD [y]) (i32.const 1))) (local.set $r (i32.or (local.get $r) (LOAD [x])))"}, 2));
}

TEST_CASE("message passing: a plain message under an atomic flag") {
  const Litmus litmus{"(i32.store [x] (i32.const 1)) (i32.atomic.store [y] (i32.const 1))",
                      "(local.set $r (i32.shl (i32.atomic.load [y]) (i32.const 1))) (local.set $r (i32.or (local.get $r) (i32.load [x])))"};
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) CHECK(play(litmus, false, bounds)[2] == 0);
}

TEST_CASE("coherence: of two threads that change one cell, one finds what the other left") {
  for (const std::string change : {"i32.atomic.rmw.add", "i32.atomic.rmw.or", "i32.atomic.rmw.xchg"}) {
    const std::string body = "(local.set $r (" + change + " [x] (i32.const 1)))";
    const auto seen = play({body, body}, true, Bounds::guard_pages);
    CHECK(seen[4 * 0 + 1] + seen[4 * 1 + 0] == rounds);
  }
}

TEST_CASE("no change of a counter is lost, whether its old value is wanted or not") {
  const auto code = tests::compile(R"((module (import "" "" (memory 1 1 shared)) (func (export "count") (local $i i32)
    loop
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 3)))
      (drop (i64.atomic.rmw16.sub_u (i32.const 8) (i64.const 1)))
      (i64.store (i32.const 64) (i64.atomic.rmw.add (i32.const 16) (i64.const 0x100000001)))
      (drop (i32.atomic.rmw8.xor_u (i32.const 24) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000)))
    end)))");
  const auto memory = vm::Memory::create({.limits = {1, 1}, .shared = true}, Bounds::guard_pages).value();
  const Extern imports[] = {memory};
  std::array<std::thread, 3> threads;
  for (std::thread& thread : threads)
    thread = std::thread([&] {
      Store store;
      static_cast<void>(vm::Instantiation::run(store, code, imports).value()->function<void()>("count").value()());
    });
  for (std::thread& thread : threads) thread.join();
  std::uint64_t words[4];
  std::memcpy(words, memory->bytes().data(), sizeof words);
  CHECK(words[0] == 3 * 60000);
  CHECK(words[1] == static_cast<std::uint16_t>(-60000));
  CHECK(words[2] == 60000 * 0x1'0000'0001);
  CHECK(words[3] == 0);
}

TEST_CASE("what one thread lets a memory grow to, another sees, and may use") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto code = tests::compile(R"((module (import "" "" (memory 1 9 shared))
      (func (export "first") (loop (br_if 0 (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) ) (br_if 0 (i32.lt_u (memory.size) (i32.const 9)))))
      (func (export "second") (local $size i32)
        loop
          (local.set $size (memory.size))
          (memory.fill (i32.sub (i32.shl (local.get $size) (i32.const 16)) (i32.const 100)) (i32.const 7) (i32.const 100))
          (i32.store (i32.sub (i32.shl (local.get $size) (i32.const 16)) (i32.const 4)) (local.get $size))
          (br_if 0 (i32.lt_u (local.get $size) (i32.const 9)))
        end)))", bounds);
    const auto memory = vm::Memory::create({.limits = {1, 9}, .shared = true}, bounds).value();
    const Extern imports[] = {memory};
    const auto run = [&](const char* name) {
      Store store;
      return vm::Instantiation::run(store, code, imports).value()->function<void()>(name).value()().has_value();
    };
    bool second_done = false;
    std::thread second([&] { second_done = run("second"); });
    CHECK(run("first"));
    second.join();
    CHECK(second_done);
    CHECK(memory->size() == 9);
    CHECK(memory->bytes()[9 * 65536 - 4] == std::byte{9});
  }
}

TEST_CASE("bulk operations of two threads on the same bytes leave bytes of one of them") {
  const auto code = tests::compile(R"((module (import "" "" (memory 4 4 shared)) (data "\01\02\01\02\01\02\01\02")
    (func (export "f") (param $value i32) (local $i i32)
    loop
      (memory.fill (i32.const 8) (local.get $value) (i32.const 150000))
      (memory.copy (i32.const 9) (i32.const 8) (i32.const 150000))
      (memory.init 0 (i32.const 40000) (i32.const 0) (i32.const 8))
      (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 50)))
    end)))");
  const auto memory = vm::Memory::create({.limits = {4, 4}, .shared = true}, Bounds::guard_pages).value();
  const Extern imports[] = {memory};
  const auto run = [&](std::int32_t value) {
    Store store;
    return vm::Instantiation::run(store, code, imports).value()->function<void(std::int32_t)>("f").value()(value).has_value();
  };
  bool other_done = false;
  std::thread other([&] { other_done = run(1); });
  CHECK(run(2));
  other.join();
  CHECK(other_done);
  for (const std::byte byte : memory->bytes().subspan(8, 150000)) REQUIRE((byte == std::byte{1} || byte == std::byte{2}));
  CHECK(memory->bytes()[7] == std::byte{0});
  CHECK(memory->bytes()[150010] == std::byte{0});
}
