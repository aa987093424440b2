#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "../../catch.hpp"
#include "../../corpus.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// Runs the official scripts whose names `belongs`, with one set of instructions; how many there were.
template <class F> int run_scripts(std::size_t instruction_set, F&& belongs) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus("spec"))) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".wast") || !belongs(name)) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    INFO(name << " with " << instruction_sets[instruction_set]);
    const std::string sums = run_script(instruction_set, text.str());
    if (sums.find(" 0 failed, 0 skipped") == sums.npos) FAIL_CHECK(sums);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("the official scripts for vectors pass with every set of instructions", "[singlepass]") {
  REQUIRE_CORPUS();
  for (std::size_t set = 0; set < instruction_sets.size(); ++set) CHECK(run_scripts(set, [](const std::string& name) { return name.starts_with("simd_"); }) > 50);
}

TEST_CASE("the official scripts for relaxed vectors pass with every set of instructions", "[singlepass]") {
  REQUIRE_CORPUS();
  for (std::size_t set = 0; set < instruction_sets.size(); ++set) CHECK(run_scripts(set, [](const std::string& name) { return name.find("relaxed") != name.npos; }) >= 7);
}
