#pragma once
/// \file
/// What every instruction family emits with: LLVM's builder, the operand stack as SSA values, the context's fields, and traps.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/backend/backend.hpp>
#include <wasmer/backend/llvm/alias.hpp>
#include <wasmer/backend/llvm/api.hpp>
#include <wasmer/backend/llvm/control_frame.hpp>
#include <wasmer/backend/llvm/tuning.hpp>
#include <wasmer/backend/llvm/types.hpp>
#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/context.hpp>

namespace wasmer::llvm_backend {

/// What the CPU that code is made for has beyond SSE4.1.
struct CpuFeatures {
  bool sse41 = false, fma = false;
};

/// The state of one compiler thread: a part of the module, and the function at hand.
class Emitter {
 public:
  Emitter(const Module& module, Tuning tuning, CpuFeatures cpu)
      : module(module), layout(module), tuning(tuning), cpu(cpu),
        guards_memory_0(!module.memories.empty() && vm::has_guard_pages(module.memories[0], tuning.bounds)), ir(context_) {
#if LLVM_VERSION_MAJOR < 15
    context_.enableOpaquePointers();
#endif
    // Else LLVM would print what it says, and end the process if that is an error.
    context_.setDiagnosticHandlerCallBack([](Diagnostic diagnostic, void* self) {
      const llvm::DiagnosticInfo& said = info_of(diagnostic);
      if (said.getSeverity() != llvm::DS_Error) return;
      llvm::raw_string_ostream stream(static_cast<Emitter*>(self)->complaint);
      llvm::DiagnosticPrinterRawOStream printer(stream);
      said.print(printer);
    }, this);
  }
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  const Module& module;
  const vm::ContextLayout layout;
  const Tuning tuning;
  const CpuFeatures cpu;
  /// Memory 0 never moves, and most accesses of it need no check beside its guard pages.
  const bool guards_memory_0;

 private:
  llvm::LLVMContext context_;

 public:
  llvm::IRBuilder<> ir;
  const Types types{context_};
  const AliasKinds alias{context_};
  std::unique_ptr<llvm::Module> part;
  std::string complaint;  ///< of LLVM's, why it cannot compile the part

  const FunctionBody* body = nullptr;
  llvm::Function* function = nullptr;
  llvm::Value* self = nullptr;  ///< the function's context
  llvm::Value* rest = nullptr;  ///< where results beyond the first go
  std::span<const ValueType> local_types;
  std::vector<llvm::AllocaInst*> locals;       ///< by index; null until the local is used
  std::vector<llvm::AllocaInst*> used_locals;  ///< those that are there
  std::vector<llvm::LoadInst*> trapping_loads;  ///< that guard pages check, where traps are to be exact
  std::vector<llvm::Value*> operands;
  std::vector<ControlFrame> controls;

  /// Exceptions out of a try, until its clauses are known.
  struct Handler {
    std::uint32_t outer = no_handler;
    llvm::BasicBlock* pad = nullptr;       ///< where LLVM's unwinding arrives; none as long as nothing in the try can throw
    llvm::BasicBlock* dispatch = nullptr;  ///< asks the clauses one after the other
    llvm::PHINode* exception = nullptr;
    struct Clause {
      std::uint32_t tag;         ///< `any_tag`: all of them
      llvm::BasicBlock* target;  ///< begins with the exception at hand as `exception`
      llvm::PHINode* exception;
    };
    std::vector<Clause> clauses;
  };
  static constexpr std::uint32_t any_tag = ~0u;
  std::vector<Handler> handlers;
  std::uint32_t handler = no_handler;  ///< the innermost, at the instruction at hand
  std::uint32_t open_loops = 0;

  /// The function tail-calls: it has the uniform prototype. Found out while it is read, and then it is read again.
  bool is_uniform = false, must_be_uniform = false;

  /// The part asks LLVM for more than it is worth: values at labels and at calls, which cost nothing in a body's bytes, and blocks in loops in loops. What is left
  /// of it is not built, and it is refused.
  bool is_excessive() const { return excess_ > most_excess; }
  void charge(std::size_t values) { excess_ += values; }

  llvm::LLVMContext& context() { return context_; }

