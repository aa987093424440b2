// What every public header has: a guard, a first paragraph, a size that one can read.
#include <filesystem>
#include <string>

#include "../catch.hpp"
#include "tree.hpp"

TEST_CASE("every header begins with its guard and says what it is") {
  for (const auto& header : wasmer::tests::public_headers()) {
    const auto& lines = header.lines;
    if (lines.size() < 3 || lines[0] != "#pragma once" || lines[1] != "/// \\file" || !lines[2].starts_with("/// "))
      FAIL_CHECK(header.path << " does not begin with #pragma once and a \\file paragraph");
  }
}

TEST_CASE("no header is longer than 800 lines") {
  for (const auto& header : wasmer::tests::public_headers())
    if (header.lines.size() > 800) FAIL_CHECK(header.path << " has " << header.lines.size() << " lines");
}

TEST_CASE("no header of ours declares a virtual function or asks for run-time types") {
  for (const auto& header : wasmer::tests::public_headers())
    for (const std::string& line : header.lines) {
      const std::string code = line.substr(0, line.find("//"));
      for (const char* word : {"virtual ~", "virtual void", "virtual bool", "virtual int", "virtual auto", "std::function<", "dynamic_cast<", "typeid("})
        if (code.find(word) != std::string::npos) FAIL_CHECK(header.path << ": " << line);
    }
}

TEST_CASE("every header has its tests at its path") {
  const std::filesystem::path tests = std::filesystem::path(WASMER_SOURCE_DIR) / "tests";
  for (const auto& header : wasmer::tests::public_headers()) {
    const auto test = std::filesystem::path(header.path).lexically_relative("wasmer").replace_extension(".cpp");
    if (!std::filesystem::exists(tests / test)) FAIL_CHECK("there is no tests/" << test.string() << " for " << header.path);
  }
}
