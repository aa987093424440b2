#include <wasmer/vm/global.hpp>
#include <wasmer/vm/value.hpp>

#include "../catch.hpp"

using namespace wasmer;

TEST_CASE("a value has a type and its bits") {
  CHECK(Value().type() == ValueType(ValueType::i32));
  CHECK(Value(std::int32_t{-1}).bits() == 0xFFFFFFFF);
  CHECK(Value(std::int32_t{-1}).i32() == -1);
  CHECK(Value(std::int64_t{-2}).i64() == -2);
  CHECK(Value(1.5f).f32() == 1.5f);
  CHECK(Value(-0.0).bits() == std::uint64_t{1} << 63);
  CHECK(Value(ExternRef{5}).extern_ref() == ExternRef{5});
  CHECK(Value::zero(funcref).is_null());
  CHECK_FALSE(Value(ExternRef{5}).is_null());
  CHECK_FALSE(Value(0).is_null());
}

TEST_CASE("values are equal when types and bits are") {
  CHECK(Value(1) == Value(std::uint32_t{1}));
  CHECK_FALSE(Value(1) == Value(std::int64_t{1}));
  CHECK_FALSE(Value(0.0) == Value(-0.0));
}

TEST_CASE("a global of the embedder's keeps its value, a v128 whole") {
  const auto number = vm::Global::create({ValueType::i64, true}, Value(std::int64_t{7}));
  CHECK(number->get() == Value(std::int64_t{7}));
  REQUIRE(number->set(Value(std::int64_t{8})));
  CHECK(number->get().i64() == 8);
  V128 vector;
  for (std::uint8_t i = 0; i < 16; ++i) vector.bytes[i] = i;
  CHECK(vm::Global::create({ValueType::v128}, Value(vector))->get().v128() == vector);
}

TEST_CASE("a global elsewhere is read and written in its cell") {
  alignas(16) std::uint64_t cell[2] = {3, 99};
  Store store;
  const auto global = vm::Global::at(store, {ValueType::i32, true}, cell);
  CHECK(global->get().i32() == 3);
  REQUIRE(global->set(Value(4)));
  CHECK(cell[0] == 4);
  CHECK(cell[1] == 99);
}
