#include <wasmer/vm/type_text.hpp>

#include "../catch.hpp"

using namespace wasmer;

namespace {
constexpr ValueType one[] = {ValueType::f64}, two[] = {ValueType::i32, externref};
}  // namespace

TEST_CASE("a function's type lists its parameters and results, where it has some") {
  CHECK(to_string(FunctionType()) == "(func)");
  CHECK(to_string(FunctionType(two, one)) == "(func (param i32 externref) (result f64))");
  CHECK(to_string(FunctionType({}, two)) == "(func (result i32 externref))");
}

TEST_CASE("limits have a maximum where there is one, and say when addresses are wide") {
  CHECK(to_string(Limits{}) == "0");
  CHECK(to_string(Limits{1, 2, AddressType::i32}) == "1 2");
  CHECK(to_string(Limits{1, ~std::uint64_t{0}, AddressType::i64}) == "i64 1 18446744073709551615");
}

TEST_CASE("a memory's type says what is out of the ordinary") {
  CHECK(to_string(MemoryType{}) == "(memory 0)");
  CHECK(to_string(MemoryType{{1, 2, AddressType::i32}, true, 16}) == "(memory 1 2 shared)");
  CHECK(to_string(MemoryType{{5, {}, AddressType::i64}, false, 0}) == "(memory i64 5 (pagesize 1))");
}

TEST_CASE("a table's type has its elements' behind its limits") {
  CHECK(to_string(TableType{}) == "(table 0 funcref)");
  CHECK(to_string(TableType{ValueType::reference(HeapType::index(3), false), {1, 2, AddressType::i64}}) == "(table i64 1 2 (ref 3))");
}

TEST_CASE("a global's type says whether it is mutable") {
  CHECK(to_string(GlobalType{ValueType::v128, false}) == "(global v128)");
  CHECK(to_string(GlobalType{funcref, true}) == "(global (mut funcref))");
}
