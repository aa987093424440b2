#include <wasmer/module/reader/signature.hpp>

#include <algorithm>

#include "../../catch.hpp"

using namespace wasmer;
using reader::Signature;
using reader::SignatureTypes;

namespace {
constexpr Signature add("ii:i"), nothing(":"), own("*"), fill("aia:"), wide("llll:ll");
}  // namespace

static_assert(add.operands() == "ii" && add.results() == "i" && !add.has_rule_of_its_own() && own.has_rule_of_its_own());
static_assert(nothing.operands().empty() && nothing.results().empty());
static_assert(fill.has_address() && !wide.has_address());
static_assert(reader::signature_of<Op::i32_add> == reader::signature_of<Op::i32_sub>);

TEST_CASE("letters stand for types, and one of them for the type of addresses") {
  using Store32 = SignatureTypes<Signature("al:"), ValueType::i32>;
  using Store64 = SignatureTypes<Signature("al:"), ValueType::i64>;
  CHECK((Store32::operands == std::array<ValueType, 2>{ValueType::i32, ValueType::i64}));
  CHECK((Store64::operands == std::array<ValueType, 2>{ValueType::i64, ValueType::i64}));
  CHECK(Store32::results.empty());
  CHECK((SignatureTypes<Signature("fdv:v"), ValueType::i32>::operands == std::array<ValueType, 3>{ValueType::f32, ValueType::f64, ValueType::v128}));
}

TEST_CASE("every signature of the table consists of letters that are known") {
  for (const OpInfo& row : ops)
    if (row.signature != "*") {
      INFO(row.text);
      CHECK(row.signature.find_first_not_of("ilfdva:") == std::string_view::npos);
      CHECK(std::count(row.signature.begin(), row.signature.end(), ':') == 1);
      CHECK(row.signature.size() < sizeof(Signature::text));
    }
}
