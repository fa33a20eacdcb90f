// The functions of the libmysqlclient API, MariaDB's or Oracle's, that are called here; see
// core/client_library.h. WHIMBREL_LIBMYSQL is its file name.
#pragma once

#include <mysql.h>

#include "core/client_library.h"

namespace whimbrel::mysql {

inline ClientLibrary client{WHIMBREL_LIBMYSQL, "The driver for MySQL and MariaDB"};

inline const LazyFunction<decltype(::mysql_affected_rows)> mysql_affected_rows{client, "mysql_affected_rows"};
inline const LazyFunction<decltype(::mysql_client_register_plugin)> mysql_client_register_plugin{
    client, "mysql_client_register_plugin"};
inline const LazyFunction<decltype(::mysql_close)> mysql_close{client, "mysql_close"};
inline const LazyFunction<decltype(::mysql_errno)> mysql_errno{client, "mysql_errno"};
inline const LazyFunction<decltype(::mysql_error)> mysql_error{client, "mysql_error"};
inline const LazyFunction<decltype(::mysql_fetch_fields)> mysql_fetch_fields{client, "mysql_fetch_fields"};
inline const LazyFunction<decltype(::mysql_fetch_lengths)> mysql_fetch_lengths{client, "mysql_fetch_lengths"};
inline const LazyFunction<decltype(::mysql_fetch_row)> mysql_fetch_row{client, "mysql_fetch_row"};
inline const LazyFunction<decltype(::mysql_free_result)> mysql_free_result{client, "mysql_free_result"};
inline const LazyFunction<decltype(::mysql_get_ssl_cipher)> mysql_get_ssl_cipher{client,
                                                                                 "mysql_get_ssl_cipher"};
inline const LazyFunction<decltype(::mysql_init)> mysql_init{client, "mysql_init"};
inline const LazyFunction<decltype(::mysql_next_result)> mysql_next_result{client, "mysql_next_result"};
inline const LazyFunction<decltype(::mysql_num_fields)> mysql_num_fields{client, "mysql_num_fields"};
inline const LazyFunction<decltype(::mysql_num_rows)> mysql_num_rows{client, "mysql_num_rows"};
inline const LazyFunction<decltype(::mysql_options)> mysql_options{client, "mysql_options"};
inline const LazyFunction<decltype(::mysql_options4)> mysql_options4{client, "mysql_options4"};
inline const LazyFunction<decltype(::mysql_real_connect)> mysql_real_connect{client, "mysql_real_connect"};
inline const LazyFunction<decltype(::mysql_real_query)> mysql_real_query{client, "mysql_real_query"};
inline const LazyFunction<decltype(::mysql_session_track_get_first)> mysql_session_track_get_first{
    client, "mysql_session_track_get_first"};
inline const LazyFunction<decltype(::mysql_set_server_option)> mysql_set_server_option{
    client, "mysql_set_server_option"};
inline const LazyFunction<decltype(::mysql_sqlstate)> mysql_sqlstate{client, "mysql_sqlstate"};
inline const LazyFunction<decltype(::mysql_ssl_set)> mysql_ssl_set{client, "mysql_ssl_set"};
inline const LazyFunction<decltype(::mysql_store_result)> mysql_store_result{client, "mysql_store_result"};
inline const LazyFunction<decltype(::mysql_thread_id)> mysql_thread_id{client, "mysql_thread_id"};
inline const LazyFunction<decltype(::mysql_warning_count)> mysql_warning_count{client, "mysql_warning_count"};

}  // namespace whimbrel::mysql
