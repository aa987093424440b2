#pragma once
/// \file
/// From IR to better IR, and to an ELF file: the passes that each level runs.

#include <string>

#include <wasmer/backend/llvm/emitter.hpp>
#include <wasmer/backend/llvm/polls.hpp>
#include <wasmer/backend/llvm/target.hpp>
#include <wasmer/backend/llvm/trapping_loads.hpp>

namespace wasmer::llvm_backend {

/// Passes are left out that would take the context from a function, which must have it as its first argument whatever it does with it, for polls are still to
/// come; and one that would make loads of vectors narrower.
inline bool is_wanted(llvm::StringRef pass) { return pass != "DeadArgumentEliminationPass" && pass != "ArgumentPromotionPass" && pass != "VectorCombinePass"; }

/// LLVM's own pipeline for the level; then what no pass is to see.
inline void optimize(Emitter& e, llvm::TargetMachine& machine) {
  if (e.tuning.level != Level::none) {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager components;
    llvm::ModuleAnalysisManager modules;
    llvm::PipelineTuningOptions options;
    options.LoopVectorization = options.SLPVectorization = options.LoopInterleaving = e.tuning.level >= Level::usual;
    llvm::PassInstrumentationCallbacks callbacks;
    callbacks.registerShouldRunOptionalPassCallback([](llvm::StringRef pass, auto&&) { return is_wanted(pass); });
    llvm::PassBuilder builder(&machine, options, {}, &callbacks);
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(components);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, components, modules);
    const llvm::OptimizationLevel level = e.tuning.level == Level::some ? llvm::OptimizationLevel::O1
                                        : e.tuning.level == Level::usual ? llvm::OptimizationLevel::O2 : llvm::OptimizationLevel::O3;
    builder.buildPerModuleDefaultPipeline(level).run(*e.part, modules);
  }
  for (llvm::Function& function : *e.part) {
    if (function.isDeclaration()) continue;
    keep_widths(function, e.alias.memory);
    Polls(function, e.alias.limit).insert();
    // Every call is a relocation again, and so goes through the check of a large frame.
    function.setLinkage(llvm::GlobalValue::ExternalLinkage);
    function.setVisibility(llvm::GlobalValue::HiddenVisibility);
  }
}

/// Machine code, as an ELF file or as text.
inline std::string generate(Emitter& e, llvm::TargetMachine& machine, OutputKind kind) {
  llvm::SmallString<0> output;
  llvm::raw_svector_ostream stream(output);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, kind)) return {};
  passes.run(*e.part);
  return std::string(output.str());
}

}  // namespace wasmer::llvm_backend
