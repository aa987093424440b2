#include <wasmer/backend/singlepass/value.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

#include "../../catch.hpp"

using namespace wasmer::singlepass;
using wasmer::ValueType;
using wasmer::masm::Condition;

namespace {

constexpr bool same(FlagTest a, FlagTest b) { return a.condition == b.condition && a.parity == b.parity; }

// == is "equal and ordered", != is "not equal or unordered": each is the other's negation.
static_assert(same(FlagTest{Condition::e, FlagTest::excluded}.negated(), {Condition::ne, FlagTest::included}));
static_assert(same(FlagTest{Condition::ne, FlagTest::included}.negated(), {Condition::e, FlagTest::excluded}));
static_assert(same(FlagTest{Condition::l, FlagTest::ignored}.negated(), {Condition::ge, FlagTest::ignored}));

// What a value is until it is said otherwise: it lies in its home and owns nothing.
static_assert(Value{}.kind == Value::home && !Value{}.is_constant() && !Value{}.owns_register());
static_assert(Value{.kind = Value::constant}.is_constant() && !Value{.kind = Value::constant}.owns_register());
static_assert(Value{.kind = Value::in_register}.owns_register() && !Value{.kind = Value::local}.owns_register());
static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) <= 24, "there is one for each local and operand");

static_assert(is_float(ValueType::f32) && is_float(ValueType::f64) && !is_float(ValueType::i32) && !is_float(ValueType::ref_null));
static_assert(width_of(ValueType::i32) == wasmer::masm::Width::w32 && width_of(ValueType::i64) == wasmer::masm::Width::w64);
static_assert(width_of(ValueType::ref_null) == wasmer::masm::Width::w64, "a reference is a pointer");
static_assert(float_width_of(ValueType::f32) == wasmer::masm::FloatWidth::f32 && float_width_of(ValueType::f64) == wasmer::masm::FloatWidth::f64);
static_assert(registers_for(ValueType::i32) == general && registers_for(ValueType::ref_null) == general);
static_assert(registers_for(ValueType::f32) == vector && registers_for(ValueType::f64) == vector && registers_for(ValueType::v128) == vector);
static_assert(is_in_vector(ValueType::f32) && is_in_vector(ValueType::f64) && is_in_vector(ValueType::v128) && !is_in_vector(ValueType::i64));
static_assert(!is_float(ValueType::v128) && float_width_of(ValueType::v128) == wasmer::masm::FloatWidth::v128);
static_assert(words_of(ValueType::v128) == 2 && words_of(ValueType::f64) == 1 && words_of(ValueType::i32) == 1);

static_assert(sizeof(RegisterMap) == 32 * sizeof(std::uint32_t), "a slot for every register of either file");

/// Whether the test holds of flags that a comparison of floats has set.
constexpr bool holds(FlagTest test, bool equal, bool unordered) {
  const bool condition = test.condition == Condition::e ? equal || unordered : !(equal || unordered);
  return test.parity == FlagTest::excluded ? condition && !unordered : test.parity == FlagTest::included ? condition || unordered : condition;
}

}  // namespace

TEST_CASE("a test that is negated holds exactly where it did not", "[singlepass]") {
  for (const FlagTest test :
       {FlagTest{Condition::e, FlagTest::excluded}, FlagTest{Condition::ne, FlagTest::included}, FlagTest{Condition::e, FlagTest::ignored}})
    for (const auto& [equal, unordered] : {std::pair{false, false}, {true, false}, {false, true}})
      CHECK(holds(test, equal, unordered) != holds(test.negated(), equal, unordered));
}

TEST_CASE("a test that is negated twice is itself", "[singlepass]") {
  for (unsigned code = 0; code < 16; ++code)
    for (const FlagTest::Parity parity : {FlagTest::ignored, FlagTest::excluded, FlagTest::included}) {
      const FlagTest test{static_cast<Condition>(code), parity};
      CHECK(same(test.negated().negated(), test));
      CHECK_FALSE(same(test.negated(), test));
    }
}
