#pragma once
/// \file
/// Instantiation (spec section 4.7.1): from published code and external values to an Instance.

#include <memory>
#include <span>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/extern.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/pool.hpp>
#include <wasmer/vm/store.hpp>

namespace wasmer::vm {

/// Makes instances.
struct Instantiation {
  /// Makes an instance of `code` in `store` from one external value an import, in order. It fails with unlinkable errors before anything has happened, or with
  /// the trap of an active segment or of the start function; what these have done by then stays done, and the instance stays alive in the store.
  /// Its memories are `pool`'s, if there is one.
  static Result<Instance*> run(Store& store, const std::shared_ptr<const Code>& code, std::span<const Extern> imports,
                               const std::shared_ptr<Pool>& pool = nullptr);
};

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/instance_builder.hpp>
#endif
