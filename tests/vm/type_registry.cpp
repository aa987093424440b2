#include <wasmer/vm/type_registry.hpp>

#include <string_view>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"

using namespace wasmer;
using vm::TypeId, vm::TypeRegistry;

namespace {
FunctionType type_of(std::vector<ValueType> params, std::vector<ValueType> results) { return FunctionType(params, results); }
}  // namespace

TEST_CASE("types that refer to equal types are equal, wherever these stand in their modules") {
  const auto types = [](std::string_view text) { return vm::canonical_types(parse(wat(text).value(), Features::all()).value()); };
  const auto a = types("(module (type $a (func (param i32))) (type $b (func (param (ref $a)) (result (ref null $a)))) (type $self (func (param (ref $self)))))");
  const auto b = types("(module (type $other (func)) (type $a (func (param i32))) (type (func (param (ref $other)) (result (ref null $other)))) (type $self (func (param (ref $self)))) (type $b (func (param (ref $a)) (result (ref null $a)))))");
  CHECK(a[0].value() == b[1].value());
  CHECK(a[1].value() == b[4].value());
  CHECK(a[1].value() != b[2].value());
  CHECK(a[2].value() == b[3].value());
  CHECK(vm::canonical(ValueType::reference(HeapType::index(0), true), a) == vm::canonical(ValueType::reference(HeapType::index(1), true), b));
  CHECK(vm::canonical(funcref, a) == funcref);
}

TEST_CASE("a type lives as long as one that refers to it") {
  auto& registry = TypeRegistry::instance();
  const std::size_t before = registry.size();
  TypeId outer;
  {
    const TypeId inner(type_of({ValueType::v128, ValueType::f32, ValueType::v128}, {}));
    outer = TypeId(type_of({ValueType::reference(HeapType::index(inner.value()), false)}, {}));
  }
  CHECK(registry.size() == before + 2);
  outer = TypeId();
  CHECK(registry.size() == before);
}

TEST_CASE("recursive groups are equal as a whole, across modules") {
  const auto types = [](std::string_view text) { return vm::canonical_types(parse(wat(text).value(), Features::all()).value()); };
  const auto a = types("(module (rec (type $a (struct (field (ref null $b)))) (type $b (array (ref null $a)))) (type (struct (field (ref null $b)))))");
  const auto b = types("(module (type (func)) (rec (type $a (struct (field (ref null $b)))) (type $b (array (ref null $a)))) (rec (type $c (struct (field (ref null $d)))) (type $d (array (mut (ref null $c))))))");
  CHECK(a[0].value() == b[1].value());
  CHECK(a[1].value() == b[2].value());
  CHECK(a[0].value() != a[2].value());
  CHECK(a[0].value() != b[3].value());
  CHECK(a[0].type().reference_offsets == std::vector<std::uint32_t>{8});
  CHECK(a[1].type().holds_references);
}

TEST_CASE("a canonical type is below its declared supertypes, however deep") {
  std::string text = "(module (type (sub (struct)))";
  for (int i = 0; i < 40; ++i) text += "(type (sub " + std::to_string(i) + " (struct)))";
  const auto types = vm::canonical_types(parse(wat(text + ")").value(), Features::all()).value());
  const auto heap = [&](std::size_t index) { return ValueType::reference(HeapType::index(types[index].value()), false); };
  CHECK(vm::matches(heap(40), heap(0)));
  CHECK(vm::matches(heap(40), heap(39)));
  CHECK_FALSE(vm::matches(heap(39), heap(40)));
  CHECK(vm::matches(heap(40), ValueType::reference(HeapType::struct_, true)));
  CHECK(types[40].type().depth == 40);
  CHECK(types[40].type().all[17] == types[17].value());
}
