#include <wasmer/vm/type_id.hpp>

#include <cstdlib>
#include <thread>
#include <vector>

#include <wasmer/vm/type_registry.hpp>

#include "../catch.hpp"

using namespace wasmer;
using vm::TypeId, vm::TypeRegistry;

namespace {
FunctionType type_of(std::vector<ValueType> params, std::vector<ValueType> results) { return FunctionType(params, results); }
}  // namespace

TEST_CASE("equal types have one id, and different types different ones") {
  const TypeId first(type_of({ValueType::i32}, {ValueType::f64})), same(type_of({ValueType::i32}, {ValueType::f64}));
  const TypeId swapped(type_of({ValueType::i32, ValueType::f64}, {}));
  CHECK(first.value() == same.value());
  CHECK(first.value() != swapped.value());
  CHECK(first.value() != 0);
  CHECK(*swapped == type_of({ValueType::i32, ValueType::f64}, {}));
}

TEST_CASE("a type is forgotten with its last id, and its number is used again") {
  auto& registry = TypeRegistry::instance();
  const std::size_t before = registry.size();
  std::uint32_t number = 0;
  {
    const TypeId id(type_of({ValueType::v128, ValueType::v128, ValueType::v128}, {}));
    const TypeId copy = id;
    number = copy.value();
    CHECK(registry.size() == before + 1);
  }
  CHECK(registry.size() == before);
  CHECK(TypeId(type_of({ValueType::v128, ValueType::i32, ValueType::v128}, {})).value() == number);
}

TEST_CASE("threads may take and drop ids of the same types at once") {
  const std::size_t before = TypeRegistry::instance().size();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([] {
        for (std::size_t i = 0; i < 2000; ++i) {
          const FunctionType type = type_of(std::vector<ValueType>(i % 7 + 3, ValueType::f32), {});
          const TypeId id(type), again(type);
          if (id.value() != again.value() || *id != type) std::abort();
        }
      });
  }
  CHECK(TypeRegistry::instance().size() == before);
}
