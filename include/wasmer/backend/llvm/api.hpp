#pragma once
/// \file
/// The one place that includes LLVM, and makes one interface of those of its versions.

#if !__has_include(<llvm/Config/llvm-config.h>)
#error "Runtime<Llvm> needs LLVM's headers: install llvm-19-dev (or -14, -16, -22) and add the directory that `llvm-config-19 --includedir` names; in CMake, link wasmer::llvm"
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <llvm/Config/llvm-config.h>

#include <string>

#include <llvm/ADT/Any.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/CodeGen/Passes.h>
#include <llvm/IR/BasicBlock.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DerivedTypes.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/Local.h>
#include <llvm/Transforms/Utils/LoopUtils.h>
#include <llvm/Transforms/Utils/PromoteMemToReg.h>
#if LLVM_VERSION_MAJOR >= 17
#include <llvm/TargetParser/Host.h>
#else
#include <llvm/Support/Host.h>
#endif
#pragma GCC diagnostic pop

namespace wasmer::llvm_backend {

#if LLVM_VERSION_MAJOR >= 18
using CodeGenLevel = llvm::CodeGenOptLevel;
using OutputKind = llvm::CodeGenFileType;
inline constexpr OutputKind object_file = OutputKind::ObjectFile, assembly_file = OutputKind::AssemblyFile;
#else
using CodeGenLevel = llvm::CodeGenOpt::Level;
using OutputKind = llvm::CodeGenFileType;
inline constexpr OutputKind object_file = llvm::CGFT_ObjectFile, assembly_file = llvm::CGFT_AssemblyFile;
#endif

#if LLVM_VERSION_MAJOR >= 21
using TargetTriple = llvm::Triple;
#else
using TargetTriple = std::string;
#endif

/// What `any` holds, if that is a T.
template <class T> const T* held(const llvm::Any& any) {
#if LLVM_VERSION_MAJOR >= 16
  return llvm::any_cast<T>(&any);
#else
  return llvm::any_isa<T>(any) ? llvm::any_cast<T>(&any) : nullptr;
#endif
}

/// Calls `add`, with a pass manager and what each version adds to it, where LLVM has simplified a module and is about to optimize it; version 14 lets nobody in before the end.
template <class Add> void when_simplified(llvm::PassBuilder& builder, Add add) {
#if LLVM_VERSION_MAJOR >= 15
  builder.registerOptimizerEarlyEPCallback(add);
#else
  builder.registerOptimizerLastEPCallback(add);
#endif
}

inline llvm::Function* intrinsic_declaration(llvm::Module& module, llvm::Intrinsic::ID id) {
#if LLVM_VERSION_MAJOR >= 20
  return llvm::Intrinsic::getOrInsertDeclaration(&module, id);
#else
  return llvm::Intrinsic::getDeclaration(&module, id);
#endif
}

#if LLVM_VERSION_MAJOR >= 19
using Diagnostic = const llvm::DiagnosticInfo*;
inline const llvm::DiagnosticInfo& info_of(Diagnostic diagnostic) { return *diagnostic; }
#else
using Diagnostic = const llvm::DiagnosticInfo&;
inline const llvm::DiagnosticInfo& info_of(Diagnostic diagnostic) { return diagnostic; }
#endif

}  // namespace wasmer::llvm_backend
