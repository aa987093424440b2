#pragma once
/// \file
/// From IR to better IR, and to an ELF file: the passes that each level runs.

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <string>

#include <wasmer/backend/llvm/emitter.hpp>
#include <wasmer/backend/llvm/polls.hpp>
#include <wasmer/backend/llvm/recursion.hpp>
#include <wasmer/backend/llvm/target.hpp>
#include <wasmer/backend/llvm/trapping_load.hpp>

namespace wasmer::llvm_backend {

/// Passes are left out that would take the context from a function, which must have it as its first argument whatever it does with it, for polls are still to
/// come; and one that would make loads of vectors narrower. Where traps are exact, also those that find nothing to do among volatile stores: whatever is for vectors,
/// or moves memory about.
inline bool is_wanted(llvm::StringRef pass, bool exact_traps) {
  if (pass == "DeadArgumentEliminationPass" || pass == "ArgumentPromotionPass" || pass == "VectorCombinePass") return false;
#if LLVM_VERSION_MAJOR < 15
  // These crash on pointers that do not say what they point to, which were new then.
  if (pass == "LoopVectorizePass" || pass == "LoopDistributePass" || pass == "LoopLoadEliminationPass") return false;
#endif
  return !exact_traps || (pass != "LoopVectorizePass" && pass != "SLPVectorizerPass" && pass != "LoopDistributePass" && pass != "LoopLoadEliminationPass" &&
                          pass != "MemCpyOptPass" && pass != "MergedLoadStoreMotionPass" && pass != "CalledValuePropagationPass");
}

/// Keeps hostile code from taking for ever. Some passes take time quadratic in what a function consists of: one is left out where a block is very long, and when a part
/// has taken many times what its bytes usually do, the rest of the optional passes are.
class Patience {
 public:
  explicit Patience(std::size_t bytes) : end_(now() + std::chrono::seconds(20) + std::chrono::microseconds(200) * bytes) {}

  bool is_at_end() const { return now() > end_; }
  bool allows(llvm::StringRef pass, const llvm::Any& unit) const {
    if (const auto* const function = held<const llvm::Function*>(unit); function != nullptr && !allows(pass, **function)) return false;
    if (const auto* const loop = held<const llvm::Loop*>(unit); loop != nullptr && !allows(pass, *(*loop)->getHeader()->getParent())) return false;
    return !is_at_end();
  }

 private:
  static constexpr std::size_t longest_block = 8192;  ///< instructions

  static bool allows(llvm::StringRef pass, const llvm::Function& function) {
    return !function.hasOptNone() && (pass != "SLPVectorizerPass" || !has_long_block(function));
  }
  static bool has_long_block(const llvm::Function& function) {
    return std::ranges::any_of(function, [](const llvm::BasicBlock& block) { return block.size() > longest_block; });
  }
  /// The processor's time of this thread.
  static std::chrono::nanoseconds now() {
    std::timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  std::chrono::nanoseconds end_;
};

/// LLVM's own pipeline for the level; then what no pass is to see.
inline void optimize(Emitter& e, llvm::TargetMachine& machine, const Patience& patience) {
  if (e.tuning.level != Level::none) {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager components;
    llvm::ModuleAnalysisManager modules;
    llvm::PipelineTuningOptions options;
    options.LoopVectorization = options.SLPVectorization = options.LoopInterleaving = e.tuning.level >= Level::usual && !e.tuning.exact_traps;
    llvm::PassInstrumentationCallbacks callbacks;
    callbacks.registerShouldRunOptionalPassCallback([&](llvm::StringRef pass, const llvm::Any& unit) { return is_wanted(pass, e.tuning.exact_traps) && patience.allows(pass, unit); });
    llvm::PassBuilder builder(&machine, options, {}, &callbacks);
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(components);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, components, modules);
    const llvm::OptimizationLevel level = e.tuning.level == Level::some ? llvm::OptimizationLevel::O1
                                        : e.tuning.level == Level::usual ? llvm::OptimizationLevel::O2 : llvm::OptimizationLevel::O3;
    if (e.tuning.level >= Level::usual) when_simplified(builder, [&](llvm::ModulePassManager& passes, auto&&...) { passes.addPass(UnrollRecursion(builder, level)); });
    builder.buildPerModuleDefaultPipeline(level).run(*e.part, modules);
  }
  for (llvm::Function& function : *e.part) {
    if (function.isDeclaration()) continue;
    if (has_trapping_loads(e)) fix_trapping_loads(function, e.alias);
    Polls(function, e.alias.limit).insert();
    // Every call is a relocation again, and so goes through the check of a large frame.
    function.setLinkage(llvm::GlobalValue::ExternalLinkage);
    function.setVisibility(llvm::GlobalValue::HiddenVisibility);
  }
}

/// LLVM's passes for making machine code, without some. One makes branches of conditional moves whose operand is memory, also of a load that is volatile, which then happens one
/// way only. One follows variables for debuggers, and there are none.
class MachinePasses : public llvm::legacy::PassManager {
 public:
  void add(llvm::Pass* pass) override {
    if (pass->getPassName() == "X86 cmov Conversion" || pass->getPassID() == &llvm::LiveDebugValuesID) delete pass;
    else llvm::legacy::PassManager::add(pass);
  }
};

/// Machine code, as an ELF file or as text.
inline std::string generate(Emitter& e, llvm::TargetMachine& machine, OutputKind kind, const Patience& patience) {
  const CodeGenLevel level = machine.getOptLevel();
  if (patience.is_at_end()) machine.setOptLevel(CodeGenLevel::None);
  llvm::SmallString<0> output;
  llvm::raw_svector_ostream stream(output);
  MachinePasses passes;
  const bool is_possible = !machine.addPassesToEmitFile(passes, stream, nullptr, kind);
  if (is_possible) passes.run(*e.part);
  machine.setOptLevel(level);
  return std::string(output.str());
}

}  // namespace wasmer::llvm_backend
