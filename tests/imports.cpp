#include <wasmer/imports.hpp>

#include <memory>

#include "catch.hpp"

using namespace wasmer;

namespace {
int free_function(int value) { return value; }
template <class T> bool is(const Extern& value) { return std::holds_alternative<T>(value); }
}  // namespace

TEST_CASE("any C++ callable and any value of the machine can be imported") {
  const Imports imports{{"env", "lambda", [](int) {}},
                        {"env", "move-only", [number = std::make_unique<int>(1)] { return *number; }},
                        {"env", "free", free_function},
                        {"env", "memory", vm::Memory::create({}, Bounds::guard_pages).value()},
                        {"env", "table", vm::Table::create({}).value()},
                        {"env", "global", vm::Global::create({ValueType::i32}, 1)}};
  CHECK(is<HostFunction>(imports.find("env", "lambda")));
  CHECK(is<HostFunction>(imports.find("env", "move-only")));
  CHECK(is<HostFunction>(imports.find("env", "free")));
  CHECK(is<std::shared_ptr<vm::Memory>>(imports.find("env", "memory")));
  CHECK(is<std::shared_ptr<vm::Table>>(imports.find("env", "table")));
  CHECK(is<std::shared_ptr<vm::Global>>(imports.find("env", "global")));
  CHECK(is<std::monostate>(imports.find("env", "none")));
  CHECK(is<std::monostate>(imports.find("none", "free")));
}

TEST_CASE("what is added last is found first") {
  Imports imports{{"", "x", [] {}}};
  imports.add("", "x", vm::Global::create({ValueType::i32}, 1));
  CHECK(is<std::shared_ptr<vm::Global>>(imports.find("", "x")));
}

TEST_CASE("copies of imports share their callables, which live as long as one of them") {
  const auto alive = std::make_shared<int>(0);
  {
    Imports copy;
    {
      const Imports imports{{"", "f", [alive] {}}};
      copy = imports;
    }
    CHECK(alive.use_count() == 2);
    const Extern found = copy.find("", "f");
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
}

// What stands for no WebAssembly type cannot be imported.
static_assert(!std::is_constructible_v<Imports::Item, const char*, const char*, int>);
