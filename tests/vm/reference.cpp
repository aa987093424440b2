#include <wasmer/vm/reference.hpp>
#include <wasmer/vm/heap.hpp>

#include "../catch.hpp"

using namespace wasmer;

static_assert(vm::i31_reference(0) == 1 && vm::i31_reference(0x4000'0000) == 0x8000'0001 && vm::i31_reference(0x8000'0003) == 7);
static_assert(vm::is_i31(1) && !vm::is_i31(16));

TEST_CASE("a reference tells what it refers to") {
  vm::Heap heap;
  CHECK(vm::heap_type_of(vm::i31_reference(5), heap) == HeapType::i31);
  CHECK(vm::heap_type_of(4096, heap) == HeapType::extern_);
  vm::HeapObject* const box = heap.allocate(sizeof(vm::BoxObject));
  box->type = &vm::host_box_type();
  CHECK(vm::heap_type_of(reinterpret_cast<vm::Reference>(box), heap) == HeapType::any);
}
