#pragma once
/// \file
/// The C functions behind `Libcall`, as compiled code calls them: with the context of the instance that the code belongs to.

#include <cmath>
#include <cstdint>

#include <wasmer/vm/array.hpp>
#include <wasmer/vm/atomic.hpp>
#include <wasmer/vm/bulk.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/convert.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/type_registry.hpp>
#include <wasmer/vm/unwind.hpp>

namespace wasmer::vm {

namespace libcall {

/// A size that growing gives when it fails.
inline constexpr std::uint64_t cannot_grow = ~std::uint64_t{0};

inline std::uint64_t memory_grow(Context* context, std::uint32_t memory, std::uint64_t delta) {
  return context->instance->memories()[memory]->grow(delta).value_or(cannot_grow);
}
inline std::uint32_t memory_fill(Context* context, std::uint32_t memory, std::uint64_t to, std::uint32_t value, std::uint64_t count) {
  return vm::memory_fill(*context->instance, memory, to, value, count);
}
inline std::uint32_t memory_copy(Context* context, std::uint32_t to_memory, std::uint32_t from_memory, std::uint64_t to, std::uint64_t from,
                                 std::uint64_t count) {
  return vm::memory_copy(*context->instance, to_memory, from_memory, to, from, count);
}
inline std::uint32_t memory_init(Context* context, std::uint32_t memory, std::uint32_t segment, std::uint64_t to, std::uint32_t from, std::uint32_t count) {
  return vm::memory_init(*context->instance, memory, segment, to, from, count);
}
inline void data_drop(Context* context, std::uint32_t segment) { context->instance->drop_data(segment); }
inline std::uint64_t table_grow(Context* context, std::uint32_t table, Reference value, std::uint64_t delta) {
  return context->instance->tables()[table]->grow_by(delta, value).value_or(cannot_grow);
}
inline std::uint32_t table_fill(Context* context, std::uint32_t table, std::uint64_t to, Reference value, std::uint64_t count) {
  return vm::table_fill(*context->instance, table, to, value, count);
}
inline std::uint32_t table_copy(Context* context, std::uint32_t to_table, std::uint32_t from_table, std::uint64_t to, std::uint64_t from,
                                std::uint64_t count) {
  return vm::table_copy(*context->instance, to_table, from_table, to, from, count);
}
inline std::uint32_t table_init(Context* context, std::uint32_t table, std::uint32_t segment, std::uint64_t to, std::uint32_t from, std::uint32_t count) {
  return vm::table_init(*context->instance, table, segment, to, from, count);
}
inline void elem_drop(Context* context, std::uint32_t segment) { context->instance->drop_element(segment); }
inline Reference ref_func(Context* context, std::uint32_t function) { return reinterpret_cast<Reference>(context->instance->func_ref(function)); }

inline std::uint32_t memory_atomic_wait32(Context* context, std::uint32_t memory, std::uint64_t offset, std::uint64_t address, std::uint32_t expected,
                                          std::int64_t timeout) {
  return vm::memory_atomic_wait(*context->instance, memory, offset, address, expected, timeout);
}
inline std::uint32_t memory_atomic_wait64(Context* context, std::uint32_t memory, std::uint64_t offset, std::uint64_t address, std::uint64_t expected,
                                          std::int64_t timeout) {
  return vm::memory_atomic_wait(*context->instance, memory, offset, address, expected, timeout);
}
inline std::uint32_t memory_atomic_notify(Context* context, std::uint32_t memory, std::uint64_t offset, std::uint64_t address, std::uint32_t count) {
  return vm::memory_atomic_notify(*context->instance, memory, offset, address, count);
}

/// `rounded`, or the quiet NaN of a NaN: compilers round inline, and then a signalling one may pass through.
template <class T> T quiet(T value, T rounded) { return value != value ? value + value : rounded; }
inline float f32_ceil(float value) { return quiet(value, std::ceil(value)); }
inline float f32_floor(float value) { return quiet(value, std::floor(value)); }
inline float f32_trunc(float value) { return quiet(value, std::trunc(value)); }
inline float f32_nearest(float value) { return quiet(value, std::nearbyint(value)); }
inline double f64_ceil(double value) { return quiet(value, std::ceil(value)); }
inline double f64_floor(double value) { return quiet(value, std::floor(value)); }
inline double f64_trunc(double value) { return quiet(value, std::trunc(value)); }
inline double f64_nearest(double value) { return quiet(value, std::nearbyint(value)); }

inline const CanonicalType& type_of(Context* context, std::uint32_t type) { return context->instance->code().types()[type].type(); }
inline Reference struct_new(Context* context, std::uint32_t type) { return made(allocate_structure(*context->store, type_of(context, type))); }
inline Reference array_new(Context* context, std::uint32_t type, std::uint64_t value, std::uint32_t count) {
  return vm::array_new(*context->instance, type_of(context, type), value, count);
}
inline Reference array_new_default(Context* context, std::uint32_t type, std::uint32_t count) {
  return made(allocate_array(*context->store, type_of(context, type), count));
}
inline Reference array_new_data(Context* context, std::uint32_t type, std::uint32_t segment, std::uint32_t from, std::uint32_t count) {
  return vm::array_new_data(*context->instance, type_of(context, type), segment, from, count);
}
inline Reference array_new_elem(Context* context, std::uint32_t type, std::uint32_t segment, std::uint32_t from, std::uint32_t count) {
  return vm::array_new_elem(*context->instance, type_of(context, type), segment, from, count);
}
inline std::uint32_t array_fill(Context* context, Reference array, std::uint32_t at, std::uint64_t value, std::uint32_t count) {
  return vm::array_fill(*context->instance, array, at, value, count);
}
inline std::uint32_t array_copy(Context* context, Reference to_array, std::uint32_t to, Reference from_array, std::uint32_t from, std::uint32_t count) {
  return vm::array_copy(*context->instance, to_array, to, from_array, from, count);
}
inline std::uint32_t array_init_data(Context* context, std::uint32_t segment, Reference array, std::uint32_t to, std::uint32_t from, std::uint32_t count) {
  return vm::array_init_data(*context->instance, segment, array, to, from, count);
}
inline std::uint32_t array_init_elem(Context* context, std::uint32_t segment, Reference array, std::uint32_t to, std::uint32_t from, std::uint32_t count) {
  return vm::array_init_elem(*context->instance, segment, array, to, from, count);
}
inline std::uint32_t function_test(Context* context, std::uint32_t type, std::uint32_t if_null, Reference function) {
  if (function == 0) return if_null;
  const std::uint32_t actual = reinterpret_cast<const FuncRef*>(function)->type, wanted = type_of(context, type).id;
  return TypeRegistry::instance().is_subtype(actual, wanted) ? 1 : 0;
}
inline Reference any_convert_extern(Context* context, Reference reference) { return vm::any_convert_extern(*context->store, reference); }
inline Reference extern_convert_any(Context* context, Reference reference) { return vm::extern_convert_any(*context->store, reference); }

template <class R, class... Args> Entry entry(R (*function)(Args...)) { return reinterpret_cast<Entry>(function); }

}  // namespace libcall

/// The table that every instance's context points to, in the order of Libcall.
inline const LibcallTable& libcalls() {
  static const LibcallTable table{
      libcall::entry(libcall::memory_grow), libcall::entry(libcall::memory_fill), libcall::entry(libcall::memory_copy), libcall::entry(libcall::memory_init),
      libcall::entry(libcall::data_drop),   libcall::entry(libcall::table_grow),  libcall::entry(libcall::table_fill),  libcall::entry(libcall::table_copy),
      libcall::entry(libcall::table_init),  libcall::entry(libcall::elem_drop),   libcall::entry(libcall::ref_func),    libcall::entry(libcall::f32_ceil),
      libcall::entry(libcall::f32_floor),   libcall::entry(libcall::f32_trunc),   libcall::entry(libcall::f32_nearest), libcall::entry(libcall::f64_ceil),
      libcall::entry(libcall::f64_floor),   libcall::entry(libcall::f64_trunc),   libcall::entry(libcall::f64_nearest),
      libcall::entry(libcall::memory_atomic_wait32), libcall::entry(libcall::memory_atomic_wait64), libcall::entry(libcall::memory_atomic_notify),
      &throw_tag,                           &throw_exception,
      libcall::entry(libcall::struct_new),  libcall::entry(libcall::array_new),   libcall::entry(libcall::array_new_default),
      libcall::entry(libcall::array_new_data),  libcall::entry(libcall::array_new_elem),  libcall::entry(libcall::array_fill),
      libcall::entry(libcall::array_copy),      libcall::entry(libcall::array_init_data), libcall::entry(libcall::array_init_elem),
      libcall::entry(libcall::function_test),   libcall::entry(libcall::any_convert_extern), libcall::entry(libcall::extern_convert_any),
  };
  return table;
}

}  // namespace wasmer::vm
