#include <wasmer/backend/llvm.hpp>
#include <wasmer/wasmer.hpp>

#include <iostream>

int main() {
  using namespace wasmer;
  Runtime<Llvm> runtime;
  auto module = runtime.compile(wat(R"((module
    (func (export "multiply") (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1)))))")).value();
  auto instance = runtime.instantiate(module).value();
  auto multiply = instance.function<std::int32_t(std::int32_t, std::int32_t)>("multiply").value();
  std::cout << "21 * 2 = " << multiply(21, 2).value() << '\n';
}
