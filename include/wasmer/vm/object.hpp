#pragma once
/// \file
/// What a compiler makes of a batch of function bodies: machine code and its side tables, as plain data. Publishing, caching and `--emit obj` read the same.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <wasmer/error.hpp>

namespace wasmer::vm {

/// A place in the code that refers to a function of the same module: a 32-bit displacement, relative to the end of its field, to the function's entry.
struct Relocation {
  std::uint32_t at = 0;        ///< of the field, in the object's code
  std::uint32_t function = 0;  ///< index in the function index space; never an import
};

/// An instruction that may trap. `kind` is what it means when it does.
struct TrapSite {
  std::uint32_t at = 0;           ///< of the instruction, in the object's code
  std::uint32_t wasm_offset = 0;  ///< of the WebAssembly instruction, in its module
  enum Kind : std::uint8_t {
    /// `ud2`: the trap is `id`.
    always,
    /// `ud2`: the ErrorId is in eax.
    in_rax,
    /// `ud2`, reached when the stack limit was crossed: exhausted or interrupted.
    stack_check,
    /// A memory access that the guard pages check: SIGSEGV or SIGBUS means out_of_bounds_memory_access.
    memory,
    /// `div` or `idiv` whose operands cannot overflow: SIGFPE means integer_divide_by_zero.
    division,
  } kind = always;
  ErrorId id = ErrorId::unreachable;
  /// No frame is set up here: rbp is still the caller's, and the return address is at rsp. So in prologues and in functions without a frame.
  bool frameless = false;
};

/// A call: the address it returns to, for backtraces.
struct CallSite {
  std::uint32_t return_address = 0;  ///< in the object's code
  std::uint32_t wasm_offset = 0;
};

/// One function's piece of the code.
struct FunctionRange {
  std::uint32_t function = 0;
  std::uint32_t begin = 0;  ///< first byte that belongs to it, in the object's code
  std::uint32_t entry = 0;  ///< where calls enter
  std::uint32_t end = 0;
};

/// Everything that compiling a batch of bodies gives. Tables are sorted by their position in the code.
struct Object {
  std::vector<std::byte> code;
  std::vector<FunctionRange> functions;
  std::vector<Relocation> relocations;
  std::vector<TrapSite> traps;
  std::vector<CallSite> calls;

  void clear() { code.clear(), functions.clear(), relocations.clear(), traps.clear(), calls.clear(); }
};

}  // namespace wasmer::vm
