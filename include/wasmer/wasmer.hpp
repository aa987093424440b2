#pragma once
/// \file
/// All of wasmer: backends, ABIs, and the runtime that joins them.

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>
