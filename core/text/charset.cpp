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
  Correction correction = {};
};

constexpr Correction horizontalBar{U"\u2015", U"\u2014"};
/// Line ends of mainframes, which Java takes for ordinary ones.
constexpr Correction nextLine{U"\u0085", U"\n"};

/// Java's names that iconv doesn't know even in iconvSpellings(), and all names of those encodings that need
/// a correction.
constexpr auto iconvCharsets = std::to_array<IconvCharset>({
    {"SJIS", "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis", {U"\u00A5\u203E\u2015", U"\\~\u2014"}},
    {"EUC-JP",
     "euc-jp euc_jp eucjp eucjis x-euc-jp x-eucjp euc-jp-linux euc_jp_linux x-euc-jp-linux "
     "cseucpkdfmtjapanese extended_unix_code_packed_format_for_japanese",
     horizontalBar},
    {"ISO-2022-JP", "iso-2022-jp iso2022jp jis jis_encoding csiso2022jp csjisencoding", horizontalBar},
    {"ISO-2022-JP-2", "iso-2022-jp-2 iso2022jp2 csiso2022jp2", horizontalBar},
    {"CP932", "windows-932"},
    {"UHC", "ms949 ms_949 windows949 windows-949 x-windows-949"},
    {"EUC-KR", "ksc5601 ksc_5601 ks_c_5601-1987 ksc5601-1987 ksc5601_1987 5601"},
    {"JOHAB", "johab x-johab ms1361 ksc5601-1992 ksc5601_1992", {U"\u20A9", U"\\"}},
    {"BIG5", "ms950 windows-950 x-windows-950"},
    {"BIG5",
     "big5 csbig5 big5_solaris x-big5-solaris",
     {U"\u2027\uFE51\u2574\u00AF\uFF5E\u2295\u2299\uFF0F\uFF3C\u2215\uFE68\uFFE5\uFFE0\uFFE1",
      U"\u2022\uFF64\uFF3F\u203E\u223C\u2641\u2609\u2571\u2572\uFF0F\uFF3C\u00A5\u00A2\u00A3"}},
    {"BIG5-HKSCS", "big5hk"},
    {"EUC-TW", "cns11643"},
    {"GB18030", "gbk cp936 ms936 ms_936 windows-936 x-mswin-936 gb18030-2022"},
    {"GB2312", "x-euc-cn gb2312-80 gb2312-1980"},
    {"CP874", "ms874 ms-874"},
    {"MACINTOSH", "macroman x-macroman", {U"\u0394\uE01E", U"\u2206\uF8FF"}},
    {"MAC-CYRILLIC", "maccyrillic x-maccyrillic", {U"\u0490\u0491", U"\u00A2\u2202"}},
    {"MAC-CENTRALEUROPE", "maccentraleurope x-maccentraleurope"},
    {"MAC-UK", "macukraine x-macukraine"},
    {"KOI8-R", "koi8"},
    {"ISO-8859-3", "913 cp913 ibm913 ibm-913"},
    {"ISO-8859-4", "914 cp914 ibm914 ibm-914"},
    {"ISO-8859-7", "sun_eu_greek"},
    {"ISO-8859-15", "l9 latin0 cp923 ibm923 ibm-923 923 iso8859_15_fdis csiso885915 csisolatin0 csisolatin9"},
    {"ISO-8859-16", "csiso885916"},
    {"CP858", "ibm00858 cp00858 ccsid00858 pc-multilingual-850+euro"},
    {"IBM437", "windows-437"},
    {"CP737", "737 ibm737 ibm-737 x-ibm737"},
    {"IBM855", "cspcp855"},
    {"IBM861", "cp-is csibm861"},
    {"IBM862", "csibm862"},
    {"IBM037", "cpibm37 ibm-37 cs-ebcdic-cp-ca cs-ebcdic-cp-nl cs-ebcdic-cp-us cs-ebcdic-cp-wt", nextLine},
    {"IBM278", "ebcdic-sv", nextLine},
    {"IBM284", "cpibm284", nextLine},
    {"IBM285", "cpibm285 ebcdic-gb", nextLine},
    {"IBM297", "cpibm297", nextLine},
    {"IBM500", "ebcdic-cp-bh", nextLine},
    {"IBM1047", "ibm1047 ibm-1047 cp1047 1047", {U"\u0085\n", U"\n\u0085"}},
    {"IBM933", "933 cp933 ibm933 ibm-933 x-ibm933"},
    {"IBM1097", "1097 cp1097 ibm1097 ibm-1097 x-ibm1097"},
    {"IBM1364", "1364 cp1364 ibm1364 ibm-1364 x-ibm1364"},
    {"IBM1140", "ebcdic-us-037+euro", nextLine},
    {"IBM1141", "ebcdic-de-273+euro", nextLine},
    {"IBM1142", "ebcdic-dk-277+euro ebcdic-no-277+euro", nextLine},
    {"IBM1143", "ebcdic-fi-278+euro ebcdic-se-278+euro", nextLine},
    {"IBM1144", "ebcdic-it-280+euro", nextLine},
    {"IBM1145", "ebcdic-es-284+euro", nextLine},
    {"IBM1146", "ebcdic-gb-285+euro", nextLine},
    {"IBM1147", "ebcdic-fr-277+euro", nextLine},
    {"IBM1148", "ebcdic-international-500+euro", nextLine},
    {"IBM1149", "ebcdic-s-871+euro", nextLine},
    {"CP1250", "cp5346"},
    {"CP1251", "ansi-1251"},
    {"CP1253", "cp5349"},
    {"CP1254", "cp5350"},
    {"CP1257", "cp5353"},
    {"ISO-8859-11", "tis-620 tis620 tis620.2533"},
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

/// A code page as IBM numbers them, from 037, ibm-037, cp037, cp01140, ccsid01140; else the name itself.
std::string ibmSpelling(std::string_view name) {
  std::string_view number = name;
  for (const std::string_view prefix : {"ibm-", "ibm", "ccsid", "cp"}) {
    if (!number.starts_with(prefix)) continue;
    number.remove_prefix(prefix.size());
    break;
  }
  if (number.size() == 5 && number.front() == '0') number.remove_prefix(1);
  const bool isNumber = !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
  return isNumber ? "ibm" + std::string(number) : std::string(name);
}

/// The same name as Java and as glibc like to write it: iso8859_2 and iso8859-2, x-IBM874 and IBM874, 8859_13
/// and iso-8859-13.
std::array<std::string, 5> iconvSpellings(const std::string& name) {
  const std::string hyphens = replaceAll(name, "_", "-");
  const std::string bare = hyphens.starts_with("x-") ? hyphens.substr(2) : hyphens;
  return {name, hyphens, bare, ibmSpelling(bare), "iso-" + bare};
}

/// Whether the byte C1 is the letter A.
bool isEbcdic(const std::string& iconvName) {
  const iconv_t converter = iconv_open("UTF-8", iconvName.c_str());
  char byte = '\xC1';
  std::array<char, 8> text{};
  char* in = &byte;
  char* out = text.data();
  std::size_t left = 1, room = text.size();
  iconv(converter, &in, &left, &out, &room);
  iconv_close(converter);
  return text.front() == 'A';
}

std::optional<Charset> findIconvCharset(const std::string& name) {
  for (const IconvCharset& charset : iconvCharsets)
    if (contains(charset.names, name))
      return Charset{Codec::Iconv, std::string(charset.iconvName), charset.correction};
  for (const std::string& spelling : iconvSpellings(name))
    if (iconvKnows(spelling))
      return Charset{Codec::Iconv, spelling, isEbcdic(spelling) ? nextLine : Correction{}};
  return std::nullopt;
}

}  // namespace

Charset findCharset(std::string_view name) {
  if (!canBeName(name))
    throw Error(ErrorCode::Fault, "java.nio.charset.IllegalCharsetNameException: " + std::string(name));
  const std::string lower = asciiLower(name);
  for (const NativeCharset& charset : nativeCharsets)
    if (contains(charset.names, lower)) return {charset.codec};
  if (std::optional<Charset> charset = findIconvCharset(lower)) return *std::move(charset);
  throw Error(ErrorCode::Fault, "java.nio.charset.UnsupportedCharsetException: " + std::string(name));
}

}  // namespace whimbrel
