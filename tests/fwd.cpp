#include <wasmer/fwd.hpp>

// What an embedder's header may say with these names alone.
namespace {

struct Plugin {
  wasmer::Store* store = nullptr;
  wasmer::Instance* instance = nullptr;
  const wasmer::Module* module = nullptr;
  const wasmer::CompiledModule* compiled = nullptr;
  wasmer::vm::Memory* memory = nullptr;
  wasmer::vm::Table* table = nullptr;
  wasmer::vm::Global* global = nullptr;
  const wasmer::vm::Code* code = nullptr;
};

std::int32_t call(const wasmer::TypedFunction<std::int32_t(std::int32_t)>& function, std::int32_t argument);
bool is_exit(const wasmer::Error& error);
std::int32_t size_of(wasmer::Caller& caller, const wasmer::Value& unit);
void add_host(wasmer::Imports& imports);
const char* words(const wasmer::ErrorException& exception);
const wasmer::vm::Code* code_of(const wasmer::Function& function, const Plugin& plugin);

}  // namespace

#include <wasmer/wasmer.hpp>

#include "catch.hpp"

using namespace wasmer;

// The names are those of the library, and each is a class by then.
template <class... T> constexpr bool are_complete() { return ((sizeof(T) > 0) && ...); }
static_assert(are_complete<Error, ErrorException, Store, Instance, Function, Value, Caller, Imports>());
static_assert(are_complete<CompiledModule, Module, TypedFunction<void()>>());
static_assert(are_complete<vm::Memory, vm::Table, vm::Global, vm::Code>());

namespace {

std::int32_t call(const TypedFunction<std::int32_t(std::int32_t)>& function, std::int32_t argument) { return function(argument).value(); }
bool is_exit(const Error& error) { return error.id() == ErrorId::exit; }
std::int32_t size_of(Caller& caller, const Value& unit) { return static_cast<std::int32_t>(caller.memory().size()) / unit.i32(); }
void add_host(Imports& imports) {
  imports.add("env", "pages", [](Caller& caller, std::int32_t unit) { return size_of(caller, unit); });
}
const char* words(const ErrorException& exception) { return exception.what(); }
const vm::Code* code_of(const Function& function, const Plugin& plugin) { return &function.store() == plugin.store ? plugin.code : nullptr; }

}  // namespace

TEST_CASE("what was declared with names alone is defined with the library") {
  Runtime<Singlepass> runtime;
  Store store;
  Imports imports;
  add_host(imports);
  const CompiledModule compiled = runtime.compile(R"((module (import "env" "pages" (func $pages (param i32) (result i32)))
    (memory (export "m") 3) (table (export "t") 1 funcref) (global (export "g") i32 (i32.const 0))
    (func (export "f") (param i32) (result i32) (call $pages (local.get 0)))))").value();
  const auto instance = runtime.instantiate(store, compiled, imports).value();
  const auto memory = instance.memory("m").value();
  const auto table = instance.table("t").value();
  const auto global = instance.global("g").value();
  const Plugin plugin{.store = &store, .instance = &static_cast<Instance&>(instance), .module = &compiled.module(), .compiled = &compiled,
                      .memory = memory.get(), .table = table.get(), .global = global.get(), .code = compiled.code().get()};
  CHECK(call(plugin.instance->function<std::int32_t(std::int32_t)>("f").value(), 65536) == 3);
  CHECK(code_of(plugin.instance->function("f").value(), plugin) == &plugin.instance->code());
  CHECK(plugin.compiled->exports().size() == plugin.module->exports.size());
  CHECK((plugin.memory->size() == 3 && plugin.table->size() == 1 && plugin.global->get() == Value(0)));
  CHECK(is_exit(Error::exit(1)));
  CHECK(words(ErrorException(Error(ErrorId::interrupted))) == std::string("trap: interrupted"));
}
