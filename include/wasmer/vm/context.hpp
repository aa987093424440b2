#pragma once
/// \file
/// The machine contract's data: what compiled code reaches through its first argument, and where (docs/design.md, "The machine contract").
///
/// A compiled function is `R f(Context* callee, [std::byte* rest,] args...)` in the System V ABI. Integer and reference arguments beyond the
/// registers (five beside the context, four when there is a `rest`) and float arguments beyond eight go, in order, to the words below the
/// callee's context: the first to callee[-1], the second to callee[-2], and so on; a v128 takes two words, its bytes starting at the lower one.
/// Result 1 is in rax or xmm0; results 2..n are stored at `rest`, one word each (v128: two), in order, upwards.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <wasmer/module/module.hpp>

namespace wasmer {

class Store;
class Instance;

namespace vm {

struct Context;

/// A reference to anything, as it lies in registers, tables and globals; 0 is null. A funcref points to a FuncRef.
using Reference = std::uintptr_t;

/// Where a function's machine code begins; called only through a cast to its real type.
using Entry = void (*)();

/// What a function reference points to. Compiled code loads all three.
struct FuncRef {
  Entry entry = nullptr;
  Context* context = nullptr;
  std::uint32_t type = 0;  ///< canonical, process-wide type id
};

/// What calling an import needs: the pair that stands in the importer's context.
struct ImportedFunction {
  Entry entry = nullptr;
  Context* context = nullptr;
};

/// A memory as code sees it: copied into every context that uses the memory, and renewed there whenever it grows or moves. Of a shared memory, which
/// never moves, code reads the length at `offset::shared_length` from the base; the copies, written by whichever thread lets it grow, are for host
/// functions.
struct MemoryView {
  std::byte* base = nullptr;
  std::uint64_t length = 0;  ///< bytes
};

/// A table as code sees it; copies are renewed like those of MemoryView.
struct TableView {
  Reference* elements = nullptr;
  std::uint64_t size = 0;  ///< elements
};

/// The C functions that compiled code calls, in the order of LibcallTable. Those that can trap return the ErrorId of the trap, or `no_trap`.
enum class Libcall : std::uint8_t {
  memory_grow,  ///< u64 (Context*, u32 memory, u64 delta): old size in pages, or ~0
  memory_fill,  ///< u32 (Context*, u32 memory, u64 to, u32 value, u64 count)
  memory_copy,  ///< u32 (Context*, u32 to_memory, u32 from_memory, u64 to, u64 from, u64 count)
  memory_init,  ///< u32 (Context*, u32 memory, u32 segment, u64 to, u32 from, u32 count)
  data_drop,    ///< void (Context*, u32 segment)
  table_grow,   ///< u64 (Context*, u32 table, Reference value, u64 delta): old size, or ~0
  table_fill,   ///< u32 (Context*, u32 table, u64 to, Reference value, u64 count)
  table_copy,   ///< u32 (Context*, u32 to_table, u32 from_table, u64 to, u64 from, u64 count)
  table_init,   ///< u32 (Context*, u32 table, u32 segment, u64 to, u32 from, u32 count)
  elem_drop,    ///< void (Context*, u32 segment)
  ref_func,     ///< Reference (Context*, u32 function)
  f32_ceil,     ///< float (float); these eight only where the CPU has no SSE4.1
  f32_floor,
  f32_trunc,
  f32_nearest,
  f64_ceil,
  f64_floor,
  f64_trunc,
  f64_nearest,
  // The answer of these is their result, or has the bit `atomic_trap`.
  memory_atomic_wait32,  ///< u32 (Context*, u32 memory, u64 offset, u64 address, u32 expected, i64 timeout)
  memory_atomic_wait64,  ///< u32 (Context*, u32 memory, u64 offset, u64 address, u64 expected, i64 timeout)
  memory_atomic_notify,  ///< u32 (Context*, u32 memory, u64 offset, u64 address, u32 count)
  throw_,       ///< does not return; (Context*, u32 tag, const void* values, u64 stride): the first value lies at `values`, each other `stride` bytes below
  throw_ref,    ///< does not return; (Context*, Reference exception)
  struct_new,          ///< Reference (Context*, u32 type); all that make objects give an ErrorId, which is below 256, where they fail
  array_new,           ///< Reference (Context*, u32 type, u64 value, u32 count)
  array_new_default,   ///< Reference (Context*, u32 type, u32 count)
  array_new_data,      ///< Reference (Context*, u32 type, u32 segment, u32 from, u32 count)
  array_new_elem,      ///< Reference (Context*, u32 type, u32 segment, u32 from, u32 count)
  array_fill,          ///< u32 (Context*, Reference array, u32 at, u64 value, u32 count)
  array_copy,          ///< u32 (Context*, Reference to_array, u32 to, Reference from_array, u32 from, u32 count)
  array_init_data,     ///< u32 (Context*, u32 segment, Reference array, u32 to, u32 from, u32 count)
  array_init_elem,     ///< u32 (Context*, u32 segment, Reference array, u32 to, u32 from, u32 count)
  function_test,       ///< u32 (Context*, u32 type, u32 if_null, Reference function): whether a function is of the type or below it
  any_convert_extern,  ///< Reference (Context*, Reference); ~0 where there is no room
  extern_convert_any,  ///< Reference (Context*, Reference); ~0 where there is no room
  count_,
};

inline constexpr std::uint32_t no_trap = 0xFF;
/// Set in the answer of a waiting or notifying libcall that traps; the ErrorId is in the lowest byte. No result is so large.
inline constexpr std::uint32_t atomic_trap = 0x8000'0000;

using LibcallTable = Entry[static_cast<std::size_t>(Libcall::count_)];

/// The fixed head of every context, an instance's or a host record's. The words below it are arguments; an instance's fields follow it, laid out by ContextLayout.
struct Context {
  /// Compared with rsp in prologues and loops; ~0 stops the code. Written by other threads.
  std::atomic<std::uintptr_t> stack_limit{0};
  MemoryView memory;                       ///< memory 0
  const Entry* libcalls = nullptr;         ///< a LibcallTable
  Store* store = nullptr;
  Instance* instance = nullptr;            ///< null in a host record
};

/// Byte offsets that compiled code is built from.
namespace offset {
inline constexpr std::int32_t stack_limit = 0;
inline constexpr std::int32_t memory_base = 8;
inline constexpr std::int32_t memory_length = 16;
inline constexpr std::int32_t libcalls = 24;
inline constexpr std::int32_t store = 32;
inline constexpr std::int32_t instance = 40;
inline constexpr std::int32_t fields = 48;
inline constexpr std::int32_t func_ref_entry = 0;
inline constexpr std::int32_t func_ref_context = 8;
inline constexpr std::int32_t func_ref_type = 16;
inline constexpr std::int32_t import_entry = 0;
inline constexpr std::int32_t import_context = 8;
inline constexpr std::int32_t view_pointer = 0;
inline constexpr std::int32_t view_length = 8;
inline constexpr std::int32_t shared_length = -8;  ///< from the base of a shared memory
}  // namespace offset

static_assert(sizeof(Context) == offset::fields && sizeof(FuncRef) == 24);

/// How a global is reached from its user's context.
enum class GlobalAccess : std::uint8_t {
  inline_,   ///< the value itself stands in the context: the instance's own globals, and imported immutable ones
  indirect,  ///< a pointer to the value stands there: imported mutable globals
};

/// Where the fields of an instance's context lie: a pure function of the module, so that code, its cache and the instance agree.
class ContextLayout {
 public:
  explicit ContextLayout(const Module& module) {
    // Sixteen-byte fields first, then words, then type ids: every field is naturally aligned.
    std::int32_t at = offset::fields;
    globals_.resize(module.globals.size());
    for (std::size_t i = 0; i < module.globals.size(); ++i)
      if (access(module, i) == GlobalAccess::inline_ && module.globals[i].type.value.is_vector()) globals_[i] = take(at, 16);
    for (std::size_t i = 0; i < module.globals.size(); ++i)
      if (access(module, i) == GlobalAccess::indirect || !module.globals[i].type.value.is_vector()) globals_[i] = take(at, 8);
    tables_ = at, at += static_cast<std::int32_t>(module.tables.size() * sizeof(TableView));
    memories_ = at, at += static_cast<std::int32_t>(module.memories.size() * sizeof(MemoryView));
    imports_ = at, at += static_cast<std::int32_t>(module.imported_functions * sizeof(ImportedFunction));
    tags_ = at, at += static_cast<std::int32_t>(module.tags.size() * sizeof(void*));
    types_ = at, at += static_cast<std::int32_t>(module.types.size() * sizeof(std::uint32_t));
    size_ = static_cast<std::uint32_t>(at + 15) & ~15u;
    for (const TypeDefinition& type : module.types)
      if (type.kind == CompositeKind::function) words_below_ = std::max(words_below_, argument_words(type.function));
  }

