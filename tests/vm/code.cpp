#include <wasmer/vm/code.hpp>
#include <wasmer/vm/code_registry.hpp>
#include <wasmer/vm/function_names.hpp>
#include <wasmer/vm/image.hpp>

#include <fstream>
#include <string>
#include <vector>

#include "../catch.hpp"
#include "guest.hpp"
#include "handmade.hpp"

using namespace wasmer;
using tests::Body, tests::publish;

namespace {
/// The permissions of the mapping that holds `address`: "r-xp".
std::string permissions(const void* address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    char flags[8] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %7s", &begin, &end, flags) == 3 && reinterpret_cast<std::uintptr_t>(address) - begin < end - begin) return flags;
  }
  return {};
}
}  // namespace

TEST_CASE("published code can be executed and not written") {
  const auto code = publish("(module (func (param i32 i32) (result i32) unreachable))", {tests::bytes::add});
  CHECK(permissions(code->image().data()) == "r-xp");
}

TEST_CASE("a call of a function in another object is linked to its entry") {
  // The first tail-calls the second: jmp rel32.
  const auto code = publish("(module (func (param i32 i32) (result i32) unreachable) (func (param i32 i32) (result i32) unreachable))",
                            {Body{{0xE9, 0, 0, 0, 0}, {}, {}, {{1, 1}}}, tests::bytes::add});
  const auto first = reinterpret_cast<std::uintptr_t>(code->entry(0)), second = reinterpret_cast<std::uintptr_t>(code->entry(1));
  std::int32_t distance = 0;
  std::memcpy(&distance, reinterpret_cast<const void*>(first + 1), sizeof distance);
  CHECK(first + 5 + static_cast<std::uintptr_t>(static_cast<std::intptr_t>(distance)) == second);
}

TEST_CASE("addresses lead back to functions, traps and calls") {
  const auto code = publish("(module (func unreachable) (func unreachable))", {tests::bytes::unreachable, tests::bytes::recurse});
  const std::byte* const second = reinterpret_cast<const std::byte*>(code->entry(1));
  REQUIRE(code->function_at(second + 3) != nullptr);
  CHECK(code->function_at(second + 3)->function == 1);
  CHECK(code->function_at(code->image().data())->function == 0);
  CHECK(code->function_at(code->image().data() + 10) == nullptr);  // padding
  REQUIRE(code->trap_at(second + 16).has_value());
  CHECK(code->trap_at(second + 16)->kind == vm::TrapSite::stack_check);
  CHECK_FALSE(code->trap_at(second + 15));
  REQUIRE(code->call_at(second + 14) != nullptr);
  CHECK(code->call_at(second + 14)->wasm_offset == 5);
  CHECK(code->call_at(second + 13) == nullptr);
  CHECK_FALSE(code->trap_at(code->image().data() - 1));
}

TEST_CASE("a call in a try leads to the landing pad of the first clause that fits, inner ones first") {
  const auto code = tests::compile(R"((module (tag $a) (tag $b) (func $f)
    (func (block $h (try_table (catch_all $h) (try_table (catch $b $h) (catch $a $h) (call $f)))) (call $f))))");
  std::vector<std::uint32_t> asked;
  const auto landings = [&](std::uint32_t tag) {
    std::vector<const std::byte*> pads;
    asked.clear();
    for (const std::byte& at : code->image())
      if (const std::byte* const pad = code->landing_pad(&at, [&](std::uint32_t each) { return asked.push_back(each), each == tag; })) pads.push_back(pad);
    return pads;
  };
  const auto a = landings(0), b = landings(1), neither = landings(2);
  CHECK((asked == std::vector<std::uint32_t>{1, 0}));
  REQUIRE((a.size() == 1 && b.size() == 1 && neither.size() == 1));
  CHECK((a != b && b != neither && a != neither));
  CHECK(code->function_at(a[0])->function == 1);
}

TEST_CASE("the registry knows code from its first byte to its last, as long as it lives") {
  const std::byte *begin = nullptr, *end = nullptr;
  {
    const auto code = publish("(module (func unreachable))", {tests::bytes::unreachable});
    const auto other = publish("(module (func unreachable))", {tests::bytes::unreachable});
    begin = code->image().data(), end = begin + code->image().size();
    CHECK(vm::CodeRegistry::find(begin) == code.get());
    CHECK(vm::CodeRegistry::find(end - 1) == code.get());
    CHECK(vm::CodeRegistry::find(end) == nullptr);
    CHECK(vm::CodeRegistry::find(begin - 1) == nullptr);
    CHECK(vm::CodeRegistry::find(other->image().data()) == other.get());
  }
  CHECK(vm::CodeRegistry::find(begin) == nullptr);
}

TEST_CASE("code may be published and dropped while other threads look for theirs") {
  const auto mine = publish("(module (func unreachable))", {tests::bytes::unreachable});
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  {
    const std::jthread reader([&] {
      while (!done) wrong += vm::CodeRegistry::find(mine->image().data()) != mine.get();
    });
    for (int i = 0; i < 500; ++i) publish("(module (func unreachable))", {tests::bytes::unreachable});
    done = true;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a module without functions has no code, and is a module") {
  const auto code = publish("(module (memory 1))", {});
  CHECK(code->image().empty());
  CHECK(code->function_at(nullptr) == nullptr);
}

TEST_CASE("functions are called by the name section, else by an export") {
  const auto code = publish("(module (func $inner (export \"outer\") unreachable) (func (export \"only\") unreachable) (func unreachable))",
                            {tests::bytes::unreachable, tests::bytes::unreachable, tests::bytes::unreachable});
  CHECK((code->names()[0] == "inner" || code->names()[0] == "outer"));  // wat() writes names only when asked to
  CHECK(code->names()[1] == "only");
  CHECK(code->names()[2].empty());
}

TEST_CASE("exports are found by name") {
  const auto code = publish("(module (func (export \"a\") unreachable) (memory (export \"\") 1))", {tests::bytes::unreachable});
  REQUIRE(code->find_export("a") != nullptr);
  CHECK(code->find_export("")->kind == ExternKind::memory);
  CHECK(code->find_export("b") == nullptr);
}
