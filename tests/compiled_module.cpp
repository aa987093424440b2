#include <wasmer/compiled_module.hpp>

#include <type_traits>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "catch.hpp"

using namespace wasmer;

static_assert(std::is_copy_constructible_v<CompiledModule> && std::is_nothrow_move_constructible_v<CompiledModule> &&
              !std::is_polymorphic_v<CompiledModule>);
static_assert(!std::is_default_constructible_v<CompiledModule>, "there is always a module behind it");

namespace {
CompiledModule compile(std::string_view text) { return Runtime<Singlepass>().compile(text).value(); }
}  // namespace

TEST_CASE("a compiled module tells what it imports and exports, in the module's order") {
  const CompiledModule module =
      compile(R"((module (import "a" "x" (func)) (import "b" "y" (memory 1)) (func (export "f")) (global (export "g") i32 (i32.const 0))))");
  REQUIRE(module.imports().size() == 2);
  CHECK(module.imports()[0].module == "a");
  CHECK(module.imports()[1].name == "y");
  CHECK(module.imports()[1].kind == ExternKind::memory);
  REQUIRE(module.exports().size() == 2);
  CHECK(module.exports()[0].name == "f");
  CHECK(module.exports()[0].index == 1);
  CHECK(module.exports()[1].kind == ExternKind::global);
}

TEST_CASE("a module's machine code holds all of its functions") {
  const CompiledModule module = compile("(module (func) (func (result i32) (i32.const 7)))");
  const auto image = module.image();
  for (std::uint32_t function = 0; function < 2; ++function) {
    const auto* const entry = reinterpret_cast<const std::byte*>(module.code()->entry(function));
    CHECK(entry >= image.data());
    CHECK(entry < image.data() + image.size());
  }
  CHECK(compile("(module (memory 1))").image().empty());
}

TEST_CASE("copies share one module, which goes with the last of them or of its instances") {
  std::weak_ptr<const vm::Code> code;
  {
    Store store;
    {
      const CompiledModule module = compile("(module (func (export \"f\")))");
      const CompiledModule copy = module;
      CHECK(&copy.module() == &module.module());
      CHECK(copy.image().data() == module.image().data());
      code = copy.code();
      REQUIRE(Runtime<Singlepass>().instantiate(store, copy).has_value());
    }
    CHECK_FALSE(code.expired());
  }
  CHECK(code.expired());
}

TEST_CASE("threads instantiate one module at the same time") {
  const CompiledModule module = compile("(module (func (export \"f\") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0))))");
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        const auto instance = Runtime<Singlepass>().instantiate(module).value();
        right += instance.function<std::int32_t(std::int32_t)>("f").value()(t).value() == t * t;
      });
  }
  CHECK(right == 4);
}
