#include <wasmer/abi/emscripten/invoke.hpp>

#include "programs.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a call back into the program passes its arguments on and gives its result") {
  CHECK(run_em(R"((module
    (import "env" "invoke_iiid" (func $invoke (param i32 i32 i32 f64) (result i32)))
    (table (export "__indirect_function_table") 2 funcref) (memory (export "memory") 1)
    (func $f (param i32 i32 f64) (result i32) (i32.add (i32.mul (local.get 0) (local.get 1)) (i32.trunc_f64_s (local.get 2))))
    (elem (i32.const 1) $f)
    (func (export "main") (result i32) (call $invoke (i32.const 1) (i32.const 6) (i32.const 7) (f64.const 3.5)))))")
            .value() == 45);
}

TEST_CASE("64 bits that come in two words are put together, and their upper half is kept") {
  CHECK(run_em(R"((module
    (import "env" "invoke_ji" (func $one (param i32 i32) (result i32)))
    (import "env" "invoke_ij" (func $two (param i32 i32 i32) (result i32)))
    (import "env" "getTempRet0" (func $upper (result i32)))
    (table 3 funcref) (memory (export "memory") 1)
    (func $wide (param i32) (result i64) (i64.const 0x300000005))
    (func $narrow (param i64) (result i32) (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 32))))
    (elem (i32.const 1) $wide $narrow)
    (func (export "main") (result i32)
      (i32.add (i32.mul (i32.const 10) (call $one (i32.const 1) (i32.const 0)))
        (i32.add (call $upper) (i32.mul (i32.const 100) (call $two (i32.const 2) (i32.const 9) (i32.const 1))))))))")
            .value() == 153);
}

TEST_CASE("a longjmp stops where it was invoked, with the stack as it was") {
  CHECK(run_em(R"((module
    (import "env" "invoke_v" (func $invoke (param i32)))
    (import "env" "_emscripten_throw_longjmp" (func $throw))
    (global $sp (mut i32) (i32.const 1000)) (global $threw (mut i32) (i32.const 0))
    (table 2 funcref) (memory (export "memory") 1)
    (func (export "stackSave") (result i32) (global.get $sp))
    (func (export "stackRestore") (param i32) (global.set $sp (local.get 0)))
    (func (export "setThrew") (param i32 i32) (global.set $threw (local.get 0)))
    (func $deep (global.set $sp (i32.const 900)) (call $throw) (unreachable))
    (elem (i32.const 1) $deep)
    (func (export "main") (result i32) (call $invoke (i32.const 1)) (i32.add (global.get $sp) (global.get $threw)))))")
            .value() == 1001);
}

TEST_CASE("traps and exits are not stopped") {
  const char* const text = R"((module
    (import "env" "invoke_v" (func $invoke (param i32))) (import "env" "exit" (func $exit (param i32)))
    (table 3 funcref) (memory (export "memory") 1)
    (func $trap (unreachable)) (func $end (call $exit (i32.const 5)))
    (elem (i32.const 1) $trap $end)
    (func (export "main") (param i32 i32) (result i32) (call $invoke (local.get 0)) (i32.const 0)) (func (export "stackAlloc") (param i32) (result i32) (i32.const 1024))))";
  emscripten::Options options;
  options.args = {"one"};
  CHECK(run_em(text, options).error().id() == ErrorId::unreachable);
  options.args = {"one", "two"};
  CHECK(run_em(text, options).value() == 5);
}

TEST_CASE("what is not in the table, or of another type, is a trap") {
  const auto pointer = [](std::string_view number) {
    return run_em("(module (import \"env\" \"invoke_vi\" (func $invoke (param i32 i32))) (table 3 funcref) (memory (export \"memory\") 1) (func $f) (elem (i32.const 1) $f)"
                  " (func (export \"main\") (result i32) (call $invoke (i32.const " + std::string(number) + ") (i32.const 0)) (i32.const 0)))").error().id();
  };
  CHECK(pointer("1") == ErrorId::indirect_call_type_mismatch);
  CHECK(pointer("2") == ErrorId::uninitialized_element);
  CHECK(pointer("77") == ErrorId::uninitialized_element);
}

TEST_CASE("fastcomp's pointers are given to the export that knows them") {
  CHECK(run_em(R"((module
    (import "env" "invoke_ii" (func $invoke (param i32 i32) (result i32))) (import "env" "__memory_base" (global i32))
    (import "env" "memory" (memory 1)) (import "env" "table" (table 4 funcref))
    (func (export "dynCall_ii") (param i32 i32) (result i32) (i32.add (i32.mul (local.get 0) (i32.const 10)) (local.get 1)))
    (func (export "_main") (result i32) (call $invoke (i32.const 3) (i32.const 4)))))")
            .value() == 34);
}
