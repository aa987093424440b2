#include <wasmer/module/reader/scope.hpp>

#include "../../catch.hpp"

using namespace wasmer;

namespace {

/// A scope whose lookups can be called.
struct Scope : reader::Scope {
  explicit Scope(const Module& module) : reader::Scope(module) { begin({}, 100); }
  using reader::Scope::access, reader::Scope::data, reader::Scope::element, reader::Scope::function, reader::Scope::indirect, reader::Scope::lane,
      reader::Scope::memory, reader::Scope::table;
  std::string why() const { return std::string(error().words()).append(": ").append(error().detail()); }
};

constexpr ValueType i32[] = {ValueType::i32};

/// Type 0 is [i32] -> [], type 1 a structure; a function of type 0, a table of functions and one of host references, memories of 32 and of 64 bits.
Module sample() {
  Module module;
  module.types.resize(2);
  module.types[0].function = FunctionType(i32, {});
  module.types[1].kind = CompositeKind::structure;
  module.functions = {0};
  module.tables.resize(2);
  module.tables[1].type.element = externref;
  module.memories.resize(2);
  module.memories[1].limits.address = AddressType::i64;
  module.elements.resize(1);
  return module;
}

MemoryAccess access_to(std::uint32_t memory, std::uint64_t offset, std::uint8_t align_log2) { return {offset, memory, align_log2}; }

}  // namespace

TEST_CASE("what an index refers to is found") {
  const Module module = sample();
  Scope scope(module);
  REQUIRE(scope.function(0) != nullptr);
  CHECK(*scope.function(0) == module.types[0].function);
  CHECK(scope.table(1)->element == externref);
  CHECK(scope.element(0));
  ValueType address;
  CHECK(scope.memory(1, address));
  CHECK(address == ValueType(ValueType::i64));
  CHECK(scope.memory(0, address));
  CHECK(address == ValueType(ValueType::i32));
  CHECK_FALSE(scope.failed());
}

TEST_CASE("an index out of range is an error that says how many there are") {
  const Module module = sample();
  const auto why = [&](auto lookup) {
    Scope scope(module);
    CHECK_FALSE(lookup(scope));
    return scope.why();
  };
  ValueType address;
  CHECK(why([](Scope& scope) { return scope.function(1) != nullptr; }) == "unknown function: 1 (there are 1)");
  CHECK(why([](Scope& scope) { return scope.table(2) != nullptr; }) == "unknown table: 2 (there are 2)");
  CHECK(why([&](Scope& scope) { return scope.memory(2, address); }) == "unknown memory: 2 (there are 2)");
  CHECK(why([](Scope& scope) { return scope.element(4'000'000'000); }) == "unknown elem segment: 4000000000 (there are 1)");
  CHECK(why([](Scope& scope) { return scope.lane(16, 16); }) == "invalid lane index: 16");
}

TEST_CASE("data segments are known by their count, which stands before the code") {
  Module module = sample();
  module.data.resize(3);
  Scope without(module);
  CHECK_FALSE(without.data(0));
  CHECK(without.error().id() == ErrorId::data_count_required);
  module.data_count = 2;
  Scope with(module);
  CHECK(with.data(1));
  CHECK_FALSE(with.data(2));
  CHECK(with.why() == "unknown data segment: 2 (there are 2)");
}

TEST_CASE("an indirect call goes through a table of functions, by an index and with a function's type") {
  const Module module = sample();
  const auto call = [&](std::uint32_t type, std::uint32_t table) {
    Scope scope(module);
    scope.push(ValueType::i32);
    return scope.indirect({type, table}) != nullptr ? "fine" : scope.why();
  };
  CHECK(call(0, 0) == "fine");
  CHECK(call(0, 1) == "type mismatch: expected funcref, got externref");
  CHECK(call(1, 0) == "unknown type: 1 (there are 2)");
  CHECK(call(2, 0) == "unknown type: 2 (there are 2)");
  CHECK(call(0, 2) == "unknown table: 2 (there are 2)");
}

TEST_CASE("an access is aligned to its size at most, or exactly") {
  const Module module = sample();
  const auto check = [&](std::uint8_t align_log2, bool exact) {
    Scope scope(module);
    ValueType address;
    return scope.access(access_to(0, 0, align_log2), 2, exact, address) ? "fine" : scope.why();
  };
  CHECK(check(0, false) == "fine");
  CHECK(check(2, false) == "fine");
  CHECK(check(3, false) == "alignment must not be larger than natural: 2^3, natural is 2^2");
  CHECK(check(2, true) == "fine");
  CHECK(check(1, true) == "alignment must not be larger than natural: 2^1, natural is 2^2");
}

TEST_CASE("an offset is as wide as the memory's addresses, whose type is told") {
  const Module module = sample();
  const auto check = [&](std::uint32_t memory, std::uint64_t offset, ValueType expected) {
    Scope scope(module);
    ValueType address;
    const bool fine = scope.access(access_to(memory, offset, 0), 2, false, address);
    CHECK(address == expected);
    return fine ? "fine" : scope.why();
  };
  CHECK(check(0, 0xFFFF'FFFF, ValueType::i32) == "fine");
  CHECK(check(0, 0x1'0000'0000, ValueType::i32) == "offset out of range: 4294967296");
  CHECK(check(1, 0x1'0000'0000, ValueType::i64) == "fine");
}

TEST_CASE("where there is no memory, no access is valid") {
  const Module module;
  Scope scope(module);
  ValueType address;
  CHECK_FALSE(scope.access(access_to(0, 0, 0), 2, false, address));
  CHECK(scope.why() == "unknown memory: 0 (there are 0)");
}
