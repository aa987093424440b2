// libFuzzer: bytes as a module or script of the text format; what encodes is decoded again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wasmer/module/parser.hpp>
#include <wasmer/text/parser.hpp>
#include <wasmer/text/script_parser.hpp>

using namespace wasmer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  static_cast<void>(text::parse_script(source, "script").has_value());
  auto bytes = wat(source, "module");
  if (!bytes) return 0;
  const auto module = parse(std::move(bytes).assume_value(), Features::all());
  if (!module && module.error().id() != ErrorId::implementation_limit) __builtin_trap();  // what the text format gives, the binary format takes
  return 0;
}
