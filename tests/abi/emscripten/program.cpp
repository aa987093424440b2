#include <wasmer/abi/emscripten/program.hpp>

#include <string>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../../catch.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;

namespace {

Module module_of(std::string_view text) { return parse(wat(text).value(), Features::all()).value(); }

}  // namespace

TEST_CASE("Emscripten's programs are told by what they import, or by what they export") {
  CHECK(is_emscripten(module_of(R"((module (import "env" "_emscripten_memcpy_js" (func (param i32 i32 i32)))))")));
  CHECK(is_emscripten(module_of(R"((module (import "env" "___syscall6" (func (param i32 i32) (result i32)))))")));
  CHECK(is_emscripten(module_of(R"((module (import "env" "invoke_vii" (func (param i32 i32 i32)))))")));
  CHECK(is_emscripten(module_of(R"((module (func (export "__wasm_call_ctors")) (func (export "main") (param i32 i32) (result i32) (i32.const 0))))")));
  CHECK_FALSE(is_emscripten(module_of(R"((module (import "env" "log" (func))))")));
  CHECK_FALSE(is_emscripten(module_of(R"((module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))) (func (export "_start"))))")));
  CHECK_FALSE(is_emscripten(module_of(R"((module (func (export "__wasm_call_ctors")) (func (export "_start")) (func (export "main"))))")));
}

TEST_CASE("a module all of whose imports have short names is minified") {
  CHECK(is_minified(module_of(R"((module (import "a" "a" (func)) (import "a" "b" (func)) (func (export "c"))))")));
  CHECK_FALSE(is_minified(module_of(R"((module (import "a" "abc" (func))))")));
  CHECK_FALSE(is_minified(module_of(R"((module (import "a" "a" (func)) (import "env" "b" (func))))")));
  CHECK_FALSE(is_minified(module_of("(module)")));
}

TEST_CASE("fastcomp's stack and heap are where two of its globals say") {
  const Module module = module_of(R"((module (import "env" "DYNAMICTOP_PTR" (global i32))
    (global (mut i32) (global.get 0)) (global (mut i32) (i32.const 0)) (global (mut i32) (i32.const 21408)) (global (mut i32) (i32.const 5264288)) (global (mut f32) (f32.const 0))))");
  CHECK(is_fastcomp(module));
  const Layout layout = Layout::of(module, 16 << 20);
  CHECK(layout.stack_base == 21408);
  CHECK(layout.stack_max == 5264288);
}

TEST_CASE("where a program does not say, they are behind its data and leave room for a heap") {
  const Module module = module_of(R"((module (import "env" "memoryBase" (global i32)) (import "env" "memory" (memory 256)) (data (i32.const 1024) "text")))");
  for (const std::uint64_t bytes : {std::uint64_t{16} << 20, std::uint64_t{1} << 20, std::uint64_t{65536}}) {
    const Layout layout = Layout::of(module, bytes);
    CHECK(layout.stack_base >= 1028);
    CHECK(layout.stack_base % 16 == 0);
    CHECK(layout.stack_base < layout.stack_max);
    CHECK(layout.stack_max < bytes);
  }
  const Layout none = Layout::of(module, 0);
  CHECK(none.stack_base <= none.stack_max);
}

TEST_CASE("how a program passes times tells its release") {
  CHECK(stat_layout(module_of(R"((module (import "env" "__memory_base" (global i32))))")) == StatLayout::fastcomp);
  CHECK(stat_layout(module_of(R"((module (import "env" "_localtime_js" (func (param i32 i32)))))")) == StatLayout::short_times);
  CHECK(stat_layout(module_of(R"((module (import "env" "_localtime_js" (func (param i64 i32)))))")) == StatLayout::today);
  CHECK(stat_layout(module_of(R"((module (import "env" "_localtime_js" (func (param i32 i32 i32)))))")) == StatLayout::today);
  CHECK(stat_layout(module_of(R"((module (import "env" "emscripten_memcpy_big" (func (param i32 i32 i32)))))")) == StatLayout::short_times);
  CHECK(stat_layout(module_of(R"((module (import "env" "_emscripten_memcpy_js" (func (param i32 i32 i32)))))")) == StatLayout::today);
}
