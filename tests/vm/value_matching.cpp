#include <wasmer/vm/value_matching.hpp>

#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/extern_object.hpp>
#include <wasmer/vm/global.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using vm::matches;

namespace {
constexpr ValueType ref(HeapType heap, bool nullable = true) { return ValueType::reference(heap, nullable); }
}  // namespace

TEST_CASE("numbers and vectors match their own type alone") {
  CHECK(matches(nullptr, Value(1), ValueType::i32));
  CHECK(matches(nullptr, Value(V128{}), ValueType::v128));
  CHECK_FALSE(matches(nullptr, Value(1), ValueType::i64));
  CHECK_FALSE(matches(nullptr, Value(1.0f), ValueType::i32));
  CHECK_FALSE(matches(nullptr, Value(1), externref));
  CHECK_FALSE(matches(nullptr, Value(ExternRef{1}), ValueType::i64));
}

TEST_CASE("null matches the nullable types of its hierarchy") {
  Store store;
  CHECK(matches(&store, Value(ExternRef{}), externref));
  CHECK(matches(&store, Value(ExternRef{}), ref(HeapType::noextern)));
  CHECK_FALSE(matches(&store, Value(ExternRef{}), ref(HeapType::extern_, false)));
  CHECK_FALSE(matches(&store, Value(ExternRef{}), funcref));
  CHECK(matches(&store, Value::zero(ref(HeapType::none)), ref(HeapType::struct_)));
  CHECK_FALSE(matches(&store, Value::zero(ref(HeapType::none)), externref));
}

TEST_CASE("a function matches the types above its own, in its own store") {
  Store store, other;
  Instance& guest = tests::instantiate(store, R"((module (type $t (func (param i32))) (table (export "t") 1 (ref null $t)) (table (export "u") 1 (ref null $u))
    (type $u (func)) (func $f (export "f") (type $t)) (elem declare func $f)))");
  const Value f(&guest.function("f").value().reference());
  CHECK(matches(&store, f, funcref));
  CHECK(matches(&store, f, guest.table("t").value()->type().element));
  CHECK_FALSE(matches(&store, f, guest.table("u").value()->type().element));
  CHECK_FALSE(matches(&store, f, ref(HeapType::nofunc)));
  CHECK_FALSE(matches(&other, f, funcref));
  CHECK_FALSE(matches(nullptr, f, funcref));
  CHECK_FALSE(matches(&store, f, externref));
}

TEST_CASE("an object is looked for in the heap, and its own type tells what it matches") {
  Store store, other;
  Instance& guest = tests::instantiate(store, R"((module (type $p (struct (field i32)))
    (global (export "p") (ref $p) (struct.new $p (i32.const 7))) (global (export "i") i31ref (ref.i31 (i32.const 7)))))");
  const Value object = guest.global("p").value()->get(), small = guest.global("i").value()->get();
  CHECK(matches(&store, object, ref(HeapType::struct_)));
  CHECK(matches(&store, object, ref(HeapType::eq)));
  CHECK(matches(&store, object, object.type()));
  CHECK_FALSE(matches(&store, object, ref(HeapType::array)));
  CHECK_FALSE(matches(&store, object, ref(HeapType::i31)));
  CHECK_FALSE(matches(&other, object, ref(HeapType::any)));
  CHECK_FALSE(matches(nullptr, object, ref(HeapType::any)));
  CHECK_FALSE(matches(&store, Value(ref(HeapType::struct_), 4096), ref(HeapType::any)));
  CHECK(matches(nullptr, small, ref(HeapType::i31, false)));
  CHECK_FALSE(matches(nullptr, small, ref(HeapType::struct_)));
  const Rooted mine = make_extern(store, 5).value();
  CHECK(matches(&store, mine.get(), externref));
  CHECK(matches(&store, Value(ref(HeapType::any), mine.get().bits()), ref(HeapType::any)));
  CHECK_FALSE(matches(&store, Value(ref(HeapType::any), mine.get().bits()), ref(HeapType::eq)));
}

TEST_CASE("an exception is one of the store's") {
  Store store, other;
  const Value thrown(exnref, reinterpret_cast<vm::Reference>(&store.exceptions().create(vm::Tag::create(std::span<const ValueType>()))));
  CHECK(matches(&store, thrown, exnref));
  CHECK_FALSE(matches(&store, thrown, ref(HeapType::noexn)));
  CHECK_FALSE(matches(&other, thrown, exnref));
  CHECK_FALSE(matches(&store, Value(exnref, 4096), exnref));
}

TEST_CASE("an error tells both types") {
  CHECK(vm::expect(nullptr, Value(1), ValueType::i32).has_value());
  CHECK(vm::expect(nullptr, Value(1), funcref).error().message() == "host: value that is not of the type: expected funcref, got i32");
  CHECK(vm::expect(nullptr, Value(ExternRef{}), ref(HeapType::extern_, false)).error().message() ==
        "host: value that is not of the type: expected (ref extern), got null externref");
}