  /// \name Operands
  void push(llvm::Value* value) { operands.push_back(value); }
  llvm::Value* pop() {
    llvm::Value* const value = operands.back();
    operands.pop_back();
    return value;
  }
  ControlFrame& control(std::uint32_t depth = 0) { return controls[controls.size() - 1 - depth]; }
  llvm::ConstantInt* i32(std::uint32_t value) const { return llvm::ConstantInt::get(types.i32, value); }
  llvm::ConstantInt* i64(std::uint64_t value) const { return llvm::ConstantInt::get(types.i64, value); }
  /// 0 or 1 as an i32.
  void push_condition(llvm::Value* condition) { push(ir.CreateZExt(condition, types.i32)); }
  llvm::Value* pop_condition() {
    llvm::Value* const value = pop();
    if (auto* const extended = llvm::dyn_cast<llvm::ZExtInst>(value); extended != nullptr && extended->getSrcTy()->isIntegerTy(1)) return extended->getOperand(0);
    return ir.CreateICmpNE(value, i32(0));
  }

  llvm::BasicBlock* block(const char* name = "") {
    charge(open_loops);  // LLVM keeps a list of the blocks of each loop
    return llvm::BasicBlock::Create(context_, name, function);
  }
  void go_on_in(llvm::BasicBlock* next) { ir.SetInsertPoint(next); }

  /// \name Memory of the machine
  llvm::Value* at(llvm::Value* pointer, std::int64_t offset) { return offset == 0 ? pointer : ir.CreateGEP(types.i8, pointer, i64(static_cast<std::uint64_t>(offset))); }
  llvm::LoadInst* load(llvm::Type* type, llvm::Value* pointer, llvm::MDNode* kind, unsigned alignment = 1) {
    llvm::LoadInst* const load = ir.CreateAlignedLoad(type, pointer, llvm::Align(alignment));
    load->setMetadata(llvm::LLVMContext::MD_tbaa, kind);
    if (kind == alias.constant) load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(context_, {}));
    return load;
  }
  /// What a guest could find when it has trapped is stored in its place, where traps are to be exact.
  llvm::StoreInst* store(llvm::Value* value, llvm::Value* pointer, llvm::MDNode* kind, unsigned alignment = 1) {
    const bool outlives_trap = kind != alias.arguments && kind != alias.results;
    llvm::StoreInst* const store = ir.CreateAlignedStore(value, pointer, llvm::Align(alignment), tuning.exact_traps && outlives_trap);
    store->setMetadata(llvm::LLVMContext::MD_tbaa, kind);
    return store;
  }
  /// The address of a field of the context.
  llvm::Value* field(std::int32_t offset) { return at(self, offset); }
  llvm::LoadInst* load_field(llvm::Type* type, std::int32_t offset, llvm::MDNode* kind) { return load(type, field(offset), kind, type == types.i32 ? 4 : 8); }
  /// The canonical id of the module's type `index`.
  llvm::Value* type_id(std::uint32_t index) { return load_field(types.i32, layout.type_id(index), alias.constant); }
  /// An area of the frame, of that many words at least, for what is passed by address: written just before, or read just after, a call.
  llvm::AllocaInst* results(std::uint32_t words) {
    if (results_ == nullptr) {
      const llvm::IRBuilderBase::InsertPointGuard guard(ir);
      ir.SetInsertPoint(&function->getEntryBlock(), function->getEntryBlock().begin());
      results_ = ir.CreateAlloca(types.i64, i32(words));
    }
    if (llvm::cast<llvm::ConstantInt>(results_->getArraySize())->getZExtValue() < words) results_->setOperand(0, i32(words));
    return results_;
  }
  llvm::Value* to_pointer(llvm::Value* word) { return ir.CreateIntToPtr(word, types.pointer); }

  /// The address of the first byte of a memory: one that has guard pages stays where it is.
  llvm::Value* memory_base(std::uint32_t memory) {
    const bool stays = vm::has_guard_pages(module.memories[memory], tuning.bounds) || module.memories[memory].shared;
    return load_field(types.pointer, layout.memory(memory) + vm::offset::view_pointer, stays ? alias.constant : alias.view);
  }
  /// Bytes of a memory. Of one that is shared it lies before the first byte, where all threads see it grow at once.
  llvm::Value* memory_length(std::uint32_t memory) {
    if (!module.memories[memory].shared) return load_field(types.i64, layout.memory(memory) + vm::offset::view_length, alias.view);
    llvm::LoadInst* const length = load(types.i64, at(memory_base(memory), vm::offset::shared_length), alias.view, 8);
    length->setAtomic(llvm::AtomicOrdering::Monotonic);
    return length;
  }

