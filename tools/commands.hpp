#pragma once
/// \file
/// The commands of `wasmer`: each takes what the command line says and gives the exit code.

#include "options.hpp"

namespace wasmer::tools {

int run(const Options& options);
int compile(const Options& options);
int validate(const Options& options);
int inspect(const Options& options);
int wast(const Options& options);
int wat2wasm(const Options& options);
int wasm2wat(const Options& options);

}  // namespace wasmer::tools
