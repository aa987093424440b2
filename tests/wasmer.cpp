#include <wasmer/wasmer.hpp>

#include <type_traits>

#include "catch.hpp"
#include "process.hpp"

using namespace wasmer;

static_assert(Backend<Singlepass> && Abi<Wasi<Latest>> && Abi<Wasi<Snapshot0, Snapshot1>>);
template <class T> constexpr bool has_vtable = std::is_polymorphic_v<T>;
static_assert(!has_vtable<Runtime<Singlepass, Wasi<Latest>>> && !has_vtable<Runtime<Singlepass>::Linked> && !has_vtable<CompiledModule> &&
              !has_vtable<Store> && !has_vtable<Instance> && !has_vtable<Function> && !has_vtable<Error> && !has_vtable<ErrorException> &&
              !has_vtable<Singlepass>);

TEST_CASE("one header is enough to run a program from a file, and its exit code is the answer") {
  const tests::TemporaryDirectory directory;
  const std::string file = directory.write("program.wat", R"((module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32))) (memory (export "memory") 1)
    (func (export "_start") (drop (call $sizes (i32.const 0) (i32.const 4))) (call $exit (i32.load (i32.const 0))))))");
  Runtime<Singlepass, Wasi<Latest>> runtime;
  auto module = runtime.compile_file(file).value();
  auto instance = runtime.instantiate(module, {.args = {"program", "a", "b"}, .preopens = {{directory.path().string(), "/"}}}).value();
  CHECK(instance.start().value() == 3);
}

TEST_CASE("an error in a file says where in the file") {
  const tests::TemporaryDirectory directory;
  const std::string file = directory.write("program.wat", "(module\n  (func nope))");
  CHECK(Runtime<Singlepass>().compile_file(file).error().message() == file + ":2:9: unknown operator nope");
}
