// The functions of libpq that are called here; see core/client_library.h. WHIMBREL_LIBPQ is its file name.
#pragma once

#include <libpq-fe.h>

#include "core/client_library.h"

namespace whimbrel::postgresql {

inline ClientLibrary libpq{WHIMBREL_LIBPQ, "The driver for PostgreSQL"};

inline const LazyFunction<decltype(::PQcancel)> PQcancel{libpq, "PQcancel"};
inline const LazyFunction<decltype(::PQclear)> PQclear{libpq, "PQclear"};
inline const LazyFunction<decltype(::PQclientEncoding)> PQclientEncoding{libpq, "PQclientEncoding"};
inline const LazyFunction<decltype(::PQcmdStatus)> PQcmdStatus{libpq, "PQcmdStatus"};
inline const LazyFunction<decltype(::PQcmdTuples)> PQcmdTuples{libpq, "PQcmdTuples"};
inline const LazyFunction<decltype(::PQconnectPoll)> PQconnectPoll{libpq, "PQconnectPoll"};
inline const LazyFunction<decltype(::PQconnectStartParams)> PQconnectStartParams{libpq,
                                                                                 "PQconnectStartParams"};
inline const LazyFunction<decltype(::PQconnectionNeedsPassword)> PQconnectionNeedsPassword{
    libpq, "PQconnectionNeedsPassword"};
inline const LazyFunction<decltype(::PQconsumeInput)> PQconsumeInput{libpq, "PQconsumeInput"};
inline const LazyFunction<decltype(::PQenterPipelineMode)> PQenterPipelineMode{libpq, "PQenterPipelineMode"};
inline const LazyFunction<decltype(::PQerrorMessage)> PQerrorMessage{libpq, "PQerrorMessage"};
inline const LazyFunction<decltype(::PQexitPipelineMode)> PQexitPipelineMode{libpq, "PQexitPipelineMode"};
inline const LazyFunction<decltype(::PQfinish)> PQfinish{libpq, "PQfinish"};
inline const LazyFunction<decltype(::PQfname)> PQfname{libpq, "PQfname"};
inline const LazyFunction<decltype(::PQfreeCancel)> PQfreeCancel{libpq, "PQfreeCancel"};
inline const LazyFunction<decltype(::PQfreemem)> PQfreemem{libpq, "PQfreemem"};
inline const LazyFunction<decltype(::PQgetCancel)> PQgetCancel{libpq, "PQgetCancel"};
inline const LazyFunction<decltype(::PQgetCopyData)> PQgetCopyData{libpq, "PQgetCopyData"};
inline const LazyFunction<decltype(::PQgetResult)> PQgetResult{libpq, "PQgetResult"};
inline const LazyFunction<decltype(::PQgetisnull)> PQgetisnull{libpq, "PQgetisnull"};
inline const LazyFunction<decltype(::PQgetlength)> PQgetlength{libpq, "PQgetlength"};
inline const LazyFunction<decltype(::PQgetvalue)> PQgetvalue{libpq, "PQgetvalue"};
inline const LazyFunction<decltype(::PQisBusy)> PQisBusy{libpq, "PQisBusy"};
inline const LazyFunction<decltype(::PQnfields)> PQnfields{libpq, "PQnfields"};
inline const LazyFunction<decltype(::PQntuples)> PQntuples{libpq, "PQntuples"};
inline const LazyFunction<decltype(::PQparameterStatus)> PQparameterStatus{libpq, "PQparameterStatus"};
inline const LazyFunction<decltype(::PQpipelineSync)> PQpipelineSync{libpq, "PQpipelineSync"};
inline const LazyFunction<decltype(::PQputCopyData)> PQputCopyData{libpq, "PQputCopyData"};
inline const LazyFunction<decltype(::PQputCopyEnd)> PQputCopyEnd{libpq, "PQputCopyEnd"};
inline const LazyFunction<decltype(::PQresultErrorField)> PQresultErrorField{libpq, "PQresultErrorField"};
inline const LazyFunction<decltype(::PQresultErrorMessage)> PQresultErrorMessage{libpq,
                                                                                 "PQresultErrorMessage"};
inline const LazyFunction<decltype(::PQresultStatus)> PQresultStatus{libpq, "PQresultStatus"};
inline const LazyFunction<decltype(::PQsendQuery)> PQsendQuery{libpq, "PQsendQuery"};
inline const LazyFunction<decltype(::PQsendQueryParams)> PQsendQueryParams{libpq, "PQsendQueryParams"};
inline const LazyFunction<decltype(::PQserverVersion)> PQserverVersion{libpq, "PQserverVersion"};
inline const LazyFunction<decltype(::PQsetClientEncoding)> PQsetClientEncoding{libpq, "PQsetClientEncoding"};
inline const LazyFunction<decltype(::PQsetErrorVerbosity)> PQsetErrorVerbosity{libpq, "PQsetErrorVerbosity"};
inline const LazyFunction<decltype(::PQsetNoticeReceiver)> PQsetNoticeReceiver{libpq, "PQsetNoticeReceiver"};
inline const LazyFunction<decltype(::PQsocket)> PQsocket{libpq, "PQsocket"};
inline const LazyFunction<decltype(::PQstatus)> PQstatus{libpq, "PQstatus"};
inline const LazyFunction<decltype(::PQtransactionStatus)> PQtransactionStatus{libpq, "PQtransactionStatus"};

}  // namespace whimbrel::postgresql
