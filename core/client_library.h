// A client library (libpq, MariaDB's, libcurl) that is loaded when it is first called, so that a run pays
// only for what it uses and a machine needs only what its database needs.
//
// A driver declares the functions that it calls beside each other, in its own namespace, under their own
// names:
//
//   inline ClientLibrary libpq{"libpq.so.5", "PostgreSQL"};
//   inline const LazyFunction<decltype(::PQfinish)> PQfinish{libpq, "PQfinish"};
//
// Unqualified calls then find these and not the global functions, so the code reads as if it were linked.
#pragma once

#include <string>

namespace whimbrel {

class ClientLibrary {
 public:
  /// `file` is the name to load, `purpose` what a user wanted that needs it.
  constexpr ClientLibrary(const char* file, const char* purpose) : file_(file), purpose_(purpose) {}

  /// The address of a function; loads the library first. Throws Error when the machine does not have it.
  void* find(const char* function);

  /// The folder of the library's file, of which `function` is one function; empty when that can't be told.
  std::string folder(const char* function);

 private:
  const char* file_;
  const char* purpose_;
  void* handle_ = nullptr;
};

template <typename Signature>
class LazyFunction;

template <typename Result, typename... Arguments>
class LazyFunction<Result(Arguments...)> {
 public:
  constexpr LazyFunction(ClientLibrary& library, const char* name) : library_(&library), name_(name) {}

  Result operator()(Arguments... arguments) const { return get()(arguments...); }
  /// The function itself, to be handed on.
  auto get() const -> Result (*)(Arguments...) {
    if (!function_) function_ = reinterpret_cast<Result (*)(Arguments...)>(library_->find(name_));
    return function_;
  }

 private:
  ClientLibrary* library_;
  const char* name_;
  mutable Result (*function_)(Arguments...) = nullptr;
};

/// Functions with a variable number of arguments: curl_easy_setopt.
template <typename Result, typename... Arguments>
class LazyFunction<Result(Arguments..., ...)> {
 public:
  constexpr LazyFunction(ClientLibrary& library, const char* name) : library_(&library), name_(name) {}

  template <typename... More>
  Result operator()(Arguments... arguments, More... more) const {
    if (!function_) function_ = reinterpret_cast<Result (*)(Arguments..., ...)>(library_->find(name_));
    return function_(arguments..., more...);
  }

 private:
  ClientLibrary* library_;
  const char* name_;
  mutable Result (*function_)(Arguments..., ...) = nullptr;
};

}  // namespace whimbrel
