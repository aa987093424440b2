#include <wasmer/abi/emscripten/start.hpp>

#include "programs.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("main gets its arguments on the program's stack") {
  emscripten::Options options;
  options.args = {"name", "argument"};
  CHECK(run_em(R"((module (memory (export "memory") 1) (global $sp (mut i32) (i32.const 4096))
    (func (export "__wasm_call_ctors")) (func (export "stackAlloc") (param i32) (result i32) (global.set $sp (i32.sub (global.get $sp) (local.get 0))) (global.get $sp))
    (func (export "main") (param i32 i32) (result i32)
      (i32.add (i32.mul (local.get 0) (i32.const 1000)) (i32.load8_u (i32.load offset=4 (local.get 1)))))))", options)
            .value() == 2097);
}

TEST_CASE("a program of fastcomp's has a memory, a table and globals, and its constructors are run") {
  CHECK(run_em(R"((module
    (import "env" "memory" (memory 256 256)) (import "env" "table" (table 8 8 funcref))
    (import "env" "DYNAMICTOP_PTR" (global $top i32)) (import "env" "__memory_base" (global $base i32)) (import "env" "tempDoublePtr" (global $double i32))
    (import "global" "NaN" (global $nan f64)) (import "global" "Infinity" (global $infinity f64))
    (global (mut i32) (i32.const 20000)) (global (mut i32) (i32.const 5262880)) (global $made (mut i32) (i32.const 0))
    (func (export "globalCtors") (global.set $made (i32.const 1)))
    (func (export "_main") (result i32)
      (if (i32.eqz (global.get $made)) (then (return (i32.const 1))))
      (if (i32.ne (i32.load (global.get $top)) (i32.const 5262880)) (then (return (i32.const 2))))
      (if (i32.ne (global.get $base) (i32.const 1024)) (then (return (i32.const 3))))
      (if (f64.eq (global.get $nan) (global.get $nan)) (then (return (i32.const 4))))
      (if (f64.ne (global.get $infinity) (f64.const inf)) (then (return (i32.const 5))))
      (i32.const 0))))")
            .value() == 0);
}

TEST_CASE("another entry point gets as much as it takes") {
  emscripten::Options options;
  options.args = {"name"};
  options.entrypoint = "other";
  CHECK(run_em(R"((module (import "env" "emscripten_get_now" (func (result f64))) (memory (export "memory") 1) (func (export "stackAlloc") (param i32) (result i32) (i32.const 2048))
    (func (export "other") (param i32) (result i32) (i32.const 9)) (func (export "main") (result i32) (i32.const 1))))", options)
            .value() == 9);
}

TEST_CASE("what is run at the end is, whether main returns or exits") {
  for (const char* const end : {"(i32.const 3)", "(call $exit (i32.const 3)) (unreachable)"})
    CHECK(run_em("(module (import \"env\" \"atexit\" (func $atexit (param i32) (result i32))) (import \"env\" \"exit\" (func $exit (param i32))) (import \"env\" \"_exit_now\" (func $now))"
                 " (import \"env\" \"emscripten_get_now\" (func (result f64))) (import \"env\" \"__exit\" (func $at_once (param i32)))"
                 " (memory (export \"memory\") 1) (table 2 funcref) (func $last (call $at_once (i32.const 77))) (elem (i32.const 1) $last)"
                 " (func (export \"main\") (result i32) (drop (call $atexit (i32.const 1))) " + std::string(end) + "))")
              .value() == 77);
}

TEST_CASE("an exception that nothing catches, and a longjmp to nowhere, are told") {
  const auto ended = run_em(R"((module (import "env" "__cxa_throw" (func $throw (param i32 i32 i32))) (memory (export "memory") 1)
    (data (i32.const 304) "\40\01\00\00") (data (i32.const 320) "7Problem\00")
    (func (export "main") (result i32) (call $throw (i32.const 500) (i32.const 300) (i32.const 0)) (i32.const 0))))");
  CHECK(ended.error().id() == ErrorId::uncaught_exception);
  CHECK(ended.error().detail() == "a C++ exception of type 7Problem");
  CHECK(run_em(R"((module (import "env" "_emscripten_throw_longjmp" (func $throw)) (memory (export "memory") 1) (func (export "main") (result i32) (call $throw) (i32.const 0))))")
            .error().id() == ErrorId::uncaught_exception);
}

TEST_CASE("a program without main, memory or room for its arguments is refused") {
  CHECK(run_em(R"((module (import "env" "emscripten_get_now" (func (result f64)))))").error().id() == ErrorId::unknown_export);
  CHECK(run_em(R"((module (import "env" "emscripten_get_now" (func (result f64))) (func (export "main") (param i32 i32) (result i32) (i32.const 0))))").error().id() == ErrorId::unknown_export);
  CHECK(run_em(R"((module (import "env" "emscripten_get_now" (func (result f64))) (memory (export "memory") 1)
    (func (export "stackAlloc") (param i32) (result i32) (i32.const -8)) (func (export "main") (param i32 i32) (result i32) (i32.const 0))))")
            .error().id() == ErrorId::out_of_bounds_memory_access);
}
