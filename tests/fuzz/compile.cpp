// libFuzzer: bytes as a module, decoded, validated, compiled in both ways to check memory, and printed.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/module/printer.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/runtime.hpp>

using namespace wasmer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Runtime<Singlepass> guarded(Singlepass{}, {.threads = 1});
  static const Runtime<Singlepass> checked([] {
    Singlepass backend;
    backend.bounds = Bounds::explicit_;
    return backend;
  }(), {.threads = 1});
  const auto bytes = std::as_bytes(std::span(data, size));
  const bool compiled = guarded.compile(bytes).has_value();
  if (checked.compile(bytes).has_value() != compiled) __builtin_trap();  // what is valid does not depend on how memory is checked

  const auto module = parse(std::vector<std::byte>(bytes.begin(), bytes.end()), Features::all());
  if (module && validate(module.value(), Features::all())) {
    if (!print(module.value(), Features::all())) __builtin_trap();
  } else if (compiled && size != 0 && data[0] == 0) {
    __builtin_trap();  // compiled and yet not valid
  }
  return 0;
}