  /// The place of a local. One that is no parameter begins as zero.
  llvm::AllocaInst* local(std::uint32_t index) {
    llvm::AllocaInst*& place = locals[index];
    if (place == nullptr) {
      const llvm::IRBuilderBase::InsertPointGuard guard(ir);
      llvm::BasicBlock& entry = function->getEntryBlock();
      ir.SetInsertPoint(&entry, entry.begin());
      place = ir.CreateAlloca(types.of(local_types[index]));
      ir.CreateStore(llvm::Constant::getNullValue(place->getAllocatedType()), place);
      used_locals.push_back(place);
    }
    return place;
  }

  /// \name Traps
  /// Ends the block at hand. Nothing merges two traps: each has a place in the module.
  void trap(ErrorId id) {
    llvm::CallInst* const call = ir.CreateIntrinsic(llvm::Intrinsic::ubsantrap, {}, {llvm::ConstantInt::get(types.i8, static_cast<std::uint8_t>(id))});
    call->addFnAttr(llvm::Attribute::NoMerge);
    call->setDoesNotReturn();
    call->setDoesNotThrow();
    ir.CreateUnreachable();
  }
  void trap_if(llvm::Value* condition, ErrorId id) {
    branch_unlikely(condition, [&] { trap(id); });
  }
  /// The same where the ErrorId is a value at run time, an i32.
  void trap_if(llvm::Value* condition, llvm::Value* id) {
    branch_unlikely(condition, [&] {
      auto* const type = llvm::FunctionType::get(types.none, {types.i32}, false);
      llvm::CallInst* const call = ir.CreateCall(type, llvm::InlineAsm::get(type, "ud2", "{ax}", true), {id});
      call->addFnAttr(llvm::Attribute::NoMerge);
      call->setDoesNotReturn();
      call->setDoesNotThrow();
      ir.CreateUnreachable();
    });
  }
  llvm::BranchInst* branch(llvm::Value* condition, llvm::BasicBlock* then, llvm::BasicBlock* otherwise) { return ir.CreateCondBr(condition, then, otherwise); }

  /// Where the fields of the module's structure type `index` lie.
  const vm::StructureLayout& structure(std::uint32_t index) {
    if (structures_.empty()) structures_.resize(module.types.size());
    if (structures_[index] == nullptr) structures_[index] = std::make_unique<vm::StructureLayout>(module.types[index].fields);
    return *structures_[index];
  }

  llvm::Value* intrinsic(llvm::Intrinsic::ID id, llvm::ArrayRef<llvm::Type*> overloads, llvm::ArrayRef<llvm::Value*> arguments) {
    return ir.CreateIntrinsic(id, overloads, arguments);
  }

  /// \name Functions of the module
  void begin_part(std::unique_ptr<llvm::Module> empty) {
    part = std::move(empty);
    excess_ = 0;
  }
  void begin_function(const FunctionBody& of, llvm::Function* as) {
    body = &of, function = as;
    self = as->getArg(0);
    rest = nullptr, results_ = nullptr;
    used_locals.clear(), trapping_loads.clear(), operands.clear(), controls.clear(), handlers.clear();
    handler = no_handler;
    open_loops = 0;
    must_be_uniform = false;
  }
  /// By its own prototype, or by the uniform one. Both names mean one place: who makes an object of the part sees to that.
  llvm::Function* declare(std::uint32_t index, bool uniform) {
    const std::string name = (uniform ? "u" : "f") + std::to_string(index);
    if (llvm::Function* const known = part->getFunction(name)) return known;
    llvm::FunctionType* const type = uniform ? uniform_prototype(types) : prototype(types, module.function_type(index));
    llvm::Function* const declared = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, part.get());
    declared->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return declared;
  }

 private:
  static constexpr std::size_t most_excess = std::size_t{1} << 21;

  template <class F> void branch_unlikely(llvm::Value* condition, F&& emit) {
    if (const auto* const known = llvm::dyn_cast<llvm::ConstantInt>(condition); known != nullptr && known->isZero()) return;
    llvm::BasicBlock* const unlikely = block();
    llvm::BasicBlock* const next = block();
    ir.CreateCondBr(condition, unlikely, next, llvm::MDBuilder(context_).createBranchWeights(1, 1 << 20));
    go_on_in(unlikely);
    emit();
    go_on_in(next);
  }

  llvm::AllocaInst* results_ = nullptr;
  std::size_t excess_ = 0;
  std::vector<std::unique_ptr<vm::StructureLayout>> structures_;  ///< by type, as far as they have been asked for
};

}  // namespace wasmer::llvm_backend
