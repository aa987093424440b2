#include <wasmer/vm/code_registry.hpp>

#include <array>

#include "../catch.hpp"

using wasmer::vm::Code, wasmer::vm::CodeRegistry;

namespace {

/// Bytes that never run, and names for them: the registry looks into neither.
std::array<std::byte, 100> memory;
const Code* code(std::uintptr_t number) { return reinterpret_cast<const Code*>(number); }
std::span<const std::byte> bytes(std::size_t begin, std::size_t end) { return std::span(memory).subspan(begin, end - begin); }
const Code* find(std::size_t at) { return CodeRegistry::find(memory.data() + at); }

}  // namespace

TEST_CASE("ranges that touch are told apart, and between ranges there is nothing") {
  CodeRegistry::insert(bytes(50, 60), code(3));
  CodeRegistry::insert(bytes(10, 20), code(1));
  CodeRegistry::insert(bytes(20, 30), code(2));
  CHECK(find(9) == nullptr);
  CHECK(find(10) == code(1));
  CHECK(find(19) == code(1));
  CHECK(find(20) == code(2));
  CHECK(find(29) == code(2));
  CHECK(find(30) == nullptr);
  CHECK(find(49) == nullptr);
  CHECK(find(50) == code(3));
  CHECK(find(60) == nullptr);

  CodeRegistry::erase(bytes(20, 30));  // the one in the middle
  CHECK(find(19) == code(1));
  CHECK(find(20) == nullptr);
  CHECK(find(59) == code(3));
  CodeRegistry::erase(bytes(50, 60));
  CHECK(find(50) == nullptr);
  CodeRegistry::erase(bytes(10, 20));
  CHECK(find(10) == nullptr);
}

TEST_CASE("a range that is freed may be another's") {
  CodeRegistry::insert(bytes(10, 20), code(1));
  CodeRegistry::erase(bytes(10, 20));
  CodeRegistry::insert(bytes(10, 15), code(2));
  CHECK(find(10) == code(2));
  CHECK(find(15) == nullptr);
  CodeRegistry::erase(bytes(10, 15));
}

TEST_CASE("code without bytes is at no address") {
  CodeRegistry::insert(bytes(10, 10), code(1));
  CHECK(find(10) == nullptr);
  CodeRegistry::insert(bytes(10, 20), code(2));
  CodeRegistry::erase(bytes(10, 10));
  CHECK(find(10) == code(2));
  CodeRegistry::erase(bytes(10, 20));
  CHECK(CodeRegistry::find(nullptr) == nullptr);
}