  /// The value, or the pointer to it, of global `index`; see `access`.
  std::int32_t global(std::uint32_t index) const { return globals_[index]; }
  /// The TableView of table `index`.
  std::int32_t table(std::uint32_t index) const { return tables_ + static_cast<std::int32_t>(index * sizeof(TableView)); }
  /// The MemoryView of memory `index`; memory 0's is in the head.
  std::int32_t memory(std::uint32_t index) const {
    return index == 0 ? offset::memory_base : memories_ + static_cast<std::int32_t>(index * sizeof(MemoryView));
  }
  /// The ImportedFunction of import `function`.
  std::int32_t import(std::uint32_t function) const { return imports_ + static_cast<std::int32_t>(function * sizeof(ImportedFunction)); }
  /// The pointer to tag `index`.
  std::int32_t tag(std::uint32_t index) const { return tags_ + static_cast<std::int32_t>(index * sizeof(void*)); }
  /// The canonical id (u32) of the module's type `index`.
  std::int32_t type_id(std::uint32_t index) const { return types_ + static_cast<std::int32_t>(index * sizeof(std::uint32_t)); }

  /// Bytes from the context's head to its end, a multiple of 16.
  std::uint32_t size() const { return size_; }
  /// Words to reserve below the context, for the arguments of any function of the module.
  std::uint32_t words_below() const { return words_below_; }

  static GlobalAccess access(const Module& module, std::size_t index) {
    return index < module.imported_globals && module.globals[index].type.is_mutable ? GlobalAccess::indirect : GlobalAccess::inline_;
  }

  /// Words below the callee's context that the arguments of a call of this type take.
  static std::uint32_t argument_words(const FunctionType& type) {
    std::uint32_t integers = type.results().size() > 1 ? 4 : 5, floats = 8, words = 0;
    for (const ValueType value : type.params()) {
      const bool is_float = value == ValueType::f32 || value == ValueType::f64 || value.is_vector();
      std::uint32_t& registers = is_float ? floats : integers;
      if (registers != 0) --registers;
      else words += value.is_vector() ? 2 : 1;
    }
    return words;
  }

 private:
  static std::int32_t take(std::int32_t& at, std::int32_t bytes) {
    const std::int32_t here = at;
    at += bytes;
    return here;
  }
  std::vector<std::int32_t> globals_;
  std::int32_t tables_ = 0, memories_ = 0, imports_ = 0, tags_ = 0, types_ = 0;
  std::uint32_t size_ = 0, words_below_ = 0;
};

}  // namespace vm
}  // namespace wasmer
