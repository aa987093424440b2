#pragma once
/// \file
/// What memory an access is of, for LLVM's analyses: the kinds never overlap.

#include <wasmer/backend/llvm/api.hpp>

namespace wasmer::llvm_backend {

struct AliasKinds {
  explicit AliasKinds(llvm::LLVMContext& context) : builder_(context), root_(builder_.createTBAARoot("wasm")) {}

 private:
  llvm::MDBuilder builder_;
  llvm::MDNode* root_;
  llvm::MDNode* kind(llvm::StringRef name) {
    llvm::MDNode* const type = builder_.createTBAAScalarTypeNode(name, root_);
    return builder_.createTBAAStructTagNode(type, type, 0);
  }

 public:
  llvm::MDNode* const memory = kind("linear memory");
  llvm::MDNode* const view = kind("base and length of a memory or table");
  llvm::MDNode* const limit = kind("stack limit");
  llvm::MDNode* const global = kind("global");
  llvm::MDNode* const element = kind("table element");
  llvm::MDNode* const object = kind("object");
  llvm::MDNode* const arguments = kind("arguments below a context");
  llvm::MDNode* const results = kind("results beyond the first");
  /// What never changes while code runs: imports, function references, type ids, types.
  llvm::MDNode* const constant = kind("constant");
};

}  // namespace wasmer::llvm_backend
