// Runs a WASI program between strings: capture FILE.wasm [TEXT]. It reads the text; what it writes is kept, what it complains of is told as it comes.
#include <wasmer/wasmer.hpp>

#include <iostream>
using namespace wasmer;

int main(int argc, char** argv) try {
  if (argc < 2) return std::cerr << "usage: capture FILE.wasm [TEXT]\n", 2;
  Runtime<Singlepass, Wasi<Latest>> runtime;
  auto module = runtime.compile_file(argv[1]).value();
  std::string output;
  auto complain = [](std::string_view text) { std::cerr << "it complains: " << text; };
  auto instance = runtime.instantiate(module, {.args = {argv[1]}, .in = argc > 2 ? argv[2] : "", .out = &output, .err = complain}).value();
  const auto code = instance.start().value();
  std::cout << "exit code " << code << ", " << output.size() << " bytes:\n" << output;
} catch (const ErrorException& error) {
  return std::cerr << "error: " << error.what() << '\n', 1;
}
