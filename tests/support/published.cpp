#include <wasmer/support/published.hpp>

#include <thread>
#include <vector>

#include "../catch.hpp"

using wasmer::support::Published;

TEST_CASE("readers see a default value until something is published, then what was") {
  static constinit Published<std::vector<int>> value;
  CHECK(value.read([](const std::vector<int>& list) { return list.size(); }) == 0);
  value.change([](std::vector<int>& list) { list.push_back(4); });
  CHECK(value.read([](const std::vector<int>& list) { return list.at(0); }) == 4);
}

TEST_CASE("readers never see half a change") {
  static constinit Published<std::pair<int, int>> value;
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i)
      readers.emplace_back([&] {
        while (!done) torn += value.read([](const std::pair<int, int>& pair) { return pair.first != pair.second; });
      });
    for (int i = 0; i < 2000; ++i) value.change([](std::pair<int, int>& pair) { ++pair.first, ++pair.second; });
    done = true;
  }
  CHECK(torn == 0);
  CHECK(value.read([](const std::pair<int, int>& pair) { return pair.first; }) == 2000);
}
