// Runs a WASI program: run_wasi FILE.wasm [ARGUMENTS...]. The guest sees the current folder as its root.
#include <wasmer/wasmer.hpp>

#include <iostream>
using namespace wasmer;

int main(int argc, char** argv) try {
  if (argc < 2) return std::cerr << "usage: run_wasi FILE.wasm [ARGUMENTS...]\n", 2;
  Runtime<Singlepass, Wasi<Latest>> runtime;
  auto module   = runtime.compile_file(argv[1]).value();
  auto instance = runtime.instantiate(module, {.args = {argv + 1, argv + argc}, .preopens = {{".", "/"}}}).value();
  return instance.start().value();                                    // the guest's exit code
} catch (const ErrorException& error) {
  return std::cerr << "error: " << error.what() << '\n', 1;
}
