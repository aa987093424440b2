#pragma once
/// \file
/// The machine that LLVM makes code for: x86-64, position-independent, and what the CPU at hand has.

#include <memory>
#include <mutex>
#include <string>

#include <wasmer/backend/llvm/emitter.hpp>
#include <wasmer/backend/llvm/tuning.hpp>

extern "C" {
void LLVMInitializeX86TargetInfo();
void LLVMInitializeX86Target();
void LLVMInitializeX86TargetMC();
void LLVMInitializeX86AsmPrinter();
void LLVMInitializeX86AsmParser();
}

namespace wasmer::llvm_backend {

inline TargetTriple triple() { return TargetTriple("x86_64-unknown-linux-gnu"); }

class Target {
 public:
  explicit Target(Tuning tuning) {
    static std::once_flag once;
    std::call_once(once, [] {
      LLVMInitializeX86TargetInfo();
      LLVMInitializeX86Target();
      LLVMInitializeX86TargetMC();
      LLVMInitializeX86AsmPrinter();
      LLVMInitializeX86AsmParser();  // the traps of the runtime are inline assembly
    });
    const std::string cpu = tuning.host_cpu ? llvm::sys::getHostCPUName().str() : "x86-64-v2";
    std::string message;
    const llvm::Target* const target = llvm::TargetRegistry::lookupTarget(triple(), message);
    if (target == nullptr) return;
    llvm::TargetOptions options;
    options.EmitStackSizeSection = true;
    machine_.reset(target->createTargetMachine(triple(), cpu, tuning.host_cpu ? host_features() : "", options, llvm::Reloc::PIC_, llvm::CodeModel::Small, code_level(tuning.level), true));
  }

  /// Null where this build of LLVM has no x86-64.
  llvm::TargetMachine* machine() { return machine_.get(); }

  /// What the families of instructions ask for.
  static CpuFeatures features(Tuning tuning) {
    if (!tuning.host_cpu) return {.sse41 = true, .fma = false};
    const llvm::StringMap<bool> host = features_of_host();
    return {.sse41 = host.lookup("sse4.1"), .fma = host.lookup("fma")};
  }

 private:
  static CodeGenLevel code_level(Level level) {
    return level == Level::none ? CodeGenLevel::None : level == Level::some ? CodeGenLevel::Less : level == Level::usual ? CodeGenLevel::Default : CodeGenLevel::Aggressive;
  }
  static llvm::StringMap<bool> features_of_host() {
#if LLVM_VERSION_MAJOR >= 19
    return llvm::sys::getHostCPUFeatures();
#else
    llvm::StringMap<bool> features;
    llvm::sys::getHostCPUFeatures(features);
    return features;
#endif
  }
  static std::string host_features() {
    std::string list;
    for (const auto& each : features_of_host()) list += (list.empty() ? "" : ",") + std::string(each.second ? "+" : "-") + each.first().str();
    return list;
  }

  std::unique_ptr<llvm::TargetMachine> machine_;
};

}  // namespace wasmer::llvm_backend
