// Memories and tables that grow: while others use them, beyond all limits, and shared ones taken for plain ones.
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "../../catch.hpp"
#include "../guest.hpp"

using namespace wasmer;

TEST_CASE("eight threads let a memory grow, and each finds its bytes and those of the others", "[bugs]") {
  constexpr std::uint32_t threads = 8, rounds = 40;
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    // Grows by a page, writes its last word, and looks at the last words of all pages: what is there is 0 or some thread's.
    const auto code = tests::compile(R"((module (import "" "" (memory 1 1000 shared))
      (func (export "f") (param $me i32) (param $rounds i32) (result i32) (local $old i32) (local $at i32) (local $word i32) (local $grown i32)
        (loop $again
          (local.set $old (memory.grow (i32.const 1)))
          (if (i32.eq (local.get $old) (i32.const -1)) (then (return (local.get $grown))))
          (local.set $at (i32.mul (local.get $old) (i32.const 65536)))
          (if (i32.atomic.load offset=65532 (local.get $at)) (then (return (i32.const -2))))
          (i32.atomic.store offset=65532 (local.get $at) (local.get $me))
          (i32.store (local.get $at) (local.get $me))
          (local.set $grown (i32.add (local.get $grown) (i32.const 1)))
          (loop $look
            (local.set $word (i32.atomic.load offset=65532 (local.get $at)))
            (if (i32.gt_u (local.get $word) (i32.const 8)) (then (return (i32.const -3))))
            (local.set $at (i32.sub (local.get $at) (i32.const 65536)))
            (br_if $look (i32.gt_s (local.get $at) (i32.const 0))))
          (if (i32.lt_u (memory.size) (i32.add (local.get $old) (i32.const 1))) (then (return (i32.const -4))))
          (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
        (local.get $grown))))", bounds);
    const auto memory = vm::Memory::create({.limits = {1, 1000}, .shared = true}, bounds).value();
    std::atomic<std::int32_t> grown{0}, wrong{0};
    {
      std::vector<std::jthread> all;
      for (std::uint32_t t = 1; t <= threads; ++t)
        all.emplace_back([&, t] {
          Store store;
          Instance& guest = *vm::Instantiation::run(store, code, std::vector<Extern>{memory}).value();
          const auto result = guest.function<std::int32_t(std::uint32_t, std::uint32_t)>("f").value()(t, rounds);
          if (result.has_value() && result.value() >= 0) grown += result.value();
          else ++wrong;
        });
    }
    CHECK(wrong == 0);
    CHECK(grown == threads * rounds);
    CHECK(memory->size() == 1 + threads * rounds);
    std::vector<std::uint32_t> pages(threads + 1);
    for (std::uint32_t page = 1; page < memory->size(); ++page) ++pages[static_cast<std::size_t>(memory->bytes()[page * 65536 + 65532])];
    for (std::uint32_t t = 1; t <= threads; ++t) CHECK(pages[t] == rounds);
  }
}

TEST_CASE("a memory that grows beyond all limits answers -1 and is what it was", "[bugs]") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_})
    for (const std::string type : {"1", "1 65536", "1 2", "1 65536 shared"}) {
      INFO(type);
      const auto code = tests::compile("(module (memory " + type + ") (func (export \"grow\") (param i32) (result i32) (i32.store (i32.const 65532) (i32.const 7)) (memory.grow (local.get 0)))" +
                                       "(func (export \"look\") (param i32) (result i32 i32) (i32.load (local.get 0)) (memory.size)))", bounds);
      Store store;
      Instance& guest = *vm::Instantiation::run(store, code, {}).value();
      const auto grow = guest.function<std::int32_t(std::uint32_t)>("grow").value();
      const auto look = guest.function<std::array<std::int32_t, 2>(std::uint32_t)>("look").value();
      for (const std::uint32_t delta : {65536u, 65537u, 0x7FFF'FFFFu, 0x8000'0000u, 0xFFFF'0000u, 0xFFFF'FFFFu}) CHECK(grow(delta).value() == -1);
      CHECK(look(65532).value() == std::array{7, 1});
      CHECK(look(65533).error().id() == ErrorId::out_of_bounds_memory_access);
      CHECK(grow(1).value() == 1);
      CHECK(look(131068).value() == std::array{0, 2});
    }
}

