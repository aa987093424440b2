#include <wasmer/abi/emscripten.hpp>

#include "emscripten/programs.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a minified module is refused with what to do about it") {
  const auto refused = run_em(R"((module (import "a" "a" (func)) (import "a" "b" (func)) (memory (export "c") 1)))");
  CHECK(refused.error().id() == ErrorId::wrong_abi);
  CHECK(refused.error().detail().find("--profiling-funcs") != std::string_view::npos);
}

TEST_CASE("the embedder's own imports come first") {
  const Runtime<Singlepass, Emscripten> runtime;
  const auto module = runtime.compile(std::string_view(R"((module (import "env" "emscripten_get_now" (func $now (result f64))) (memory (export "memory") 1)
    (func (export "main") (result i32) (i32.trunc_f64_s (call $now)))))")).value();
  const auto instance = runtime.instantiate(module, Imports{{"env", "emscripten_get_now", [] { return 12.0; }}}, Emscripten::Options{}).value();
  CHECK(instance.start().value() == 12);
}

TEST_CASE("modules of others are not touched") {
  const Runtime<Singlepass, Emscripten> runtime;
  const auto module = runtime.compile(std::string_view(R"((module (import "env" "memory" (memory 1))))")).value();
  CHECK_FALSE(Emscripten::matches(module.module()));
  CHECK(runtime.instantiate(module).error().id() == ErrorId::unknown_import);
}
