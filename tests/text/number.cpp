#include <wasmer/text/number.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "../catch.hpp"

using namespace wasmer::text;

static_assert(number_form("0") == NumberForm::natural);
static_assert(number_form("1_000") == NumberForm::natural);
static_assert(number_form("0xFf_f") == NumberForm::natural);
static_assert(number_form("+0") == NumberForm::integer);
static_assert(number_form("-0x0") == NumberForm::integer);
static_assert(number_form("1.") == NumberForm::real);
static_assert(number_form("0x1.8p-3") == NumberForm::real);
static_assert(number_form("1e+10") == NumberForm::real);
static_assert(number_form("-inf") == NumberForm::real);
static_assert(number_form("nan:0x1") == NumberForm::real);
static_assert(parse_natural("18446744073709551615") == ~std::uint64_t{0});
static_assert(!parse_natural("18446744073709551616"));
static_assert(parse_integer("-0x80000000", 32) == 0x80000000u);
static_assert(parse_integer("-1", 8) == 0xFFu);
static_assert(!parse_integer("-129", 8));
static_assert(!parse_integer("256", 8));
static_assert(parse_integer("-9223372036854775808", 64) == std::uint64_t{1} << 63);

namespace {
float f32(std::string_view text) { return std::bit_cast<float>(parse_float<Binary32>(text).value()); }
double f64(std::string_view text) { return std::bit_cast<double>(parse_float<Binary64>(text).value()); }
}  // namespace

TEST_CASE("what is nearly a number is none") {
  for (const char* text : {"", "+", "0x", "_1", "1_", "1__0", "0x_1", "1e", "1e+", "0x1p", ".5", "1.2.3", "0b1", "1x", "nan:", "nan:0x", "nan:1", "Inf", "infinity", "1._0", "0x1.g", "--1"})
    CHECK(number_form(text) == NumberForm::none);
}

TEST_CASE("decimal floats are rounded to nearest, ties to even") {
  CHECK(f64("0.1") == 0.1);
  CHECK(f64("1_000.000_5e-1_0") == 1000.0005e-10);
  CHECK(f32("16777217") == 16777216.0f);
  CHECK(f32("16777219") == 16777220.0f);
  CHECK(f64("9007199254740993") == 9007199254740992.0);
  CHECK(std::signbit(f64("-0")));
  CHECK(f64("1.7976931348623157e308") == std::numeric_limits<double>::max());
}

TEST_CASE("hexadecimal floats are rounded to nearest, ties to even") {
  CHECK(f32("0x1.000001p0") == 1.0f);                        // half of the last place: to even
  CHECK(f32("0x1.0000010000000000000000001p0") == 0x1.000002p0f);  // a little more than half, far behind the last place
  CHECK(f32("0x1.000003p0") == 0x1.000004p0f);
  CHECK(f64("0x1.fffffffffffff7ffffffp1023") == std::numeric_limits<double>::max());
  CHECK(f32("-0x1.fffffep127") == -std::numeric_limits<float>::max());
  CHECK(f64("0x123456789abcdef0123456789") == 0x123456789abcdef0123456789p0);
}

TEST_CASE("denormal floats are exact, and what is smaller is zero") {
  CHECK(f32("0x1p-149") == std::numeric_limits<float>::denorm_min());
  CHECK(f32("0x1p-150") == 0.0f);
  CHECK(f32("0x1.8p-150") == std::numeric_limits<float>::denorm_min());
  CHECK(f32("0x1.fffffdp-127") == 0x1.fffffcp-127f);
  CHECK(f32("0x1.fffffep-127") == 0x1p-126f);  // rounding carries into the exponent
  CHECK(f64("0x1p-1075") == 0.0);
  CHECK(f64("0x0.8p-1074") == 0.0);
  CHECK(f64("1e-400") == 0.0);
  CHECK(f64("-4.9406564584124654e-324") == -std::numeric_limits<double>::denorm_min());
  CHECK(f64("0.000000000000000000000001e-99999999999999999999") == 0.0);
  CHECK(f64("0x0p999999999999999999999") == 0.0);
}

TEST_CASE("floats that round to infinity are out of range") {
  CHECK_FALSE(parse_float<Binary32>("340282356779733661637539395458142568448"));
  CHECK(parse_float<Binary32>("340282356779733661637539395458142568447") == 0x7F7FFFFFu);
  CHECK_FALSE(parse_float<Binary32>("0x1.ffffffp127"));
  CHECK_FALSE(parse_float<Binary64>("1e309"));
  CHECK_FALSE(parse_float<Binary64>("0x1p1024"));
  CHECK_FALSE(parse_float<Binary64>("1e99999999999999999999"));
  CHECK_FALSE(parse_float<Binary64>("0x1p99999999999999999999"));
}

TEST_CASE("NaNs keep their payload and sign") {
  CHECK(parse_float<Binary32>("nan") == 0x7FC00000u);
  CHECK(parse_float<Binary32>("-nan:0x1") == 0xFF800001u);
  CHECK(parse_float<Binary64>("nan:0xf_ffff_ffff_ffff") == 0x7FFFFFFFFFFFFFFFu);
  CHECK(parse_float<Binary64>("-inf") == 0xFFF0000000000000u);
  CHECK_FALSE(parse_float<Binary32>("nan:0x0"));
  CHECK_FALSE(parse_float<Binary32>("nan:0x800000"));
  CHECK_FALSE(parse_float<Binary64>("nan:0x10_0000_0000_0000_0000"));
}

TEST_CASE("every double survives being printed in hexadecimal, and agrees with the C library when rounded to a float") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    char text[64];
    std::snprintf(text, sizeof text, "%a", value);
    REQUIRE(parse_float<Binary64>(text) == std::bit_cast<std::uint64_t>(value));
    const float narrow = std::strtof(text, nullptr);
    const auto parsed = parse_float<Binary32>(text);
    if (std::isinf(narrow)) REQUIRE_FALSE(parsed);
    else REQUIRE(parsed == std::bit_cast<std::uint32_t>(narrow));
  }
}
