#include <wasmer/backend/singlepass/compile.hpp>

#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../../catch.hpp"

using namespace wasmer;

static_assert(std::is_nothrow_move_constructible_v<singlepass::Compiler> && std::is_nothrow_move_assignable_v<singlepass::Compiler> &&
              !std::copyable<singlepass::Compiler>);

namespace {

Module parsed(std::string_view fields) { return parse(wat("(module " + std::string(fields) + ")").value(), singlepass::supported).value(); }
singlepass::Compiler compiler_of(const Module& module) { return {module, singlepass::supported, Bounds::guard_pages, masm::CpuFeatures{}}; }

/// Functions with traps, calls, literals and frames, the third of them not valid.
constexpr const char* functions = R"((memory 1)
  (func $a (param i32) (result i32) local.get 0 i32.load local.get 0 i32.div_u)
  (func $b (param f64) (result f64) local.get 0 f64.const 2.5 f64.mul call $b)
  (func $c (param f64) (result i32) local.get 0 call $b f64.const 0)
  (func $d (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) i32.const 4 call $a))";

void check_same(const vm::Object& a, const vm::Object& b) {
  CHECK(a.code == b.code);
  CHECK(a.functions.size() == b.functions.size());
  CHECK(a.traps.size() == b.traps.size());
  CHECK(a.calls.size() == b.calls.size());
  CHECK(a.relocations.size() == b.relocations.size());
}

}  // namespace

TEST_CASE("a compiler makes of each batch what a new one would", "[singlepass]") {
  const Module module = parsed(functions);
  const std::span bodies(module.bodies);
  auto reused = compiler_of(module);
  for (const std::size_t begin : {0u, 1u, 3u, 0u}) {
    const vm::Object expected = compiler_of(module).compile(bodies.subspan(begin, 1)).value();
    check_same(reused.compile(bodies.subspan(begin, 1)).value(), expected);
  }
}

TEST_CASE("a compiler goes on after a body that is not valid, and nothing of that is left", "[singlepass]") {
  const Module module = parsed(functions);
  const std::span bodies(module.bodies);
  auto compiler = compiler_of(module);
  const Result<vm::Object> bad = compiler.compile(bodies);
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().id() == ErrorId::type_mismatch);
  const FunctionBody& third = module.bodies[2];
  CHECK(bad.error().offset() == third.offset + third.code.size() - 1);  // its `end`
  check_same(compiler.compile(bodies.first(2)).value(), compiler_of(module).compile(bodies.first(2)).value());
}

TEST_CASE("an empty batch is an empty object", "[singlepass]") {
  const Module module = parsed(functions);
  auto compiler = compiler_of(module);
  REQUIRE(compiler.compile(std::span(module.bodies).first(2)).has_value());
  const vm::Object object = compiler.compile({}).value();
  CHECK(object.code.empty());
  CHECK((object.functions.empty() && object.traps.empty() && object.calls.empty() && object.relocations.empty()));
}

TEST_CASE("functions keep their indices, imports counted, and refer to each other by them across batches", "[singlepass]") {
  const Module module = parsed(R"((import "env" "f" (func)) (func $a call $c) (func $b) (func $c call $a))");
  const vm::Object object = compiler_of(module).compile(std::span(module.bodies).subspan(2)).value();
  REQUIRE(object.functions.size() == 1);
  CHECK(object.functions[0].function == 3);
  REQUIRE(object.relocations.size() == 1);
  CHECK(object.relocations[0].function == 1);
}

TEST_CASE("a compiler that has moved compiles on", "[singlepass]") {
  const Module module = parsed(functions), other = parsed("(func)");
  auto first = compiler_of(module);
  auto second = std::move(first);
  const auto batch = std::span(module.bodies).first(1);
  check_same(second.compile(batch).value(), compiler_of(module).compile(batch).value());
  auto third = compiler_of(other);
  third = std::move(second);
  check_same(third.compile(batch).value(), compiler_of(module).compile(batch).value());
}
