#include <wasmer/vm/canonical_type.hpp>

#include <vector>

#include "../catch.hpp"

using namespace wasmer;
using vm::StructureLayout;

TEST_CASE("fields lie in their order, each aligned to its size") {
  const std::vector<FieldType> fields{{ValueType::i32, 8}, {ValueType::i64}, {ValueType::i32, 16}, {ValueType::f32}, {funcref}, {ValueType::v128}};
  const StructureLayout layout(fields);
  CHECK(layout.offsets == std::vector<std::uint32_t>{8, 16, 24, 28, 32, 48});
  CHECK(layout.size == 64);
  CHECK(StructureLayout({}).size == sizeof(vm::HeapObject));
}

TEST_CASE("a longer structure begins like a shorter one") {
  std::vector<FieldType> fields{{ValueType::i32, 8}, {ValueType::i32, 16}};
  const StructureLayout shorter(fields);
  fields.push_back({ValueType::v128});
  fields.push_back({ValueType::i32, 8});
  const StructureLayout longer(fields);
  CHECK(std::vector(longer.offsets.begin(), longer.offsets.begin() + 2) == shorter.offsets);
}
