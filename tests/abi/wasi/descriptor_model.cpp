// Random calls on descriptors, against a simple model of what they answer. WASMER_MODEL_CALLS sets how many.
#include <algorithm>
#include <array>
#include <concepts>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;
namespace fs = std::filesystem;

namespace {

/// What a descriptor stands for.
struct Opened {
  enum class Kind { stdio, directory, file } kind;
  std::string* contents = nullptr;  ///< of a file
  std::uint64_t position = 0;
  bool writes = false, appends = false;
  bool is_preopen = false;
};
using Model = std::map<std::uint32_t, std::shared_ptr<Opened>>;

std::ptrdiff_t host_descriptors() { return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()); }

/// As text, so that a difference can be shown.
template <class T> std::string shown(const Expected<T>& result) {
  if (!result) return std::string(to_string(result.assume_error()));
  if constexpr (std::is_void_v<T>) return "success";
  else if constexpr (std::same_as<T, std::string>) return "\"" + result.assume_value() + "\"";
  else return std::to_string(static_cast<std::uint64_t>(result.assume_value()));
}

constexpr std::uint32_t most_files = 12;

}  // namespace

TEST_CASE("random calls on descriptors answer as a model does, and leave none behind") {
  const char* const wanted = std::getenv("WASMER_MODEL_CALLS");
  const long calls = wanted != nullptr ? std::atol(wanted) : 100'000;
  const auto before = host_descriptors();
  int differences = 0;
  {
    World world(GENERATE(Resolution::kernel, Resolution::walk), false, {.open_files = most_files});
    auto& state = world.state;
    std::map<std::string, std::string> files{{"a", "first"}, {"b", ""}, {"c", "third file"}};
    for (const auto& [name, contents] : files) write_file(world.inside / name, contents);
    Model model;
    for (std::uint32_t fd = 0; fd < 3; ++fd)
      if (state.files().get(Fd{fd})) model[fd] = std::make_shared<Opened>(Opened{Opened::Kind::stdio});
    model[3] = std::make_shared<Opened>(Opened{.kind = Opened::Kind::directory, .is_preopen = true});

    std::array<long, 10> worked{};
    long full = 0;
    std::mt19937 random(11);
    const auto find = [&](std::uint32_t fd) { return model.contains(fd) ? model[fd].get() : nullptr; };
    const auto directories = [&] {
      return std::count_if(model.begin(), model.end(), [](const auto& each) { return each.second->kind == Opened::Kind::directory; });
    };
    const auto is_last_directory = [&](std::uint32_t fd) { return find(fd) && find(fd)->kind == Opened::Kind::directory && directories() == 1; };
    for (long i = 0; i < calls && differences < 5; ++i) {
      const unsigned kind = static_cast<unsigned>(random() % 11) % 10;  // opens twice as often, or few would be open
      std::uint32_t fd = random() % (most_files + 1), other = random() % (most_files + 1);
      if (kind == 0 && random() % 4 != 0)
        for (const auto& [number, each] : model)
          if (each->kind == Opened::Kind::directory) fd = number;
      Opened* const opened = find(fd);
      std::string got, right;
      switch (kind) {
        case 0: {  // path_open
          const char* const names[]{"a", "b", "c", "."};
          const std::string name = names[random() % 4];
          const bool writes = name != "." && random() % 2 == 0, appends = writes && random() % 3 == 0, truncates = writes && random() % 4 == 0;
          const auto at = world.room<Fd>();
          const auto done = path_open(state, world.memory(), Fd{fd}, Lookupflags::none, world.text(name), truncates ? Oflags::trunc : Oflags::none,
                                      writes ? read_write : Rights::fd_read, Rights::all, appends ? Fdflags::append : Fdflags::none, at);
          got = done ? std::to_string(static_cast<std::uint32_t>(world.load(at))) : shown(done);
          if (opened == nullptr) right = "badf";
          else if (opened->kind != Opened::Kind::directory) right = "notdir";
          else if (model.size() >= most_files) right = "mfile";
          else {
            std::uint32_t lowest = 0;
            while (model.contains(lowest)) ++lowest;
            right = std::to_string(lowest);
            if (truncates) files[name].clear();
            model[lowest] = std::make_shared<Opened>(Opened{name == "." ? Opened::Kind::directory : Opened::Kind::file, name == "." ? nullptr : &files[name],
                                                            0, writes, appends});
          }
          break;
        }
        case 1:  // fd_close
          if (is_last_directory(fd)) continue;
          got = shown(world.close(Fd{fd}));
          right = model.erase(fd) == 1 ? "success" : "badf";
          break;
        case 2: {  // fd_renumber, onto itself, standard descriptors and preopens too
          const std::uint32_t to = random() % 5 == 0 ? fd : other;
          if (to != fd && is_last_directory(to)) continue;
          got = shown(fd_renumber(state, world.memory(), Fd{fd}, Fd{to}));
          right = opened != nullptr && find(to) != nullptr ? "success" : "badf";
          if (right == "success" && to != fd) {
            model[to] = model[fd];
            model.erase(fd);
          }
          break;
        }
        case 3: {  // fd_write
          if (opened != nullptr && opened->kind == Opened::Kind::stdio) continue;
          const std::string text(random() % 9, static_cast<char>('a' + i % 26));
          got = shown(world.write(Fd{fd}, text));
          if (opened == nullptr) right = "badf";
          else if (opened->kind == Opened::Kind::directory) right = "isdir";
          else if (!opened->writes) right = "badf";
          else {
            right = std::to_string(text.size());
            if (text.empty()) break;
            if (opened->appends) opened->position = opened->contents->size();
            if (opened->contents->size() < opened->position + text.size()) opened->contents->resize(opened->position + text.size());
            opened->contents->replace(opened->position, text.size(), text);
            opened->position += text.size();
          }
          break;
        }
        case 4: {  // fd_read
          if (opened != nullptr && opened->kind == Opened::Kind::stdio) continue;
          const std::uint32_t size = static_cast<std::uint32_t>(random() % 9);
          got = shown(world.read(Fd{fd}, size));
          if (opened == nullptr) right = "badf";
          else if (opened->kind == Opened::Kind::directory) right = "isdir";
          else {
            const std::string text = opened->position < opened->contents->size() ? opened->contents->substr(opened->position, size) : "";
            opened->position += text.size();
            right = "\"" + text + "\"";
          }
          break;
        }
        case 5:  // fd_seek
        case 6: {
          if (opened != nullptr && opened->kind == Opened::Kind::stdio) continue;
          const auto whence = static_cast<std::uint32_t>(random() % 3);
          const std::int64_t delta = static_cast<std::int64_t>(random() % 30) - 10;
          const auto at = world.room<Filesize>();
          const auto done = fd_seek<Snapshot1>(state, world.memory(), Fd{fd}, delta, whence, at);
          got = done ? std::to_string(world.load(at)) : shown(done);
          if (opened == nullptr) right = "badf";
          else if (opened->kind == Opened::Kind::directory) right = "isdir";
          else {
            const std::uint64_t from = whence == 0 ? 0 : whence == 1 ? opened->position : opened->contents->size();
            const std::int64_t position = static_cast<std::int64_t>(from) + delta;
            if (position >= 0) opened->position = static_cast<std::uint64_t>(position);
            right = position < 0 ? "inval" : std::to_string(position);
          }
          break;
        }
        case 7: {  // fd_filestat_get
          const auto at = world.room<Snapshot1::Filestat>();
          const auto done = fd_filestat_get<Snapshot1>(state, world.memory(), Fd{fd}, at);
          if (opened == nullptr) right = "badf", got = shown(done);
          else if (opened->kind == Opened::Kind::file) right = std::to_string(opened->contents->size()), got = std::to_string(world.load(at).size);
          break;
        }
        case 8: {  // fd_filestat_set_size
          if (opened != nullptr && opened->kind == Opened::Kind::stdio) continue;
          const std::uint64_t size = random() % 60;
          got = shown(fd_filestat_set_size(state, world.memory(), Fd{fd}, size));
          if (opened == nullptr) right = "badf";
          else if (opened->kind == Opened::Kind::directory) right = "isdir";
          else if (!opened->writes) right = "badf";
          else right = "success", opened->contents->resize(size);
          break;
        }
        case 9:  // fd_prestat_get
          got = shown(fd_prestat_get(state, world.memory(), Fd{fd}, world.room<Prestat>()));
          right = opened != nullptr && opened->is_preopen ? "success" : "badf";
          break;
      }
      if (right == "mfile") ++full;
      if (right != "badf" && right != "isdir" && right != "notdir") ++worked[kind];
      if (got == right) continue;
      ++differences;
      FAIL_CHECK("call " << i << " of kind " << kind << " on " << fd << ": " << got << " where the model says " << right);
    }
    for (std::size_t kind = 0; kind < 9; ++kind) CHECK(worked[kind] > calls / 1000);
    CHECK(worked[9] > 0);  // sooner or later the preopened directory is closed
    CHECK(full > 0);
    for (const auto& [name, contents] : files) CHECK(read_file(world.inside / name) == contents);
  }
  CHECK(differences == 0);
  CHECK(host_descriptors() == before);
}

