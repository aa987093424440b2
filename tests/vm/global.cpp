#include <wasmer/vm/global.hpp>

#include <wasmer/vm/collect.hpp>
#include <wasmer/vm/extern_object.hpp>

#include <array>
#include <limits>
#include <type_traits>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

static_assert(!std::is_copy_constructible_v<vm::Global> && !std::is_copy_assignable_v<vm::Global>, "contexts point to its cell");

TEST_CASE("a global writes a vector's sixteen bytes into its cell, and nothing behind them") {
  alignas(16) std::uint64_t cell[3] = {0, 0, 7};
  Store store;
  const auto global = vm::Global::at(store, {ValueType::v128, true}, cell);
  CHECK(global->cell() == cell);
  V128 vector;
  for (std::uint8_t& byte : vector.bytes) byte = 0xFF;
  REQUIRE(global->set(vector));
  CHECK((cell[0] == ~std::uint64_t{0} && cell[1] == ~std::uint64_t{0} && cell[2] == 7));
}

TEST_CASE("a global is set if it is mutable, to a value of its type") {
  const auto constant = vm::Global::create({ValueType::i32, false}, 1), variable = vm::Global::create({ValueType::i32, true}, 1);
  CHECK(constant->set(2).error().id() == ErrorId::immutable_global);
  CHECK(constant->get() == Value(1));
  CHECK(constant->type() == GlobalType{ValueType::i32, false});
  REQUIRE(variable->set(2));
  CHECK(variable->set(2.0).error().message() == "host: value that is not of the type: expected i32, got f64");
  CHECK(variable->get() == Value(2));
}

TEST_CASE("a global takes references of its store alone, and keeps what they refer to") {
  const auto counted = std::make_shared<int>(7);
  Store store, other;
  const auto global = vm::Global::create(store, {externref, true}, make_extern(store, counted).value().get()).value();
  vm::collect(store);
  CHECK(counted.use_count() == 2);
  REQUIRE(global->set(Value(ExternRef{})));
  vm::collect(store);
  CHECK(counted.use_count() == 1);
  CHECK(vm::Global::create(store, {externref, true}, Value(1)).error().id() == ErrorId::wrong_value);

  constexpr auto text = R"((module (global (export "g") (mut funcref) (ref.null func)) (func (export "f"))))";
  Instance &guest = tests::instantiate(store, text), &stranger = tests::instantiate(other, text);
  const auto reference = guest.global("g").value();
  CHECK(reference->set(Value(&stranger.function("f").value().reference())).error().id() == ErrorId::wrong_value);
  REQUIRE(reference->set(Value(&guest.function("f").value().reference())));
  constexpr auto importer = R"((module (import "" "g" (global (mut funcref)))))";
  CHECK(vm::Instantiation::run(store, tests::compile(importer), std::array<Extern, 1>{reference}).has_value());
  CHECK(vm::Instantiation::run(other, tests::compile(importer), std::array<Extern, 1>{reference}).error().message() ==
        "unlinkable: incompatible import type: \"\" \"g\" belongs to another store");
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
  REQUIRE(first->set(std::numeric_limits<std::int64_t>::max()));
  REQUIRE(guest.function<void()>("increment").value()().has_value());
  CHECK(second->get() == Value(std::numeric_limits<std::int64_t>::min()));
}
