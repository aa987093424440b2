#pragma once
/// \file
/// Runs a program as a shell would and keeps what it wrote, for the tests of commands.

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace wasmer::tests {

/// How a program ended. A signal counts as 128 and its number, as in a shell.
struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

/// Runs `words` (program first) in `directory`, with `input` on standard input, and waits for its end.
inline Outcome run(const std::vector<std::string>& words, const std::filesystem::path& directory = {}, std::string_view input = {}) {
  int in[2], out[2], err[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    dup2(in[0], 0), dup2(out[1], 1), dup2(err[1], 2);
    if (!directory.empty() && chdir(directory.c_str()) != 0) _exit(127);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(in[0]), close(out[1]), close(err[1]);
  // What the tests write fits into a pipe, so that nobody waits for the other.
  if (!input.empty() && write(in[1], input.data(), input.size()) < 0) throw std::runtime_error("cannot write");
  close(in[1]);

  Outcome outcome;
  pollfd ends[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* const texts[2] = {&outcome.out, &outcome.err};
  for (int open = 2; open > 0;) {
    if (poll(ends, 2, -1) < 0 && errno != EINTR) break;
    for (int i = 0; i < 2; ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      char bytes[4096];
      const ssize_t n = read(ends[i].fd, bytes, sizeof bytes);
      if (n > 0) texts[i]->append(bytes, static_cast<std::size_t>(n));
      else close(ends[i].fd), ends[i].fd = -1, --open;
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

/// Where a program of this machine is; empty if there is none.
inline std::string program_path(const std::string& name) {
  std::string path = run({"/bin/sh", "-c", "command -v " + name}).out;
  if (!path.empty()) path.pop_back();
  return path;
}

/// A fresh directory, removed with all that is in it when the test ends.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wasmer-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file into the directory and returns its path.
  std::string write(std::string_view name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace wasmer::tests
