#include <wasmer/error.hpp>

#include <set>
#include <string>

#include "catch.hpp"

using namespace wasmer;

static_assert(info(ErrorId::integer_divide_by_zero).words == "integer divide by zero");
static_assert(info(ErrorId::integer_divide_by_zero).stage == Stage::trap);
static_assert(to_string(Stage::exhausted) == "exhausted");
static_assert(std::is_final_v<ErrorException> && !std::is_polymorphic_v<ErrorException>);
static_assert(sizeof(Result<std::uint64_t>) <= 48);

namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error(ErrorId::host_error, 7, "odd");
  return value / 2;
}
Result<int> quarter(int value) {
  WASMER_TRY(const int halved, half(value));
  return half(halved);
}
Result<void> is_even(int value) {
  WASMER_CHECK(half(value));
  return success();
}

}  // namespace

TEST_CASE("an error's message has its stage, words, offset and detail") {
  CHECK(Error(ErrorId::type_mismatch).message() == "invalid: type mismatch");
  CHECK(Error(ErrorId::type_mismatch, 0x2a).message() == "invalid: type mismatch at byte 0x2a");
  CHECK(Error(ErrorId::type_mismatch, 0x2a, "expected i32, got i64").message() == "invalid: type mismatch at byte 0x2a: expected i32, got i64");
  CHECK(Error(ErrorId::unexpected_end, 0).message() == "malformed: unexpected end at byte 0x0");
  CHECK(Error(ErrorId::unexpected_end, 0xFFFFFFFFFFFFFFFE).message() == "malformed: unexpected end at byte 0xfffffffffffffffe");
}

TEST_CASE("an error in a text begins with its place") {
  const Error error = Error::in_text(ErrorId::unknown_operator, 12, "a.wat:3:9", "i32.plus");
  CHECK(error.message() == "a.wat:3:9: unknown operator i32.plus");
  CHECK(error.offset() == 12);
  CHECK(error.place() == "a.wat:3:9");
}

TEST_CASE("an error for a missing proposal names it") {
  const Error error = Error::needs(Proposal::simd, 5);
  CHECK(error.proposal() == Proposal::simd);
  CHECK(error.stage() == Stage::invalid);
  CHECK(error.detail() == "needs simd");
}

TEST_CASE("what an error does not have is empty") {
  const Error error(ErrorId::unreachable);
  CHECK(error.offset() == Error::no_offset);
  CHECK(error.detail().empty());
  CHECK(error.place().empty());
  CHECK_FALSE(error.proposal().has_value());
  CHECK(error.exit_code() == 0);
  CHECK(error.backtrace().empty());
  CHECK(error.cause() == nullptr);
}

TEST_CASE("adding to a copy leaves the original as it was") {
  const Error first(ErrorId::unreachable, 1, "detail");
  const Error second = Error(first).with_backtrace({{3, 9, "f"}}).with_offset(2);
  CHECK(first.backtrace().empty());
  CHECK(first.offset() == 1);
  REQUIRE(second.backtrace().size() == 1);
  CHECK(second.backtrace()[0].name == "f");
  CHECK(second.detail() == "detail");
  CHECK(second.offset() == 2);
}

TEST_CASE("an exit carries its code") { CHECK(Error::exit(42).exit_code() == 42); }

TEST_CASE("TRY hands on the value or returns the error") {
  CHECK(quarter(12).value() == 3);
  REQUIRE_FALSE(quarter(6).has_value());
  CHECK(quarter(6).error().detail() == "odd");
  CHECK(is_even(2).has_value());
  CHECK(is_even(3).error().offset() == 7);
}

TEST_CASE("value() of a result without one throws the error") {
  try {
    static_cast<void>(half(1).value());
    FAIL("nothing was thrown");
  } catch (const ErrorException& exception) {
    CHECK(exception.error().id() == ErrorId::host_error);
    CHECK(std::string(exception.what()) == "host: error in a host function at byte 0x7: odd");
  }
}

TEST_CASE("every error has a name of its own, and words") {
  std::set<std::string_view> names;
  for (const ErrorInfo& row : error_infos) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.words.empty());
  }
}
