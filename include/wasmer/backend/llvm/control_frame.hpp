#pragma once
/// \file
/// An open block.

#include <cstddef>
#include <cstdint>

#include <wasmer/backend/llvm/api.hpp>
#include <wasmer/wasm/immediate.hpp>
#include <wasmer/wasm/opcode.hpp>

namespace wasmer::llvm_backend {

inline constexpr std::uint32_t no_handler = ~0u;

struct ControlFrame {
  Op op = Op::block;
  BlockType type;
  std::size_t base = 0;                         ///< of the operand stack: where the block's own operands begin
  llvm::BasicBlock* label = nullptr;            ///< where branches to the block lead: its end, or a loop's beginning
  llvm::SmallVector<llvm::PHINode*, 2> values;  ///< what they bring along
  llvm::BasicBlock* otherwise = nullptr;        ///< the else arm of an `if`, until it has begun
  llvm::SmallVector<llvm::Value*, 2> at_if;     ///< the operands that it begins with
  std::uint32_t handler = no_handler;           ///< who gets exceptions out of the code at hand, in Emitter::handlers
  std::uint32_t attempt = no_handler;           ///< the handler that a legacy `try` opened, as long as clauses may be added
  llvm::Value* exception = nullptr;             ///< what a legacy handler has caught
};

}  // namespace wasmer::llvm_backend
