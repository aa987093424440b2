#pragma once
/// \file
/// Small functions that call themselves are inlined into themselves, which LLVM's inliner never does: a call does then the work of several.

#include <cstddef>

#include <wasmer/backend/llvm/api.hpp>

namespace wasmer::llvm_backend {

/// Runs when LLVM has simplified a module, so that sizes say something; what it changes it has simplified again.
class UnrollRecursion : public llvm::PassInfoMixin<UnrollRecursion> {
 public:
  UnrollRecursion(llvm::PassBuilder& builder, llvm::OptimizationLevel level) : builder_(&builder), level_(level) {}

  llvm::PreservedAnalyses run(llvm::Module& part, llvm::ModuleAnalysisManager& modules) {
    auto& functions = modules.getResult<llvm::FunctionAnalysisManagerModuleProxy>(part).getManager();
    bool is_changed = false;
    for (llvm::Function& function : llvm::make_early_inc_range(part)) {
      if (!unroll(function)) continue;
      is_changed = true;
      functions.invalidate(function, llvm::PreservedAnalyses::none());
      functions.invalidate(function, builder_->buildFunctionSimplificationPipeline(level_, llvm::ThinOrFullLTOPhase::None).run(function, functions));
    }
    return is_changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
  }

 private:
  using Calls = llvm::SmallVector<llvm::CallBase*, 4>;
  static constexpr std::size_t most_instructions = 240;  ///< of a function when it is done
  static constexpr int most_rounds = 2;

  /// The calls of itself in a function small enough for what they stand for to be put in their places; else none.
  static Calls calls_to_inline(llvm::Function& function) {
    Calls calls;
    std::size_t size = 0;
    if (function.isDeclaration() || function.hasOptNone() || function.hasFnAttribute(llvm::Attribute::NoInline)) return calls;
    for (llvm::BasicBlock& block : function)
      for (llvm::Instruction& instruction : block) {
        if (!llvm::isa<llvm::IntrinsicInst>(instruction)) ++size;
        auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
        if (call == nullptr || call->getCalledFunction() != &function) continue;
        if (call->isMustTailCall()) return {};
        calls.push_back(call);
      }
    if (size * (1 + calls.size()) > most_instructions) calls.clear();
    return calls;
  }

  static bool unroll(llvm::Function& function) {
    bool is_changed = false;
    for (int round = 0; round < most_rounds; ++round) {
      const Calls calls = calls_to_inline(function);
      if (calls.empty()) break;
      // What is inlined is the function as it was, whose own calls are of what it becomes.
      llvm::ValueToValueMapTy values;
      llvm::Function* const before = llvm::CloneFunction(&function, values);
      for (llvm::CallBase* const call : calls) {
        call->setCalledFunction(before);
        llvm::InlineFunctionInfo info;
        if (llvm::InlineFunction(*call, info).isSuccess()) is_changed = true;
        else call->setCalledFunction(&function);
      }
      before->eraseFromParent();
    }
    return is_changed;
  }

  llvm::PassBuilder* builder_;
  llvm::OptimizationLevel level_;
};

}  // namespace wasmer::llvm_backend
