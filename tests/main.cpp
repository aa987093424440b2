// The one main of all Catch2 executables: it answers 77 when what ran was skipped, which is how ctest learns of it.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_RUNNER
#endif
#include "catch.hpp"
#include "corpus.hpp"

int main(int argc, char** argv) {
  const int result = Catch::Session().run(argc, argv);
  constexpr int all_skipped_in_v3 = 4;
  const bool skipped = wasmer::tests::skipped_cases() != 0 && (result == 0 || result == all_skipped_in_v3);
  return skipped ? 77 : result;
}
