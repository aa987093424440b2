#pragma once
/// \file
/// What an embedder says about a WASI program's surroundings.

#include <cstddef>
#include <string>
#include <vector>

#include <wasmer/abi/wasi/stream.hpp>

namespace wasmer::wasi {

/// A directory that the guest may use, and nothing above it.
struct Preopen {
  std::string host;
  std::string guest = {};   ///< its name for the guest; that of the host if empty
  bool read_only = false;   ///< nothing in it may be changed: rofs
};

/// What a guest may have at most.
struct Limits {
  std::size_t open_files = 1024;
  std::size_t subscriptions = 4096;  ///< of one poll_oneoff
  std::size_t threads = 1024;        ///< beside the first, at one time
};

template <class Filesystem> struct Options {
  std::vector<std::string> args = {};  ///< the program's own name first
  std::vector<std::string> env = {};   ///< each `NAME=value`
  std::vector<Preopen> preopens = {};  ///< descriptors 3, 4, …
  bool wasmer_layout = false;          ///< they are 4, 5, … and in a directory `/` that is 3: see virtual_root.hpp
  /// The guest's 0, 1 and 2: descriptors of the embedder's, which stay its own (-1: closed), strings or functions.
  Input in = 0;
  Output out = 1, err = 2;
  /// Sockets of the embedder's, listening or connected, which stay its own: the guest's descriptors behind those of the directories.
  std::vector<int> sockets = {};
  Limits limits = {};
  Filesystem filesystem = Filesystem();
};

}  // namespace wasmer::wasi