TEST_CASE("a memory of 64-bit addresses that grows beyond all limits answers -1 and is what it was", "[bugs]") {
  for (const std::string type : {"i64 1", "i64 1 0x1000000000000", "i64 1 2", "i64 1 0x1000000000000 shared"}) {
    INFO(type);
    Store store;
    Instance& guest = tests::instantiate(store, "(module (memory " + type + ") (func (export \"grow\") (param i64) (result i64) (memory.grow (local.get 0)))" +
                                                    "(func (export \"look\") (param i64) (result i32 i64) (i32.load (local.get 0)) (memory.size)))");
    const auto grow = guest.function<std::int64_t(std::uint64_t)>("grow").value();
    const auto look = guest.function<std::tuple<std::int32_t, std::int64_t>(std::uint64_t)>("look").value();
    for (unsigned bit = 47; bit < 64; ++bit)
      for (const std::uint64_t delta : {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1, ~std::uint64_t{0} << (bit - 47)}) CHECK(grow(delta).value() == -1);
    CHECK(look(65532).value() == std::tuple(0, std::int64_t{1}));
    CHECK(look(65533).error().id() == ErrorId::out_of_bounds_memory_access);
  }
}

TEST_CASE("a table that grows beyond all limits answers -1 and is what it was", "[bugs]") {
  Store store;
  Instance& guest = tests::instantiate(store, R"((module (table $t 3 funcref) (table $w i64 3 externref) (table $l i64 3 0xffffffffffffffff funcref)
    (func $f (export "t") (param i32) (result i32) (table.grow $t (ref.func $f) (local.get 0)))
    (func (export "w") (param i64) (result i64) (table.grow $w (ref.null extern) (local.get 0)))
    (func (export "l") (param i64) (result i64) (table.grow $l (ref.null func) (local.get 0)))
    (func (export "sizes") (result i32 i64 i64) (table.size $t) (table.size $w) (table.size $l))))");
  for (const std::uint32_t delta : {0x7FFF'FFFFu, 0x8000'0000u, 0xFFFF'FFF0u, 0xFFFF'FFFDu, 0xFFFF'FFFFu}) CHECK(guest.function<std::int32_t(std::uint32_t)>("t").value()(delta).value() == -1);
  for (const char* const name : {"w", "l"})
    for (unsigned bit = 31; bit < 64; ++bit)
      for (const std::uint64_t delta : {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1, ~std::uint64_t{0} << (bit - 31)})
        CHECK(guest.function<std::int64_t(std::uint64_t)>(name).value()(delta).value() == -1);
  CHECK(guest.function<std::tuple<std::int32_t, std::int64_t, std::int64_t>()>("sizes").value()().value() == std::tuple(3, std::int64_t{3}, std::int64_t{3}));
}

TEST_CASE("a shared memory is not imported as one that is not, and the other way round", "[bugs]") {
  const auto shared = vm::Memory::create({.limits = {1, 2}, .shared = true}, Bounds::guard_pages).value(), plain = vm::Memory::create({.limits = {1, 2}}, Bounds::guard_pages).value();
  const auto wants_shared = tests::compile("(module (import \"\" \"\" (memory 1 2 shared)))"), wants_plain = tests::compile("(module (import \"\" \"\" (memory 1 2)))");
  const auto link = [](const auto& code, const auto& memory) {
    Store store;
    return vm::Instantiation::run(store, code, std::vector<Extern>{memory}).has_value();
  };
  CHECK(link(wants_shared, shared));
  CHECK(link(wants_plain, plain));
  CHECK_FALSE(link(wants_plain, shared));
  CHECK_FALSE(link(wants_shared, plain));
}
