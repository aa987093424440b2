#include <wasmer/vm/exception.hpp>

#include <array>

#include "../catch.hpp"

using namespace wasmer;

TEST_CASE("an exception's error names its tag and tells its values") {
  constexpr std::array<ValueType, 3> types{ValueType::i32, ValueType::i64, externref};
  const auto tag = vm::Tag::create(types, "oops");
  const Error error = Exception(tag, {-7, std::int64_t{1} << 40, ExternRef{5}}).error();
  CHECK(error.id() == ErrorId::uncaught_exception);
  CHECK(error.stage() == Stage::trap);
  CHECK(error.message() == "trap: unhandled exception: tag \"oops\": i32 -7, i64 1099511627776, externref");
  REQUIRE(error.exception() != nullptr);
  CHECK(error.exception()->tag() == tag);
  CHECK(error.exception()->values()[0] == Value(-7));
}

TEST_CASE("a tag need not have a name") {
  CHECK(Exception(vm::Tag::create(std::span<const ValueType>())).error().detail() == "tag without a name");
  CHECK(Error(ErrorId::unreachable).exception() == nullptr);
}
