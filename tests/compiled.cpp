#include <wasmer/compiled.hpp>
#include <wasmer/vm/image.hpp>

#include <memory>
#include <variant>

#include "catch.hpp"

#if defined(WASMER_ONCE_TEMPLATE)
#error "compiled.hpp leaves a macro behind"
#endif

using namespace wasmer;

namespace {

/// What the ABI has for `fd_write` of `module`.
template <class A> Extern fd_write_of(std::string_view module) {
  Module importer;
  constexpr ValueType params[] = {ValueType::i32, ValueType::i32, ValueType::i32, ValueType::i32}, results[] = {ValueType::i32};
  importer.types.emplace_back().function = FunctionType(params, results);
  importer.functions = {0};
  auto state = A::make({});
  return detail::provide<A>(importer, {module, "fd_write", ExternKind::function, 0}, Bounds::guard_pages, std::make_shared<typename A::State>(std::move(state).value())).value();
}
constexpr auto is_function = [](const Extern& value) { return std::holds_alternative<HostFunction>(value); };

}  // namespace

TEST_CASE("each version of WASI that is compiled provides its own functions and not the other's") {
  CHECK(is_function(fd_write_of<Wasi<Snapshot1>>("wasi_snapshot_preview1")));
  CHECK_FALSE(is_function(fd_write_of<Wasi<Snapshot1>>("wasi_unstable")));
  CHECK(is_function(fd_write_of<Wasi<Snapshot0>>("wasi_unstable")));
  CHECK_FALSE(is_function(fd_write_of<Wasi<Snapshot0>>("wasi_snapshot_preview1")));
  CHECK(is_function(fd_write_of<Wasi<Latest>>("wasi_snapshot_preview1")));
}

TEST_CASE("a function that is compiled once provides what one made here does") {
  const Extern compiled = fd_write_of<Wasi<Snapshot1>>("wasi_snapshot_preview1"),
               here = fd_write_of<Wasi<Snapshot0, Snapshot1>>("wasi_snapshot_preview1");
  REQUIRE((is_function(compiled) && is_function(here)));
  CHECK(type_text(compiled) == type_text(here));
  CHECK(type_text(here) == "(func (param i32 i32 i32 i32) (result i32))");
}

TEST_CASE("text becomes code in steps that are compiled once each") {
  auto bytes = wat("(module (func (export \"f\") (result i32) (i32.const 42)))").value();
  Module module = parse(std::move(bytes), Singlepass::features).value();
  REQUIRE(validate(module, Singlepass::features).has_value());
  const Singlepass backend;
  vm::Object object = backend.compiler(module).compile(module.bodies).value();
  vm::Image image;
  image.append(object).value();
  const auto code = vm::Code::publish(std::move(module), backend.bounds, std::move(image)).value();
  Store store;
  CHECK(vm::Instantiation::run(store, code, {}).value()->function<std::int32_t()>("f").value()().value() == 42);
}
