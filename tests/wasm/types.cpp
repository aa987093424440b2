#include <wasmer/wasm/types.hpp>

#include <array>

#include "../catch.hpp"

using namespace wasmer;

static_assert(sizeof(ValueType) == 4 && sizeof(HeapType) == 4);
static_assert(ValueType(ValueType::i32).is_number() && ValueType(ValueType::f64).is_number() && !ValueType(ValueType::v128).is_number());
static_assert(ValueType(ValueType::v128).is_vector() && !funcref.is_number() && funcref.is_reference() && funcref.is_nullable());
static_assert(!ValueType::reference(HeapType::func, false).is_nullable() && !ValueType::reference(HeapType::func, false).is_defaultable());
static_assert(funcref != externref && funcref.heap() == HeapType(HeapType::func));
static_assert(HeapType::index(7).is_index() && HeapType::index(7).index() == 7 && !HeapType(HeapType::any).is_index());
static_assert(ValueType::reference(HeapType::index(0xFFFEFF), true).heap().index() == 0xFFFEFF);
static_assert(ValueType::from_bits(funcref.bits()) == funcref && ValueType() == ValueType(ValueType::bottom));
static_assert(size_of(ValueType::i32) == 4 && size_of(ValueType::f64) == 8 && size_of(ValueType::v128) == 16 && size_of(externref) == 8);
static_assert(value_type(AddressType::i64) == ValueType(ValueType::i64));
static_assert(alignof(V128) == 16 && sizeof(V128) == 16);

TEST_CASE("types are spelled as in the text format, in their short form where there is one") {
  CHECK(to_string(ValueType(ValueType::i32)) == "i32");
  CHECK(to_string(ValueType(ValueType::v128)) == "v128");
  CHECK(to_string(funcref) == "funcref");
  CHECK(to_string(exnref) == "exnref");
  CHECK(to_string(ValueType::reference(HeapType::none, true)) == "nullref");
  CHECK(to_string(ValueType::reference(HeapType::noextern, true)) == "nullexternref");
  CHECK(to_string(ValueType::reference(HeapType::func, false)) == "(ref func)");
  CHECK(to_string(ValueType::reference(HeapType::index(3), true)) == "(ref null 3)");
  CHECK(to_string(ValueType::reference(HeapType::index(3), false)) == "(ref 3)");
}

TEST_CASE("a function type keeps parameters and results apart") {
  const std::array<ValueType, 2> params{ValueType::i32, ValueType::f64};
  const std::array<ValueType, 1> results{ValueType::i64};
  const FunctionType type(params, results);
  REQUIRE(type.params().size() == 2);
  REQUIRE(type.results().size() == 1);
  CHECK(type.params()[1] == ValueType(ValueType::f64));
  CHECK(type.results()[0] == ValueType(ValueType::i64));
  CHECK(type == FunctionType(params, results));
  CHECK_FALSE(type == FunctionType(params, params));
}

TEST_CASE("where parameters end is part of a function type") {
  const std::array<ValueType, 2> two{ValueType::i32, ValueType::i32};
  const std::array<ValueType, 1> one{ValueType::i32};
  CHECK_FALSE(FunctionType(two, {}) == FunctionType(one, one));
  CHECK_FALSE(FunctionType({}, two) == FunctionType(two, {}));
  CHECK(FunctionType() == FunctionType({}, {}));
}
