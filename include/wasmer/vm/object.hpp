#pragma once
/// \file
/// What a compiler makes of a batch of function bodies: machine code and its side tables, as plain data. Publishing, caching and `--emit obj` read the same.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <wasmer/vm/trap_table.hpp>

namespace wasmer::vm {

/// A place in the code that refers to a function of the same module: a 32-bit displacement, relative to the end of its field, to the function's entry.
struct Relocation {
  std::uint32_t at = 0;        ///< of the field, in the object's code
  std::uint32_t function = 0;  ///< index in the function index space; never an import
};

/// A call: the address it returns to, for backtraces.
struct CallSite {
  std::uint32_t return_address = 0;  ///< in the object's code
  std::uint32_t wasm_offset = 0;
};

inline constexpr std::uint32_t no_handler = ~0u;

/// One clause of a handler: where exceptions with a tag go on.
struct CatchPad {
  static constexpr std::uint32_t any_tag = ~0u;
  std::uint32_t tag = any_tag;       ///< index in the tag index space
  std::uint32_t at = 0;              ///< of the landing pad, in the object's code
  std::uint32_t next = no_handler;   ///< the clause that is asked after this one, in Object::pads
};

/// The clauses of one try, the first that fits being the one; then those of the try outside of it.
struct Handler {
  std::uint32_t first = no_handler;  ///< in Object::pads
  std::uint32_t outer = no_handler;  ///< in Object::handlers
};

/// Calls that stand in a try: those that return to an address in (begin, end]. Where one of the handler's clauses asks for a tag, the function has its context at
/// [rbp - 8].
///
/// A landing pad is entered with the frame's rbp and rsp, callee-saved registers as the callee was to leave them, and the exception's address in rax.
struct HandledCalls {
  std::uint32_t begin = 0;    ///< in the object's code
  std::uint32_t end = 0;
  std::uint32_t handler = 0;  ///< the innermost, in Object::handlers
};

/// One function's piece of the code.
struct FunctionRange {
  std::uint32_t function = 0;
  std::uint32_t begin = 0;  ///< first byte that belongs to it, in the object's code
  std::uint32_t entry = 0;  ///< where calls enter
  std::uint32_t end = 0;
  std::uint32_t traps = 0;  ///< where its sites are, in the object's table of traps
  /// No frame is set up in it: rbp is still the caller's, and the return address is at rsp.
  bool frameless = false;
  /// Its sites are ranges: each says of all instructions up to the next which WebAssembly instruction they are of, calls included.
  bool has_ranges = false;
  std::array<std::uint8_t, 5> saved{};  ///< how many words below rbp each of rbx, r12, r13, r14, r15 lies; 0: the function leaves it as it is
};

/// Everything that compiling a batch of bodies gives. Tables are sorted by their position in the code, functions too.
struct Object {
  std::vector<std::byte> code;
  std::vector<FunctionRange> functions;
  std::vector<Relocation> relocations;
  TrapTable traps;
  std::vector<CallSite> calls;
  std::vector<HandledCalls> handled_calls;
  std::vector<Handler> handlers;  ///< these two in no order
  std::vector<CatchPad> pads;

  /// Calls `see(site)` for those of functions[index], until it returns false.
  template <class See> void each_trap(std::size_t index, See&& see) const {
    traps.each(functions[index].traps, traps_end(index), functions[index].begin, see);
  }
  std::uint32_t traps_end(std::size_t index) const { return index + 1 < functions.size() ? functions[index + 1].traps : traps.size(); }

  void clear() {
    code.clear(), functions.clear(), relocations.clear(), traps.clear(), calls.clear();
    handled_calls.clear(), handlers.clear(), pads.clear();
  }
};

/// The tables of one object, and where its code lies in the image of its module.
struct Part {
  std::uint32_t begin;
  std::uint32_t end;
  Object object;  ///< whose code has been copied
};

}  // namespace wasmer::vm
