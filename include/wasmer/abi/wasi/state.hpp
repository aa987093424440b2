#pragma once
/// \file
/// All that a WASI program has: its arguments, environment and open files. Guest threads share one.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/either_file.hpp>
#include <wasmer/abi/wasi/fd_table.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/options.hpp>
#include <wasmer/abi/wasi/stream.hpp>
#include <wasmer/abi/wasi/threads.hpp>
#include <wasmer/abi/wasi/virtual_root.hpp>
#include <wasmer/error.hpp>

namespace wasmer::wasi {

/// Strings as the guest gets them: each terminated, one after the other.
struct StringBlock {
  std::string text;
  std::vector<Size> offsets;

  void add(const std::string& string) {
    offsets.push_back(static_cast<Size>(text.size()));
    text.append(string.c_str(), string.size() + 1);
  }
};

template <Filesystem FS> class State {
 public:
  /// Of the file system, or a stream to the embedder.
  using File = EitherFile<typename FS::File, Stream>;
  using Entry = typename FdTable<File>::Entry;

  /// invalid_option, and which one: an argument with a NUL, an environment entry without a name, a directory that cannot be opened or is mapped twice.
  static Result<State> make(const Options<FS>& options);

  const StringBlock& args() const { return args_; }
  const StringBlock& env() const { return env_; }
  const FS& filesystem() const { return filesystem_; }
  const Limits& limits() const { return limits_; }
  FdTable<File>& files() { return files_; }
  const FdTable<File>& files() const { return files_; }
  Threads& threads() { return *threads_; }
  /// Null unless the layout is Wasmer's.
  const VirtualRoot<File>* virtual_root() const { return virtual_root_.get(); }

 private:
  explicit State(const Options<FS>& options) : filesystem_(options.filesystem), limits_(options.limits), files_(options.limits.open_files), threads_(std::make_unique<Threads>(options.limits.threads)) {}

  static Error refuse(std::string why) { return Error(ErrorId::invalid_option, Error::no_offset, std::move(why)); }

  Result<void> add_strings(const Options<FS>& options);
  Result<void> add_stdio(const Options<FS>& options);
  Result<void> add_preopens(const Options<FS>& options);
  Result<void> add_sockets(const Options<FS>& options);

  FS filesystem_;
  Limits limits_;
  StringBlock args_, env_;
  FdTable<File> files_;
  std::unique_ptr<VirtualRoot<File>> virtual_root_;
  std::unique_ptr<Threads> threads_;  // the last, since they use the others until they end
};

template <Filesystem FS> Result<State<FS>> State<FS>::make(const Options<FS>& options) {
  State state(options);
  WASMER_CHECK(state.add_strings(options));
  WASMER_CHECK(state.add_stdio(options));
  WASMER_CHECK(state.add_preopens(options));
  WASMER_CHECK(state.add_sockets(options));
  return state;
}

template <Filesystem FS> Result<void> State<FS>::add_strings(const Options<FS>& options) {
  for (const std::string& argument : options.args) {
    if (argument.find('\0') != std::string::npos) return refuse("the argument `" + argument + "` has a NUL in it");
    args_.add(argument);
  }
  for (const std::string& entry : options.env) {
    if (entry.find('\0') != std::string::npos) return refuse("the environment entry `" + entry + "` has a NUL in it");
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) return refuse("the environment entry `" + entry + "` is not NAME=value");
    env_.add(entry);
  }
  if (std::max(args_.text.size(), env_.text.size()) > std::numeric_limits<Size>::max()) return refuse("arguments of over 4 GiB");
  return success();
}

template <Filesystem FS> Result<void> State<FS>::add_stdio(const Options<FS>& options) {
  const std::array<const Endpoint*, 3> ends{&options.in, &options.out, &options.err};
  for (std::uint32_t number = 0; number < ends.size(); ++number) {
    const Endpoint& end = *ends[number];
    File file = end.stream() != nullptr ? File(*end.stream()) : File::borrow(end.descriptor());
    const Expected<Stat> stat = file.stat();
    if (!stat && stat.assume_error() == Errno::badf) continue;  // closed for us, so closed for the guest
    if (!stat) return refuse("the descriptor " + std::to_string(end.descriptor()) + " cannot be used: " + description(stat.assume_error()));
    const Filetype type = stat.assume_value().type;
    Rights rights = type == Filetype::directory ? directory_rights : file_rights;
    if (type == Filetype::socket_stream) rights |= socket_rights;
    if (file.is_terminal()) rights = rights - position_rights;
    if (!files_.place(static_cast<Fd>(number), std::make_shared<OpenFile<File>>(std::move(file), type, rights, Rights::none, false)))
      return refuse("a limit of less than three open files");
  }
  return success();
}

template <Filesystem FS> Result<void> State<FS>::add_preopens(const Options<FS>& options) {
  std::uint32_t number = 3;
  std::set<std::string_view> names;
  if (options.wasmer_layout) {
    virtual_root_ = std::make_unique<VirtualRoot<File>>();
    auto root = virtual_root_->open(directory_rights, Rights::all);
    root->preopen = "/";
    if (!files_.place(static_cast<Fd>(number++), std::move(root))) return refuse("more directories than files may be open");
  }
  for (const Preopen& preopen : options.preopens) {
    const std::string& name = preopen.guest.empty() ? preopen.host : preopen.guest;
    if (name.find('\0') != std::string::npos) return refuse("the directory name `" + name + "` has a NUL in it");
    if (!names.insert(name).second) return refuse("two directories are called `" + name + "`");
    Expected<typename FS::File> opened = filesystem_.preopen(preopen.host);
    if (!opened) return refuse("the directory `" + preopen.host + "` cannot be opened: " + description(opened.assume_error()));
    auto entry = std::make_shared<OpenFile<File>>(std::move(opened).assume_value(), Filetype::directory, directory_rights, Rights::all, preopen.read_only);
    entry->preopen = name;
    if (virtual_root_ != nullptr && !virtual_root_->add(name, entry))
      return refuse("the directory name `" + name + "` is not a single component, as Wasmer's layout wants it");
    if (!files_.place(static_cast<Fd>(number++), std::move(entry))) return refuse("more directories than files may be open");
  }
  return success();
}

template <Filesystem FS> Result<void> State<FS>::add_sockets(const Options<FS>& options) {
  for (const int socket : options.sockets) {
    File file = File::borrow(socket);
    const Expected<Stat> stat = file.stat();
    if (!stat && stat.assume_error() != Errno::badf)
      return refuse("the descriptor " + std::to_string(socket) + " cannot be used: " + description(stat.assume_error()));
    if (!stat || stat.assume_value().type != Filetype::socket_stream) return refuse("the descriptor " + std::to_string(socket) + " is no socket");
    const Rights rights = connection_rights | Rights::sock_accept;
    if (!files_.place(files_.behind(), std::make_shared<OpenFile<File>>(std::move(file), Filetype::socket_stream, rights, Rights::none, false)))
      return refuse("more sockets than files may be open");
  }
  return success();
}

}  // namespace wasmer::wasi
