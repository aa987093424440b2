#pragma once
/// \file
/// The validator: the module's own rules, and a reader of bodies whose consumer does nothing.

#include <wasmer/module/reader.hpp>
#include <wasmer/module/validator.hpp>

namespace wasmer {

/// Whether a decoded module is valid: the module, then each body in its order. The first error is the answer.
inline Result<void> validate(const Module& module, Features features) {
  WASMER_CHECK(validate_module(module, features));
  FunctionReader<Validate, NullConsumer> reader(module, features);
  NullConsumer consumer;
  for (const FunctionBody& body : module.bodies) WASMER_CHECK(reader.read(body, consumer));
  return success();
}

}  // namespace wasmer
