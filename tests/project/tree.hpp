#pragma once
/// \file
/// The public headers as files, for the tests that read the tree itself.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace wasmer::tests {

/// A public header: its path below include/ ("wasmer/module/parser.hpp") and its lines.
struct Header {
  std::string path;
  std::vector<std::string> lines;

  /// What it includes, as written between the brackets or quotes.
  std::vector<std::string> includes() const {
    std::vector<std::string> found;
    for (const std::string& line : lines) {
      if (!line.starts_with("#include")) continue;
      const std::size_t begin = line.find_first_of("<\""), end = line.find_last_of(">\"");
      if (begin != std::string::npos && end > begin) found.push_back(line.substr(begin + 1, end - begin - 1));
    }
    return found;
  }
};

/// All public headers, sorted by path.
inline std::vector<Header> public_headers() {
  const std::filesystem::path root = std::filesystem::path(WASMER_SOURCE_DIR) / "include";
  std::vector<Header> headers;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".hpp") continue;
    Header header{entry.path().lexically_relative(root).string(), {}};
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) header.lines.push_back(line);
    headers.push_back(std::move(header));
  }
  std::sort(headers.begin(), headers.end(), [](const Header& a, const Header& b) { return a.path < b.path; });
  return headers;
}

}  // namespace wasmer::tests
