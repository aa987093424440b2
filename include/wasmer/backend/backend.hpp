#pragma once
/// \file
/// What a backend is: the porting manual, as concepts.

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/wasm/features.hpp>

namespace wasmer {

/// Compiles batches of functions. Owns and reuses its scratch memory: one per thread.
template <class C>
concept Compiler = std::movable<C> && requires(C compiler, std::span<const FunctionBody> bodies, std::vector<std::byte> memory) {
  /// Decodes, validates and compiles the bodies; the first error in the order of the bodies is the answer.
  { compiler.compile(bodies) } -> std::same_as<Result<vm::Object>>;
  /// Takes back the memory of code that is no longer needed, for the next batch.
  compiler.reuse(std::move(memory));
};

/// A way to turn WebAssembly into machine code that keeps the contract of vm/context.hpp. Its data members are its tuning; it holds nothing else.
template <class B>
concept Backend = std::copyable<B> && requires(const B backend, const Module& module, Features features, unsigned threads) {
  /// What users call it: "singlepass".
  { B::name } -> std::convertible_to<std::string_view>;
  /// The proposals that it handles, every instruction of each.
  { B::features } -> std::convertible_to<Features>;
  /// How its code checks memory accesses; memories are made accordingly.
  { backend.bounds } -> std::convertible_to<Bounds>;
  /// How many functions go to one call of `compile`, when `threads` share the module.
  { backend.part_size(module, threads) } -> std::convertible_to<std::size_t>;
  /// A compiler for one thread, which refuses instructions that are not in `features`. The module outlives it.
  { backend.compiler(module, features) } -> Compiler;
};

/// `V` handles the instruction `op`, by a handler of its own or by one for the family it belongs to.
template <class V, Op op>
concept Handles = V::template handles<op>();

/// Fails to compile, naming the instruction, when `V` lacks a handler that its features promise.
template <class V> consteval bool handles_all_it_promises() {
#define WASM_OP(id, text, prefix, code, immediate, signature, family, since) \
  if constexpr (V::features.has(Proposal::since)) static_assert(Handles<V, Op::id>, "no handler for " text);
#include <wasmer/wasm/opcodes.def>
#undef WASM_OP
  return true;
}

}  // namespace wasmer
