#pragma once
/// \file
/// asmjit, whichever of its APIs is installed: names changed from `newLabel` to `new_label` and members from `_bufferPtr` to `_buffer_ptr`
/// between 1.9 and 1.18, an error from an enumerator to an enum class, and the type of vector registers. Nothing outside backend/masm includes asmjit.

#include <asmjit/core.h>
#include <asmjit/x86.h>
#include <cstddef>
#include <cstdint>

namespace wasmer::masm {

namespace x86 = asmjit::x86;

/// A vector register of 128 bits as an operand: x86::Xmm, or x86::Vec from 1.18 on.
using VectorOperand = decltype(x86::xmm(0u));

#if ASMJIT_LIBRARY_VERSION >= 0x011200

inline constexpr asmjit::Error asmjit_ok = asmjit::Error::kOk;
inline std::uint8_t*& cursor(x86::Assembler& assembler) { return assembler._buffer_ptr; }
inline std::uint8_t* buffer_begin(const x86::Assembler& assembler) { return assembler._buffer_data; }
inline std::uint8_t* buffer_end(const x86::Assembler& assembler) { return assembler._buffer_end; }
/// Makes room for `bytes` more; what was written without asmjit counts too.
inline asmjit::Error grow(x86::Assembler& assembler, std::size_t bytes) {
  auto& buffer = assembler.current_section()->_buffer;
  buffer._size = static_cast<std::size_t>(cursor(assembler) - buffer_begin(assembler));
  return assembler.code()->grow_buffer(&buffer, bytes);
}

#else

inline constexpr asmjit::Error asmjit_ok = asmjit::kErrorOk;
inline std::uint8_t*& cursor(x86::Assembler& assembler) { return assembler._bufferPtr; }
inline std::uint8_t* buffer_begin(const x86::Assembler& assembler) { return assembler._bufferData; }
inline std::uint8_t* buffer_end(const x86::Assembler& assembler) { return assembler._bufferEnd; }
/// Makes room for `bytes` more; what was written without asmjit counts too.
inline asmjit::Error grow(x86::Assembler& assembler, std::size_t bytes) {
  auto& buffer = assembler.currentSection()->_buffer;
  buffer._size = static_cast<std::size_t>(cursor(assembler) - buffer_begin(assembler));
  return assembler.code()->growBuffer(&buffer, bytes);
}

#endif

}  // namespace wasmer::masm
