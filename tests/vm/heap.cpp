#include <wasmer/vm/heap.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;
using vm::Heap, vm::HeapObject, vm::Reference;

namespace {

/// A structure of one reference, 8 bytes behind its head.
const vm::CanonicalType& pair_type() {
  static const vm::CanonicalType type = [] {
    vm::CanonicalType pair;
    pair.kind = vm::ObjectKind::structure, pair.size = 16, pair.reference_offsets = {8};
    return pair;
  }();
  return type;
}
Reference make(Heap& heap, std::uint64_t bytes = 16, Reference field = 0) {
  HeapObject* const object = heap.allocate(bytes);
  REQUIRE(object != nullptr);
  object->type = &pair_type();
  std::memcpy(reinterpret_cast<std::byte*>(object) + 8, &field, sizeof field);
  return reinterpret_cast<Reference>(object);
}
void collect(Heap& heap, std::initializer_list<Reference> roots) {
  for (const Reference root : roots) heap.mark(root);
  heap.trace();
  heap.sweep();
}

}  // namespace

TEST_CASE("an object is found by any address in it, and by none beside it") {
  Heap heap;
  CHECK_FALSE(heap.holds(0));
  for (const std::uint64_t bytes : {16, 40, 1000, 32768, 32769, 1'000'000}) {
    const Reference object = make(heap, bytes);
    INFO(bytes);
    CHECK(heap.holds(object));
    CHECK(reinterpret_cast<Reference>(heap.find(object + bytes - 1)) == object);
    CHECK_FALSE(heap.holds(object + 1));
    CHECK(object % 16 == 0);
  }
  CHECK(heap.find(reinterpret_cast<Reference>(&heap)) == nullptr);
  CHECK(heap.find(~Reference{0}) == nullptr);
}

TEST_CASE("what nothing refers to is freed, cycles included, and its cell is zero when it is used again") {
  Heap heap;
  const Reference a = make(heap), b = make(heap, 16, a), kept = make(heap), lone = make(heap, 100'000);
  std::memcpy(reinterpret_cast<void*>(a + 8), &b, sizeof b);
  collect(heap, {kept + 3});  // an interior pointer is as good
  CHECK(heap.holds(kept));
  for (const Reference gone : {a, b, lone}) CHECK_FALSE(heap.holds(gone));
  CHECK(heap.live_bytes() == 16);
  HeapObject* const again = heap.allocate(16);
  CHECK(reinterpret_cast<Reference>(again) == a);
  Reference field = 1;
  std::memcpy(&field, reinterpret_cast<std::byte*>(again) + 8, sizeof field);
  CHECK(field == 0);
}

TEST_CASE("a list of a million objects is marked without recursion") {
  Heap heap;
  Reference list = 0;
  for (int i = 0; i < 1'000'000; ++i) list = make(heap, 16, list);
  collect(heap, {list});
  CHECK(heap.live_bytes() == 16'000'000);
  collect(heap, {});
  CHECK(heap.live_bytes() == 0);
}

TEST_CASE("a heap has a limit, and what is free is used before it grows") {
  Heap heap({.limit = 16 << 20});
  CHECK(heap.allocate(std::uint64_t{17} << 20) == nullptr);
  CHECK(heap.allocate(~std::uint64_t{0} >> 1) == nullptr);
  for (int round = 0; round < 100; ++round) {
    make(heap, 9 << 20);
    collect(heap, {});
    for (int i = 0; i < 1000; ++i) make(heap, 8000);
    collect(heap, {});
  }
  CHECK(heap.bytes() <= 16 << 20);
  std::vector<Reference> all;
  while (HeapObject* const object = heap.allocate(1 << 20)) object->type = &pair_type(), all.push_back(reinterpret_cast<Reference>(object));
  CHECK(all.size() == 16);
}

TEST_CASE("a finalizer runs when its object is freed, or with the heap") {
  static int destroyed;
  destroyed = 0;
  {
    Heap heap;
    const Reference kept = make(heap), gone = make(heap);
    for (const Reference each : {kept, gone}) heap.finalize(*heap.find(each), [](HeapObject&) { ++destroyed; });
    collect(heap, {kept});
    CHECK(destroyed == 1);
    collect(heap, {kept});
    CHECK(destroyed == 1);
  }
  CHECK(destroyed == 2);
}

TEST_CASE("a heap is due after as much as is alive, or at once under stress, and not while it is paused") {
  Heap heap;
  CHECK_FALSE(heap.is_due());
  while (!heap.is_due()) make(heap, 1000);
  {
    const Heap::Pause pause(heap);
    CHECK_FALSE(heap.is_due());
  }
  collect(heap, {});
  CHECK_FALSE(heap.is_due());
  heap.set_options({.stress = true});
  CHECK(heap.is_due());
}

TEST_CASE("cells that have not been handed out are no objects") {
  Heap heap;
  const Reference first = make(heap);
  CHECK_FALSE(heap.holds(first + 16));
  heap.mark(first + 16);
  collect(heap, {first});
  CHECK(heap.live_bytes() == 16);
  CHECK(make(heap) == first + 16);
}

TEST_CASE("what is freed is kept for later up to the size of the live part, 8 MiB at least") {
  Heap heap;
  for (int i = 0; i < 100; ++i) make(heap, 1 << 20), make(heap, 10'000);
  CHECK(heap.bytes() >= 101 << 20);
  collect(heap, {});
  CHECK(heap.bytes() == 8 << 20);
  for (int i = 0; i < 7; ++i) make(heap, 1 << 20);
  CHECK(heap.bytes() == 8 << 20);
}

TEST_CASE("whatever comes and goes, new objects are zero, and living ones stay as they are") {
  static const vm::CanonicalType plain = [] {
    vm::CanonicalType type;
    type.kind = vm::ObjectKind::array, type.size = 1;
    return type;
  }();
  Heap heap({.limit = 64 << 20});
  std::minstd_rand random(1);
  std::map<Reference, std::uint64_t> living;  // with their sizes
  const auto holds_only = [](Reference object, std::uint64_t bytes, std::uint8_t value) {
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(object);
    return std::all_of(begin + 8, begin + bytes, [&](std::uint8_t each) { return each == value; });
  };
  const auto value_of = [](Reference object) { return static_cast<std::uint8_t>(object / 16 % 255 + 1); };
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t bytes = 16 + random() % (std::uint64_t{1} << (5 + random() % 13));
      HeapObject* const object = heap.allocate(bytes);
      REQUIRE(object != nullptr);
      const auto reference = reinterpret_cast<Reference>(object);
      REQUIRE(holds_only(reference, bytes, 0));
      REQUIRE(living.emplace(reference, bytes).second);
      object->type = &plain;
      std::memset(reinterpret_cast<std::byte*>(object) + 8, value_of(reference), bytes - 8);
    }
    const unsigned kept = 1 + random() % 9;  // of ten
    std::erase_if(living, [&](const auto&) { return random() % 10 >= kept; });
    for (const auto& [reference, bytes] : living) heap.mark(reference + random() % bytes);
    heap.trace();
    heap.sweep();
    for (const auto& [reference, bytes] : living) REQUIRE((heap.holds(reference) && holds_only(reference, bytes, value_of(reference))));
  }
  CHECK(heap.bytes() <= 64 << 20);
}
