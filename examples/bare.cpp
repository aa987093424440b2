// Bare WebAssembly, no ABI: a module as text, one import that is a C++ lambda, one export called as a C++ function.
#include <wasmer/wasmer.hpp>

#include <iostream>
using namespace wasmer;

int main() {
  Runtime<Singlepass> runtime;
  auto module = runtime.compile(wat(R"((module
    (import "env" "log" (func $log (param i32)))
    (func (export "add") (param i32 i32) (result i32)
      (call $log (local.get 0))
      (call $log (local.get 1))
      (i32.add (local.get 0) (local.get 1))))
  )")).value();
  auto instance = runtime.instantiate(module, Imports{{"env", "log", [](std::int32_t v) { std::cout << "log: " << v << '\n'; }}}).value();
  auto add = instance.function<std::int32_t(std::int32_t, std::int32_t)>("add").value();
  Result<std::int32_t> sum = add(1, 2);
  if (!sum) {
    std::cerr << sum.error().message() << '\n';
    return 1;
  }
  std::cout << "sum: " << sum.value() << '\n';
}
