#include <wasmer/backend/llvm.hpp>

#include <concepts>
#include <type_traits>

#include "../catch.hpp"
#include "../corpus.hpp"
#include "llvm/listing.hpp"

using namespace wasmer;

static_assert(Backend<Llvm> && Llvm::name == "llvm");
static_assert(std::is_aggregate_v<Llvm> && std::is_trivially_copyable_v<Llvm>, "its members are its tuning, and it holds nothing else");
static_assert(Compiler<llvm_backend::Compiler> && !std::copyable<llvm_backend::Compiler>);

TEST_CASE("a part for each thread, unless that is too little or too much", "[llvm]") {
  Module module;
  CHECK(Llvm().part_size(module, 2) == 64);
  module.bodies.resize(1000);
  CHECK(Llvm().part_size(module, 2) == 500);
  CHECK(Llvm().part_size(module, 1) == 1000);
  module.bodies.resize(100'000);
  CHECK(Llvm().part_size(module, 2) == 1024);
}

TEST_CASE("a trap tells its function and place, also of what was inlined", "[llvm]") {
  constexpr std::string_view text = R"((module (memory 1) (func $inner (param i32) (result i32) (i32.load (local.get 0)))
    (func $outer (export "outer") (param i32) (result i32) (i32.add (i32.const 1) (call $inner (local.get 0))))))";
  for (const tests::Setting setting : tests::all_settings()) {
    INFO(tests::to_string(setting));
    const auto result = tests::Guest::make(setting, text).value().call("outer", {Value(65536)});
    REQUIRE_FALSE(result.has_value());
    REQUIRE_FALSE(result.error().backtrace().empty());
    CHECK(result.error().backtrace()[0].function == 0);
    CHECK(result.error().backtrace()[0].name == "inner");
    CHECK(result.error().backtrace()[0].offset == 0x2C);
  }
}
