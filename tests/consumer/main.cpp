#include <wasmer/wasmer.hpp>

#include <iostream>

int main() {
  using namespace wasmer;
  Runtime<Singlepass> runtime;
  auto module = runtime.compile(wat(R"((module
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))))")).value();
  auto instance = runtime.instantiate(module).value();
  auto add = instance.function<std::int32_t(std::int32_t, std::int32_t)>("add").value();
  std::cout << "40 + 2 = " << add(40, 2).value() << '\n';
}
