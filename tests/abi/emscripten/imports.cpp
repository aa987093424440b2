#include <wasmer/abi/emscripten/imports.hpp>

#include "programs.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// The type that the ABI has for an import of that type, or what it says.
std::string provided(std::string_view name, std::string_view type, std::string_view module = "env") {
  const std::string text = "(module (import \"env\" \"emscripten_get_now\" (func (result f64))) (import \"" + std::string(module) + "\" \"" + std::string(name) + "\" " + std::string(type) + "))";
  const Module made = parse(wat(text).value(), Features::all()).value();
  const auto state = std::make_shared<Emscripten::State>(Emscripten::make({}).value());
  const auto value = Emscripten::provide(made, made.imports[1], Bounds::guard_pages, state);
  return value ? type_text(value.value()) : value.error().message();
}

}  // namespace

TEST_CASE("a function is found in the form that the module imports") {
  for (const char* const type : {"(func (param i32 i64 i32) (result i32))", "(func (param i32 i32 i32 i32) (result i32))"}) CHECK(provided("fd_dummy", type, "other") == "");
  CHECK(provided("__syscall_ftruncate64", "(func (param i32 i64) (result i32))") == "(func (param i32 i64) (result i32))");
  CHECK(provided("__syscall_ftruncate64", "(func (param i32 i32 i32) (result i32))") == "(func (param i32 i32 i32) (result i32))");
  CHECK(provided("fd_seek", "(func (param i32 i64 i32 i32) (result i32))", "wasi_snapshot_preview1") == "(func (param i32 i64 i32 i32) (result i32))");
  CHECK(provided("fd_seek", "(func (param i32 i32 i32 i32 i32) (result i32))", "wasi_snapshot_preview1") == "(func (param i32 i32 i32 i32 i32) (result i32))");
  CHECK(provided("__syscall_socket", "(func (param i32 i32 i32 i32 i32 i32) (result i32))") == "(func (param i32 i32 i32 i32 i32 i32) (result i32))");
  CHECK(provided("_llvm_cos_f32", "(func (param f64) (result f64))") == "(func (param f64) (result f64))");
  CHECK(provided("_time", "(func (param i32) (result i32))") == "(func (param i32) (result i32))");
  CHECK(provided("invoke_viiiiiiiiiii", "(func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32))") == "(func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32))");
}

TEST_CASE("one of another type is shown as it is, so that linking tells of both") {
  CHECK(provided("_time", "(func (param f64) (result f64))") == "(func (param i32) (result i32))");
}

TEST_CASE("what nobody has is there until it is called") {
  CHECK(provided("_something_else", "(func (param i32) (result f32))") == "(func (param i32) (result f32))");
  const auto ended = run_em(R"((module (import "env" "emscripten_unheard_of" (func $f)) (memory (export "memory") 1) (func (export "main") (result i32) (call $f) (i32.const 0))))");
  CHECK(ended.error().id() == ErrorId::unsupported_import);
  CHECK(ended.error().detail().find("emscripten_unheard_of") != std::string_view::npos);
}

TEST_CASE("no name has two forms of one type") {
  const auto check = [](const auto& table) {
    for (std::size_t i = 0; i < table.size(); ++i)
      for (std::size_t j = i; j < table.size(); ++j)
        for (std::size_t a = 0; a < 3; ++a)
          for (std::size_t b = j == i ? a + 1 : 0; b < 3; ++b) {
            const emscripten::Row &one = table[i][a], &other = table[j][b];
            if (one.adapter == nullptr || other.adapter == nullptr || one.name != other.name) continue;
            INFO(one.name);
            CHECK_FALSE((std::ranges::equal(one.type.params, other.type.params) && std::ranges::equal(one.type.results, other.type.results)));
          }
  };
  check(emscripten::env_rows);
  check(emscripten::wasi_rows);
}
