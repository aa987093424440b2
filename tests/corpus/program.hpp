#pragma once
/// \file
/// A WASI program of the corpus as its suite wants it run: in this process, with its own files and its output kept.

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../anonymous_file.hpp"
#include "../catch.hpp"
#include "../corpus.hpp"
#include "../process.hpp"

namespace wasmer::tests {

/// A backend by which the programs are compiled.
enum class CompiledBy { singlepass, llvm };
/// Those that the tests are built with.
std::span<const CompiledBy> compilers();
/// What stands before the name of a suite that runs on it.
inline std::string to_string(CompiledBy compiler) { return compiler == CompiledBy::llvm ? "LLVM, " : ""; }
/// With LLVM by its level 0, for which a program takes it a third of a second; another level is taken from WASMER_LLVM_LEVEL.
Result<CompiledModule> compile_program(CompiledBy compiler, const std::filesystem::path& program);

/// Copies a folder of the corpus, which is read-only, to where programs may write. What keeps empty folders in Git is left out.
inline void copy_writable(const std::filesystem::path& from, const std::filesystem::path& to) {
  namespace fs = std::filesystem;
  fs::create_directories(to.parent_path());
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  fs::permissions(to, fs::perms::owner_all, fs::perm_options::add);
  for (auto entry = fs::recursive_directory_iterator(to); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_symlink()) continue;
    fs::permissions(entry->path(), entry->is_directory() ? fs::perms::owner_all : fs::perms::owner_read | fs::perms::owner_write, fs::perm_options::add);
    if (entry->path().filename() == ".keep") fs::remove(entry->path());
  }
}

/// What the JSON beside a program says of it, over the defaults that are given.
inline nlohmann::json manifest_of(const std::filesystem::path& file, nlohmann::json defaults) {
  if (std::ifstream text(file); text) defaults.update(nlohmann::json::parse(text));
  return defaults;
}

/// The cases of a suite as they end. Each failure is Catch2's too, but does not keep the next from running.
class Tally {
 public:
  explicit Tally(std::string suite) : suite_(std::move(suite)) {}
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  ~Tally() { std::printf("%s: %d passed, %d failed\n", suite_.c_str(), passed_, failed_); }

  /// `complaint` is empty where the case passed.
  void note(const std::string& name, const std::string& complaint) {
    UNSCOPED_INFO(suite_ << ": " << name << ": " << complaint);
    ++(complaint.empty() ? passed_ : failed_);
    CHECK(complaint.empty());
  }
  int passed() const { return passed_; }

 private:
  std::string suite_;
  int passed_ = 0, failed_ = 0;
};

}  // namespace wasmer::tests
