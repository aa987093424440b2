#include <values.hpp>

#include <cmath>
#include <limits>

#include "../catch.hpp"

using namespace wasmer;
using tools::parse_value;
using tools::print_value;

namespace {

std::string through(ValueType type, std::string_view text) {
  const auto value = parse_value(type, text);
  return value ? print_value(*value) : "refused";
}

}  // namespace

TEST_CASE("integers are read signed or unsigned and printed signed") {
  CHECK(through(ValueType::i32, "0") == "0");
  CHECK(through(ValueType::i32, "-1") == "-1");
  CHECK(through(ValueType::i32, "+7") == "7");
  CHECK(through(ValueType::i32, "4294967295") == "-1");
  CHECK(through(ValueType::i32, "-2147483648") == "-2147483648");
  CHECK(through(ValueType::i32, "0xFF_FF") == "65535");
  CHECK(through(ValueType::i64, "18446744073709551615") == "-1");
  CHECK(through(ValueType::i64, "-9223372036854775808") == "-9223372036854775808");
}

TEST_CASE("integers that do not fit or are none are refused") {
  for (const char* text : {"4294967296", "-2147483649", "", "-", "+", "--1", "1 ", " 1", "0x", "12a", "1.0", "_1", "1_", "99999999999999999999999999999999999999999999"})
    CHECK(through(ValueType::i32, text) == "refused");
  CHECK(through(ValueType::i64, "18446744073709551616") == "refused");
  CHECK(through(ValueType::i64, "-9223372036854775809") == "refused");
}

TEST_CASE("floats are printed with the fewest digits that read back the same") {
  CHECK(through(ValueType::f32, "0.1") == "0.1");
  CHECK(through(ValueType::f64, "0.1") == "0.1");
  CHECK(print_value(Value(double{0.1f})) == "0.10000000149011612");
  CHECK(through(ValueType::f64, "1e300") == "1e+300");
  CHECK(through(ValueType::f64, "-0") == "-0");
  CHECK(through(ValueType::f64, "0x1.8p1") == "3");
  CHECK(print_value(Value(std::numeric_limits<float>::denorm_min())) == "1e-45");
}

TEST_CASE("infinities and every NaN have one word each") {
  CHECK(through(ValueType::f32, "inf") == "inf");
  CHECK(through(ValueType::f64, "-inf") == "-inf");
  CHECK(through(ValueType::f32, "nan") == "nan");
  CHECK(print_value(Value(ValueType::f64, 0xFFF8'0000'0000'0001)) == "nan");
  CHECK(through(ValueType::f64, "infinite") == "refused");
  CHECK(through(ValueType::f64, "--1") == "refused");
  CHECK(through(ValueType::f64, "") == "refused");
}

TEST_CASE("a float too small for its type is rounded to zero, one too large is refused") {
  CHECK(through(ValueType::f32, "1e-46") == "0");
  CHECK(through(ValueType::f32, "-1e-46") == "-0");
  CHECK(through(ValueType::f64, "1e-400") == "0");
  CHECK(through(ValueType::f32, "1e39") == "refused");
  CHECK(through(ValueType::f64, "1e400") == "refused");
}

TEST_CASE("a NaN may be given by its bits") {
  CHECK(parse_value(ValueType::f32, "nan:0x200000")->bits() == 0x7FA0'0000);
  CHECK(parse_value(ValueType::f64, "-nan:0x1")->bits() == 0xFFF0'0000'0000'0001);
  CHECK(through(ValueType::f32, "nan:0x0") == "refused");
  CHECK(through(ValueType::f32, "nan:0x800000") == "refused");
}

TEST_CASE("digits before a point may be left out") {
  CHECK(through(ValueType::f64, ".5") == "0.5");
  CHECK(through(ValueType::f64, "-.5e1") == "-5");
  CHECK(through(ValueType::f64, "5.") == "5");
  CHECK(through(ValueType::f64, ".") == "refused");
  CHECK(through(ValueType::f64, "-+.5") == "refused");
}

TEST_CASE("vectors are one hexadecimal integer") {
  CHECK(through(ValueType::v128, "1") == "0x00000000000000000000000000000001");
  CHECK(through(ValueType::v128, "0xffeeddccbbaa99887766554433221100") == "0xffeeddccbbaa99887766554433221100");
  CHECK(through(ValueType::v128, "0x100000000000000000000000000000000") == "refused");
}

TEST_CASE("of references only null can be given") {
  CHECK(through(externref, "null") == "null");
  CHECK(through(funcref, "1") == "refused");
  CHECK(through(ValueType::reference(HeapType::func, false), "null") == "refused");
  CHECK(print_value(Value(ExternRef{42})) == "ref");
}
