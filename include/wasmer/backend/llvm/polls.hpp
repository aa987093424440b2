#pragma once
/// \file
/// The check of the stack limit, which is that for interruption too, in prologues and loops. It is put in behind all other passes, so that none of them has to see it:
/// loops are vectorized, and functions inlined, as if there were none. One more breaks up what would be a very long block, since LLVM's code generator takes time
/// quadratic in the length of blocks.

#include <algorithm>
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
    llvm::LoopInfo loops(tree);
    llvm::SmallVector<llvm::BasicBlock*, 8> heads;
    for (const llvm::Loop* const loop : loops.getLoopsInPreorder()) heads.push_back(loop->getHeader());
    llvm::BasicBlock* const calling = before_calls(tree, loops);
    for (llvm::BasicBlock* const head : heads) before(first_in(*head));
    if (calling != nullptr) before(first_in(*calling));
    in_long_blocks();
  }

 private:
  static bool is_call(const llvm::Instruction& instruction) {
    const auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    return call != nullptr && !llvm::isa<llvm::IntrinsicInst>(call) && !call->isInlineAsm();
  }

  /// Where all ways to calls come by once: often behind a way out for what needs none. A function that calls nobody needs little stack, and has no such place.
  llvm::BasicBlock* before_calls(llvm::DominatorTree& tree, llvm::LoopInfo& loops) const {
    llvm::BasicBlock* place = nullptr;
    for (llvm::BasicBlock& block : function_)
      if (tree.isReachableFromEntry(&block) && std::ranges::any_of(block, is_call)) place = place == nullptr ? &block : tree.findNearestCommonDominator(place, &block);
    while (place != nullptr && loops.getLoopFor(place) != nullptr) {
      llvm::Loop* const loop = loops.getLoopFor(place);
      place = loop->getLoopPreheader();
      if (place == nullptr) place = llvm::InsertPreheaderForLoop(loop, &tree, &loops, nullptr, false);
      if (place == nullptr) place = tree.getNode(loop->getHeader())->getIDom()->getBlock();
    }
    return place;
  }

  /// One instruction that compares with memory and one branch: which is why the stack pointer is compared in loops too, though within a function it stays as it is and
  /// the limit can only have become all ones. The load is volatile, not atomic, or else it would be no operand of the comparison; the machine reads a word at once.
  void before(llvm::Instruction* next) {
    ir_.SetInsertPoint(next);
    llvm::DebugLoc place = next->getDebugLoc();
    if (!place) place = llvm::DILocation::get(function_.getContext(), function_.getSubprogram()->getLine(), 0, function_.getSubprogram());
    ir_.SetCurrentDebugLocation(place);
    llvm::LLVMContext& context = function_.getContext();
    llvm::Value* const name = llvm::MetadataAsValue::get(context, llvm::MDNode::get(context, {llvm::MDString::get(context, "rsp")}));
    llvm::Value* const stack_pointer = ir_.CreateIntrinsic(llvm::Intrinsic::read_register, {ir_.getInt64Ty()}, {name});
    llvm::LoadInst* const limit = ir_.CreateAlignedLoad(ir_.getInt64Ty(), function_.getArg(0), llvm::Align(8), true);
    limit->setMetadata(llvm::LLVMContext::MD_tbaa, kind_);
    llvm::MDNode* const weights = llvm::MDBuilder(context).createBranchWeights(1, 1 << 20);
    llvm::Instruction* const exhausted = llvm::SplitBlockAndInsertIfThen(ir_.CreateICmpULT(stack_pointer, limit), next, true, weights);
    ir_.SetInsertPoint(exhausted);
    ir_.SetCurrentDebugLocation(place);
    llvm::CallInst* const trap = ir_.CreateIntrinsic(llvm::Intrinsic::ubsantrap, {}, {ir_.getInt8(static_cast<std::uint8_t>(ErrorId::call_stack_exhausted))});
    trap->addFnAttr(llvm::Attribute::NoMerge);
    trap->setDoesNotThrow();
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
    for (llvm::Instruction* const place : places) before(place);
  }

  static llvm::Instruction* first_in(llvm::BasicBlock& block) {
    llvm::BasicBlock::iterator first = block.getFirstInsertionPt();
    while (llvm::isa<llvm::AllocaInst>(*first)) ++first;
    return &*first;
  }

  llvm::Function& function_;
  llvm::MDNode* kind_;
  llvm::IRBuilder<> ir_;
};

}  // namespace wasmer::llvm_backend
