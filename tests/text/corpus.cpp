#include <wasmer/text/script_parser.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../catch.hpp"
#include "../corpus.hpp"

using namespace wasmer;
using namespace wasmer::text;

namespace {

struct File {
  std::string name;
  Script script;
};

/// The official suite's scripts, parsed once.
const std::vector<File>& files() {
  static const std::vector<File> all = [] {
    std::vector<File> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus("spec"))) {
      const std::string name = entry.path().string();
      // custom-descriptors has the syntax of a proposal that nothing here knows yet.
      if (entry.path().extension() != ".wast" || name.find("custom-descriptors") != std::string::npos) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::string source{std::istreambuf_iterator<char>(stream), {}};
      files.push_back({name, parse_script(source, name).value()});
    }
    return files;
  }();
  return all;
}

template <class Check> void each_refused_text(Check&& check) {
  for (const auto& [name, script] : files())
    for (const ScriptCommand& command : script.commands)
      if (const auto* refused = std::get_if<AssertRefused>(&command.what); refused != nullptr && refused->module.form != ScriptModule::binary && !refused->is_custom) {
        INFO(name << ":" << command.line);
        check(name, *refused);
      }
}

}  // namespace

TEST_CASE("every script of the official suite is parsed, and each module that must be good is encoded") {
  REQUIRE_CORPUS();
  std::size_t modules = 0;
  for (const auto& [name, script] : files())
    for (const ScriptCommand& command : script.commands) {
      const ScriptModule* module = nullptr;
      if (const auto* define = std::get_if<DefineModule>(&command.what)) module = &define->module;
      else if (const auto* trap = std::get_if<AssertTrap>(&command.what)) module = std::get_if<ScriptModule>(&trap->subject);
      if (module == nullptr) continue;
      ++modules;
      if (module->error) FAIL(module->error->message());
    }
  CHECK(modules > 2000);
}

TEST_CASE("each text that must be malformed is, in the words of the suite") {
  REQUIRE_CORPUS();
  std::size_t refused = 0;
  each_refused_text([&](const std::string& name, const AssertRefused& assertion) {
    if (assertion.stage != Stage::malformed) return;
    // Older than memories with 64-bit limits: what was malformed then is invalid now.
    if (assertion.words == "i32 constant out of range" && name.find("threads") != std::string::npos) return;
    REQUIRE(assertion.module.error);
    const std::string words = std::string(assertion.module.error->words()) + " " + std::string(assertion.module.error->detail());
    CHECK(words.substr(0, assertion.words.size()) == assertion.words);
    ++refused;
  });
  CHECK(refused > 1200);
}

TEST_CASE("each text that must be invalid is well-formed") {
  REQUIRE_CORPUS();
  each_refused_text([](const std::string&, const AssertRefused& assertion) {
    if (assertion.stage != Stage::malformed) CHECK_FALSE(assertion.module.error);
  });
}
