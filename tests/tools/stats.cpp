#include <stats.hpp>

#include "../catch.hpp"

namespace tools = wasmer::tools;
using tools::Stats;

TEST_CASE("statistics as JSON are one line with every key, in order") {
  Stats stats{.backend = "singlepass", .abi = "none", .module_bytes = 10, .code_bytes = 4, .functions = 2, .threads = 1, .compile_ms = 0.25, .machine_code_bytes = 64};
  const std::string line = stats.figures().json();
  CHECK(line.substr(0, line.find("\"peak_rss_kb\"")) ==
        "{\"backend\":\"singlepass\",\"abi\":\"none\",\"module_bytes\":10,\"code_bytes\":4,\"functions\":2,\"threads\":1,\"compile_ms\":0.250,"
        "\"instantiate_us\":null,\"run_ms\":null,\"machine_code_bytes\":64,");
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("what was measured is a number with a point, whatever the locale") {
  Stats stats{.backend = "b", .abi = "a"};
  stats.instantiate_us = 12.3456;
  stats.run_ms = 1e9;
  CHECK(stats.figures().json().find("\"instantiate_us\":12.346,\"run_ms\":1000000000.000,") != std::string::npos);
}

TEST_CASE("the table for people leaves out what was not measured") {
  const std::string table = Stats{.backend = "singlepass", .abi = "none"}.figures().table();
  CHECK(table.starts_with("backend             singlepass\nabi                 none\n"));
  CHECK(table.find("run_ms") == std::string::npos);
}

TEST_CASE("a validation has its time and its sizes") {
  const tools::ValidationStats stats{.validate_ms = 1.5, .module_bytes = 10, .code_bytes = 4};
  CHECK(stats.figures().json() == "{\"validate_ms\":1.500,\"module_bytes\":10,\"code_bytes\":4}\n");
}

TEST_CASE("this process has some memory resident") { CHECK(wasmer::tools::peak_rss_kb() > 100); }
