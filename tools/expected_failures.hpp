#pragma once
/// \file
/// Assertions of scripts that are known to fail, and why: a file with a line for each, `SCRIPT:LINE REASON`. SCRIPT is the end of the script's path, whole
/// names only. Empty lines, and those that begin with #, say nothing.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/file.hpp>

namespace wasmer::tools {

class ExpectedFailures {
 public:
  /// Reads such a list; every line without a place and a reason is an error.
  static Result<ExpectedFailures> parse(std::string_view text, std::string_view file) {
    ExpectedFailures all;
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.empty() || line.front() == '#') continue;
      const std::string_view place = line.substr(0, line.find(' '));
      const std::size_t colon = place.rfind(':');
      Entry entry;
      const bool is_place = colon != place.npos && colon != 0 &&
                            std::from_chars(place.data() + colon + 1, place.data() + place.size(), entry.line).ptr == place.data() + place.size();
      if (!is_place || entry.line == 0 || line.find_first_not_of(' ', place.size()) == line.npos)
        return Error(ErrorId::invalid_option, Error::no_offset, std::string(file) + ":" + std::to_string(number) + ": expected SCRIPT:LINE REASON");
      entry.script = place.substr(0, colon);
      all.entries_.push_back(std::move(entry));
    }
    return all;
  }
  static Result<ExpectedFailures> read(const std::string& file) {
    WASMER_TRY(const auto bytes, support::read_file(file, 1 << 20));
    return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file);
  }

  /// The lines of the script in `file` whose assertions are listed.
  std::set<std::uint32_t> of(std::string_view file) const {
    std::set<std::uint32_t> lines;
    for (const Entry& entry : entries_)
      if (file.ends_with(entry.script) && (file.size() == entry.script.size() || file[file.size() - entry.script.size() - 1] == '/')) lines.insert(entry.line);
    return lines;
  }

 private:
  struct Entry {
    std::string script;
    std::uint32_t line = 0;
  };
  std::vector<Entry> entries_;
};

}  // namespace wasmer::tools
