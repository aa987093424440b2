#pragma once
/// \file
/// Loads that guard pages check, where traps are to be exact. For LLVM a load is something to leave out, or to put off until its value is needed, so each is followed by
/// a mark: a call that says nothing but has an effect, and to which the loaded value is known. No pass does without the mark, nor the mark without the load, and yet the
/// load is an ordinary one, which may give way to an earlier one or to a store of the same place. Behind the passes the marks go, and what is left of the loads is volatile,
/// so that the code generator leaves them where and as wide as they are.

#include <algorithm>

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

/// Whether somebody who is in no danger of being left out needs the load's value in the same block before anything else happens: as the address of another access, or
/// as what is stored. Such a load needs no mark.
inline bool is_needed_at_once(const llvm::LoadInst& load) {
  constexpr unsigned farthest = 32;
  llvm::SmallPtrSet<const llvm::Value*, 8> derived{&load};
  unsigned distance = 0;
  for (const llvm::Instruction* next = load.getNextNode(); next != nullptr && distance++ < farthest; next = next->getNextNode()) {
    switch (next->getOpcode()) {
      case llvm::Instruction::ZExt:
      case llvm::Instruction::GetElementPtr:
        if (std::ranges::any_of(next->operands(), [&](const llvm::Use& operand) { return derived.contains(operand.get()); })) derived.insert(next);
        break;
      case llvm::Instruction::Load:
        if (derived.contains(llvm::cast<llvm::LoadInst>(next)->getPointerOperand())) return true;
        break;
      case llvm::Instruction::Store: {
        const auto* const store = llvm::cast<llvm::StoreInst>(next);
        if (store->isVolatile() && (derived.contains(store->getPointerOperand()) || store->getValueOperand() == &load)) return true;
        break;
      }
      case llvm::Instruction::Call: return false;
      default: break;
    }
  }
  return false;
}

/// Marks the loads of the function at hand, whose locals are values.
inline void mark_trapping_loads(Emitter& e) {
  if (e.trapping_loads.empty()) return;
  llvm::Function* const mark = intrinsic_declaration(*e.part, llvm::Intrinsic::sideeffect);
  for (llvm::LoadInst* const load : e.trapping_loads) {
    if (is_needed_at_once(*load)) continue;
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
