#include <wasmer/vm/global.hpp>

#include <array>
#include <limits>
#include <type_traits>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

static_assert(!std::is_copy_constructible_v<vm::Global> && !std::is_copy_assignable_v<vm::Global>, "contexts point to its cell");

TEST_CASE("a global writes a vector's sixteen bytes into its cell, and nothing behind them") {
  alignas(16) std::uint64_t cell[3] = {0, 0, 7};
  const auto global = vm::Global::at({ValueType::v128, true}, cell);
  CHECK(global->cell() == cell);
  V128 vector;
  for (std::uint8_t& byte : vector.bytes) byte = 0xFF;
  global->set(vector);
  CHECK((cell[0] == ~std::uint64_t{0} && cell[1] == ~std::uint64_t{0} && cell[2] == 7));
}

TEST_CASE("the embedder may set a global that guests cannot") {
  const auto global = vm::Global::create({ValueType::i32, false}, 1);
  global->set(2);
  CHECK(global->get() == Value(2));
  CHECK(global->type() == GlobalType{ValueType::i32, false});
}

TEST_CASE("a NaN keeps its payload") {
  constexpr std::uint32_t bits = 0xFFA0'0001;
  CHECK(vm::Global::create({ValueType::f32}, Value(ValueType::f32, bits))->get().bits() == bits);
}

TEST_CASE("an instance's global is one cell for the guest and for all who ask for it") {
  Store store;
  Instance& guest = tests::instantiate(store, R"((module (global $g (export "g") (mut i64) (i64.const -1))
    (func (export "increment") (global.set $g (i64.add (global.get $g) (i64.const 1))))))");
  const auto first = guest.global("g").value(), second = guest.global("g").value();
  CHECK(first->cell() == second->cell());
  CHECK(first->get() == Value(std::int64_t{-1}));
  first->set(std::numeric_limits<std::int64_t>::max());
  REQUIRE(guest.function<void()>("increment").value()().has_value());
  CHECK(second->get() == Value(std::numeric_limits<std::int64_t>::min()));
}
