#include <wasmer/support/file.hpp>

#include <filesystem>
#include <fstream>

#include "../catch.hpp"

using namespace wasmer;
using support::read_file;

TEST_CASE("a file is read whole, up to the size that is allowed") {
  const auto path = std::filesystem::temp_directory_path() / "wasmer-read-file";
  std::ofstream(path, std::ios::binary) << std::string(200'000, 'x');
  CHECK(read_file(path.string(), 200'000).value().size() == 200'000);
  CHECK(read_file(path.string(), 199'999).error().id() == ErrorId::cannot_read_file);
  std::filesystem::remove(path);
}

TEST_CASE("of an open file what is left is read") {
  std::FILE* const file = std::tmpfile();
  std::fputs("abcdef", file);
  std::rewind(file);
  std::fgetc(file);
  CHECK(read_file(file, "name", 100).value().size() == 5);
  std::rewind(file);
  CHECK(read_file(file, "name", 5).error().detail() == "name: too large");
  std::fclose(file);
}

TEST_CASE("a file that cannot be read is an error that says why") {
  CHECK(read_file("/nonexistent/file", 10).error().message() == "host: cannot read file: /nonexistent/file: No such file or directory");
  CHECK(read_file("/", 10).error().id() == ErrorId::cannot_read_file);
}
