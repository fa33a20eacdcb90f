#include "core/text/charset.h"

#include <algorithm>
#include <array>
#include <iconv.h>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

struct NativeCharset {
  Codec codec;
  std::string_view names;  ///< lower case, separated by blanks
};

constexpr auto nativeCharsets = std::to_array<NativeCharset>({
    {Codec::Utf8, "utf-8 utf8 unicode-1-1-utf-8"},
    {Codec::Ascii,
     "us-ascii ascii ascii7 default 646 us iso646-us iso_646.irv:1983 iso_646.irv:1991 ansi_x3.4-1968 "
     "ansi_x3.4-1986 iso-ir-6 cp367 ibm367 csascii"},
    {Codec::Latin1,
     "iso-8859-1 iso8859-1 iso8859_1 iso_8859_1 iso_8859-1 iso_8859-1:1987 8859_1 iso-ir-100 latin1 l1 819 "
     "cp819 ibm819 ibm-819 csisolatin1"},
    {Codec::Windows1252, "windows-1252 cp1252 ibm1252 ibm-1252 cp5348"},
    {Codec::Utf16, "utf-16 utf_16 utf16 unicode unicodebig"},
    {Codec::Utf16Be, "utf-16be utf_16be x-utf-16be iso-10646-ucs-2 unicodebigunmarked"},
    {Codec::Utf16Le, "utf-16le utf_16le x-utf-16le unicodelittleunmarked"},
    {Codec::Utf16LeMark, "x-utf-16le-bom unicodelittle"},
    {Codec::Utf32,
     "utf-32 utf_32 utf32 utf-32be utf_32be x-utf-32be x-utf-32be-bom utf_32be_bom utf-32be-bom"},
    {Codec::Utf32Le, "utf-32le utf_32le x-utf-32le x-utf-32le-bom utf_32le_bom utf-32le-bom"},
});

struct IconvCharset {
  std::string_view iconvName;
  std::string_view names;
};

/// Java's names that iconv doesn't know even in iconvSpellings(), and all of Shift_JIS, which the decoder
/// must know.
constexpr auto iconvCharsets = std::to_array<IconvCharset>({
    {"SJIS", "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis"},
    {"CP932", "windows-932"},
    {"UHC", "ms949 ms_949 windows949 windows-949 x-windows-949"},
    {"EUC-KR", "ksc5601 ksc_5601 ks_c_5601-1987 ksc5601-1987"},
    {"BIG5", "ms950 windows-950 x-windows-950 csbig5"},
    {"GBK", "ms_936"},
    {"GB2312", "x-euc-cn gb2312-80 gb2312-1980"},
    {"CP874", "ms874 ms-874"},
    {"MACINTOSH", "macroman x-macroman"},
    {"ISO-8859-15", "l9 latin0 cp923 ibm923 ibm-923 923"},
    {"CP858", "ibm00858 cp00858 ccsid00858"},
    {"CP1250", "cp5346"},
    {"CP1251", "ansi-1251"},
    {"CP1253", "cp5349"},
    {"CP1254", "cp5350"},
    {"CP1257", "cp5353"},
    {"TIS-620", "tis620.2533"},
});

bool contains(std::string_view names, std::string_view name) {
  for (std::size_t at = names.find(name); at != std::string_view::npos; at = names.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || names[at - 1] == ' ') && (end == names.size() || names[end] == ' ')) return true;
  }
  return false;
}

/// Java's rule: letters, digits and - + . : _, the first a letter or a digit.
bool canBeName(std::string_view name) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto allowed = [&](char c) {
    return alphanumeric(c) || std::string_view("-+.:_").find(c) != std::string_view::npos;
  };
  return !name.empty() && alphanumeric(name.front()) && std::all_of(name.begin(), name.end(), allowed);
}

bool iconvKnows(const std::string& name) {
  const iconv_t converter = iconv_open("UTF-8", name.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) return false;
  iconv_close(converter);
  return true;
}

/// The same name as Java and as glibc like to write it: iso8859_2 and iso8859-2, x-IBM874 and IBM874, ibm-037
/// and ibm037.
std::array<std::string, 4> iconvSpellings(const std::string& name) {
  const std::string hyphens = replaceAll(name, "_", "-");
  const std::string bare = hyphens.starts_with("x-") ? hyphens.substr(2) : hyphens;
  return {name, hyphens, bare, replaceAll(bare, "ibm-", "ibm")};
}

std::optional<std::string> findIconvName(const std::string& name) {
  for (const IconvCharset& charset : iconvCharsets)
    if (contains(charset.names, name)) return std::string(charset.iconvName);
  for (const std::string& spelling : iconvSpellings(name))
    if (iconvKnows(spelling)) return spelling;
  return std::nullopt;
}

}  // namespace

Charset findCharset(std::string_view name) {
  if (!canBeName(name))
    throw Error(ErrorCode::Fault, "java.nio.charset.IllegalCharsetNameException: " + std::string(name));
  const std::string lower = asciiLower(name);
  for (const NativeCharset& charset : nativeCharsets)
    if (contains(charset.names, lower)) return {charset.codec, {}};
  if (std::optional<std::string> iconvName = findIconvName(lower))
    return {Codec::Iconv, std::move(*iconvName)};
  throw Error(ErrorCode::Fault, "java.nio.charset.UnsupportedCharsetException: " + std::string(name));
}

}  // namespace whimbrel
