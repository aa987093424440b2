#pragma once
/// \file
/// The check of the stack limit, which is that for interruption too, in prologues and loops. It is put in behind all other passes, so that none of them has to see it:
/// loops are vectorized, and functions inlined, as if there were none. One more breaks up what would be a very long block, since LLVM's code generator takes time
/// quadratic in the length of blocks.

#include <cstddef>
#include <cstdint>

#include <wasmer/backend/llvm/api.hpp>
#include <wasmer/error.hpp>
#include <wasmer/vm/context.hpp>

namespace wasmer::llvm_backend {

class Polls {
 public:
  /// `kind`: of accesses of the limit.
  Polls(llvm::Function& function, llvm::MDNode* kind) : function_(function), kind_(kind), ir_(function.getContext()) {}

  void insert() {
    llvm::DominatorTree tree(function_);
    const llvm::LoopInfo loops(tree);
    llvm::SmallVector<llvm::BasicBlock*, 8> heads;
    for (const llvm::Loop* const loop : loops.getLoopsInPreorder()) heads.push_back(loop->getHeader());
    for (llvm::BasicBlock* const head : heads) if_interrupted(&*head->getFirstInsertionPt());
    if (calls()) in_prologue();
    in_long_blocks();
  }

 private:
  /// A function that calls nobody needs little stack.
  bool calls() const {
    for (const llvm::BasicBlock& block : function_)
      for (const llvm::Instruction& instruction : block) {
        const auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
        if (call != nullptr && !llvm::isa<llvm::IntrinsicInst>(call) && !call->isInlineAsm()) return true;
      }
    return false;
  }

  llvm::Value* limit() {
    llvm::LoadInst* const limit = ir_.CreateAlignedLoad(ir_.getInt64Ty(), function_.getArg(0), llvm::Align(8));
    limit->setAtomic(llvm::AtomicOrdering::Monotonic);
    limit->setMetadata(llvm::LLVMContext::MD_tbaa, kind_);
    return limit;
  }

  /// Traps before `next` if `condition()` holds there.
  template <class F> void before(llvm::Instruction* next, F&& condition) {
    ir_.SetInsertPoint(next);
    llvm::DebugLoc place = next->getDebugLoc();
    if (!place) place = llvm::DILocation::get(function_.getContext(), function_.getSubprogram()->getLine(), 0, function_.getSubprogram());
    ir_.SetCurrentDebugLocation(place);
    llvm::MDNode* const weights = llvm::MDBuilder(function_.getContext()).createBranchWeights(1, 1 << 20);
    llvm::Instruction* const exhausted = llvm::SplitBlockAndInsertIfThen(condition(), next, true, weights);
    ir_.SetInsertPoint(exhausted);
    ir_.SetCurrentDebugLocation(place);
    llvm::CallInst* const trap = ir_.CreateIntrinsic(llvm::Intrinsic::ubsantrap, {}, {ir_.getInt8(static_cast<std::uint8_t>(ErrorId::call_stack_exhausted))});
    trap->addFnAttr(llvm::Attribute::NoMerge);
    trap->setDoesNotThrow();
  }

  /// Within a function the stack pointer stays as it is: only the limit may have changed, to all ones.
  void if_interrupted(llvm::Instruction* next) {
    before(next, [&] { return ir_.CreateICmpEQ(limit(), ir_.getInt64(~std::uint64_t{0})); });
  }

  void in_long_blocks() {
    constexpr unsigned longest = 4096, end = 16;  // instructions; at the end of a block some belong together
    llvm::SmallVector<llvm::Instruction*, 8> places;
    for (llvm::BasicBlock& block : function_) {
      std::size_t left = block.size();
      unsigned length = 0;
      for (llvm::Instruction& instruction : block) {
        if (left-- < end) break;
        if (++length < longest || llvm::isa<llvm::PHINode>(instruction) || instruction.isEHPad()) continue;
        places.push_back(&instruction);
        length = 0;
      }
    }
    for (llvm::Instruction* const place : places) if_interrupted(place);
  }

  void in_prologue() {
    llvm::BasicBlock::iterator first = function_.getEntryBlock().begin();
    while (llvm::isa<llvm::AllocaInst>(*first)) ++first;
    llvm::LLVMContext& context = function_.getContext();
    before(&*first, [&] {
      llvm::Value* const name = llvm::MetadataAsValue::get(context, llvm::MDNode::get(context, {llvm::MDString::get(context, "rsp")}));
      return ir_.CreateICmpULT(ir_.CreateIntrinsic(llvm::Intrinsic::read_register, {ir_.getInt64Ty()}, {name}), limit());
    });
  }

  llvm::Function& function_;
  llvm::MDNode* kind_;
  llvm::IRBuilder<> ir_;
};

}  // namespace wasmer::llvm_backend
