#pragma once
/// \file
/// What LLVM would take for granted and WebAssembly does not, put right once locals are values. Where traps need not be exact (else loads are volatile anyway):
/// - a load that nobody uses may trap all the same: it becomes volatile, which it need not be while somebody uses it, also by LLVM's reckoning;
/// - so may a load of which only some bytes are used, if the others are out of bounds: it too becomes volatile, before LLVM's code generator would narrow it;
/// And always:
/// - arithmetic makes a signalling NaN quiet, also where it changes no other number (x - 0, x * 1, f32 to f64 and back): there an operand is hidden from LLVM.

#include <vector>

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

/// Whether LLVM may take a load of guest memory for one that does not trap.
inline bool is_ordinary(const llvm::LoadInst& load, const llvm::MDNode* guest_memory) {
  return !load.isVolatile() && load.getMetadata(llvm::LLVMContext::MD_tbaa) == guest_memory;
}

/// An instruction that does nothing, and that no pass takes for superfluous: what it uses stays.
inline llvm::CallInst* keep(llvm::Instruction& value) {
  llvm::IRBuilder<> ir(value.getNextNode());
  auto* const type = llvm::FunctionType::get(ir.getVoidTy(), {value.getType()}, false);
  llvm::CallInst* const kept = ir.CreateCall(type, llvm::InlineAsm::get(type, "# kept", "r", true), {&value});
  kept->setDoesNotAccessMemory();
  kept->setDoesNotThrow();
  return kept;
}
inline bool is_keep(const llvm::Instruction& instruction) {
  const auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
  const auto* const code = call == nullptr ? nullptr : llvm::dyn_cast<llvm::InlineAsm>(call->getCalledOperand());
  return code != nullptr && llvm::StringRef(code->getAsmString()) == "# kept";
}

/// Makes those loads volatile on which nothing depends that the guest could see.
inline void keep_unused_loads(llvm::Function& function, const llvm::MDNode* guest_memory) {
  std::vector<llvm::Instruction*> pending;
  llvm::SmallPtrSet<llvm::Instruction*, 32> used;
  const auto use = [&](llvm::Value* value) {
    if (auto* const instruction = llvm::dyn_cast<llvm::Instruction>(value); instruction != nullptr && used.insert(instruction).second) pending.push_back(instruction);
  };
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block)
      if ((instruction.mayHaveSideEffects() && !is_keep(instruction)) || instruction.isTerminator()) use(&instruction);
  while (!pending.empty()) {
    llvm::Instruction* const next = pending.back();
    pending.pop_back();
    for (llvm::Value* const operand : next->operands()) use(operand);
  }
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block)
      if (auto* const load = llvm::dyn_cast<llvm::LoadInst>(&instruction); load != nullptr && !used.contains(load) && is_ordinary(*load, guest_memory)) load->setVolatile(true);
}

/// The same of those too that LLVM would find out that nothing depends on, x * 0 being 0, once `simplify(function)` has made the function simpler.
template <class F> void keep_trapping_loads(llvm::Function& function, const llvm::MDNode* guest_memory, F&& simplify) {
  std::vector<llvm::LoadInst*> loads;
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block)
      if (auto* const load = llvm::dyn_cast<llvm::LoadInst>(&instruction); load != nullptr && is_ordinary(*load, guest_memory)) loads.push_back(load);
  for (llvm::LoadInst* const load : loads) keep(*load);
  simplify(function);
  keep_unused_loads(function, guest_memory);
  for (llvm::BasicBlock& block : function)
    for (auto next = block.begin(); next != block.end();)
      if (llvm::Instruction& instruction = *next++; is_keep(instruction)) instruction.eraseFromParent();
}

/// Whether the code generator may find that fewer bytes of a value would do.
inline bool may_be_narrowed(const llvm::LoadInst& load) {
  for (const llvm::User* const user : load.users()) {
    const auto* const instruction = llvm::dyn_cast<llvm::Instruction>(user);
    switch (instruction == nullptr ? 0 : instruction->getOpcode()) {
      case llvm::Instruction::Trunc:
      case llvm::Instruction::And:
      case llvm::Instruction::Or:
      case llvm::Instruction::Xor:
      case llvm::Instruction::Shl:
      case llvm::Instruction::LShr:
      case llvm::Instruction::AShr:
      case llvm::Instruction::BitCast:
      case llvm::Instruction::ExtractElement:
      case llvm::Instruction::ShuffleVector: return true;
      default: break;
    }
  }
  return false;
}
/// Of a function that has been optimized.
inline void keep_widths(llvm::Function& function, llvm::MDNode* guest_memory) {
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block)
      if (auto* const load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
          load != nullptr && load->getMetadata(llvm::LLVMContext::MD_tbaa) == guest_memory && !load->getType()->isIntegerTy(8) && may_be_narrowed(*load))
        load->setVolatile(true);
}

/// An operand that LLVM would compute with at once, because the result is the other operand but for a NaN.
inline bool is_neutral(const llvm::Value* value) {
  const auto* constant = llvm::dyn_cast<llvm::Constant>(value);
  if (constant != nullptr && constant->getType()->isVectorTy()) constant = constant->getSplatValue();
  const auto* const number = llvm::dyn_cast_or_null<llvm::ConstantFP>(constant);
  return number != nullptr && (number->isZero() || number->isExactlyValue(1.0) || number->isExactlyValue(-1.0));
}

/// The same value, of which LLVM knows nothing.
inline llvm::Value* hide(llvm::IRBuilder<>& ir, llvm::Value* value) {
  auto* const type = llvm::FunctionType::get(value->getType(), {value->getType()}, false);
  return ir.CreateCall(type, llvm::InlineAsm::get(type, "", "=x,0", false), {value});
}

inline void keep_quieting(llvm::Function& function) {
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block) {
      llvm::IRBuilder<> ir(&instruction);
      switch (instruction.getOpcode()) {
        case llvm::Instruction::FAdd:
        case llvm::Instruction::FSub:
        case llvm::Instruction::FMul:
        case llvm::Instruction::FDiv:
          for (llvm::Use& operand : instruction.operands())
            if (is_neutral(operand.get())) operand.set(hide(ir, operand.get()));
          break;
        case llvm::Instruction::FPTrunc:
          if (llvm::isa<llvm::FPExtInst>(instruction.getOperand(0))) instruction.setOperand(0, hide(ir, instruction.getOperand(0)));
          break;
        default: break;
      }
    }
}

/// A function that has been read: its locals become values, and the rest holds of them.
inline void settle(Emitter& e) {
  llvm::DominatorTree tree(*e.function);
  llvm::PromoteMemToReg(e.used_locals, tree);
  if (e.tuning.level == Level::none) keep_unused_loads(*e.function, e.alias.memory);
  keep_quieting(*e.function);
}

}  // namespace wasmer::llvm_backend
