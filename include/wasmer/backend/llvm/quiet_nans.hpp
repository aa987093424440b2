#pragma once
/// \file
/// What LLVM would take for granted and WebAssembly does not, put right once locals are values: arithmetic makes a signalling NaN quiet, also where it changes no
/// other number (x - 0, x * 1, f32 to f64 and back). There an operand is hidden from LLVM.

#include <wasmer/backend/llvm/api.hpp>

namespace wasmer::llvm_backend {

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

}  // namespace wasmer::llvm_backend
