#pragma once
/// \file
/// Functions that LLVM had better leave as they are: some of its passes take time quadratic in what these have much of, none looks at the clock meanwhile, and some are
/// not optional.

#include <algorithm>
#include <cstddef>

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

/// Whether more than a few thousand ways meet in one block, also by way of blocks in between that may turn out to do nothing but set locals. LLVM compares all of them for
/// each of them.
inline bool is_crowded(llvm::Function& function) {
  constexpr std::size_t most_ways = 4096;
  const auto does_something = [](const llvm::Instruction& instruction) {
    const auto* const store = llvm::dyn_cast<llvm::StoreInst>(&instruction);
    return !instruction.isTerminator() && instruction.mayHaveSideEffects() && (store == nullptr || !llvm::isa<llvm::AllocaInst>(store->getPointerOperand()));
  };
  llvm::DenseMap<const llvm::BasicBlock*, std::size_t> through;  // ways that go through a block that does nothing
  for (llvm::BasicBlock* const block : llvm::ReversePostOrderTraversal<llvm::Function*>(&function)) {
    std::size_t ways = 0;
    const llvm::BasicBlock* last = nullptr;
    for (const llvm::BasicBlock* const before : llvm::predecessors(block))
      if (before != last) ways += std::max<std::size_t>(1, through.lookup(last = before));
    if (ways > most_ways) return true;
    if (block->getTerminator()->getNumSuccessors() == 1 && std::ranges::none_of(*block, does_something)) through[block] = ways;
  }
  return false;
}

inline bool is_large(const FunctionBody& body) { return body.code.size() > std::size_t{1} << 20; }

inline void leave_unoptimized(llvm::Function& function) {
  function.addFnAttr(llvm::Attribute::OptimizeNone);
  function.addFnAttr(llvm::Attribute::NoInline);
}

/// What comes along many ways into one block is passed in memory.
inline void keep_values_in_memory(llvm::Function& function) {
  llvm::SmallVector<llvm::PHINode*, 16> values;
  for (llvm::BasicBlock& block : function)
    for (llvm::PHINode& value : block.phis()) values.push_back(&value);
  for (llvm::PHINode* const value : values) llvm::DemotePHIToStack(value);
}

}  // namespace wasmer::llvm_backend