TEST_CASE("a file takes the number of a standard descriptor, and of a preopened directory, for good") {
  World world;
  write_file(world.inside / "file", "text");
  const auto before = host_descriptors();
  const auto renumber = [&](Fd from, Fd to) { return errno_of(fd_renumber(world.state, world.memory(), from, to)); };
  const Fd first = world.open("file").value(), second = world.open("file").value();
  CHECK(renumber(first, first) == Errno::success);
  CHECK(renumber(root, root) == Errno::success);
  CHECK(world.read(first, 2).value() == "te");
  CHECK(renumber(first, Fd{0}) == Errno::success);
  CHECK(world.read(Fd{0}, 9).value() == "xt");
  CHECK(errno_of(world.read(first, 9)) == Errno::badf);
  CHECK(renumber(second, root) == Errno::success);
  CHECK(world.read(root, 9).value() == "text");
  CHECK(errno_of(world.open("file")) == Errno::notdir);
  CHECK(errno_of(fd_prestat_get(world.state, world.memory(), root, world.room<Prestat>())) == Errno::badf);
  CHECK(renumber(root, Fd{99}) == Errno::badf);
  CHECK(renumber(Fd{99}, root) == Errno::badf);
  CHECK(world.close(root).has_value());
  CHECK(world.close(Fd{0}).has_value());
  CHECK(host_descriptors() == before - 1);  // the preopened directory's
}
