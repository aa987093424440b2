#include <wasmer/abi/wasi/calls/thread.hpp>

#include <algorithm>
#include <string>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../../../catch.hpp"

using namespace wasmer;

namespace {

constexpr auto is_spawn = [](const HostImport& row) { return row.module == "wasi" && row.name == "thread-spawn"; };
static_assert(std::ranges::count_if(Wasi<Latest>::imports(), is_spawn) == 1);
static_assert(std::ranges::count_if(Wasi<Snapshot0, Snapshot1>::imports(), is_spawn) == 1);
static_assert(std::ranges::count_if(Wasi<Snapshot0>::imports(), is_spawn) == 0, "threads came after it");

}  // namespace

TEST_CASE("thread-spawn gives an id above 0, or again as a negative number") {
  for (const std::size_t limit : {std::size_t{1}, std::size_t{0}}) {
    const Runtime<Singlepass, Wasi<Latest>> runtime;
    const auto module = runtime.compile(wat(R"((module
      (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
      (import "any" "name" (memory 1 2 shared))
      (func (export "wasi_thread_start") (param i32 i32))
      (func (export "spawn") (result i32) (call $spawn (i32.const 0)))))")).value();
    Wasi<Latest>::Options options;
    options.limits.threads = limit;
    const auto instance = runtime.instantiate(module, options).value();
    CHECK(instance.function<std::int32_t()>("spawn").value()().value() == (limit == 1 ? 1 : -static_cast<std::int32_t>(wasi::Errno::again)));
  }
}

TEST_CASE("a module that asks for threads alone is a program of WASI") {
  const auto module = parse(wat(R"((module (import "wasi" "thread-spawn" (func (param i32) (result i32)))))").value(), Features::all()).value();
  CHECK(Wasi<Latest>::matches(module));
  CHECK_FALSE(Wasi<Snapshot0>::matches(module));
}
