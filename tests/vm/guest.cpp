#include "guest.hpp"

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/module/parser.hpp>
#include <wasmer/module/validator.hpp>
#include <wasmer/text/parser.hpp>
#include <wasmer/vm/image.hpp>

namespace wasmer::tests {

std::shared_ptr<const vm::Code> compile(std::string_view text, Bounds bounds) {
  Module module = parse(wat(text).value(), Singlepass::features).value();
  validate_module(module, Singlepass::features).value();
  Singlepass backend;
  backend.bounds = bounds;
  vm::Object object = backend.compiler(module).compile(module.bodies).value();
  vm::Image image;
  image.append(object).value();
  return vm::Code::publish(std::move(module), bounds, std::move(image)).value();
}

}  // namespace wasmer::tests
