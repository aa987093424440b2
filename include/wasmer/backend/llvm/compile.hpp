#pragma once
/// \file
/// What a compiler consists of: a reader, the function compiler that it hands instructions to, and LLVM behind them.

#include <cassert>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/backend/llvm/compiler.hpp>
#include <wasmer/support/once.hpp>

#if !defined(WASMER_COMPILED) || defined(WASMER_COMPILING_LLVM)
#include <wasmer/backend/llvm/function_compiler.hpp>
#include <wasmer/backend/llvm/object.hpp>
#include <wasmer/backend/llvm/pipeline.hpp>
#include <wasmer/backend/llvm/quiet_nans.hpp>
#include <wasmer/backend/llvm/target.hpp>
#include <wasmer/backend/llvm/trapping_load.hpp>
#include <wasmer/backend/llvm/unoptimized.hpp>

namespace wasmer::llvm_backend {

/// A function that has been read: its locals become values, unless LLVM is to leave it as it is, and what must hold of them is made sure of.
inline void settle(Emitter& e) {
  const bool crowded = is_crowded(*e.function);
  if (crowded || is_large(*e.body)) leave_unoptimized(*e.function);
  if (crowded) {
    keep_values_in_memory(*e.function);
  } else {
    llvm::DominatorTree tree(*e.function);
    llvm::PromoteMemToReg(e.used_locals, tree);
  }
  keep_quieting(*e.function);
  mark_trapping_loads(e);
}

inline Patience patience_for(std::span<const FunctionBody> bodies) {
  std::size_t bytes = 0;
  for (const FunctionBody& body : bodies) bytes += body.code.size();
  return Patience(bytes);
}

struct Compiler::State {
  State(const Module& module, Features features, Tuning tuning)
      : target(tuning), module(module), tuning(tuning), reader(module, features) {}

  /// The IR of a part.
  Result<void> read(std::span<const FunctionBody> bodies) {
    if (target.machine() == nullptr) return Error(ErrorId::cannot_compile, Error::no_offset, "this build of LLVM has no x86-64 target");
    function.emplace(module, tuning, Target::features(tuning));  // with a context of its own, which keeps what it has ever made
    Emitter& e = function->emitter();
    e.begin_part(std::make_unique<llvm::Module>("part", e.context()));
    e.part->setTargetTriple(triple());
    e.part->setDataLayout(target.machine()->createDataLayout());
    e.part->setPICLevel(llvm::PICLevel::BigPIC);
    e.part->addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
    e.part->addModuleFlag(llvm::Module::Warning, "Dwarf Version", 4);
    // Locations carry the bytes' offsets in the module through LLVM as lines.
    llvm::DIBuilder locations(*e.part);
    llvm::DIFile* const file = locations.createFile("module.wasm", ".");
    locations.createCompileUnit(llvm::dwarf::DW_LANG_C, file, "wasmer", true, "", 0, "", llvm::DICompileUnit::LineTablesOnly);
    llvm::DISubroutineType* const type = locations.createSubroutineType(locations.getOrCreateTypeArray({}));
    for (const FunctionBody& body : bodies) {
      const std::string name = "f" + std::to_string(body.function);
      const auto line = static_cast<unsigned>(body.offset);
      function->set_subprogram(locations.createFunction(file, name, "", file, line, type, line, llvm::DINode::FlagZero, llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagOptimized));
      e.is_uniform = false;
      WASMER_CHECK(reader.read(body, *function));
      if (e.must_be_uniform) {
        e.function->deleteBody();
        e.is_uniform = true;
        WASMER_CHECK(reader.read(body, *function));
      }
      if (e.is_excessive()) return Error(ErrorId::cannot_compile, body.offset, "more values at labels and calls, or blocks in loops, than LLVM is asked to compile at once");
      settle(e);
    }
    if (bodies.size() == e.module.bodies.size()) hide_functions();
    locations.finalize();
    assert(!llvm::verifyModule(*e.part, &llvm::errs()));
    return success();
  }

  /// In a part that is the whole module LLVM may do away with functions that it has inlined everywhere, unless somebody outside may call them, or somebody inside by
  /// their other name.
  void hide_functions() {
    const Emitter& e = function->emitter();
    for (llvm::Function& each : *e.part) {
      const llvm::StringRef name = each.getName();
      const auto index = function_index(name);
      if (each.isDeclaration() || !index || e.module.declared_functions[*index] || e.module.start == *index) continue;
      if (e.part->getFunction((name.front() == 'f' ? "u" : "f") + std::to_string(*index)) == nullptr) each.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
  }

  Target target;
  const Module& module;
  Tuning tuning;
  std::optional<FunctionCompiler> function;  ///< of the part at hand
  FunctionReader<Validate, FunctionCompiler> reader;
};

WASMER_ONCE Compiler::Compiler(const Module& module, Features features, Tuning tuning) : state_(std::make_unique<State>(module, features, tuning)) {}
WASMER_ONCE Compiler::Compiler(Compiler&&) noexcept = default;
WASMER_ONCE Compiler& Compiler::operator=(Compiler&&) noexcept = default;
WASMER_ONCE Compiler::~Compiler() = default;

WASMER_ONCE Result<vm::Object> Compiler::compile(std::span<const FunctionBody> bodies) {
  WASMER_CHECK(state_->read(bodies));
  Emitter& e = state_->function->emitter();
  const Patience patience = patience_for(bodies);
  optimize(e, *state_->target.machine(), patience);
  const std::string file = generate(e, *state_->target.machine(), object_file, patience);
  if (!e.complaint.empty() || file.empty()) return Error(ErrorId::cannot_compile, Error::no_offset, "LLVM says: " + e.complaint);
  const Module& module = e.module;
  state_->function.reset();
  return ObjectLoader(file, module).load();
}

WASMER_ONCE Result<std::string> Compiler::list(std::span<const FunctionBody> bodies, Listing listing) {
  WASMER_CHECK(state_->read(bodies));
  Emitter& e = state_->function->emitter();
  const Patience patience = patience_for(bodies);
  if (listing != Listing::ir) optimize(e, *state_->target.machine(), patience);
  if (listing == Listing::assembly || listing == Listing::object) return generate(e, *state_->target.machine(), listing == Listing::object ? object_file : assembly_file, patience);
  std::string text;
  llvm::raw_string_ostream stream(text);
  e.part->print(stream, nullptr);
  return stream.str();
}

}  // namespace wasmer::llvm_backend
#endif
