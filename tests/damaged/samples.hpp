#pragma once
/// \file
/// What is damaged: modules and texts of the corpus, small ones, since an accident in a large one is soon found.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include <wasmer/text/script_parser.hpp>

#include "../corpus.hpp"

namespace wasmer::tests {

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The files below a folder of the corpus with this extension and at most `most` bytes, in order.
inline std::vector<std::filesystem::path> files_below(std::string_view folder, std::string_view extension, std::uintmax_t most) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus(folder)))
    if (entry.path().extension() == extension && entry.file_size() <= most) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// Texts: all scripts of the official suite that are small.
inline std::vector<std::vector<char>> sample_texts() {
  std::vector<std::vector<char>> texts;
  for (const auto& file : files_below("spec", ".wast", 8 << 10)) {
    const std::string text = contents(file);
    if (!text.empty()) texts.emplace_back(text.begin(), text.end());
  }
  return texts;
}

/// Modules: small programs, and every module of the official scripts.
inline std::vector<std::vector<std::byte>> sample_modules() {
  std::vector<std::vector<std::byte>> modules;
  for (const auto& file : files_below("wasi-testsuite", ".wasm", 24 << 10)) {
    const std::string bytes = contents(file);
    const auto* const begin = reinterpret_cast<const std::byte*>(bytes.data());
    modules.emplace_back(begin, begin + bytes.size());
  }
  for (const auto& file : files_below("spec", ".wast", 64 << 10)) {
    const auto script = text::parse_script(contents(file), file.string());
    if (!script) continue;
    for (const text::ScriptCommand& command : script.value().commands)
      if (const auto* const module = std::get_if<text::DefineModule>(&command.what); module != nullptr && !module->module.bytes.empty())
        modules.push_back(module->module.bytes);
  }
  return modules;
}

}  // namespace wasmer::tests
