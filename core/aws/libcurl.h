// The functions of libcurl that are called here; see core/client_library.h. WHIMBREL_LIBCURL is its file
// name.
#pragma once

#include <curl/curl.h>

#include "core/client_library.h"

// Macros that stand before the functions of the same names.
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

namespace whimbrel::aws {

inline ClientLibrary libcurl{WHIMBREL_LIBCURL, "Access to AWS"};

inline const LazyFunction<decltype(::curl_easy_cleanup)> curl_easy_cleanup{libcurl, "curl_easy_cleanup"};
inline const LazyFunction<decltype(::curl_easy_getinfo)> curl_easy_getinfo{libcurl, "curl_easy_getinfo"};
inline const LazyFunction<decltype(::curl_easy_init)> curl_easy_init{libcurl, "curl_easy_init"};
inline const LazyFunction<decltype(::curl_easy_pause)> curl_easy_pause{libcurl, "curl_easy_pause"};
inline const LazyFunction<decltype(::curl_easy_setopt)> curl_easy_setopt{libcurl, "curl_easy_setopt"};
inline const LazyFunction<decltype(::curl_easy_strerror)> curl_easy_strerror{libcurl, "curl_easy_strerror"};
inline const LazyFunction<decltype(::curl_global_init)> curl_global_init{libcurl, "curl_global_init"};
inline const LazyFunction<decltype(::curl_multi_add_handle)> curl_multi_add_handle{libcurl,
                                                                                   "curl_multi_add_handle"};
inline const LazyFunction<decltype(::curl_multi_cleanup)> curl_multi_cleanup{libcurl, "curl_multi_cleanup"};
inline const LazyFunction<decltype(::curl_multi_info_read)> curl_multi_info_read{libcurl,
                                                                                 "curl_multi_info_read"};
inline const LazyFunction<decltype(::curl_multi_init)> curl_multi_init{libcurl, "curl_multi_init"};
inline const LazyFunction<decltype(::curl_multi_perform)> curl_multi_perform{libcurl, "curl_multi_perform"};
inline const LazyFunction<decltype(::curl_multi_poll)> curl_multi_poll{libcurl, "curl_multi_poll"};
inline const LazyFunction<decltype(::curl_multi_remove_handle)> curl_multi_remove_handle{
    libcurl, "curl_multi_remove_handle"};
inline const LazyFunction<decltype(::curl_slist_append)> curl_slist_append{libcurl, "curl_slist_append"};
inline const LazyFunction<decltype(::curl_slist_free_all)> curl_slist_free_all{libcurl,
                                                                               "curl_slist_free_all"};

}  // namespace whimbrel::aws
