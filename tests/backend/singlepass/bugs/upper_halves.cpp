// Numbers of 32 bits in registers of 64 whose upper halves were taken for zero: programs do the same with every upper half poisoned.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <wasmer/text/wat.hpp>

#include "../../../catch.hpp"
#include "../../../corpus.hpp"
#include "../../../fuzz/observe.hpp"
#include "../../execute.hpp"
#include "../../poison.hpp"
#include "../vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

std::vector<std::byte> entirely_poisoned(const std::vector<std::byte>& module) { return poisoned(module); }
std::vector<std::byte> half_poisoned(const std::vector<std::byte>& module) { return poisoned(module, 50); }

/// Runs the official scripts whose names `belongs`, with the sets of instructions by turns; how many there were.
template <class F> int run_poisoned_scripts(F&& belongs) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus("spec"))) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".wast") || !belongs(name)) continue;
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    INFO(name);
    const std::string sums = run_script(static_cast<std::size_t>(count) % instruction_sets.size(), text, count % 3 == 0 ? half_poisoned : entirely_poisoned);
    if (sums.find(" 0 failed, 0 skipped") == sums.npos) FAIL_CHECK(sums);
    ++count;
  }
  return count;
}

void check_programs(std::uint64_t first, std::uint32_t percent) {
  for (std::uint64_t seed = first; seed != first + 150; ++seed) {
    const Setting setting = settings[seed % settings.size()];
    fuzz::Program program = fuzz::generate(seed);
    const std::string expected = fuzz::observe(setting, program);
    program.bytes = poisoned(program.bytes, percent, seed);
    INFO("seed " << seed << ", " << to_string(setting));
    const std::string seen = fuzz::observe(setting, program);
    REQUIRE_FALSE(expected.starts_with("error"));
    CHECK(seen == expected);
  }
}

}  // namespace

TEST_CASE("poison is in the registers that hold an i32, and in no other", "[singlepass][bugs]") {
  const auto rows = [](const std::string& code) { return poisoned(wat("(module (func (export \"f\") (param i32 i64) (result i64) " + code + "))").value()); };
  CHECK(rows("local.get 1 i64.const 2 i64.add") == wat("(module (func (export \"f\") (param i32 i64) (result i64) local.get 1 i64.const 2 i64.add))").value());
  const Guest guest = Guest::make(settings[0], rows("local.get 0 i32.const 1 i32.add i64.extend_i32_u")).value();
  CHECK(to_words(guest.call("f", {dirty(7), Value(std::int64_t{0})})) == "8");
  const auto object = compile_object(settings[0], "(module (func (param i32) (result i32) local.get 0 i64.extend_i32_u i64.const 0xdeadbeef00000000 i64.or i32.wrap_i64))").value();
  const std::byte upper[] = {std::byte{0xEF}, std::byte{0xBE}, std::byte{0xAD}, std::byte{0xDE}};
  CHECK(std::search(object.code.begin(), object.code.end(), std::begin(upper), std::end(upper)) != object.code.end());
}

TEST_CASE("the upper half of a register that holds an i32 is never trusted: random programs, every i32 poisoned", "[singlepass][bugs]") { check_programs(0, 100); }

TEST_CASE("the upper half of a register that holds an i32 is never trusted: random programs, half of the i32s poisoned", "[singlepass][bugs]") { check_programs(150, 50); }

TEST_CASE("the upper half of a register that holds an i32 is never trusted: the official scripts for memory", "[singlepass][bugs]") {
  REQUIRE_CORPUS();
  CHECK(run_poisoned_scripts([](const std::string& name) {
    return name.starts_with("memory") || name.starts_with("address") || name.starts_with("load") || name.starts_with("store") || name.starts_with("endianness");
  }) > 20);
}

TEST_CASE("the upper half of a register that holds an i32 is never trusted: the official scripts for tables, calls and control", "[singlepass][bugs]") {
  REQUIRE_CORPUS();
  CHECK(run_poisoned_scripts([](const std::string& name) {
    return name.starts_with("table") || name.starts_with("call") || name.starts_with("return_call") || name.starts_with("br") || name.starts_with("if") ||
           name.starts_with("loop") || name.starts_with("block") || name.starts_with("select") || name.starts_with("switch") || name.starts_with("bulk") ||
           name.starts_with("local") || name.starts_with("global") || name.starts_with("stack") || name.starts_with("left");
  }) > 40);
}

TEST_CASE("the upper half of a register that holds an i32 is never trusted: the official scripts for numbers and objects", "[singlepass][bugs]") {
  REQUIRE_CORPUS();
  CHECK(run_poisoned_scripts([](const std::string& name) {
    return name.starts_with("i32") || name.starts_with("i64") || name.starts_with("int_") || name.starts_with("conversions") || name.starts_with("fac") ||
           name.starts_with("array") || name.starts_with("struct") || name.starts_with("i31") || name.starts_with("ref_") || name.starts_with("traps");
  }) > 20);
}

TEST_CASE("the upper half of a register that holds an i32 is never trusted: the official scripts for lanes, splats and shifts", "[singlepass][bugs]") {
  REQUIRE_CORPUS();
  CHECK(run_poisoned_scripts([](const std::string& name) {
    return name.starts_with("simd_lane") || name.starts_with("simd_splat") || name.starts_with("simd_bit_shift") || name.starts_with("simd_load") ||
           name.starts_with("simd_store") || name.starts_with("simd_address") || name.starts_with("simd_boolean");
  }) > 15);
}
