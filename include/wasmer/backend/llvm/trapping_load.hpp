#pragma once
/// \file
/// Loads that guard pages check, where traps are to be exact. For LLVM a load is something to leave out, or to put off until its value is needed, so each is followed by
/// a mark: a call that says nothing but has an effect, and to which the loaded value is known. No pass does without the mark, nor the mark without the load, and yet the
/// load is an ordinary one, which may give way to an earlier one or to a store of the same place. Behind the passes the marks go, and what is left of the loads is volatile,
/// so that the code generator leaves them where and as wide as they are.

#include <algorithm>

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

/// Marks the loads of the function at hand, whose locals are values.
inline void mark_trapping_loads(Emitter& e) {
  if (e.trapping_loads.empty()) return;
  llvm::Function* const mark = intrinsic_declaration(*e.part, llvm::Intrinsic::sideeffect);
  for (llvm::LoadInst* const load : e.trapping_loads) {
    llvm::IRBuilder<> ir(load->getNextNode());
    ir.SetCurrentDebugLocation(load->getDebugLoc());
    ir.CreateCall(mark, {}, {llvm::OperandBundleDef("deopt", load)});  // of all bundles the one that is known to write no memory
  }
}

/// Whether guard pages check any memory, and traps are to be exact.
inline bool has_trapping_loads(const Emitter& e) {
  return e.tuning.exact_traps && std::ranges::any_of(e.module.memories, [&](const MemoryType& memory) { return vm::has_guard_pages(memory, e.tuning.bounds); });
}

/// Behind the passes.
inline void fix_trapping_loads(llvm::Function& function, const AliasKinds& alias) {
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(block)) {
      if (auto* const load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
        const llvm::MDNode* const kind = load->getMetadata(llvm::LLVMContext::MD_tbaa);
        if (kind == nullptr || kind == alias.memory) load->setVolatile(true);
      } else if (const auto* const call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction); call != nullptr && call->getIntrinsicID() == llvm::Intrinsic::sideeffect) {
        instruction.eraseFromParent();
      }
    }
}

}  // namespace wasmer::llvm_backend
