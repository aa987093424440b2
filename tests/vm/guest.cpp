#include "guest.hpp"

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/module/parser.hpp>
#include <wasmer/module/validator.hpp>
#include <wasmer/text/parser.hpp>

namespace wasmer::tests {

std::shared_ptr<const vm::Code> compile(std::string_view text, Bounds bounds) {
  Module module = parse(wat(text).value(), Singlepass::features).value();
  validate_module(module, Singlepass::features).value();
  Singlepass backend;
  backend.bounds = bounds;
  std::vector<vm::Object> objects;
  objects.push_back(backend.compiler(module).compile(module.bodies).value());
  return vm::Code::publish(std::move(module), bounds, std::move(objects)).value();
}

}  // namespace wasmer::tests
