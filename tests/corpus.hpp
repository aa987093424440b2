#pragma once
/// \file
/// Where the test data is, and how a test says that it cannot run without it.

#include <filesystem>
#include <string_view>

#include "catch.hpp"

#ifndef WASMER_CORPUS
#define WASMER_CORPUS ""
#endif

namespace wasmer::tests {

inline bool has_corpus() { return *WASMER_CORPUS != '\0'; }

/// The path of a file or folder of the corpus: `corpus("bench/wasmi/coremark.wasm")`.
inline std::filesystem::path corpus(std::string_view relative) { return std::filesystem::path(WASMER_CORPUS) / relative; }

/// How many times this process skipped; tests/main.cpp makes it the exit code.
inline int& skipped_cases() {
  static int count = 0;
  return count;
}

}  // namespace wasmer::tests

using wasmer::tests::corpus;

/// Leaves the test case and reports it as skipped, with the reason.
#ifdef SKIP
#define WASMER_SKIP(reason)               \
  do {                                    \
    ++wasmer::tests::skipped_cases();     \
    SKIP(reason);                         \
  } while (false)
#else
#define WASMER_SKIP(reason)               \
  do {                                    \
    ++wasmer::tests::skipped_cases();     \
    WARN("skipped: " << (reason));        \
    return;                               \
  } while (false)
#endif

/// The first line of every test case that reads the corpus.
#define REQUIRE_CORPUS()                                                            \
  do {                                                                              \
    if (!wasmer::tests::has_corpus()) WASMER_SKIP("there is no corpus here");       \
  } while (false)
